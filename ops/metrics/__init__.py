"""Prometheus metrics. They are read from PostgreSQL and Redis at each scrape.

It therefore makes no difference which web process responds.
"""
