"""Notes on settings that suit development but not a public server."""

from collections.abc import Iterator

from django.conf import settings

from ops.doctor.check import Check


def notes() -> Iterator[Check]:
    hint = "set DEBUG=false in production"
    yield _note("DEBUG", not settings.DEBUG, "on" if settings.DEBUG else "off", hint)
    detail = "set" if settings.CRON_SECRET else "unset: the cron endpoint returns 503"
    hint = "set CRON_SECRET to let a cron service refresh the statistics"
    yield _note("CRON_SECRET", bool(settings.CRON_SECRET), detail, hint)
    detail = ", ".join(settings.ALLOWED_HOSTS)
    hint = "list the hosts instead of *"
    yield _note("ALLOWED_HOSTS", "*" not in settings.ALLOWED_HOSTS, detail, hint)
    behind_tls = settings.SESSION_COOKIE_SECURE
    detail = "cookies are sent over TLS only" if behind_tls else "off"
    yield _note("BEHIND_TLS", behind_tls, detail, "set BEHIND_TLS=true behind a proxy with TLS")
    lease = settings.JOB_LEASE.total_seconds()
    detail = f"{lease:.0f} s, JOB_TIMEOUT is {settings.JOB_TIMEOUT} s"
    hint = "a job may run twice: set JOB_LEASE above JOB_TIMEOUT"
    yield _note("JOB_LEASE", lease > settings.JOB_TIMEOUT, detail, hint)


def _note(name: str, ok: bool, detail: str, hint: str) -> Check:
    return Check(name, ok, detail, hint, note=True)
