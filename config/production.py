"""Settings that production (DEBUG=false) requires. Without them, no process starts.

Values that cannot be parsed are rejected in development, too.

Nothing here has a default: a default secret would be publicly known, and a default URL would belong to
someone else.
"""

from collections.abc import Mapping

from django.core.exceptions import ImproperlyConfigured

from config.env import unreadable

SECRET_LENGTH = 50  # characters; Django's own `check --deploy` requires the same
PLACEHOLDERS = ("django-insecure-", "only-for-development", "change", "secret", "password", "example")
LOOPBACK = {"127.0.0.1", "localhost", "[::1]", ".localhost"}

DEVELOPING = "(For development: DEBUG=true.)"
REQUIRED = {
    "SECRET_KEY": "one that nobody knows; this prints a new one: "
    'python3 -c "import secrets; print(secrets.token_urlsafe(48))"',
    "DATABASE_URL": "where PostgreSQL is, like postgres://user:password@host:5432/final_whistle",
    "REDIS_URL": "where Redis or Valkey is, like redis://:password@host:6379/0",
    "ALLOWED_HOSTS": "the host names that we answer to, like whistle.example.org",
    "SITE_URL": "our public address, like https://whistle.example.org",
}


class Unconfigured(ImproperlyConfigured):
    """The configuration is invalid. The message lists each faulty variable and what to do."""


def require(environment: Mapping[str, str], *, debug: bool, behind_tls: bool) -> None:
    """Raise Unconfigured, with one line per fault, if the environment is invalid."""
    if debug:
        faults, hint = unreadable(environment), ""
    else:
        given = {name: value for name, value in environment.items() if value or name not in REQUIRED}
        faults, hint = [*_missing(environment), *_weak_secret(environment)], f" {DEVELOPING}"
        faults += [*_bad_address(environment, behind_tls), *unreadable(given)]
    if faults:
        raise Unconfigured("Final Whistle does not start: " + "\n  ".join(faults) + hint)


def _missing(environment: Mapping[str, str]) -> list[str]:
    missing = (name for name in REQUIRED if not environment.get(name))
    return [f"{name} is missing. Set it to {REQUIRED[name]}" for name in missing]


def _weak_secret(environment: Mapping[str, str]) -> list[str]:
    secret = environment.get("SECRET_KEY", "")
    if not secret:
        return []
    if secret.lower().startswith(PLACEHOLDERS):
        fault = "is a known value"
    elif len(secret) < SECRET_LENGTH:
        fault = f"has {len(secret)} characters of at least {SECRET_LENGTH}"
    elif len(set(secret)) < 5:
        fault = "repeats a few characters"
    else:
        return []
    return [f"SECRET_KEY {fault}. Set it to {REQUIRED['SECRET_KEY']}"]


def _bad_address(environment: Mapping[str, str], behind_tls: bool) -> list[str]:
    site = environment.get("SITE_URL", "")
    hosts = {host.strip() for host in environment.get("ALLOWED_HOSTS", "").split(",")} - {""}
    faults = []
    if "*" in hosts:
        faults.append("ALLOWED_HOSTS=* answers to any name. Name the hosts, like whistle.example.org")
    if behind_tls:
        if site and not site.startswith("https://"):
            faults.append(f"SITE_URL={site} must begin with https:// (or set BEHIND_TLS=false)")
        return faults
    if site and not site.startswith(("http://", "https://")):
        faults.append(f"SITE_URL={site} must begin with http:// or https://")
    if open_to_all := hosts - LOOPBACK - {"*"}:
        names = ", ".join(sorted(open_to_all))
        faults.append(
            f"BEHIND_TLS is false, and ALLOWED_HOSTS names {names}: without TLS only this machine is served. "
            "Set BEHIND_TLS=true behind a proxy that terminates TLS, or ALLOWED_HOSTS=127.0.0.1,localhost"
        )
    return faults
