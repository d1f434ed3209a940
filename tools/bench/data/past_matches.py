"""History: predicted, settled and counted matches, generated inside the database."""

from typing import Any

from django.db import transaction

from core.db import sql
from matches.models import Match, Season, Team
from scoring.rules import RULE
from stats.refresh import matviews
from stats.tallies import fold
from tools.bench.data import rows
from tools.bench.database import execute, vacuum_and_checkpoint
from tools.bench.groups import Bench

_HISTORY = sql.read("tools/bench/sql/history.sql")


def use(bench: Bench, predictions: int) -> str:
    """Switch to the database with this much history, created on first use; return its name."""
    name = f"history_{predictions}"
    if name not in bench.databases.names:
        bench.say(f"{predictions:,} predictions of history")
        bench.databases.make(name)
        make(predictions=predictions, forecasters=bench.scale.forecasters)
    bench.databases.use(name)
    return name


def make(*, predictions: int, forecasters: int) -> None:
    """Fill the current, empty database with this many predictions of this many forecasters, all counted."""
    rows.forecasters(forecasters)
    matches = predictions // forecasters
    _fill(matches=matches, leagues=5, days=455, regulars=forecasters, matchday=1)


def make_community(*, matches: int, forecasters: int, regulars: int, matchday: int) -> None:
    """Create one season with matches up to last week.

    Of the forecasters, `regulars` predict all matches; the others predict the matches from `matchday` on.
    """
    rows.forecasters(forecasters)
    _fill(matches=matches, leagues=1, days=275, regulars=regulars, matchday=matchday)


def _fill(**values: Any) -> None:
    """Run sql/history.sql with these values, rebuild the totals, and refresh the views.

    `days` is the number of days since the last season began.
    """
    with transaction.atomic():
        execute(rows.DISABLE_TRIGGERS)
        for statement in _HISTORY.split(";\n"):
            if statement.strip():
                execute(statement, values | {"rule": RULE})
    vacuum_and_checkpoint()
    with transaction.atomic():
        fold.rebuild()
        matviews.refresh(matviews.IN_ORDER, concurrently=False)
    vacuum_and_checkpoint()


def match_of_today(predictions: int) -> Match:
    """Create a match that has just ended 2-1, in the open season of the first league.

    It has predictions, and its result is recorded.
    """
    season = Season.objects.filter(closed_at__isnull=True).earliest("pk")
    number = season.matches.count() + 1
    home, away = Team.objects.order_by("pk")[number % 10 : 20 : 10]
    return rows.add_finished_match(season, home, away, predictions)
