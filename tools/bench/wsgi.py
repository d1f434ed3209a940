"""The web server of the benchmark: ours, with one bare view to compare with."""

from django.conf import settings

from config.wsgi import application

__all__ = ["application"]

settings.ROOT_URLCONF = "tools.bench.urls"
