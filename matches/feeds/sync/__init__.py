"""Ingest the responses of feeds: link matches and teams, apply kickoffs, statuses and results."""
