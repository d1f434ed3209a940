"""Read ties from the database: the ties of a stage or season, or the tie of a match, in one query each."""

from itertools import groupby

from django.db.models import QuerySet

from matches.models import Match, Stage
from matches.ties.grouping import ties_of
from matches.ties.tie import Tie

KINDS = (Stage.Kind.KNOCKOUT, Stage.Kind.UNKNOWN)  # kinds of stages that may have ties


def ties_in(matches: QuerySet[Match]) -> list[Tie]:
    """Return the ties among these matches, ordered by stage and first kickoff.

    `matches` must contain all matches of each stage.
    """
    rows = matches.filter(stage__kind__in=KINDS).select_related("stage", "home_team", "away_team")
    by_stage = groupby(rows.order_by("stage__order", "stage_id"), key=lambda match: match.stage)
    return [
        tie
        for stage, played in by_stage
        for tie in ties_of(played, away_goals=stage.away_goals, is_knockout=stage.kind == Stage.Kind.KNOCKOUT)
    ]


def tie_of(match: Match) -> Tie | None:
    """Return the tie to which a match belongs, or None. No query is sent if its stage cannot have ties."""
    if match.stage.kind not in KINDS:
        return None
    ties = ties_in(Match.objects.filter(stage=match.stage_id))
    return next((tie for tie in ties if match in tie.matches), None)
