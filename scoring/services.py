"""Settle matches: one transaction, one SQL statement for all scores, idempotent."""

from datetime import datetime
from typing import Any

from django.db import transaction

from core.db import sql
from matches.models import Competition, Match, Prediction
from matches.statuses import SETTLED
from scoring import rescoring
from scoring.locks import lock_match
from scoring.models import Score, Settlement
from scoring.rules import RULE

_SCORE_MATCH = sql.read("scoring/sql/score_match.sql")


class MissingScore(ValueError):
    """The match counts as finished but lacks the score that counts; record its result again."""


def score_match(*, match_id: int, settled_at: datetime, force: bool = False) -> bool:
    """Settle the match with its newest result; return True if anything changed.

    Locks the match row, which serialises this with corrections. A void match gets a settlement without
    scores. If the match is not over after all (an error of a feed), its current settlement is superseded.
    `force` settles again even if nothing changed. Raises MissingScore if a finished match lacks the score
    that counts.
    """
    with transaction.atomic():
        match, last = lock_match(match_id)
        current = last if last and last.superseded_at is None else None
        if match.status not in SETTLED:
            return _supersede(current, at=settled_at)
        if current and not force and not rescoring.would_change(current):
            return False
        _supersede(current, at=settled_at)
        _settle(match, number=last.number + 1 if last else 1, settled_at=settled_at)
        return True


def judged_by_another_basis(competition: Competition) -> list[Match]:
    """Return matches whose current settlement used another score than the competition's current basis.

    Only matches with extra time can differ: the basis decides whether extra time counts.
    """
    settlements = Settlement.objects.filter(
        match__season__competition=competition,
        match__home_score_aet__isnull=False,
        superseded_at__isnull=True,
        voided=False,
    ).select_related("match__season__competition")
    return [row.match for row in settlements if row.judged_score != row.match.counting_score]


def _supersede(settlement: Settlement | None, *, at: datetime) -> bool:
    """Supersede the settlement, if any; return True if there was one. Its scores are kept as history."""
    if settlement is None:
        return False
    settlement.superseded_at = at
    settlement.save(update_fields=["superseded_at"])
    return True


def _settle(match: Match, *, number: int, settled_at: datetime) -> None:
    if match.is_void:
        _void(match, number, settled_at)
        return
    score = match.counting_score
    if score is None:
        raise MissingScore(f"{match} (id {match.pk}): {MissingScore.__doc__}")
    values: dict[str, Any] = {
        "match": match.pk,
        "number": number,
        "result_version": match.result_version,
        "rule": RULE,
        "home": score[0],
        "away": score[1],
        "settled_at": settled_at,
    }
    sql.fetch_all(_SCORE_MATCH, values)


def _void(match: Match, number: int, settled_at: datetime) -> None:
    Settlement.objects.create(
        match=match,
        number=number,
        result_version=match.result_version,
        rule=RULE,
        predictions=Prediction.objects.current().filter(match=match).count(),
        voided=True,
        settled_at=settled_at,
    )


def scores_of(match_id: int) -> "list[Score]":
    """Return the current scores of a match with predictions and forecasters, best first."""
    return list(
        Score.objects.filter(settlement__match=match_id, settlement__superseded_at__isnull=True)
        .select_related("prediction__forecaster")
        .order_by("-points", "prediction__forecaster__name")
    )
