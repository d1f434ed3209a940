"""Validation of environment variables: can each be parsed? production.py checks what is required.

Values of URLs and DSNs may contain passwords, so error messages never include them.
"""

import logging
import math
import warnings
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import environ
from redis.connection import parse_url

from core.http.outbound_urls import PORTS, host_error, url_error

MOST = 10**9  # seconds, about thirty years: more cannot be added to a date


def unreadable(environment: Mapping[str, str]) -> list[str]:
    """Return one error message for each variable with an invalid value."""
    told = ((name, wanted(environment[name])) for name, wanted in READERS.items() if name in environment)
    return [f"{name} {problem}." for name, problem in told if problem]


def _whole(at_least: int) -> Callable[[str], str]:
    def problem(text: str) -> str:
        try:
            fine = text.isascii() and "_" not in text and at_least <= int(text) <= MOST
        except ValueError:
            fine = False
        return "" if fine else f"is {text!r} and must be a whole number, at least {at_least}"

    return problem


def _seconds(at_least: int) -> Callable[[str], str]:
    def problem(text: str) -> str:
        try:
            number = float(text) if text.isascii() and "_" not in text else math.nan
            fine = math.isfinite(number) and at_least <= number <= MOST
        except ValueError:
            fine = False
        return "" if fine else f"is {text!r} and must be a number of seconds, at least {at_least}"

    return problem


def _token(word: str) -> str:
    fine = word.isascii() and word.isprintable() and " " not in word
    return "" if fine else "cannot be read: it must be one word of plain letters, digits and signs"


def _one_of(*words: str) -> Callable[[str], str]:
    return lambda text: "" if text in words else f"is {text!r} and must be one of {', '.join(words)}"


def _database(url: str) -> str:
    wanted = "cannot be read: it must be like postgres://user:password@host:5432/final_whistle"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its warnings would contain the password
        try:
            found = environ.Env.db_url_config(url)
        except ValueError:
            return wanted
    named = found.get("NAME") or "service" in found.get("OPTIONS", {})
    return "" if named and found["ENGINE"] == "django.db.backends.postgresql" else wanted


def _redis(url: str) -> str:
    wanted = "cannot be read: it must be like redis://:password@host:6379/0"
    try:
        parts = urlsplit(url)
        parse_url(url)  # type: ignore[no-untyped-call]
        if parts.scheme == "unix":
            return "" if parts.path else wanted
        is_database = parts.path in ("", "/") or parts.path[1:].isdecimal()  # else 0 would be used silently
        return "" if parts.hostname and parts.port != 0 and is_database else wanted
    except ValueError:
        return wanted


def _endpoint(url: str) -> str:
    return url_error(url) if url else ""


def _authority(url: str) -> str:
    """Plain http is allowed: responses are signed and no secret is sent."""
    wanted = "must be like http://timestamp.example.org, or empty"
    if not url:
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return wanted
    return host_error(parts.hostname) if parts.scheme in PORTS and parts.hostname else wanted


def _sentry(dsn: str) -> str:
    if not dsn:
        return ""
    from sentry_sdk.utils import BadDsn, Dsn

    try:
        Dsn(dsn)
    except BadDsn:
        return "cannot be read: it must be like https://key@host/1, or empty"
    return ""


READERS: dict[str, Callable[[str], str]] = {
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
    "LLM_BASE_URL": _endpoint,
    "LLM_COOLDOWN": _seconds(0),
    "ROUNDUP_WRITER": _one_of("template", "llm"),
    "REFRESH_DELAY": _seconds(0),
    "ROUNDUP_DELAY": _seconds(0),
    "FOOTBALL_DATA_URL": url_error,
    "API_FOOTBALL_URL": url_error,
    "OPENLIGADB_URL": url_error,
    "OPENFOOTBALL_URL": url_error,
    "FOOTBALL_DATA_TOKEN": _token,
    "API_FOOTBALL_TOKEN": _token,
    "TSA_URL": _authority,
    "API_READS_PER_MINUTE": _whole(0),
    "API_WRITES_PER_MINUTE": _whole(0),
    "API_FAILURES_PER_MINUTE": _whole(0),
    "LOG_LEVEL": _one_of(*logging.getLevelNamesMapping()),
    "LOG_FORMAT": _one_of("json", "console"),
    "SENTRY_DSN": _sentry,
}
