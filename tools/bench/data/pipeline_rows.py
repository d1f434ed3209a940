"""Leagues with predictions but without results: twenty teams, double round robin."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from matches.models import Competition, Match, Season, Team
from tools.bench.data import rows

TEAMS = 20
MATCHDAYS = 2 * (TEAMS - 1)
MATCHES = MATCHDAYS * TEAMS // 2  # of one season


def leagues(wanted: int, label: str, *, begun_at: datetime, days: float, predictions: int) -> list[Match]:
    """Return this many matches, earliest first, of as many leagues as needed. Rounds are `days` apart."""
    matches: list[Match] = []
    for number in range(-(-wanted // MATCHES)):
        fixtures = _fixtures(number + 1, label, begun_at, timedelta(days=days))
        matches += Match.objects.bulk_create(islice(fixtures, wanted - len(matches)))
    rows.predict(matches, predictions)
    return sorted(matches, key=lambda match: match.kickoff_at)


def _fixtures(number: int, label: str, begun_at: datetime, apart: timedelta) -> Iterator[Match]:
    """Yield the fixtures round by round; in each, every team plays once (circle method)."""
    season, teams = _season(number, label, begun_at)
    for matchday in range(1, MATCHDAYS + 1):
        turn = matchday % (TEAMS - 1)
        circle = [teams[0], *teams[1:][turn:], *teams[1:][:turn]]
        kickoff = begun_at + (matchday - 1) * apart
        for one, other in zip(circle[: TEAMS // 2], reversed(circle[TEAMS // 2 :]), strict=True):
            home, away = (one, other) if matchday < TEAMS else (other, one)
            yield Match(
                season=season,
                round_label=f"Matchday {matchday}",
                matchday=matchday,
                kickoff_at=kickoff,
                lock_at=kickoff,
                home_team=home,
                away_team=away,
            )


def _season(number: int, label: str, begun_at: datetime) -> tuple[Season, list[Team]]:
    slug, day = f"bench-{number}", begun_at.date()
    competition, _ = Competition.objects.get_or_create(slug=slug, defaults={"name": f"Bench {number}"})
    season = Season.objects.create(
        competition=competition, label=label, starts_on=day, ends_on=day + timedelta(days=365)
    )
    names = [(f"{slug}-{each}", f"Team {number}.{each}", f"T {number}.{each}") for each in range(TEAMS)]
    teams = [Team(slug=slug, name=name, short_name=short_name) for slug, name, short_name in names]
    Team.objects.bulk_create(teams, ignore_conflicts=True)
    return season, list(Team.objects.filter(slug__in=[team.slug for team in teams]).order_by("pk"))
