"""Conditions and check constraints shared by several models."""

from django.db import models
from django.db.models import Q

from matches.result import MAX_GOALS, MAX_PENALTIES
from matches.statuses import Award, Status


def both_or_neither(first: str, second: str) -> Q:
    """Return the condition that both columns are null or neither is."""
    return Q(**{f"{first}__isnull": True, f"{second}__isnull": True}) | Q(
        **{f"{first}__isnull": False, f"{second}__isnull": False}
    )


def between(field: str, low: float, high: float) -> Q:
    return Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": low, f"{field}__lte": high})


def score_constraints(table: str) -> list[models.CheckConstraint]:
    """Return the constraints of the score columns, which Match and ResultRevision share.

    `table` is the prefix of the constraint names.
    """
    rules = {
        "score_paired": both_or_neither("home_score", "away_score"),
        "aet_paired": both_or_neither("home_score_aet", "away_score_aet"),
        "penalties_paired": both_or_neither("home_penalties", "away_penalties"),
        "goals_in_range": between("home_score", 0, MAX_GOALS)
        & between("away_score", 0, MAX_GOALS)
        & between("home_score_aet", 0, MAX_GOALS)
        & between("away_score_aet", 0, MAX_GOALS),
        "penalties_in_range": between("home_penalties", 0, MAX_PENALTIES)
        & between("away_penalties", 0, MAX_PENALTIES),
        "finished_has_score": ~Q(status=Status.FINISHED) | Q(home_score__isnull=False),
        "status_known": Q(status__in=Status.values),
        "award_of_awarded": Q(award=Award.NONE) | Q(status=Status.AWARDED, award__in=Award.values),
    }
    return [models.CheckConstraint(condition=rule, name=f"{table}_{name}") for name, rule in rules.items()]
