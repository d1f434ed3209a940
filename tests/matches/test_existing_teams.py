"""Existing rows: the migration gives teams the category and country on which their competitions agree."""

from importlib import import_module

import pytest
from django.apps import apps

from matches.models import Competition, Team
from tests.factories import CompetitionFactory, MatchFactory, SeasonFactory, TeamFactory

pytestmark = pytest.mark.django_db

MIGRATION = import_module("matches.migrations.0008_team_categories")


def plays(name: str, *competitions: tuple[str, str]) -> None:
    for competition, country in competitions:
        league = CompetitionFactory(
            slug=competition.lower().replace(" ", "-").replace("'", ""), name=competition, country=country
        )
        MatchFactory(
            season=SeasonFactory(competition=league),
            home_team=TeamFactory(name=name),
            away_team=TeamFactory(name="Crewe"),
        )


def test_existing_teams_get_what_their_competitions_agree_on():
    plays("Ashford", ("Vale League", "Northland"), ("Vale Cup", "Northland"), ("Cup of Nations", "Europe"))
    plays("Barrow", ("Vale Women's League", "Northland"))
    plays("Dover", ("Vale League", "Northland"), ("Vale Women's League", "Northland"))
    plays("Elmswell", ("Vale League", "Northland"), ("South League", "Southland"))
    plays("Fordham II", ("Vale League", "Northland"))
    TeamFactory(name="Idle")
    Competition.objects.update(category="")

    MIGRATION.fill(apps, None)

    assert {team.name: (team.category, team.country) for team in Team.objects.exclude(name="Crewe")} == {
        "Ashford": ("men", "Northland"),
        "Barrow": ("women", "Northland"),
        "Dover": ("", "Northland"),
        "Elmswell": ("men", ""),
        "Fordham II": ("reserves", "Northland"),
        "Idle": ("men", ""),
    }
    assert Competition.objects.get(slug="vale-womens-league").category == "women"
