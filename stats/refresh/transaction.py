"""Update the statistics: fold settlements, refresh views and record it, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from stats.models import PastChange, ViewRefresh
from stats.refresh import matviews, team_board_schedule
from stats.tallies import fold, pending_changes


@dataclass(frozen=True, slots=True)
class RefreshResult:
    """Result of a refresh.

    `views`: the records of the refreshed views. `match_ids`: matches whose settlement was added or removed.
    `past_changes`: other changes of past data that are shown for the first time.
    """

    views: list[ViewRefresh]
    match_ids: list[int]
    past_changes: list[PastChange]


def refresh_statistics(
    *,
    at: datetime,
    scope: str = "all",
    concurrently: bool = True,
    unfolded: Sequence[int] = (),
    with_teams: bool = True,
) -> RefreshResult:
    """Fold pending settlements into the tallies and refresh the views of the scope.

    Scopes: `all`, `leaderboard`, `standings`, `teams`. The views are refreshed even if nothing was folded
    (those of closed seasons only if they changed). Folding and refreshing are one transaction, so the views
    never lag behind the tallies; `standings` does not use tallies and folds nothing. Only `all` marks past
    changes as shown, because they affect every view. `unfolded`: matches whose old settlement the caller
    removed from the tallies in this transaction.

    Team boards are left out if they have their own schedule (stats/refresh/team_board_schedule.py), or if
    `with_teams` is False. The scope `teams` refreshes them from the current tallies: it folds nothing, and
    blocks only other refreshes of `teams`.
    """
    with transaction.atomic():
        if scope == "teams":
            return RefreshResult(matviews.refresh(matviews.SCOPES[scope], concurrently=concurrently), [], [])
        matviews.lock_refreshes()
        folded = [] if scope == "standings" else fold.fold(at=at)
        changed = list(dict.fromkeys([*folded, *unfolded]))
        amended = pending_changes.mark_shown(at=at) if scope == "all" else []
        seasons = [row.season_id for row in amended]
        views = [view for view in matviews.SCOPES[scope] if _is_due(view, scope, changed, seasons)]
        if not with_teams:
            views = [view for view in views if view != matviews.TEAMS]
        return RefreshResult(matviews.refresh(views, concurrently=concurrently), changed, amended)


def _is_due(view: str, scope: str, match_ids: Sequence[int], season_ids: Sequence[int]) -> bool:
    """Return True if the view must be refreshed now.

    Team boards: if that is fast. Views of closed seasons: if one of these seasons changed, or with the scope
    `standings`. All others: always.
    """
    if view == matviews.TEAMS:
        return team_board_schedule.refreshes_with_others()
    if view not in (matviews.CLOSED, matviews.CLOSED_STANDINGS) or scope == "standings":
        return True
    return matviews.closed_seasons_changed(view, match_ids, season_ids)
