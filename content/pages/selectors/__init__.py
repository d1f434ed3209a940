"""What the pages read. Nothing here writes, and no read asks more queries for more rows."""
