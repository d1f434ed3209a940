"""The web server of the benchmark: ours, with one bare view to compare with."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

settings.ROOT_URLCONF = "config.bench.urls"
application = get_wsgi_application()
