"""Selectors of the home page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, QuerySet, Subquery

from content.models import Roundup
from content.pages.selectors import match_lists, rounds
from content.pages.selectors.match_lists import MatchLine
from content.pages.selectors.rounds import RoundRow
from content.roundups import out_of_date
from core.db import sql
from matches.models import Forecaster, Match
from matches.statuses import SETTLED
from stats.leaderboards import Board, rows_of
from stats.models import Provenance

SHOWN = 12  # results of the last matchday
BEST = 3  # forecasters of the last matchday
COMING = 5
_LONG = ("body", "body_html", "facts", "spans", "checks")  # columns that teasers do not need
_COMING = sql.read("content/sql/coming_predictions.sql")


class ForecasterKinds(NamedTuple):
    """Number of forecasters of each kind, and the provenances of their predictions.

    If no prediction has been scored yet, `provenances` is empty and `kinds` are the registered forecasters.
    """

    kinds: dict[str, int]
    provenances: set[str]


def forecaster_kinds() -> ForecasterKinds:
    """Return the kinds on the overall leaderboard. One query; at most three if nothing was scored."""
    for provenance in (Provenance.ALL, Provenance.HINDSIGHT):
        rows = rows_of(Board(), provenance).values_list("forecaster__kind", "made_of")
        found = list(rows.annotate(number=Count("forecaster_id")).order_by())
        if found:
            kinds = _sums((kind, number) for kind, _, number in found)
            return ForecasterKinds(kinds, {made for _, made, _ in found})
    registered = Forecaster.objects.filter(retired_at__isnull=True).values_list("kind")
    return ForecasterKinds(_sums(registered.annotate(number=Count("pk")).order_by()), set())


def _sums(numbers: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Return the number of forecasters by kind, in the order of the kinds."""
    found = dict.fromkeys(Forecaster.Kind.values, 0)
    for kind, number in numbers:
        found[kind] += number
    return {kind: number for kind, number in found.items() if number}


@dataclass(frozen=True, slots=True)
class LastMatchday:
    """The round of the match that was played last: its newest results, and its best forecasters.

    `is_cut` is True if the round has more than SHOWN results.
    """

    match: Match
    lines: Sequence[MatchLine]
    best: Sequence[RoundRow] = field(default_factory=list)
    is_cut: bool = False

    @property
    def days(self) -> tuple[date, date]:
        """First and last day of the shown results."""
        days = [line.day for line in self.lines]
        return min(days), max(days)


def last_matchday(now: datetime) -> LastMatchday | None:
    """Return the last matchday, or None before the first result. At most six queries."""
    over = (
        match_lists.matches().filter(status__in=SETTLED, kickoff_at__lte=now).order_by("-kickoff_at", "-pk")
    )
    stage, label = (Subquery(over.values(name)[:1]) for name in ("stage", "round_label"))
    newest = list(over.filter(stage=stage, round_label=label)[: SHOWN + 1])
    if not newest:
        return None
    last = newest[0]
    return LastMatchday(
        last,
        match_lists.lines(newest[:SHOWN][::-1]),
        rounds.best_of(last.stage_id, last.round_label, BEST),
        is_cut=len(newest) > SHOWN,
    )


class Coming(NamedTuple):
    """A match to come, or one that waits for its result, with the number of its predictions.

    `home`, `draw` and `away` are the average of `probable` predicted probabilities. They are None while the
    predictions are secret.
    """

    line: MatchLine
    predictions: int = 0
    probable: int = 0
    home: Decimal | None = None
    draw: Decimal | None = None
    away: Decimal | None = None


def coming(now: datetime) -> list[Coming]:
    """Return the next matches by kickoff. Three queries."""
    lines = match_lists.next_matches(now, COMING)
    values = {"matches": [line.match.pk for line in lines], "now": now}
    found = {row[0]: row[1:] for row in sql.fetch_all(_COMING, values)}
    return [Coming(line, *found.get(line.match.pk, ())) for line in lines]


def newest_roundups(limit: int) -> QuerySet[Roundup]:
    """Return the newest published roundups, without their texts and facts."""
    return out_of_date.published().defer(*_LONG)[:limit]


def last_upset() -> Roundup | None:
    """Return the roundup of the last match that was an upset, or None. One query."""
    upsets = out_of_date.published().defer(*_LONG).filter(facts__field__upset=True)
    return upsets.order_by("-match__kickoff_at", "-pk").first()
