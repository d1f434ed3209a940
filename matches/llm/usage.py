"""Usage statistics of one LLM forecaster: answers, misses, cost, pauses. Used by its page and the API."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings

from core.db import sql
from matches.models import Forecaster, LLMQuestion

_USAGE_SQL = sql.read("matches/sql/llm_usage.sql")


@dataclass(frozen=True, slots=True)
class Pause:
    """Pause of an endpoint: its start, the number of failures in a row, and the time of the next attempt."""

    since: datetime
    failures: int
    tried_again_at: datetime


@dataclass(frozen=True, slots=True)
class LLMUsage:
    """Totals of all questions to one forecaster.

    `cost` is unknown (None) without prices; `latency_ms` is the median of requests without a fault.
    """

    model: str
    pause: Pause | None
    answered: int
    misses: dict[str, int]
    requests: int
    tokens_in: int
    tokens_out: int
    cost: Decimal | None
    latency_ms: int | None

    @property
    def missed(self) -> int:
        return sum(self.misses.values())

    @property
    def questions(self) -> int:
        return self.answered + self.missed

    @property
    def labelled_misses(self) -> list[tuple[str, int]]:
        """Labels and counts of the reasons for misses, the most frequent first."""
        labels: dict[str, Any] = dict(LLMQuestion.Reason.choices)
        return sorted(((str(labels[name]), n) for name, n in self.misses.items()), key=lambda each: -each[1])


def usage_by_forecaster(forecaster: Forecaster) -> LLMUsage | None:
    """Return the forecaster's usage, or None if it has no endpoint. One query."""
    [row] = sql.fetch_all(_USAGE_SQL, {"forecaster": forecaster.pk})
    endpoint, model, paused_at, paused_until, failures, *figures = row
    if endpoint is None:
        return None
    pause = Pause(paused_at, failures, paused_until) if paused_at else None
    return LLMUsage(model or settings.LLM_MODEL, pause, *figures)
