"""Prometheus metrics, read from PostgreSQL and Redis at each scrape; every web process returns the same."""
