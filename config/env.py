"""Validation of the environment variables, before the settings use them.

No process starts if a value is invalid, or if a required variable is missing in production (DEBUG=false).
In production, required variables have no default: a default secret would be publicly known, and a default URL
would belong to someone else. Error messages never include values that may contain passwords, e.g.
DATABASE_URL.
"""

import logging
import math
import warnings
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from redis.connection import parse_url

from core.http.outbound_urls import PORTS, host_error, url_error
from matches.feeds.providers import FEEDS

MAX_NUMBER = 10**9  # seconds, about thirty years: more cannot be added to a date
SECRET_LENGTH = 50  # characters; Django's own `check --deploy` requires the same
PLACEHOLDERS = ("django-insecure-", "only-for-development", "change", "secret", "password", "example")
LOOPBACK = {"127.0.0.1", "localhost", "[::1]", ".localhost"}
LIKE_POSTGRES = "postgres://user:password@host:5432/final_whistle"
LIKE_REDIS = "redis://:password@host:6379/0"
REQUIRED = {
    "SECRET_KEY": "a value that no one else knows; this command prints a new one: "
    'python3 -c "import secrets; print(secrets.token_urlsafe(48))"',
    "DATABASE_URL": f"the URL of PostgreSQL, like {LIKE_POSTGRES}",
    "REDIS_URL": f"the URL of Redis or Valkey, like {LIKE_REDIS}",
    "ALLOWED_HOSTS": "the host names of this site, like whistle.example.org",
    "SITE_URL": "the public URL of this site, like https://whistle.example.org",
}

Validator = Callable[[str], str]  # returns an error message (sentence fragment), or ""


class Unconfigured(ImproperlyConfigured):
    """The configuration is invalid. The message lists each faulty variable and what to do."""


def validate(environment: Mapping[str, str], *, debug: bool, behind_tls: bool) -> None:
    """Raise Unconfigured, with one line per error, if the environment is invalid."""
    if debug:
        errors, hint = value_errors(environment), ""
    else:
        missing = [name for name in REQUIRED if not environment.get(name)]
        given = {name: value for name, value in environment.items() if name not in missing}
        errors = [f"{name} is missing. Set it to {REQUIRED[name]}" for name in missing]
        errors += [*_secret_errors(given), *_host_errors(given, behind_tls), *value_errors(given)]
        hint = " (For development: DEBUG=true.)"
    if errors:
        raise Unconfigured("Final Whistle does not start: " + "\n  ".join(errors) + hint)


def value_errors(environment: Mapping[str, str]) -> list[str]:
    """Return one error message for each variable with an invalid value."""
    checked = {name: check(environment[name]) for name, check in VALIDATORS.items() if name in environment}
    return [f"{name} {error}." for name, error in checked.items() if error]


def _secret_errors(environment: Mapping[str, str]) -> list[str]:
    secret = environment.get("SECRET_KEY")
    if secret is None:
        return []
    if secret.lower().startswith(PLACEHOLDERS):
        error = "is a publicly known value"
    elif len(secret) < SECRET_LENGTH:
        error = f"has {len(secret)} characters; at least {SECRET_LENGTH} are required"
    elif len(set(secret)) < 5:
        error = "repeats a few characters"
    else:
        return []
    return [f"SECRET_KEY {error}. Set it to {REQUIRED['SECRET_KEY']}"]


def _host_errors(environment: Mapping[str, str], behind_tls: bool) -> list[str]:
    site = environment.get("SITE_URL")
    hosts = {host.strip() for host in environment.get("ALLOWED_HOSTS", "").split(",")} - {""}
    errors = []
    if "*" in hosts:
        errors.append("ALLOWED_HOSTS=* allows any host name. List the names, like whistle.example.org")
    if site and behind_tls and not site.startswith("https://"):
        errors.append(f"SITE_URL={site} must begin with https:// (or set BEHIND_TLS=false)")
    if site and not behind_tls and not site.startswith(("http://", "https://")):
        errors.append(f"SITE_URL={site} must begin with http:// or https://")
    public_hosts = hosts - LOOPBACK - {"*"}
    if public_hosts and not behind_tls:
        errors.append(
            f"BEHIND_TLS is false, and ALLOWED_HOSTS contains {', '.join(sorted(public_hosts))}: without TLS "
            "only this machine may be served. Set BEHIND_TLS=true behind a proxy that terminates TLS, or "
            "ALLOWED_HOSTS=127.0.0.1,localhost"
        )
    return errors


def _number(parse: Callable[[str], float], kind: str, at_least: int) -> Validator:
    def validate_number(text: str) -> str:
        try:
            number = parse(text) if text.isascii() and "_" not in text else math.nan
        except ValueError:
            number = math.nan
        is_valid = at_least <= number <= MAX_NUMBER  # False for NaN
        return "" if is_valid else f"is {text!r} and must be {kind}, at least {at_least}"

    return validate_number


def _whole(at_least: int) -> Validator:
    return _number(int, "a whole number", at_least)


def _seconds(at_least: int) -> Validator:
    return _number(float, "a number of seconds", at_least)


def _one_of(*words: str) -> Validator:
    return lambda text: "" if text in words else f"is {text!r} and must be one of {', '.join(words)}"


def _token(text: str) -> str:
    is_valid = text.isascii() and text.isprintable() and " " not in text
    return "" if is_valid else "cannot be read: it must be one word of plain letters, digits and signs"


def _database(url: str) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its warnings would contain the password
        try:
            found = environ.Env.db_url_config(url)
        except ValueError:
            found = {}
    is_named = found.get("NAME") or "service" in found.get("OPTIONS", {})
    is_valid = is_named and found.get("ENGINE") == "django.db.backends.postgresql"
    return "" if is_valid else f"cannot be read: it must be like {LIKE_POSTGRES}"


def _redis(url: str) -> str:
    try:
        parts = urlsplit(url)
        parse_url(url)  # type: ignore[no-untyped-call]
        if parts.scheme == "unix":
            is_valid = bool(parts.path)
        else:
            is_number = parts.path in ("", "/") or parts.path[1:].isdecimal()  # else 0 would be used silently
            is_valid = bool(parts.hostname) and parts.port != 0 and is_number
    except ValueError:
        is_valid = False
    return "" if is_valid else f"cannot be read: it must be like {LIKE_REDIS}"


def _llm_url(url: str) -> str:
    return url_error(url) if url else ""


def _timestamp_url(url: str) -> str:
    """Return an error message if the URL of a timestamp server must not be used, else "".

    Plain http is allowed: responses are signed and no secret is sent.
    """
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        host = parts.hostname if parts.scheme in PORTS else None
    except ValueError:
        host = None
    return host_error(host) if host else "must be like http://timestamp.example.org, or empty"


def _sentry(dsn: str) -> str:
    if not dsn:
        return ""
    from sentry_sdk.utils import BadDsn, Dsn

    try:
        Dsn(dsn)
    except BadDsn:
        return "cannot be read: it must be like https://key@host/1, or empty"
    return ""


VALIDATORS: dict[str, Validator] = {
    "DATABASE_URL": _database,
    "REDIS_URL": _redis,
    "PROXY_COUNT": _whole(0),
    "HSTS_SECONDS": _whole(0),
    "JOB_TIMEOUT": _whole(1),
    "JOB_LEASE": _whole(1),
    "TEAMS_TIMEOUT": _whole(1),
    "TEAM_BOARDS_QUICK": _seconds(0),
    "FORECASTS_TIMEOUT": _whole(1),
    "PREDICT_BEFORE": _seconds(60),
    "LLM_BASE_URL": _llm_url,
    "LLM_COOLDOWN": _seconds(0),
    "ROUNDUP_WRITER": _one_of("template", "llm"),
    "REFRESH_DELAY": _seconds(0),
    "ROUNDUP_DELAY": _seconds(0),
    **{feed.url_variable: url_error for feed in FEEDS.values()},
    **{feed.token_variable: _token for feed in FEEDS.values() if feed.token_header},
    "TSA_URL": _timestamp_url,
    "API_READS_PER_MINUTE": _whole(0),
    "API_WRITES_PER_MINUTE": _whole(0),
    "API_FAILURES_PER_MINUTE": _whole(0),
    "PAGE_CACHE_SIZE": _whole(0),
    "LOG_LEVEL": _one_of(*logging.getLevelNamesMapping()),
    "LOG_FORMAT": _one_of("json", "console"),
    "SENTRY_DSN": _sentry,
}
