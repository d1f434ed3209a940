"""Bringing the statistics up to date: fold, refresh, record, in one transaction."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from stats import matviews, tallies
from stats.models import ViewRefresh


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did: its records, and the matches that it covered for the first time."""

    views: list[ViewRefresh]
    match_ids: list[int]


def refresh(*, at: datetime, scope: str = "all", concurrently: bool = True) -> Refreshed:
    """Fold every settlement that is not in the tallies yet and refresh the views of the scope.

    Scopes: `all`, `leaderboard`, `standings`. It always refreshes, folded or not: a crash may have
    come between. Fold and refresh commit together, so the views never lag behind the tallies;
    `standings` needs no tallies and folds nothing.
    """
    with transaction.atomic():
        matviews.take_turn()
        folded = tallies.Folded([], []) if scope == "standings" else tallies.fold(at=at)
        changed = [*folded.match_ids, *folded.unfolded_match_ids]
        views = [
            view
            for view in matviews.SCOPES[scope]
            if view != matviews.CLOSED or matviews.closed_boards_changed(changed)
        ]
        return Refreshed(matviews.refresh(views, concurrently=concurrently), folded.match_ids)
