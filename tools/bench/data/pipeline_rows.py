"""Leagues with predictions but without results: twenty teams, double round robin."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count, islice

from django.db import connection, transaction

from matches.models import Competition, Match, Season, Team
from tools.bench.data import rows

TEAMS = 20
ROUNDS = 2 * (TEAMS - 1)
A_SEASON = ROUNDS * TEAMS // 2


def leagues(wanted: int, label: str, *, begun_at: datetime, days: float, predictions: int) -> list[Match]:
    """Return this many matches, earliest first, of as many leagues as needed. Rounds are `days` apart."""
    found: list[Match] = []
    for number in count(1):
        if len(found) == wanted:
            break
        season, teams = _season(number, label, begun_at)
        fixtures = islice(_fixtures(season, teams, begun_at, timedelta(days=days)), wanted - len(found))
        found += Match.objects.bulk_create(fixtures)
    _predict(found, predictions)
    return sorted(found, key=lambda match: match.kickoff_at)


def _season(number: int, label: str, begun_at: datetime) -> tuple[Season, list[Team]]:
    slug = f"bench-{number}"
    competition, _ = Competition.objects.get_or_create(slug=slug, defaults={"name": f"Bench {number}"})
    day = begun_at.date()
    season = Season.objects.create(
        competition=competition, label=label, starts_on=day, ends_on=day + timedelta(days=365)
    )
    teams = [
        Team.objects.get_or_create(
            slug=f"{slug}-{each}",
            defaults={"name": f"Team {number}.{each}", "short_name": f"T {number}.{each}"},
        )[0]
        for each in range(TEAMS)
    ]
    return season, teams


def _fixtures(season: Season, teams: list[Team], begun_at: datetime, apart: timedelta) -> Iterator[Match]:
    """Yield the fixtures round by round; in each, every team plays once (circle method)."""
    for matchday in range(1, ROUNDS + 1):
        turn = matchday % (TEAMS - 1)
        circle = [teams[0], *teams[1:][turn:], *teams[1:][:turn]]
        for one, other in zip(circle[: TEAMS // 2], reversed(circle[TEAMS // 2 :]), strict=True):
            home, away = (one, other) if matchday < TEAMS else (other, one)
            kickoff = begun_at + (matchday - 1) * apart
            yield Match(
                season=season,
                round_label=f"Matchday {matchday}",
                matchday=matchday,
                kickoff_at=kickoff,
                lock_at=kickoff,
                home_team=home,
                away_team=away,
            )


def _predict(matches: list[Match], predictions: int) -> None:
    rows.forecasters(predictions)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(rows.UNGUARDED)
        for match in matches:
            at = match.kickoff_at - timedelta(hours=1)
            cursor.execute(rows.PREDICTIONS, {"match": match.pk, "wanted": predictions, "at": at})
