"""Folding settlements into the tallies, taking superseded ones out, and recounting from scratch."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet

from config import sql
from scoring.models import Settlement
from stats.models import Tally

_FOLD = sql.read("stats/sql/fold.sql")
_COLUMNS = [field.attname for field in Tally._meta.concrete_fields if field.attname != "id"]


@dataclass(frozen=True, slots=True)
class Folded:
    """What a fold did: the matches whose current settlement it took in, and those it took out."""

    match_ids: list[int]
    unfolded_match_ids: list[int]


def to_fold() -> QuerySet[Settlement]:
    """Current settlements whose scores are in no tally yet."""
    return Settlement.objects.filter(folded_at__isnull=True, superseded_at__isnull=True)


def to_unfold() -> QuerySet[Settlement]:
    """Superseded settlements whose scores are still in the tallies."""
    return Settlement.objects.filter(
        folded_at__isnull=False, superseded_at__isnull=False, unfolded_at__isnull=True
    )


def fold(*, at: datetime) -> Folded:
    """Bring the tallies up to date with every settlement there is. Needs a transaction.

    The settlement rows are locked first, so that a match that is being settled anew waits for us:
    each contribution is added once, and taken out once when it is superseded.
    """
    old = dict(to_unfold().select_for_update().order_by("pk").values_list("pk", "match_id"))
    new = dict(to_fold().select_for_update().order_by("pk").values_list("pk", "match_id"))
    _apply("scoring_supersededscore", list(old), sign=-1)
    _apply("scoring_score", list(new), sign=1)
    Settlement.objects.filter(pk__in=old).update(unfolded_at=at)
    Settlement.objects.filter(pk__in=new).update(folded_at=at)
    return Folded(match_ids=list(new.values()), unfolded_match_ids=list(old.values()))


def _apply(table: str, settlement_ids: list[int], *, sign: int) -> None:
    if settlement_ids:
        with connection.cursor() as cursor:
            cursor.execute(_FOLD.format(scores=table), {"settlements": settlement_ids, "sign": sign})


def recount() -> set[tuple[object, ...]]:
    """What the tallies ought to be: every folded current settlement counted from scratch. Changes nothing."""
    with transaction.atomic():
        rebuild()
        fresh = rows()
        transaction.set_rollback(True)
    return fresh


def rebuild() -> None:
    """Write all tallies anew from the scores of the settlements that are folded."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE stats_tally IN EXCLUSIVE MODE")
        Tally.objects.all().delete()
        folded = Settlement.objects.filter(superseded_at__isnull=True, folded_at__isnull=False)
        _apply("scoring_score", list(folded.values_list("pk", flat=True)), sign=1)


def rows() -> set[tuple[object, ...]]:
    """The tallies as comparable rows; boards that lost their last match do not count."""
    return set(Tally.objects.filter(matches__gt=0).values_list(*_COLUMNS))
