"""API-Football: errors inside a 200, extra time that counts its own goals, statuses of two letters."""

import pytest

from matches.feeds.providers.api_football import STATUSES, ApiFootball
from matches.feeds.providers.feed_format import BadAnswer, BadCode, Complaint, FeedMatch
from matches.result import Result
from matches.stage_hints import StageHint
from tests.matches.feeds.providers.documents import Told, api_football, api_football_match

FEED = ApiFootball()


def read(*entries: dict) -> list[FeedMatch]:
    reading = FEED.read({"response": list(entries)})
    assert reading.faults == []
    return reading.matches


def finished(**told: object) -> Told:
    return Told(status="finished", **told)


def test_a_match_to_come_has_its_teams_round_and_kickoff():
    (match,) = FEED.read(api_football([Told(number=42)])).matches

    assert (match.external_id, match.home, match.away, match.league) == ("42", "Ashford", "Barrow", "39")
    assert (match.round_label, match.matchday) == ("Matchday 7", 7)
    assert (match.kickoff_at, match.result) == (Told().kickoff_at, Result(status="scheduled"))


@pytest.mark.parametrize(
    ("label", "ours"),
    [
        ("Regular Season - 12", ("Matchday 12", 12)),
        ("League Stage - 3", ("Matchday 3", 3)),
        ("Group A - 2", ("Matchday 2", 2)),
        ("Quarter-finals", ("Quarter-finals", None)),
        ("3rd Round", ("3rd Round", None)),
    ],
)
def test_a_round_with_a_number_is_a_matchday(label, ours):
    entry = api_football_match(Told())
    entry["league"]["round"] = label

    (match,) = read(entry)

    assert (match.round_label, match.matchday) == ours


def test_fulltime_is_the_score_after_90_minutes_and_goals_that_after_extra_time():
    told = finished(ninety=(2, 2), after=(3, 2))
    (match,) = read(api_football_match(told))

    assert api_football_match(told)["score"]["extratime"] == {"home": 1, "away": 0}
    assert (match.result.home_score, match.result.home_score_aet) == (2, 3)


def test_a_shootout_stands_beside_the_score():
    (match,) = read(api_football_match(finished(ninety=(2, 2), after=(2, 2), shootout=(2, 3))))

    assert (match.result.home_score_aet, match.result.home_penalties, match.result.away_penalties) == (
        2,
        2,
        3,
    )


def test_a_shootout_may_follow_the_90_minutes_at_once():
    entry = api_football_match(finished(ninety=(2, 2), shootout=(2, 3)))

    (match,) = read(entry)

    assert match.result.home_score_aet is None
    assert match.is_outcome


@pytest.mark.parametrize(("word", "status"), STATUSES.items())
def test_every_status_is_understood(word, status):
    (match,) = read(api_football_match(Told(), short=word))

    assert match.result.status == status
    assert match.is_outcome == (status in ("cancelled", "abandoned", "awarded"))
    assert match.day_only == (word == "TBD")


def test_a_status_that_nobody_knows_is_a_fault_and_no_guess():
    reading = FEED.read({"response": [api_football_match(Told(number=9), short="ZZZ")]})

    assert reading.faults[0].about == "9"
    assert "'ZZZ' is unknown" in reading.faults[0].text


@pytest.mark.parametrize("short", ["FT", "AET", "PEN"])
def test_finished_before_the_score_is_there_is_no_outcome_yet(short):
    (match,) = read(api_football_match(Told(), short=short))

    assert match.lacks_score
    assert not match.doubt


@pytest.mark.parametrize(
    ("told", "short", "goals"),
    [
        (finished(ninety=(1, 1)), "AET", (1, 1)),
        (finished(ninety=(1, 1)), "PEN", (1, 1)),
        (finished(ninety=(1, 1)), "FT", (2, 1)),
        (finished(ninety=(1, 1), after=(2, 1)), "AET", (3, 1)),
        (finished(), "FT", (2, 1)),
    ],
)
def test_parts_that_are_missing_or_do_not_add_up_are_in_doubt(told, short, goals):
    entry = api_football_match(told, short=short)
    entry["goals"] = {"home": goals[0], "away": goals[1]}

    (match,) = read(entry)

    assert match.doubt
    assert match.result == Result(status="finished")


@pytest.mark.parametrize(("status", "score"), [("awarded", (3, 0)), ("abandoned", None), ("cancelled", None)])
def test_only_an_awarded_match_keeps_its_score(status, score):
    (match,) = read(api_football_match(Told(status=status, ninety=(3, 0))))

    assert (match.result.home_score, match.result.away_score) == (score or (None, None))


def test_an_error_inside_an_answer_is_a_complaint():
    assert FEED.complaint(api_football([])) is None
    wrong_key = api_football([], errors={"token": "Error/Missing application key."})
    assert FEED.complaint(wrong_key) == Complaint("token: Error/Missing application key.", None)


@pytest.mark.parametrize(("name", "wait"), [("requests", 86_400), ("rateLimit", 60)])
def test_a_spent_quota_says_how_long_to_wait(name, wait):
    complaint = FEED.complaint(api_football([], errors={name: "You have reached the limit"}))

    assert complaint is not None
    assert complaint.wait == wait


def test_one_page_of_several_is_no_season():
    with pytest.raises(BadAnswer, match="one page of 2"):
        FEED.read(api_football([Told()], paging={"current": 1, "total": 2}))


def test_an_answer_without_a_response_is_refused():
    with pytest.raises(BadAnswer):
        FEED.read({"get": "fixtures"})


def test_a_code_names_league_and_season():
    assert FEED.path("39/2025") == "/fixtures?league=39&season=2025"
    with pytest.raises(BadCode, match="like 39/2025"):
        FEED.path("PL/2025")


# --- Stages, reasons and awards ---------------------------------------------------------------------------


def in_round(label: str) -> FeedMatch:
    entry = api_football_match(Told())
    entry["league"]["round"] = label
    (match,) = read(entry)
    return match


@pytest.mark.parametrize(
    ("label", "hint"),
    [
        ("Regular Season - 12", StageHint("Regular season", "league")),
        ("Group A - 1", StageHint("Group stage", "groups", "A")),
        ("Apertura - 5", StageHint("Apertura", "league")),
        ("Clausura - Final", StageHint("Clausura: knockout stage", "knockout")),
        ("3rd Place Final", StageHint("Knockout stage", "knockout")),
        ("3rd Round", StageHint("Rounds")),
        ("Relegation Round", StageHint("Relegation Round")),
    ],
)
def test_the_round_shows_the_stage(label, hint):
    assert in_round(label).stage == hint


def test_a_long_round_is_cut_between_words():
    words = (
        "Promotion Play-offs - Semi-finals, "
        + "between the runners-up of all groups of the second tier, " * 2
    )

    match = in_round(words)

    assert match.round_label == words[: len(match.round_label)]
    assert words[len(match.round_label)] in " ,"
    assert 90 < len(match.round_label) <= 100
    assert match.stage == StageHint("Promotion play-offs", "knockout")


@pytest.mark.parametrize(
    ("word", "status"), [("Canc", "cancelled"), ("pst", "postponed"), ("Tbd", "scheduled")]
)
def test_a_status_may_be_in_any_case(word, status):
    (match,) = read(api_football_match(Told(), short=word))

    assert (match.result.status, match.day_only) == (status, word == "Tbd")


@pytest.mark.parametrize(
    ("short", "long", "reason"),
    [
        ("PST", "Match Postponed", ""),
        ("PST", "Match Postponed: waterlogged pitch", "Match Postponed: waterlogged pitch"),
        ("CANC", "Match Cancelled", ""),
        ("AWD", "Technical Loss", "Technical Loss"),
        ("WO", "WalkOver", "WalkOver"),
        ("SUSP", None, ""),
        ("1H", "First Half", ""),
    ],
)
def test_the_long_form_of_a_status_may_be_a_reason(short, long, reason):
    (match,) = read(api_football_match(Told(), short=short, long=long))

    assert match.reason == reason


@pytest.mark.parametrize(
    ("goals", "winner", "result"),
    [
        ((0, 3), "away", Result(status="awarded", home_score=0, away_score=3)),
        ((0, 0), "home", Result(status="awarded", award="home")),
        (None, "away", Result(status="awarded", award="away")),
        (None, None, Result(status="awarded")),
    ],
)
def test_a_match_is_awarded_by_its_score_or_to_the_winner(goals, winner, result):
    entry = api_football_match(Told(status="awarded", ninety=goals))
    for side in ("home", "away"):
        entry["teams"][side]["winner"] = side == winner if winner else None

    (match,) = read(entry)

    assert match.result == result
