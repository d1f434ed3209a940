"""The application of the web process: `gunicorn config.wsgi`."""

import gc
import os
import sys

from django.core.wsgi import get_wsgi_application

from config import release
from config.production import Unconfigured

CANNOT_BOOT = 3  # gunicorn's own exit code for it: the master stops too, instead of forking for ever

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
try:
    application = get_wsgi_application()
except Unconfigured as fault:
    sys.stderr.write(f"{fault}\n")
    raise SystemExit(CANNOT_BOOT) from None

release.current()  # now: a deployment may replace the files while this process runs
gc.freeze()  # what is loaded here is shared with the workers (--preload): their collectors need not touch it
