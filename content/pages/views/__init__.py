"""The public pages: thin views over content.pages.selectors and stats."""
