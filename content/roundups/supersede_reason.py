"""Explain to readers why a roundup was superseded."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import OuterRef, Q, QuerySet, Subquery

from content.models import Roundup
from content.roundups.facts import Facts
from content.roundups.facts.occasion import one_line
from content.text.results import result_in_words
from matches.models import Competition, Match, ResultRevision
from matches.result import Result
from matches.statuses import VOID, Status
from scoring.models import Settlement
from stats.models import PastChange

BASIS = Competition.ScoreBasis


@dataclass(frozen=True, slots=True)
class SettlementDiff:
    """Two settlements of one match, `former` before `now`, and the results that they are based on."""

    former: Settlement
    now: Settlement
    former_result: ResultRevision
    result: ResultRevision

    @property
    def is_correction(self) -> bool:
        """Return True if the results differ in status, score, extra time or shootout."""
        return Result.of(self.former_result) != Result.of(self.result)

    @property
    def is_voided(self) -> bool:
        return self.result.status in VOID and self.former_result.status == Status.FINISHED

    @property
    def counts_after_all(self) -> bool:
        return self.result.status == Status.FINISHED and self.former_result.status in VOID

    @property
    def added_predictions(self) -> int:
        """Number of predictions that the later settlement includes in addition, e.g. after an import."""
        return max(0, self.now.predictions - self.former.predictions)

    @property
    def results(self) -> tuple[str, str]:
        """Former and new result as text with extra time and shootout, e.g. "1-1 (2-1 aet)"."""
        return result_in_words(self.former_result), result_in_words(self.result)

    @property
    def basis(self) -> str:
        """Description of a new score basis, e.g. "after extra time: 2-1 instead of 1-1".

        Empty if the score that counts is the same or missing, or if the result itself was corrected.
        """
        before, after = self.former.used_score, self.now.used_score
        if self.is_correction or before is None or after is None or before == after:
            return ""
        extra_time = (self.result.home_score_aet, self.result.away_score_aet)
        basis = BASIS.AFTER_EXTRA_TIME if after == extra_time else BASIS.FULL_TIME
        return f"{basis.label}: {after[0]}-{after[1]} instead of {before[0]}-{before[1]}"


def between(former: Settlement, now: Settlement) -> SettlementDiff:
    """Compare two settlements of one match. Fetches their results."""
    revisions = {row.version: row for row in ResultRevision.objects.filter(match=now.match_id)}
    return SettlementDiff(former, now, revisions[former.result_version], revisions[now.result_version])


LONGEST = 200  # Roundup.supersede_reason
UNKNOWN = "figures of earlier matches changed"
SCORED_AGAIN = "the match was scored again"


class _Change(NamedTuple):
    """A change: its time, a function that describes it, and whether it only added predictions."""

    at: datetime
    describe: Callable[[], str]
    adds_predictions: bool = False


def of(former: Roundup, facts: Facts, *, on_request: bool) -> str:
    """Return the reason why an article with these facts replaces the former version."""
    if former.settlement_id == facts["match"]["settlement_id"]:
        return (
            "rewritten on request" if on_request else _earlier_change(former.match, since=former.written_at)
        )
    before = Settlement.objects.filter(pk=former.settlement_id).first()
    if before is None:  # settlements can be rebuilt
        return SCORED_AGAIN
    now = Settlement.objects.get(pk=facts["match"]["settlement_id"])
    return _own_change(between(before, now), recorded_reason=facts["match"]["reason"])


def _own_change(difference: SettlementDiff, *, recorded_reason: str | None) -> str:
    """Describe a change of the roundup's own match."""
    if difference.is_correction:
        before, after = difference.results
        why = f": {recorded_reason}" if recorded_reason else ""
        return f"result corrected from {before} to {after}{why}"[:LONGEST]
    if difference.basis:
        return f"predictions are now scored by the result {difference.basis}"
    return "predictions were added" if difference.added_predictions else SCORED_AGAIN


def _earlier_change(match: Match, *, since: datetime) -> str:
    """Describe the newest change to earlier matches of the season after the former roundup version.

    If all changes only added predictions, e.g. in an import, they are described together. `since` is the time
    at which that version was written. If nothing changed after it, the last change within JOB_TIMEOUT before
    `since` is described, because it may have happened while that version was being written.
    """
    changes = _changes(match, since)
    if not changes:
        changes = _changes(match, since - timedelta(seconds=settings.JOB_TIMEOUT))[-1:]
    if not changes:
        return UNKNOWN
    if len(changes) > 1 and all(change.adds_predictions for change in changes):
        return f"predictions of {len(changes)} earlier matches were added"
    more = f" (and {len(changes) - 1} more before this match)" if len(changes) > 1 else ""
    return f"{changes[-1].describe()[: LONGEST - len(more)]}{more}"


def _changes(match: Match, since: datetime) -> list[_Change]:
    """Return the changes after `since` to earlier matches of the season, oldest first."""
    return sorted([*_settled(match, since), *_amended(match, since)], key=lambda change: change.at)


def _settled(match: Match, since: datetime) -> list[_Change]:
    """Return changes of earlier matches that were settled, settled again, or lost their settlement."""
    former = Settlement.objects.filter(match=OuterRef("match"), number=OuterRef("number") - 1)
    rows = _newest_settlements(match, since).select_related("match__home_team", "match__away_team")
    annotated: Any = rows.annotate(
        former_version=Subquery(former.values("result_version")),
        former_predictions=Subquery(former.values("predictions")),
    )
    return [
        _Change(row.superseded_at or row.settled_at, partial(_describe, row), _adds_predictions(row))
        for row in annotated
    ]


def _adds_predictions(row: Any) -> bool:
    """Return True if an annotated settlement differs from the former one only by more predictions."""
    is_same_result = row.superseded_at is None and row.former_version == row.result_version
    return is_same_result and row.predictions > row.former_predictions


def _newest_settlements(match: Match, since: datetime) -> QuerySet[Settlement]:
    """Return the newest settlement of each earlier match if it was made or superseded after `since`.

    First settlements of matches with the same kickoff as `match` are excluded, because these matches come
    after it in the order of the season.
    """
    newest = (
        Settlement.objects.filter(match__season=match.season_id, match__kickoff_at__lte=match.kickoff_at)
        .exclude(match=match)
        .order_by("match", "-number")
        .distinct("match")
    )
    changed = Q(settled_at__gt=since) | Q(superseded_at__gt=since)
    rows = Settlement.objects.filter(changed, pk__in=newest.values("pk"))
    return rows.exclude(number=1, superseded_at__isnull=True, match__kickoff_at=match.kickoff_at)


def _amended(match: Match, since: datetime) -> list[_Change]:
    rows = PastChange.objects.filter(
        season=match.season_id, since__lte=match.kickoff_at, recorded_at__gt=since
    )
    return [_Change(row.recorded_at, partial(one_line, row.description)) for row in rows]


def _describe(settlement: Settlement) -> str:
    match = settlement.match
    name = f"{match.home_team.short_name} - {match.away_team.short_name}"
    day = f"{match.kickoff_on.day} {match.kickoff_on:%B %Y}"
    return one_line(f"{name} ({day}) {_outcome(settlement)}")


def _outcome(settlement: Settlement) -> str:
    """Describe the change as a predicate; the match is the subject. E.g. "was corrected from 2-1 to 1-1"."""
    if settlement.superseded_at:
        return f"is {settlement.match.status}, not over"
    former = Settlement.objects.filter(match=settlement.match, number=settlement.number - 1).first()
    if former is None:
        first = ResultRevision.objects.get(match=settlement.match_id, version=settlement.result_version)
        return f"was settled later: {result_in_words(first)}"
    return _what_changed(between(former, settlement))


def _what_changed(difference: SettlementDiff) -> str:
    if not difference.is_correction:
        return _scored_again(difference)
    before, now = difference.results
    if difference.is_voided:
        return f"was declared void: {now} instead of {before}"
    if difference.counts_after_all:
        return f"counts after all: {now} instead of {before}"
    return f"was corrected from {before} to {now}"


def _scored_again(difference: SettlementDiff) -> str:
    """Describe, as a predicate, why the same result was scored again, e.g. "got more predictions"."""
    if difference.basis:
        return f"is now scored by the result {difference.basis}"
    return "got more predictions" if difference.added_predictions else "was scored again"
