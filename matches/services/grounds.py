"""Swap home and away of a match that moved to the ground of the other team."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from matches.models import GroundMove, LLMQuestion, Match, MatchSource, Season
from matches.services.results import locked_match
from matches.services.seasons import renumber_game
from matches.signals import fixtures_changed
from matches.statuses import SETTLED


class SidesKept(ValueError):
    """Home and away of the match cannot be swapped.

    The message contains the reason, as the first part of a sentence.
    """


def move_ground(*, match_id: int, source: str, moved_at: datetime) -> GroundMove:
    """Swap home and away of a match, and record the swap.

    For each source of the match, inverts `flipped` (the source lists the teams in reverse order). Raises
    SidesKept if a prediction, a question to a language model or a recorded score refers to the current sides.
    """
    with transaction.atomic():
        match = locked_match(match_id)
        _require_no_reference(match)
        match.home_team, match.away_team = match.away_team, match.home_team
        if match.twin():
            renumber_game(match)
        match.save(update_fields=["home_team", "away_team", "game"])
        MatchSource.objects.filter(match=match).update(flipped=~F("flipped"))
        move = GroundMove.objects.create(
            match=match, home_team=match.home_team, source=source, moved_at=moved_at
        )
        fixtures_changed.send(sender=Season, season=match.season)
        return move


def _require_no_reference(match: Match) -> None:
    if match.predictions.exists() or LLMQuestion.objects.filter(match=match).exists():
        raise SidesKept("Predictions were made for it")
    if match.status in SETTLED or match.revisions.filter(home_score__isnull=False).exists():
        raise SidesKept("A result was recorded for it")
