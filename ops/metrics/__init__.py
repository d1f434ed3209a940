"""What Prometheus may know: read from PostgreSQL and Redis when it asks, the same from every web process."""
