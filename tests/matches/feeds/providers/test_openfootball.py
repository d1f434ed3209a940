"""openfootball: no ids, no time zones, and times like «13:00 UTC-6»."""

from datetime import UTC, datetime

import pytest

from matches.feeds.providers.feed_format import BadCode, FeedMatch
from matches.feeds.providers.openfootball import OpenFootball
from matches.result import Result
from matches.stage_hints import StageHint
from tests.matches.feeds.providers.documents import LONDON, Told, openfootball, openfootball_match

FEED = OpenFootball()
CODE = "football.json/master/2025-26/en.1"


def read(*entries: dict) -> list[FeedMatch]:
    reading = FEED.read({"matches": list(entries)}, code=CODE, zone=LONDON)
    assert reading.faults == []
    return reading.matches


def test_without_ids_a_match_is_its_competition_round_and_teams():
    (match,) = FEED.read(openfootball([Told()]), code=CODE, zone=LONDON).matches

    assert match.external_id == f"{CODE}|Matchday 7|Ashford|Barrow"
    assert (match.home, match.away, match.round_label, match.matchday) == (
        "Ashford",
        "Barrow",
        "Matchday 7",
        7,
    )


def test_the_id_stays_when_the_kickoff_moves():
    (before,) = read(openfootball_match(Told()))
    (after,) = read(openfootball_match(Told(), date="2026-05-02", time="12:30"))

    assert before.external_id == after.external_id
    assert before.kickoff_at != after.kickoff_at


def test_a_replay_in_the_same_round_is_a_match_of_its_own():
    first, replay = read(
        openfootball_match(Told(status="abandoned")),
        openfootball_match(Told(status="finished", ninety=(4, 3)), date="2026-05-02"),
    )

    assert first.external_id == f"{CODE}|Matchday 7|Ashford|Barrow"
    assert replay.external_id.endswith("|2026-05-02")


def test_an_id_that_is_too_long_to_keep_ends_in_a_digest():
    long, longer = read(
        openfootball_match(Told(home="Ashford Town and District Football Club")),
        openfootball_match(Told(home="Ashford Town and District Football Club", away="Crewe")),
    )

    assert len(long.external_id) == 80
    assert long.external_id != longer.external_id


@pytest.mark.parametrize(
    ("date", "time", "utc"),
    [
        ("2026-01-10", "15:00", "2026-01-10T15:00"),
        ("2026-07-10", "15:00", "2026-07-10T14:00"),  # summer time in the subscription's zone
        ("2026-06-28", "12:00 UTC-7", "2026-06-28T19:00"),
        ("2026-06-29", "19:30 UTC-4", "2026-06-29T23:30"),
        ("2026-06-30", "21:00 UTC-6", "2026-07-01T03:00"),
        ("2026-06-30", "21:00 UTC+5:30", "2026-06-30T15:30"),
        ("2026-06-30", "21:00 UTC", "2026-06-30T21:00"),
    ],
)
def test_a_time_is_local_unless_it_says_otherwise(date, time, utc):
    (match,) = read(openfootball_match(Told(), date=date, time=time))

    assert match.kickoff_at == datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert not match.day_only


def test_a_match_without_a_time_has_a_day():
    entry = openfootball_match(Told())
    del entry["time"]

    (match,) = read(entry)

    assert match.day_only
    assert match.kickoff_at == datetime(2026, 3, 7, tzinfo=UTC)


def test_a_local_time_is_not_guessed_where_no_zone_is_known():
    reading = FEED.read(openfootball([Told()]), code=CODE)

    assert "no time zone is set" in reading.faults[0].text
    assert reading.faults[0].about == f"{CODE}|Matchday 7|Ashford|Barrow"


def test_a_time_with_an_offset_needs_no_zone():
    reading = FEED.read({"matches": [openfootball_match(Told(), time="13:00 UTC-6")]}, code=CODE)

    assert reading.faults == []


@pytest.mark.parametrize("time", ["25:00", "12:61", "noon", "13:00 UTC-16", "13:00 CET"])
def test_a_time_that_is_none_is_a_fault(time):
    reading = FEED.read({"matches": [openfootball_match(Told(), time=time)]}, code=CODE, zone=LONDON)

    assert reading.matches == []
    assert time in reading.faults[0].text


def test_a_score_says_that_the_match_is_over():
    to_come, over, longer, longest = read(
        openfootball_match(Told(number=1, home="A")),
        openfootball_match(Told(home="B", ninety=(2, 1))),
        openfootball_match(Told(home="C", ninety=(1, 1), after=(2, 1))),
        openfootball_match(Told(home="D", ninety=(1, 1), after=(1, 1), shootout=(3, 4))),
    )

    assert to_come.result == Result(status="scheduled")
    assert over.result == Result(status="finished", home_score=2, away_score=1)
    assert (longer.result.home_score, longer.result.home_score_aet) == (1, 2)
    assert (longest.result.home_score_aet, longest.result.away_penalties) == (1, 4)


@pytest.mark.parametrize(
    ("status", "kept"), [("awarded", 3), ("cancelled", None), ("postponed", None), ("abandoned", None)]
)
def test_a_status_is_understood_and_only_an_awarded_score_kept(status, kept):
    (match,) = read(openfootball_match(Told(status=status, ninety=(3, 0))))

    assert match.result.status == status
    assert match.result.home_score == kept


def test_a_status_that_nobody_knows_is_a_fault():
    reading = FEED.read({"matches": [openfootball_match(Told(), status="moved")]}, code=CODE, zone=LONDON)

    assert "'moved' is unknown" in reading.faults[0].text


def test_extra_time_without_the_90_minutes_is_in_doubt():
    (match,) = read(openfootball_match(Told(), score={"et": [2, 1]}))

    assert match.lacks_score
    assert match.doubt


@pytest.mark.parametrize("score", [{"ft": [2]}, {"ft": [2, None]}, {"ft": "2-1"}, {"ft": [2, "1"]}, [2, 1]])
def test_half_a_score_is_a_fault(score):
    reading = FEED.read({"matches": [openfootball_match(Told(), score=score)]}, code=CODE, zone=LONDON)

    assert len(reading.faults) == 1


@pytest.mark.parametrize("place", ["1A", "2L", "3A/B/C/D/F", "W74", "L101"])
def test_a_place_in_a_draw_is_no_team_yet(place):
    reading = FEED.read(openfootball([Told(away=place)]), code=CODE, zone=LONDON)

    assert (reading.matches, reading.faults, reading.teams_open) == ([], [], 1)


def test_a_code_is_the_way_to_a_file():
    assert FEED.path(CODE) == f"/{CODE}.json"


@pytest.mark.parametrize("code", ["", "../secret", "a//b", "/a", "a?b", "a.json", "https://elsewhere"])
def test_a_code_that_leads_elsewhere_is_refused(code):
    with pytest.raises(BadCode):
        FEED.path(code)


@pytest.mark.parametrize(
    ("fields", "hint"),
    [
        ({"round": "Matchday 5"}, StageHint("Regular season", "league")),
        ({"round": "Round 5"}, StageHint("Regular season", "league")),
        ({"round": "Matchday 13", "group": "Group A"}, StageHint("Group stage", "groups", "A")),
        (
            {"round": "Matchday 1", "stage": "group", "group": "Group B"},
            StageHint("Group stage", "groups", "B"),
        ),
        ({"round": "Round of 32"}, StageHint("Knockout stage", "knockout")),
        ({"round": "Match for third place"}, StageHint("Knockout stage", "knockout")),
        ({"round": "League, Matchday 3"}, StageHint("League phase", "league")),
        ({"round": "Matchday 2", "stage": "Playoffs"}, StageHint("Playoffs")),
    ],
)
def test_round_group_and_stage_are_the_stage(fields, hint):
    (match,) = read(openfootball_match(Told(), **fields))

    assert match.stage == hint


def test_a_status_may_be_in_any_case():
    (match,) = read(openfootball_match(Told(), status="POSTPONED"))

    assert match.result.status == "postponed"
