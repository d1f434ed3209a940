"""Matches for which a feed reports a result that is not recorded: another one is recorded, or none yet.

If another one is recorded, or the feeds contradict each other, an operator has to decide. Otherwise the
reported result waits for a second feed, or will be recorded shortly.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from matches.feeds.sync.agreement_rules import (
    AgreementDecision,
    Conflicting,
    RecordedResult,
    ReportedResult,
    Wait,
)
from matches.feeds.sync.reported_results import (
    contested_snapshots,
    decision_on,
    recorded_result_of,
    reported_results_of,
)
from matches.models import Match
from matches.result import in_words

ROWS = 50


@dataclass(frozen=True, slots=True)
class Conflict:
    """Match with the result reported by each feed and the recorded result."""

    match: Match
    reports: list[ReportedResult]
    recorded_result: RecordedResult
    decision: AgreementDecision

    @property
    def is_held(self) -> bool:
        """Return True if an operator has to decide; otherwise the conflict is resolved automatically."""
        return isinstance(self.decision, Conflicting)

    @property
    def recorded(self) -> str:
        """Return the recorded result and its source, e.g. "finished 2-1, football-data"; "" if none."""
        if not self.recorded_result.is_settled:
            return ""
        return f"{in_words(self.recorded_result.result)}, {self.recorded_result.source}"

    @property
    def text(self) -> str:
        if isinstance(self.decision, Wait):
            return f"waiting for a second feed until {self.decision.until:%d %b %H:%M} UTC"
        if self.is_held and self.recorded_result.is_settled:
            return "a feed contradicts the recorded result"
        return "the feeds contradict each other" if self.is_held else "it will be recorded shortly"


def conflicts(*, now: datetime, competition: str = "", limit: int = ROWS) -> list[Conflict]:
    """Return at most `limit` conflicts: those of the matches with the latest kickoffs.

    They are sorted by kickoff, latest first, but those that an operator has to decide come before all others.
    `competition` is a slug; empty for all.
    """
    ids = contested_snapshots().values("link__match")
    matches = Match.objects.filter(pk__in=ids)
    if competition:
        matches = matches.filter(season__competition__slug=competition)
    found = matches.select_related("season__competition", "home_team", "away_team")
    rows = _rows(found.order_by("-kickoff_at", "pk")[:limit], now)
    return sorted(rows, key=lambda row: not row.is_held)


def conflict_of(match: Match, *, now: datetime) -> Conflict | None:
    """Return the conflict of one match, or None."""
    if not contested_snapshots().filter(link__match=match).exists():
        return None
    return next(iter(_rows([match], now)), None)


def _rows(matches: Iterable[Match], now: datetime) -> list[Conflict]:
    matches = list(matches)
    found = reported_results_of(match.pk for match in matches)
    return [
        Conflict(match, reports, recorded_result_of(match), decision_on(match, reports, now=now))
        for match in matches
        if (reports := found.get(match.pk))
    ]


def held_count() -> int:
    """Count the matches with a conflict, including those that need no operator."""
    return contested_snapshots().order_by().values("link__match").distinct().count()
