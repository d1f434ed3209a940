"""Documentation of the API as pages of the site, made from the OpenAPI schema and docs/api.md."""
