"""Shared code of the REST API: parameters, error responses, pagination, caching, CSV."""
