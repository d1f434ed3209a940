"""Settle matches, i.e. compute and store their quotas, points and scores.

Each match is settled in its own transaction, with one SQL statement for all its scores.
"""

from datetime import datetime

from django.db import transaction

from core.db import sql
from core.db.prepared import PreparedQuery
from matches.models import Competition, Match, Prediction
from matches.statuses import SETTLED
from scoring.models import Settlement
from scoring.rules import RULE

SCORE_MATCH = sql.read("scoring/sql/score_match.sql")
_OUTDATED = sql.read("scoring/sql/outdated.sql")
# Exclusive lock on the match, shared lock on its competition: either a concurrent change of the score basis
# waits and then requests scoring of this match as well, or this statement waits and reads the new basis.
_LOCK = """
SELECT FROM matches_match m
JOIN matches_season s ON s.id = m.season_id
JOIN matches_competition c ON c.id = s.competition_id
WHERE m.id = %s FOR UPDATE OF m FOR SHARE OF c
"""
# Separate statements after the lock, so that their snapshots include the changes it waited for.
_MATCH = PreparedQuery(lambda pk: Match.objects.select_related("season__competition").filter(pk=pk))
_NEWEST = PreparedQuery(lambda pk: Settlement.objects.filter(match_id=pk).order_by("-number")[:1])


class MissingScore(ValueError):
    """Exception for a finished match without the score that counts in its competition."""


def score_match(*, match_id: int, settled_at: datetime, force: bool = False) -> bool:
    """Settle the match with its newest result; return True if anything changed.

    The match row is locked, so that no correction is recorded meanwhile. A void match gets a settlement
    without scores. If the match is no longer over (e.g. a feed reported the end too early), its current
    settlement is superseded. `force` settles the match again even if nothing changed. Raises MissingScore if
    a finished match lacks the score that counts.
    """
    with transaction.atomic():
        match, last = _lock_match(match_id)
        current = last if last and last.superseded_at is None else None
        if match.status not in SETTLED:
            return _supersede(current, at=settled_at)
        if current and not force and not is_outdated(current):
            return False
        _supersede(current, at=settled_at)
        _settle(match, number=last.number + 1 if last else 1, settled_at=settled_at)
        return True


def _lock_match(match_id: int) -> tuple[Match, Settlement | None]:
    """Lock the match until the end of the transaction; return the match and its newest settlement.

    Until then, the result and the score basis of the competition cannot change. Raises Match.DoesNotExist if
    no match has this id.
    """
    sql.fetch_all(_LOCK, [match_id])
    with sql.prefetch(_MATCH.statement(match_id), _NEWEST.statement(match_id)):
        found, last = _MATCH(match_id), _NEWEST(match_id)
    if not found:
        raise Match.DoesNotExist(f"No match with id {match_id}.")
    return found[0], last[0] if last else None


def is_outdated(settlement: Settlement) -> bool:
    """Return True if scoring the match again would replace this settlement."""
    [(outdated,)] = sql.fetch_all(f"SELECT {outdated_condition('%s')}", [settlement.pk])
    return bool(outdated)


def outdated_condition(settlement: str) -> str:
    """Return `is_outdated` as an SQL condition. `settlement` is an SQL expression for the settlement's id."""
    return _OUTDATED.format(settlement=settlement, rule=RULE)


def settled_on_another_basis(competition: Competition) -> list[Match]:
    """Return matches of the competition that were settled with another score than the one that counts now.

    Only matches with extra time can differ: the score basis of the competition decides if extra time counts.
    """
    settlements = Settlement.objects.filter(
        match__season__competition=competition,
        match__home_score_aet__isnull=False,
        superseded_at__isnull=True,
        voided=False,
    ).select_related("match__season__competition")
    return [row.match for row in settlements if row.used_score != row.match.counting_score]


def _supersede(settlement: Settlement | None, *, at: datetime) -> bool:
    """Mark the settlement as superseded and return True; if it is None, return False."""
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
        raise MissingScore(
            f"{match} (id {match.pk}) is finished but has no score to count: record its result again."
        )
    values = {
        "match": match.pk,
        "number": number,
        "result_version": match.result_version,
        "rule": RULE,
        "home": score[0],
        "away": score[1],
        "settled_at": settled_at,
    }
    sql.fetch_all(SCORE_MATCH, values)


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
