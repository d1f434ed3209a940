"""Predictions that were published elsewhere, read from files (docs/archives.md)."""
