"""Queries for recorded results and their effects on points.

For one match, they return how the points of each forecaster changed; for results of many matches, they return
only the sums of these changes.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from django.db.models import Exists, OuterRef, QuerySet

from core.db import sql
from core.db.prepared import PreparedQuery
from matches.models import Match, ResultRevision
from matches.statuses import SETTLED
from scoring.corrections.history import ResultChange, changes
from scoring.corrections.point_moves import Moved, Pair, moves, sums
from scoring.models import Settlement

_REVISIONS = PreparedQuery(lambda match: ResultRevision.objects.filter(match=match).order_by("version"))
_SETTLEMENTS = PreparedQuery(lambda match: Settlement.objects.filter(match=match).order_by("number"))


def corrections() -> QuerySet[ResultRevision]:
    """Return results that replaced a final one, newest first, with their match, teams and competition."""
    former = ResultRevision.objects.filter(
        match=OuterRef("match"), version=OuterRef("version") - 1, status__in=SETTLED
    )
    return (
        ResultRevision.objects.filter(Exists(former), version__gt=1)
        .select_related("match__season__competition", "match__home_team", "match__away_team")
        .order_by("-recorded_at", "-pk")
    )


def corrected(match_ids: Iterable[int]) -> set[int]:
    """Return the ids of matches with a corrected result, among the given ids."""
    found = corrections().filter(match__in=list(match_ids), match__result_version__gt=1)
    return set(found.select_related(None).order_by().values_list("match_id", flat=True).distinct())


def statements(match: int) -> list[sql.Statement]:
    """Return the SQL statements that `changes_of` executes, to be passed to sql.prefetch()."""
    return [_REVISIONS.statement(match), _SETTLEMENTS.statement(match)]


def changes_of(match: Match) -> list[ResultChange]:
    """Return the effect of each recorded result of the match, oldest first. Two queries.

    `moved` is not set; see `with_moves`.
    """
    return changes(_REVISIONS(match.pk), _SETTLEMENTS(match.pk))


def with_moves(found: Sequence[ResultChange], *, named: bool = True) -> list[ResultChange]:
    """Return the given results with the changes of points in `moved`. At most three queries.

    Pass `named=False` while the predictions of the match are secret: then `moved` contains only sums, no
    forecasters, and the quotas of the settlements are set to None.
    """
    if not named:
        for settlement in (each for change in found for each in change.settlements):
            settlement.quota_home = settlement.quota_draw = settlement.quota_away = None
    return _add_moves(found, moves if named else sums)


def summed(wanted: Iterable[ResultRevision]) -> list[ResultChange]:
    """Return a ResultChange for each of these results, in the given order. Three queries.

    `moved` contains only the sums of the changes of points.
    """
    wanted = list(wanted)
    by_revision = _by_revision({each.match_id for each in wanted})
    # The given revision has its match loaded (select_related); the one just read does not.
    return _add_moves([replace(by_revision[each.pk], revision=each) for each in wanted], sums)


def _by_revision(match_ids: set[int]) -> dict[int, ResultChange]:
    """Return the effect of each recorded result of these matches, by the id of its ResultRevision."""
    revisions: dict[int, list[ResultRevision]] = defaultdict(list)
    for revision in ResultRevision.objects.filter(match__in=match_ids).order_by("match", "version"):
        revisions[revision.match_id].append(revision)
    settlements: dict[int, list[Settlement]] = defaultdict(list)
    for settlement in Settlement.objects.filter(match__in=match_ids).order_by("match", "number"):
        settlements[settlement.match_id].append(settlement)
    return {
        change.revision.pk: change for pk in match_ids for change in changes(revisions[pk], settlements[pk])
    }


def _add_moves(
    found: Sequence[ResultChange], count: Callable[[Mapping[int, Pair]], dict[int, Moved]]
) -> list[ResultChange]:
    pairs = {each.revision.pk: (_id(each.before), _id(each.settlement)) for each in found if each.is_compared}
    moved = count(pairs)
    return [replace(each, moved=moved.get(each.revision.pk)) for each in found]


def _id(settlement: Settlement | None) -> int | None:
    return settlement.pk if settlement is not None else None
