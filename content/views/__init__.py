"""The public pages: thin views over content.reads and stats."""
