"""Means to follow the site with other programs: feeds, calendars, sitemaps, cards and structured data."""
