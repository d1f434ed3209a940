"""`/matches/?open=true`: what can be predicted now, with what is known of each match."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from matches.models import Match
from tests.factories import MatchFactory, TeamFactory, oracle, predict, record

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
        **{"goals_for": 5, "goals_against": 3, "points": 4},
    }
    assert known["standings"]["away"]["place"] == 2
    assert [(each["opponent"], each["score"], each["result"]) for each in known["form"]["home"]] == [
        ("Corley", "3-1", "win"),
        ("Barrow", "2-2", "draw"),
    ]
    assert [(each["home"], each["score"]) for each in known["meetings"]] == [("Barrow", "2-2")]
    assert known["rest_days"] == {"home": 7.0, "away": 14.0}
    assert "4-0" not in str(known), "nobody's prediction is in it"


def test_known_facts_are_empty_before_the_first_result(get):
    coming("Ashford", "Barrow")

    (row,) = get("matches/", {"open": "true"})["results"]

    assert row["known"]["standings"] == {"home": None, "away": None}
    assert row["known"]["form"] == {"home": [], "away": []}
    assert row["known"]["rest_days"] == {"home": None, "away": None}


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
