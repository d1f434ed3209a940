"""Settings, except for those of the REST API (config/api.py). docs/operations.md lists the variables."""

import os
from datetime import timedelta
from pathlib import Path

import environ

from config import logging
from config.api import REST_FRAMEWORK, SPECTACULAR_SETTINGS  # noqa: F401 - settings, too
from config.env import validate
from matches.feeds.providers import FEEDS

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# `./run demo` and `./run up` write .local/env while they run, so that `manage.py` in another terminal uses
# the same servers.
if "DATABASE_URL" not in os.environ:
    environ.Env.read_env(BASE_DIR / ".local" / "env")
environ.Env.read_env(BASE_DIR / ".env")

# --- Core -----------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
BEHIND_TLS = env.bool("BEHIND_TLS", default=not DEBUG)  # a proxy in front terminates TLS
validate(os.environ, debug=DEBUG, behind_tls=BEHIND_TLS)
# The defaults here and below are for development; production must set its own values (see above).
SECRET_KEY = env.str("SECRET_KEY", default="only-for-development")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
ROOT_URLCONF = "config.urls"
FORCE_SCRIPT_NAME = ""  # links are cached for all clients (core/http/links.py): no request may change them
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "core.admin.apps.OperatorAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "core.pipeline",  # before django_rq: replaces its commands rqworker and rqscheduler
    "django_rq",
    "axes",
    "matches",
    "scoring",
    "stats",
    "content",
    "ops",
    "core.accounts",  # last: assigns the permissions of all other apps
]

if env.bool("INSTALL_TOOLS", default=False):
    INSTALLED_APPS.append("tools.bench")  # `manage.py bench`

MIDDLEWARE = [
    "core.http.security_headers.cors",  # outermost: error responses need its headers, too
    "core.http.security_headers.security_headers",
    "ops.health.middleware.probe_middleware",  # early: probes by IP address must not be redirected or refused
    "django.middleware.security.SecurityMiddleware",
    "core.http.page_cache.page_cache_middleware",  # before everything that takes time
    "core.http.compression.compression_middleware",  # after the cache, which keeps compressed pages
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "core.http.database_outage.DatabaseOutage",  # last: its process_exception runs first
]

TEMPLATES = [
    {  # public pages: compiled templates, several times as fast (docs/adr/0017)
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates" / "pages"],
        "OPTIONS": {"environment": "content.pages.jinja2.environment"},
    },
    {  # the admin
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Time and language: UTC everywhere; a script adds local times (content/static/content/local-time.js)
TIME_ZONE = "UTC"
USE_TZ = True
LANGUAGE_CODE = "en-gb"
USE_I18N = False
FORMAT_MODULE_PATH = "config.formats"

# --- PostgreSQL: the authoritative data store -----------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", default="postgres:///final_whistle")}
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Limit the wait for a server that hangs. Open connections have no such limit (docs/operations.md).
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
# JIT compilation takes longer than running any of the project's queries: a refresh took 1.6 times as long.
DATABASES["default"]["OPTIONS"].setdefault("options", "-c jit=off")
# Executions after which core/db/sql.py's statements are prepared. Django's own queries never are.
DATABASES["default"]["OPTIONS"].setdefault("prepare_threshold", 2)

# --- Redis: only notifies the workers -------------------------------------------------------------
# Short timeouts: saving a result must not wait for a Redis that is down or hangs. RQ sets the longer timeout
# that its workers need to wait for the next job.
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
_QUEUES_URL = f"{REDIS_URL}{'&' if '?' in REDIS_URL else '?'}socket_connect_timeout=1&socket_timeout=3"

JOB_TIMEOUT = env.int("JOB_TIMEOUT", default=120)  # seconds a job may run
JOB_LEASE = timedelta(seconds=env.int("JOB_LEASE", default=JOB_TIMEOUT + 80))
TEAMS_TIMEOUT = env.int("TEAMS_TIMEOUT", default=max(900, JOB_TIMEOUT))  # time limit on queue `teams`
# Team leaderboards whose refresh takes longer get a schedule of their own (docs/adr/0016).
TEAM_BOARDS_QUICK = timedelta(seconds=env.float("TEAM_BOARDS_QUICK", default=1))
FORECASTS_TIMEOUT = env.int("FORECASTS_TIMEOUT", default=max(330, JOB_TIMEOUT))  # on queue `forecasts`
RQ_QUEUES = {
    name: {"URL": _QUEUES_URL, "DEFAULT_TIMEOUT": seconds, "DEFAULT_RESULT_TTL": 3600}
    for name, seconds in {
        "scoring": JOB_TIMEOUT,
        "stats": JOB_TIMEOUT,
        "teams": TEAMS_TIMEOUT,
        "content": JOB_TIMEOUT,
        "feeds": JOB_TIMEOUT,
        "forecasts": FORECASTS_TIMEOUT,
    }.items()
}
# The ledger pushes after the commit itself (docs/adr/0002), so RQ must not defer it again.
RQ = {
    "COMMIT_MODE": "auto",
    "WORKER_CLASS": "core.pipeline.workers.SingleQueueWorker",
    "SCHEDULER_CLASS": "core.pipeline.workers.SteadyScheduler",
}
RQ_SHOW_ADMIN_LINK = False

# --- The pipeline ---------------------------------------------------------------------------------
# Delay that coalesces matches which end together.
REFRESH_DELAY = timedelta(seconds=env.float("REFRESH_DELAY", default=1))
ROUNDUP_DELAY = timedelta(seconds=env.float("ROUNDUP_DELAY", default=30))
PREDICT_BEFORE = timedelta(seconds=env.float("PREDICT_BEFORE", default=1800))  # when LLMs are asked
CRON_SECRET = env.str("CRON_SECRET", default="")  # empty: the cron endpoint is disabled
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")  # empty: /metrics is served to this machine only

# Per API key, or per client address without a key (core/api/throttling.py); 0: no limit.
API_READS_PER_MINUTE = env.int("API_READS_PER_MINUTE", default=600)
API_WRITES_PER_MINUTE = env.int("API_WRITES_PER_MINUTE", default=120)
API_FAILURES_PER_MINUTE = env.int("API_FAILURES_PER_MINUTE", default=20)  # requests with invalid keys

# RFC 3161 time-stamping authority for commitments (docs/proofs.md); empty: none is used.
TSA_URL = env.str("TSA_URL", default="")
TSA_ROOTS = env.str("TSA_ROOTS", default="")

# --- Feeds: URLs and tokens (docs/feeds.md) -------------------------------------------------------
# They come from the environment and not from the database: anyone who could change a URL would receive the
# token.
FEED_URLS = {name: env.str(feed.url_variable, default=feed.url) for name, feed in FEEDS.items()}
FEED_TOKENS = {
    name: env.str(feed.token_variable, default="") for name, feed in FEEDS.items() if feed.token_header
}

# Bytes of public responses that each web process caches (core/http/page_cache.py); 0: no cache.
PAGE_CACHE_SIZE = env.int("PAGE_CACHE_SIZE", default=32_000_000)

# --- Language models: defaults for blank fields of an endpoint (docs/forecasters.md) --------------
LLM_BASE_URL = env.str("LLM_BASE_URL", default="")
LLM_MODEL = env.str("LLM_MODEL", default="")
LLM_API_KEY = env.str("LLM_API_KEY", default="").strip()
LLM_COOLDOWN = timedelta(seconds=env.float("LLM_COOLDOWN", default=600))  # pause after five failures
ROUNDUP_WRITER = env.str("ROUNDUP_WRITER", default="template")

# --- Pages and static files -----------------------------------------------------------------------
STATIC_URL = "/static/"  # absolute: Django would cache a relative one with the prefix of the first request
STATIC_ROOT = env.str("STATIC_ROOT", default="") or None  # set it to serve the output of collectstatic
WHITENOISE_USE_FINDERS = STATIC_ROOT is None  # then serve the apps' static folders
WHITENOISE_AUTOREFRESH = DEBUG
# Names contain a hash of the content, so browsers keep a file for a year. Not in development: files change.
_HASHED = STATIC_ROOT is None and not DEBUG
_STORAGE = "django.contrib.staticfiles.storage.StaticFilesStorage"
if _HASHED:
    _STORAGE = "core.http.static_files.HashedStorage"
elif STATIC_ROOT:
    _STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {"staticfiles": {"BACKEND": _STORAGE}}
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    *(["core.http.static_files.HashedFinder"] if _HASHED else []),
]

# --- Authentication (docs/security.md) ------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # refuses locked-out clients before a password is checked
    "django.contrib.auth.backends.ModelBackend",
]
LOGIN_REDIRECT_URL = "admin:index"  # after a login without a valid `next`
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AXES_FAILURE_LIMIT = 5  # from one address, for any user names
AXES_LOCKOUT_PARAMETERS = ["ip_address", ["username", "ip_address"]]
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # failures during a lockout do not extend it
AXES_RESET_ON_SUCCESS = False  # logging in to one account must not reset the count of guesses at others
AXES_HANDLER = "core.accounts.lockout.Handler"
AXES_CLIENT_IP_CALLABLE = "core.accounts.client_ip.client_address"
AXES_USERNAME_CALLABLE = "core.accounts.lockout.throttled_username"
AXES_LOCKOUT_CALLABLE = "core.accounts.lockout.locked_out"
AXES_SENSITIVE_PARAMETERS = ["username"]  # may be a password in the wrong field; addresses may be logged
AXES_ENABLE_ADMIN = False  # core.accounts.admin shows the data, read-only

# --- Security -------------------------------------------------------------------------------------
# Number of trusted proxies that append to X-Forwarded-For; 0: it is ignored (core/accounts/client_ip.py).
PROXY_COUNT = env.int("PROXY_COUNT", default=1 if BEHIND_TLS else 0)
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_REDIRECT_EXEMPT = [r"^healthz/?$", r"^readyz/?$", r"^metrics/?$"]  # requested internally, without TLS
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000) if BEHIND_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_SUBDOMAINS", default=True)
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", default=False)
# Preloading binds the whole domain with all its services for a year, so the domain's owner must enable it.
SILENCED_SYSTEM_CHECKS = [] if SECURE_HSTS_PRELOAD else ["security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Browsers refuse a cookie with this prefix if it comes from another subdomain or without TLS.
_PREFIX = "__Host-" if BEHIND_TLS else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{_PREFIX}sessionid", f"{_PREFIX}csrftoken"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"  # links from other sites work, and GET changes nothing
# One shift, counted from the login. The dashboard reloads itself, so a sliding session would never expire.
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# --- Logs and errors ------------------------------------------------------------------------------
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOG_FORMAT = env.str("LOG_FORMAT", default="console" if DEBUG else "json")
LOGGING = logging.config(level=LOG_LEVEL, style=LOG_FORMAT)
LOGGING_CONFIG = "config.logging.configure"

if SENTRY_DSN := env.str("SENTRY_DSN", default=""):
    import sentry_sdk

    sentry_sdk.init(
        dsn=SENTRY_DSN,
        environment=env.str("SENTRY_ENVIRONMENT", default="production"),
        trace_propagation_targets=[],  # external services receive no headers about this one
    )
