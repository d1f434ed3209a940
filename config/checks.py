"""What `manage.py check --deploy` looks at beside Django's own checks."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register


@register(deploy=True)
def lease_outlasts_the_job(**_: Any) -> list[CheckMessage]:
    """Not an error at the start: tests shorten the lease on purpose, and what comes of it is safe."""
    if settings.JOB_LEASE.total_seconds() > settings.JOB_TIMEOUT:
        return []
    return [
        Warning(
            "JOB_LEASE is not longer than JOB_TIMEOUT: a job may be done twice while it is still running.",
            hint="Leave JOB_LEASE out, it is JOB_TIMEOUT + 80 then, or set it above JOB_TIMEOUT.",
            id="final_whistle.W001",
        )
    ]
