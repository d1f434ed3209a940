"""Update the statistics in one transaction: fold settlements, refresh the views, record the refreshes."""

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

    `views`: one record per refreshed view. `match_ids`: matches whose settlement was added to the tallies or
    subtracted. `past_changes`: changes of past data other than settlements, shown for the first time.
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
    """Fold pending settlements into the tallies and refresh the views of the scope, in one transaction.

    - Scope `all`: all views. Past changes are marked as shown.
    - Scope `leaderboard`: the leaderboards. Past changes stay pending: they affect league tables too.
    - Scope `standings`: the league tables, all of them; the scope `all` computes
      only those that changed. Tallies are not used, and nothing is folded.
    - Scope `teams`: the team leaderboards, from the tallies as they are. Nothing is folded. Only another
      refresh of the team leaderboards has to wait.

    Views are refreshed even if nothing was folded. With the scopes `all` and `leaderboard`, views of closed
    seasons are left out if no closed season changed. Team leaderboards are left out if they have their own
    schedule (stats/refresh/team_board_schedule.py) or `with_teams` is False. `unfolded`: matches whose
    superseded settlement the caller has already subtracted from the tallies in this transaction.
    """
    with transaction.atomic():
        if scope == "teams":
            return RefreshResult(matviews.refresh(matviews.SCOPES[scope], concurrently=concurrently), [], [])
        matviews.lock_refreshes()
        folded = [] if scope == "standings" else fold.fold(at=at)
        changed = list(dict.fromkeys([*folded, *unfolded]))
        amended = pending_changes.mark_shown(at=at) if scope == "all" else []
        seasons = [row.season_id for row in amended]
        views = [view for view in matviews.SCOPES[scope] if _is_due(view, changed, seasons)]
        if not with_teams:
            views = [view for view in views if view != matviews.TEAMS]
        refreshed = matviews.refresh(views, concurrently=concurrently, all_tables=scope == "standings")
        return RefreshResult(refreshed, changed, amended)


def _is_due(view: str, match_ids: Sequence[int], season_ids: Sequence[int]) -> bool:
    """Return True if the view must be refreshed now.

    The team boards are due unless they have their own schedule, the view of closed seasons only if one of
    these seasons changed, and all others always.
    """
    if view == matviews.TEAMS:
        return team_board_schedule.refreshes_with_others()
    if view == matviews.CLOSED:
        return matviews.closed_seasons_changed(match_ids, season_ids)
    return True
