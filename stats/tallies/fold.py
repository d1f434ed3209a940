"""Update the tallies: add (fold) new settlements, subtract (unfold) superseded ones, or recount all."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from core.db import sql
from matches.models import KickoffMove, Match
from scoring.models import Settlement
from stats import form
from stats.models import FormPeriod, Scope, Tally
from stats.tallies import comparisons, pending_changes

# True if the new letters can be appended to those of the row; see stats_follows in form_functions.sql.
_FOLLOWS = """stats_follows(%(sign)s, tally.disturbed, tally.period_on, tally.last_place,
                          excluded.disturbed, excluded.period_on, excluded.first_place)"""
_NO_LETTERS = """'' AS letters, NULL::date AS first_period, NULL::date AS period_on,
           NULL::timestamptz[] AS first_place, NULL::timestamptz[] AS last_place"""
# Column of a tally -> SQL expression for the amount that the scored predictions `s` add to it. Float scores
# in `s` are in billionths.
SUMS = {
    "matches": "count(*)",
    "after_exposure": "count(*) FILTER (WHERE s.provenance = 'exposed')",
    "score_matches": "count(s.points)",
    "probability_matches": "count(s.rps)",
    "points": "coalesce(sum(s.points), 0)",
    "tendency_hits": "count(*) FILTER (WHERE s.tendency_points > 0)",
    "goal_difference_hits": "count(*) FILTER (WHERE s.goal_difference_points > 0)",
    "exact_hits": "count(*) FILTER (WHERE s.exact_points > 0)",
    "points_squares": "coalesce(sum(s.points * s.points), 0)",
    **{f"{name}_sum": f"stats_sum(s.{name})" for name in comparisons.FLOAT_SCORES},
    **{
        f"{name}_squares": f"stats_sum({comparisons.SQUARE.format(name=f's.{name}')})"
        for name in comparisons.FLOAT_SCORES
    },
    **{
        name: f"stats_sum(s.{name})"
        for name in ("rps_excess", "rps_excess_all", "brier_excess", "brier_excess_all")
    },
}
_TEAM_BOARDS = "board.scope = 'team' AND board.scope_id = ANY(%(teams)s)"
_LETTERS = sql.read("stats/sql/fold_letters.sql")
FOLD, _COUNT, _FOLD_TEAMS = (
    sql.read("stats/sql/fold.sql").format(
        columns=", ".join(SUMS),
        sums=", ".join(f"{contribution} AS {name}" for name, contribution in SUMS.items()),
        additions=", ".join(f"{name} = tally.{name} + %(sign)s * excluded.{name}" for name in SUMS),
        follows=_FOLLOWS,
        letters=letters,
        boards=boards,
    )
    for letters, boards in ((_LETTERS, "true"), (_NO_LETTERS, "true"), (_LETTERS, _TEAM_BOARDS))
)
_MIXED = sql.read("stats/sql/mixed.sql")
PARTS = ["live", "archive", "exposed"]  # provenances of the tallies whose sum is the tally `all`
KEY = ("scope", "scope_id", "forecaster_id", "provenance")
# Columns to compare with a recount. The other columns are internal state, which may differ although the
# recent form is the same.
COLUMNS = [*SUMS, "current_streak", "best_streak", "form"]


def to_fold() -> QuerySet[Settlement]:
    """Return current settlements whose scores are not in the tallies yet."""
    return Settlement.objects.filter(folded_at__isnull=True, superseded_at__isnull=True)


def to_unfold() -> QuerySet[Settlement]:
    """Return superseded settlements whose scores are still in the tallies."""
    return Settlement.objects.filter(
        folded_at__isnull=False, superseded_at__isnull=False, unfolded_at__isnull=True
    )


def fold(*, at: datetime) -> list[int]:
    """Update the tallies with all pending settlements and kickoff moves. Requires a transaction.

    Returns match ids: first of the matches whose current settlement was added, then of those whose superseded
    settlement was subtracted. The settlement rows are locked first, so that a concurrent rescoring of such a
    match waits. So each settlement is added once, and subtracted once after it is superseded.
    """
    old = dict(to_unfold().select_for_update().order_by("pk").values_list("pk", "match_id"))
    new = dict(to_fold().select_for_update().order_by("pk").values_list("pk", "match_id"))
    moves = pending_changes.moves_to_show()
    if old or new or moves:
        moments = _kickoffs([*old.values(), *new.values(), *(move.match_id for move in moves)])
        moments += [(move.match_id, moment) for move in moves for moment in _ends(move)]
        form.close_periods(moments)
        mixed = _mixed(list(new))
        comparisons.begin(list(new), at=at)
        for settlements, sign in ((list(old), -1), (list(new), 1)):
            _apply(settlements, sign=sign, mixed=mixed)
            comparisons.add(settlements, sign=sign)
        comparisons.end(list(old))
        Settlement.objects.filter(pk__in=old).update(unfolded_at=at)
        Settlement.objects.filter(pk__in=new).update(folded_at=at)
        form.mark_form_outdated([move.match_id for move in moves])
        form.rebuild_letters(moments)
    return [*new.values(), *old.values()]


def _kickoffs(match_ids: Iterable[int]) -> list[tuple[int, datetime]]:
    return list(Match.objects.filter(pk__in=set(match_ids)).order_by("pk").values_list("pk", "kickoff_at"))


def _ends(move: KickoffMove) -> tuple[datetime, datetime]:
    return move.old_kickoff_at, move.new_kickoff_at


def _mixed(settlement_ids: list[int]) -> list[int]:
    """Return ids of the forecasters with several of PARTS, including the predictions of these settlements.

    Creates their tallies with provenance `all` if they have none. In this case all predictions counted so far
    have one provenance, so the new tallies begin as copies of the tallies with that provenance.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MIXED, {"settlements": settlement_ids})
        found = dict(cursor.fetchall())
        for table in (Tally, FormPeriod):
            _copy_as_all(cursor, table, [pk for pk, is_there in found.items() if not is_there])
    return list(found)


def _copy_as_all(cursor: Any, model: type[Model], forecaster_ids: list[int]) -> None:
    names = {str(field.column) for field in model._meta.concrete_fields} - {"id", "provenance"}
    columns, table = ", ".join(sorted(names)), model._meta.db_table
    if forecaster_ids:
        cursor.execute(
            f"INSERT INTO {table} (provenance, {columns}) SELECT 'all', {columns} FROM {table}"
            " WHERE forecaster_id = ANY(%s) AND provenance = ANY(%s)",
            [forecaster_ids, PARTS],
        )


def _apply(
    settlement_ids: list[int], *, sign: int, mixed: list[int], statement: str = FOLD, **more: list[int]
) -> None:
    if settlement_ids:
        with connection.cursor() as cursor:
            cursor.execute(statement, {"settlements": settlement_ids, "sign": sign, "mixed": mixed, **more})


def recount_teams(team_ids: list[int]) -> None:
    """Delete the tallies of these teams and compute them from the scores of their matches.

    Requires a transaction, and the lock of a refresh until it ends, because a refresh may be folding matches
    of these teams.
    """
    for model in (Tally, FormPeriod):
        model.objects.filter(scope=Scope.TEAM, scope_id__in=team_ids).delete()
    matches = Match.objects.filter(Q(home_team__in=team_ids) | Q(away_team__in=team_ids))
    counted = Settlement.objects.filter(match__in=matches, folded_at__isnull=False, unfolded_at__isnull=True)
    rows = dict(counted.order_by("pk").values_list("pk", "match_id"))
    _apply(list(rows), sign=1, mixed=_mixed(list(rows)), statement=_FOLD_TEAMS, teams=team_ids)
    form.rebuild_letters(_kickoffs(rows.values()))


Key = tuple[str, int, int, str]  # scope, scope_id, forecaster_id, provenance


def recount() -> dict[Key, tuple[Any, ...]]:
    """Return what `stored` would return after `rebuild`. The tallies in the database do not change."""
    with transaction.atomic():
        rebuild()
        counted = stored()
        transaction.set_rollback(True)
    return counted


def rebuild() -> None:
    """Delete all tallies and sums and compute them from the scores of the folded current settlements.

    The table of tallies is locked against other writes until the transaction ends.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE stats_tally IN EXCLUSIVE MODE")
            cursor.execute("DELETE FROM stats_tally; DELETE FROM stats_formperiod")
        comparisons.clear()
        folded = Settlement.objects.filter(superseded_at__isnull=True, folded_at__isnull=False)
        counted = list(folded.values_list("pk", flat=True))
        comparisons.store_fields(counted)
        _apply(counted, sign=1, mixed=_mixed(counted), statement=_COUNT)
        comparisons.count(counted, at=timezone.now())
        form.rebuild_all()


def stored() -> dict[Key, tuple[Any, ...]]:
    """Return the stored tallies as a dict: Key -> values of COLUMNS. Tallies without matches are left out.

    A tally with provenance `all` is also left out if its predictions have one provenance: it then equals the
    tally with that provenance.
    """
    counted = Tally.objects.filter(matches__gt=0)
    kinds = counted.filter(provenance__in=PARTS, scope=OuterRef("scope"), scope_id=OuterRef("scope_id"))
    both = kinds.filter(forecaster=OuterRef("forecaster")).exclude(matches=OuterRef("matches"))
    rows = counted.filter(~Q(provenance="all") | Exists(both))
    return {row[:4]: row[4:] for row in rows.values_list(*KEY, *COLUMNS)}
