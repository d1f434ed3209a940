"""Bringing the statistics up to date: fold, refresh, record, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from stats.models import Amendment, ViewRefresh
from stats.refresh import matviews, team_board_schedule
from stats.tallies import fold, pending_changes


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did: its records, the matches whose settlement it took in or only took out, and what
    else it shows of the past for the first time."""

    views: list[ViewRefresh]
    match_ids: list[int]
    amendments: list[Amendment]


def refresh(
    *,
    at: datetime,
    scope: str = "all",
    concurrently: bool = True,
    taken_out: Sequence[int] = (),
    with_teams: bool = True,
) -> Refreshed:
    """Fold every settlement that is not in the tallies yet and refresh the views of the scope.

    Scopes: `all`, `leaderboard`, `standings`, `teams`. It always refreshes, folded or not: a crash may have
    come between. Fold and refresh commit together, so the views never lag behind the tallies;
    `standings` needs no tallies and folds nothing. Only `all` shows what was amended, for that takes every
    view. `taken_out`: matches whose old settlement the caller took out of the tallies in this transaction.

    Team boards are left out if they have a schedule of their own (stats/refresh/team_board_schedule.py), and
    without `with_teams`. The scope `teams` refreshes them from the current tallies: it folds nothing, and
    only another refresh of `teams` waits for it.
    """
    with transaction.atomic():
        if scope == "teams":
            return Refreshed(matviews.refresh(matviews.SCOPES[scope], concurrently=concurrently), [], [])
        matviews.lock_refreshes()
        folded = fold.Folded([], []) if scope == "standings" else fold.fold(at=at)
        changed = list(dict.fromkeys([*folded.match_ids, *folded.unfolded_match_ids, *taken_out]))
        amended = pending_changes.mark_shown(at=at) if scope == "all" else []
        seasons = [row.season_id for row in amended]
        views = [view for view in matviews.SCOPES[scope] if _is_due(view, scope, changed, seasons)]
        if not with_teams:
            views = [view for view in views if view != matviews.TEAMS]
        return Refreshed(matviews.refresh(views, concurrently=concurrently), changed, amended)


def _is_due(view: str, scope: str, match_ids: Sequence[int], season_ids: Sequence[int]) -> bool:
    """Views of closed seasons are refreshed where one of those changed, or whoever asks wants tables only.

    The boards of teams are, where that is quick.
    """
    if view == matviews.TEAMS:
        return team_board_schedule.refreshes_with_others()
    if view not in (matviews.CLOSED, matviews.CLOSED_TABLES) or scope == "standings":
        return True
    return matviews.closed_seasons_changed(view, match_ids, season_ids)
