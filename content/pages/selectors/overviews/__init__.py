"""Selectors of pages that put many things together: the home page, and what is known before a match."""
