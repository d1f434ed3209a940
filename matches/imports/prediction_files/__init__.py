"""Import of files with predictions that were published elsewhere (docs/archives.md)."""
