"""Selectors that combine many kinds of data: the home page, and the facts known before a match."""
