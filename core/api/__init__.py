"""What all of the REST API shares: parameters, problems, pages, caching, CSV. Imports no app."""
