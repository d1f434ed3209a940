"""A past: matches that were predicted, settled and counted long ago, made in the database at once."""

from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from core.db import sql
from matches.models import Match, Season, Team
from scoring.rules import RULE
from stats.refresh import matviews
from stats.tallies import fold
from tools.bench.data import rows
from tools.bench.database import settle_down
from tools.bench.groups import Bench

_HISTORY = sql.read("tools/bench/sql/history.sql")


def use(bench: Bench, predictions: int) -> str:
    """Go to the database with so much history, made the first time somebody wants it; return its name."""
    name = f"history_{predictions}"
    if name not in bench.databases.names:
        bench.say(f"{predictions:,} predictions of history")
        bench.databases.make(name)
        make(predictions=predictions, forecasters=bench.scale.forecasters)
    bench.databases.use(name)
    return name


def make(*, predictions: int, forecasters: int) -> None:
    """Fill the empty database that is in use: so many predictions of so many forecasters, counted."""
    rows.forecasters(forecasters)
    matches = predictions // forecasters
    _fill(matches=matches, leagues=5, days=455, regulars=forecasters, matchday=1)


def make_community(*, matches: int, forecasters: int, regulars: int, matchday: int) -> None:
    """One season up to last week: so many regulars predicted all of it, everybody from the matchday on."""
    rows.forecasters(forecasters)
    _fill(matches=matches, leagues=1, days=275, regulars=regulars, matchday=matchday)


def _fill(**values: Any) -> None:
    """See sql/history.sql; `days`: how long ago the last season began."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(rows.UNGUARDED)
        values |= {"rule": RULE}
        for statement in _HISTORY.split(";\n"):
            if statement.strip():
                cursor.execute(statement, values)
    settle_down()
    with transaction.atomic():
        fold.rebuild()
        matviews.refresh(matviews.IN_ORDER, concurrently=False)
    settle_down()


def match_of_today(predictions: int) -> Match:
    """A match of the open season of the first league that ended by now 2-1, predicted and recorded."""
    season = Season.objects.filter(closed_at__isnull=True).order_by("pk").first()
    assert season is not None
    number = Match.objects.filter(season=season).count() + 1
    home, away = Team.objects.order_by("pk")[number % 10 : 20 : 10]
    kickoff = timezone.now() - timedelta(hours=2)
    match = Match.objects.create(
        season=season,
        round_label=f"Today {number}",
        kickoff_at=kickoff,
        lock_at=kickoff,
        home_team=home,
        away_team=away,
    )
    rows.predict(match, predictions)
    rows.finish(match, 2, 1)
    return match
