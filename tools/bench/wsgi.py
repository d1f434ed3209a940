"""WSGI application of the benchmark: the project's, plus a bare view as the baseline."""

from django.conf import settings

from config.wsgi import application

__all__ = ["application"]

settings.ROOT_URLCONF = "tools.bench.urls"
