"""WSGI application of the benchmark: the project's application with the URLs of tools/bench/urls.py."""

from django.conf import settings

from config.wsgi import application

__all__ = ["application"]

settings.ROOT_URLCONF = "tools.bench.urls"
