"""Facts about the two teams: runs, table, tie, and their next matches."""
