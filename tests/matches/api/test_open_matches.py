"""`/matches/?open=true`: what can be predicted now, with what is known of each match."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from matches.models import Match, Stage
from tests.factories import MatchFactory, StageFactory, TeamFactory, oracle, predict, record

pytestmark = pytest.mark.django_db


def played(days_ago: float, home: str, away: str, score: tuple[int, int]) -> Match:
    match = MatchFactory(
        kickoff_at=timezone.now() - timedelta(days=days_ago),
        home_team=TeamFactory(name=home),
        away_team=TeamFactory(name=away),
    )
    record(match, *score)
    return match


def coming(home: str, away: str) -> Match:
    return MatchFactory(
        kickoff_at=timezone.now() + timedelta(days=1),
        home_team=TeamFactory(name=home),
        away_team=TeamFactory(name=away),
    )


def test_each_open_match_contains_its_known_facts(get):
    played(13, "Barrow", "Ashford", (2, 2))
    played(6, "Ashford", "Corley", (3, 1))
    match = coming("Ashford", "Barrow")
    predict(match, oracle(), (4, 0), provenance="live")

    (row,) = get("matches/", {"open": "true"})["results"]

    known = row["known"]
    assert known["standings"]["home"] == {
        **{"place": 1, "played": 2, "won": 1, "drawn": 1, "lost": 0},
        **{"goals_for": 5, "goals_against": 3, "points": 4, "carried": 0, "adjustment": 0},
    }
    assert known["standings"]["away"]["place"] == 2
    assert [(each["opponent"], each["score"], each["result"]) for each in known["form"]["home"]] == [
        ("Corley", "3-1", "win"),
        ("Barrow", "2-2", "draw"),
    ]
    assert [(each["home"], each["score"]) for each in known["meetings"]] == [("Barrow", "2-2")]
    assert known["rest_days"] == {"home": 7.0, "away": 14.0}
    assert "4-0" not in str(known), "nobody's prediction is in it"


def test_before_the_first_result_both_teams_share_the_first_place_without_form(get):
    coming("Ashford", "Barrow")

    (row,) = get("matches/", {"open": "true"})["results"]

    assert {(side["place"], side["played"]) for side in row["known"]["standings"].values()} == {(1, 0)}
    assert row["known"]["form"] == {"home": [], "away": []}
    assert row["known"]["rest_days"] == {"home": None, "away": None}


def test_a_match_of_a_stage_without_a_table_has_no_standings(get):
    played(6, "Ashford", "Barrow", (3, 1))
    final = coming("Ashford", "Barrow")
    final.stage = StageFactory(name="Knockout stage", kind=Stage.Kind.KNOCKOUT)
    final.save()

    (row,) = get("matches/", {"open": "true"})["results"]

    assert row["known"]["standings"] == {"home": None, "away": None}


def test_a_second_leg_shows_the_first_one_and_the_aggregate(get):
    knockout = StageFactory(name="Knockout stage", kind=Stage.Kind.KNOCKOUT)
    first, second = played(6, "Barrow", "Ashford", (2, 1)), coming("Ashford", "Barrow")
    for match, leg in ((first, 1), (second, 2)):
        match.stage, match.leg = knockout, leg
        match.save(update_fields=["stage", "leg"])

    (row,) = get("matches/", {"open": "true"})["results"]

    tie = row["known"]["tie"]
    assert [(leg["leg"], leg["home"], leg["away"], leg["score"]) for leg in tie["earlier_legs"]] == [
        (1, "Barrow", "Ashford", "2-1")
    ]
    assert (tie["aggregate"], tie["away_goals_rule"]) == ("1-2", False)


def test_other_lists_have_no_known_facts(get):
    played(6, "Ashford", "Corley", (3, 1))
    coming("Ashford", "Barrow")

    for query in ({}, {"open": "false"}):
        assert {row["known"] for row in get("matches/", query)["results"]} == {None}


def test_queries_do_not_grow_with_open_matches(get):
    for home, away in (("Ashford", "Barrow"), ("Corley", "Denby"), ("Epsom", "Frome")):
        played(6, home, away, (1, 0))
    coming("Ashford", "Barrow")
    with CaptureQueriesContext(connection) as one:
        get("matches/", {"open": "true"})
    coming("Corley", "Denby")
    coming("Epsom", "Frome")
    with CaptureQueriesContext(connection) as three:
        get("matches/", {"open": "true"})

    assert len(three) == len(one)
