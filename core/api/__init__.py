"""Shared code of the REST API: parameters, problems, pagination, caching, CSV. Imports no app."""
