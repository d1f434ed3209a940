"""Selectors (read-only queries) of the public pages. More rows do not need more queries."""
