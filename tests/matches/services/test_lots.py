"""Drawn lots of a stage: entered together, and replaced together."""

import pytest
from django.utils import timezone

from matches.models import DrawnLot, Stage
from matches.services.lots import enter_lots, teams_of
from matches.services.stages import InvalidStage
from tests.factories import MatchFactory, StageFactory, TeamFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Stage:
    """A league of Ashford and Barrow."""
    return MatchFactory().stage


def enter(stage: Stage, *names: str, source: str = "https://league.example/lots"):
    teams = [TeamFactory(name=name) for name in names]
    return enter_lots(stage, teams, source=source, recorded_at=timezone.now())


def lots(stage: Stage) -> list[tuple[int, str]]:
    return [(lot.number, lot.team.name) for lot in DrawnLot.objects.filter(stage=stage)]


def test_the_first_team_gets_the_first_lot(stage):
    enter(stage, "Barrow", "Ashford")

    assert lots(stage) == [(1, "Barrow"), (2, "Ashford")]


def test_new_lots_replace_those_of_the_stage_and_of_no_other(stage):
    other = MatchFactory(stage=StageFactory(season=stage.season, name="Second half")).stage
    enter(other, "Barrow", "Ashford")
    enter(stage, "Barrow", "Ashford")

    enter(stage, "Ashford", "Barrow")

    assert lots(stage) == [(1, "Ashford"), (2, "Barrow")]
    assert lots(other) == [(1, "Barrow"), (2, "Ashford")]


def test_lots_are_deleted_by_entering_none(stage):
    enter(stage, "Barrow", "Ashford")

    enter(stage, source="")

    assert lots(stage) == []


@pytest.mark.parametrize(
    ("names", "source", "said"),
    [
        (("Ashford", "Ashford"), "draw", "Name each team once"),
        (("Ashford",), "draw", "at least the two teams"),
        (("Ashford", "Crewe"), "draw", "Crewe has no match in"),
        (("Ashford", "Barrow"), " ", "Enter the source"),
    ],
)
def test_impossible_lots_are_refused_and_change_nothing(stage, names, source, said):
    enter(stage, "Barrow", "Ashford")

    with pytest.raises(InvalidStage, match=said):
        enter(stage, *names, source=source)

    assert lots(stage) == [(1, "Barrow"), (2, "Ashford")]


def test_a_stage_without_a_table_has_no_lots(stage):
    cup = MatchFactory(stage=StageFactory(season=stage.season, name="Cup", kind=Stage.Kind.KNOCKOUT)).stage

    with pytest.raises(InvalidStage, match="Decide its kind first"):
        enter(cup, "Ashford", "Barrow")


def test_the_teams_of_a_stage_are_those_with_a_match(stage):
    assert [team.name for team in teams_of(stage)] == ["Ashford", "Barrow"]
