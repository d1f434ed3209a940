"""LLM metrics: questions that ended in the last hour, and paused endpoints."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count
from prometheus_client.metrics_core import Metric

from matches.models import Endpoint, LLMQuestion
from ops.metrics.helpers import WINDOW, gauge, number


def families(now: datetime) -> Iterator[Metric]:
    """Yield recent questions by outcome, and the number of endpoints paused after repeated failures."""
    ended = LLMQuestion.objects.filter(ended_at__gte=now - WINDOW).order_by()
    counts = {
        (state, reason): count
        for state, reason, count in ended.values_list("state", "reason").annotate(n=Count("pk"))
    }
    none = {(LLMQuestion.State.ANSWERED.value, ""): 0}
    none |= {(LLMQuestion.State.MISSED.value, reason): 0 for reason in LLMQuestion.Reason.values}
    yield gauge(
        "recent_questions",
        "Questions to language models that ended in the last hour; the reason of a miss.",
        ["state", "reason"],
        none | counts,
    )
    paused = Endpoint.objects.filter(enabled=True, paused_at__isnull=False).count()
    yield number("endpoints_paused", "Language models that are not asked after failures in a row.", paused)
