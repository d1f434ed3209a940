"""What four real feeds answered."""

import json
from zoneinfo import ZoneInfo

import pytest

from matches.feeds.providers import FEEDS
from matches.feeds.providers.feed_format import FeedMatch
from matches.result import Status, score_text, validate
from tests.real_data import FEEDS as FOLDER
from tests.real_data import HAVE_FEEDS

pytestmark = pytest.mark.skipif(not HAVE_FEEDS, reason="REAL_FEEDS names no samples")


def sample(name: str) -> object:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def read(feed: str, document: object) -> list[FeedMatch]:
    reading = FEEDS[feed].read(document, zone=ZoneInfo("Europe/London"))
    assert reading.faults == []
    return reading.matches


def scores(matches: list[FeedMatch]) -> dict[str, str]:
    """By the home side, each checked to be a possible result."""
    for match in matches:
        validate(match.result, before=Status.SCHEDULED, last_leg=(match.leg or 0) > 1)
        assert match.doubt == ""
    return {match.home: score_text(match.result) for match in matches}


def test_football_data_org():
    assert scores(read("football-data", sample("football_data_org_v4_sample.json"))) == {
        "BSC Young Boys": "0-3",
        "Liverpool FC": "0-1 (0-1 aet, 1-4 pens)",
        "FC Internazionale Milano": "3-3 (4-3 aet)",
        "Germany": "5-1",
        "England": "1-1 (2-1 aet)",
        "Portugal": "0-0 (0-0 aet, 3-0 pens)",
        "Mexico": "-",
    }


def test_api_football():
    entries = sample("api_football_v3_sample.json")["response"]
    cup, league = read("api-football", {"response": entries})

    assert (score_text(cup.result), score_text(league.result)) == ("2-2 (2-2 aet, 2-3 pens)", "0-1")
    assert scores(read("api-football", sample("api_football_v3_full_fixture_bayern_real.json"))) == {
        "Bayern München": "4-3"
    }


def test_openligadb():
    assert scores(read("openligadb", sample("openligadb_sample.json"))) == {
        "FC Gütersloh": "0-5",
        "FK Pirmasens": "1-1 (1-2 aet)",
        "FV Illertissen": "3-3 (3-3 aet, 6-5 pens)",
        "Preußen Münster": "0-0 (3-5 pens)",
        "Hertha BSC": "0-0 (1-1 aet, 4-5 pens)",
        "Hansa Rostock": "-",
    }


def test_openfootball():
    document = sample("openfootball_sample.json")
    cup = read("openfootball", {"name": "World Cup", "matches": document["worldcup_2026_samples"]})
    league = read("openfootball", {"name": "League", "matches": document["league_2025_26"]})

    assert scores([*cup, *league]) == {
        "South Africa": "0-1",
        "Germany": "1-1 (1-1 aet, 3-4 pens)",
        "Belgium": "2-2 (3-2 aet)",
        "Norway": "1-1 (1-2 aet)",
        "Liverpool FC": "4-2",
    }
    assert [f"{match.kickoff_at:%d %H:%M}" for match in [*cup, *league]] == [
        *["28 19:00", "29 20:30", "01 20:00", "11 21:00", "15 19:00"]
    ]
