from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Warning, register


class PipelineConfig(AppConfig):
    """The durable job ledger. Imports no other app of the project."""

    name = "core.pipeline"
    label = "pipeline"
    verbose_name = "Pipeline"


@register(deploy=True)
def lease_outlasts_the_job(**_: Any) -> list[CheckMessage]:
    """Warn (`check --deploy`) if JOB_LEASE is not longer than JOB_TIMEOUT.

    This is no error, because tests can safely use a shorter lease.
    """
    if settings.JOB_LEASE.total_seconds() > settings.JOB_TIMEOUT:
        return []
    return [
        Warning(
            "JOB_LEASE is not longer than JOB_TIMEOUT: a job may be done twice while it is still running.",
            hint="Leave JOB_LEASE out, it is JOB_TIMEOUT + 80 then, or set it above JOB_TIMEOUT.",
            id="final_whistle.W001",
        )
    ]
