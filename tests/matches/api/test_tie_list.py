"""/api/v1/ties/ and the tie of a match: both legs, the aggregate, who goes through and how."""

import csv
import io
from datetime import timedelta

import pytest

from matches.models import Match, Stage
from tests.factories import KICKOFF, CompetitionFactory, MatchFactory, SeasonFactory, StageFactory, record

pytestmark = pytest.mark.django_db


@pytest.fixture
def legs() -> list[Match]:
    """1-0 and 1-2, and Barrow win the shootout."""
    stage = StageFactory(name="Knockout stage", kind=Stage.Kind.KNOCKOUT)
    first = MatchFactory(stage=stage, matchday=None, round_label="Semi-final")
    second = MatchFactory(
        stage=stage,
        matchday=None,
        round_label="Semi-final",
        kickoff_at=KICKOFF + timedelta(days=7),
        home_team=first.away_team,
        away_team=first.home_team,
        leg=2,
    )
    record(first, 1, 0)
    record(second, 2, 1, home_penalties=4, away_penalties=2)
    return [first, second]


def team(name: str) -> dict[str, str]:
    return {"slug": name.lower(), "name": name, "short_name": name}


def test_a_match_has_its_tie(legs, client):
    tie = client.get(f"/api/v1/matches/{legs[0].pk}/").json()["tie"]

    assert tie == {
        "stage": {"id": legs[0].stage_id, "name": "Knockout stage"},
        "round_label": "Semi-final",
        "format": "legs",
        "first_match": legs[0].pk,
        "first_team": team("Ashford"),
        "second_team": team("Barrow"),
        "first_goals": 2,
        "second_goals": 2,
        "first_wins": 1,
        "second_wins": 1,
        "first_penalties": 2,
        "second_penalties": 4,
        "leader": "barrow",
        "winner": "barrow",
        "decided_by": "shootout",
        "how": "4-2 on penalties (2-2 on aggregate)",
        "text": "Barrow go through 4-2 on penalties (2-2 on aggregate)",
        "matches": [match.pk for match in legs],
    }


def test_a_league_match_has_no_tie(client):
    assert client.get(f"/api/v1/matches/{MatchFactory().pk}/").json()["tie"] is None


def test_a_tie_that_is_not_decided_has_a_leader_only(client):
    stage = StageFactory(name="Knockout stage", kind=Stage.Kind.KNOCKOUT)
    match = MatchFactory(stage=stage, matchday=None, round_label="Final", leg=1)
    record(match, 1, 0)

    tie = client.get(f"/api/v1/matches/{match.pk}/").json()["tie"]

    assert (tie["leader"], tie["winner"], tie["decided_by"], tie["how"]) == ("ashford", None, None, "")
    assert (tie["first_penalties"], tie["text"]) == (None, "Ashford lead 1-0 after the first leg")


def test_the_list_has_the_ties_of_a_season(legs, client):
    season = legs[0].season_id

    answer = client.get(f"/api/v1/ties/?season={season}").json()

    assert (answer["count"], answer["results"][0]["winner"]) == (1, "barrow")
    assert client.get(f"/api/v1/ties/?season={season}&stage={legs[0].stage_id}").json() == answer
    assert client.get(f"/api/v1/ties/?season={season}&stage={StageFactory().pk}").json()["count"] == 0


def test_the_list_comes_as_csv_without_the_matches(legs, client):
    text = client.get(f"/api/v1/ties/?season={legs[0].season_id}&format=csv").content.decode()

    (row,) = csv.DictReader(io.StringIO(text))
    assert "matches" not in row
    assert (row["first_team.slug"], row["first_goals"], row["winner"]) == ("ashford", "2", "barrow")


def test_a_stage_of_another_season_is_refused(legs, client):
    cup = SeasonFactory(competition=CompetitionFactory(slug="cup", name="Cup"))

    answer = client.get(f"/api/v1/ties/?season={cup.pk}&stage={legs[0].stage_id}")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "stage"


def test_the_list_needs_a_season(db, client):
    assert client.get("/api/v1/ties/").json()["errors"][0]["code"] == "required"
