"""WSGI application of the web process: `gunicorn config.wsgi`."""

import gc
import os
import sys
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from config.env import Unconfigured
from core.api import etags

CANNOT_BOOT = 3  # gunicorn's exit code for this: the master stops, too, instead of forking for ever

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
try:
    application = get_wsgi_application()
    # Import all views before the fork, so that the workers share their memory.
    import_module(settings.ROOT_URLCONF)
except Unconfigured as fault:
    sys.stderr.write(f"{fault}\n")
    raise SystemExit(CANNOT_BOOT) from None

etags.release_fingerprint()  # now: a deployment may replace the files while this process runs
# Exclude loaded objects from garbage collection, which would write to shared pages and so copy them.
gc.freeze()
