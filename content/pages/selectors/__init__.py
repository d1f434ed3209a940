"""Selectors (read-only queries) of the public pages. The number of queries is independent of the rows."""
