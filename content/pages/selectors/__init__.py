"""Selectors of the public pages. They write nothing, and the number of queries is independent of the rows."""
