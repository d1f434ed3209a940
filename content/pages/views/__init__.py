"""Views of the public pages. The queries are in content.pages.selectors and stats."""
