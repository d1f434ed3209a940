"""Selectors of pages that put many things together: the home page, and the facts known before a match."""
