"""football-data.org: `fullTime` counts the shootout, breakdowns are missing, teams are not known yet."""

from datetime import UTC, datetime

import pytest

from matches.feeds.providers.feed_format import BadAnswer, BadCode, FeedMatch
from matches.feeds.providers.football_data import FootballData
from matches.result import Result
from matches.stage_hints import StageHint
from tests.matches.feeds.providers.documents import Told, football_data, football_data_match, sides

FEED = FootballData()


def read(*entries: dict) -> list[FeedMatch]:
    reading = FEED.read({"matches": list(entries)})
    assert reading.faults == []
    return reading.matches


def finished(**told: object) -> Told:
    return Told(status="finished", **told)


def result_with(score: dict, **told: object) -> FeedMatch:
    """A finished match whose score says this."""
    (match,) = read(football_data_match(finished(**told), score=score))
    return match


def test_a_match_to_come_has_its_teams_round_and_kickoff():
    (match,) = FEED.read(football_data([Told(number=42)])).matches

    assert (match.external_id, match.home, match.away) == ("42", "Ashford", "Barrow")
    assert (match.round_label, match.matchday, match.league) == ("Matchday 7", 7, "PL")
    assert match.kickoff_at == datetime(2026, 3, 7, 15, 0, tzinfo=UTC)
    assert match.updated_at == datetime(2026, 3, 7, 20, 20, 19, tzinfo=UTC)
    assert match.result == Result(status="scheduled")
    assert not match.day_only


def test_scheduled_without_a_time_is_a_day():
    (match,) = read(football_data_match(Told(), status="SCHEDULED", utcDate="2026-03-07T00:00:00Z"))

    assert match.day_only


def test_a_result_after_90_minutes():
    (match,) = read(football_data_match(finished(ninety=(2, 1))))

    assert match.result == Result(status="finished", home_score=2, away_score=1)
    assert match.is_outcome


def test_the_goals_of_a_shootout_inside_full_time_do_not_count():
    told = finished(ninety=(0, 1), after=(0, 1), shootout=(1, 4), matchday=2, stage="LAST_16")

    (match,) = read(football_data_match(told))

    assert football_data_match(told)["score"]["fullTime"] == {"home": 1, "away": 5}
    assert match.result == Result(
        status="finished",
        home_score=0,
        away_score=1,
        home_score_aet=0,
        away_score_aet=1,
        home_penalties=1,
        away_penalties=4,
    )
    assert match.leg == 2, "the second match of a round in two legs"


def test_extra_time_is_added_to_the_90_minutes():
    (match,) = read(football_data_match(finished(ninety=(3, 3), after=(4, 3))))

    assert (match.result.home_score, match.result.home_score_aet) == (3, 4)


def test_a_level_full_time_with_a_winner_and_no_breakdown_hides_a_shootout():
    match = result_with({"winner": "AWAY_TEAM", "duration": "REGULAR", "fullTime": sides((1, 1))})

    assert match.lacks_score
    assert "1-1 has a winner, so it went beyond 90 minutes" in match.doubt


def test_only_0_0_before_a_shootout_was_0_0_after_90_minutes():
    hidden = result_with({"winner": "AWAY_TEAM", "duration": "REGULAR", "fullTime": sides((0, 0))})
    told = result_with(
        {"duration": "PENALTY_SHOOTOUT", "fullTime": sides((3, 0)), "penalties": sides((3, 0))}
    )

    assert hidden.result == Result(status="finished", home_score=0, away_score=0)
    assert told.result == Result(
        status="finished", home_score=0, away_score=0, home_penalties=3, away_penalties=0
    )


@pytest.mark.parametrize(
    "score",
    [
        {"duration": "EXTRA_TIME", "fullTime": sides((2, 1))},
        {"duration": "PENALTY_SHOOTOUT", "fullTime": sides((4, 5)), "penalties": sides((3, 4))},
        {"duration": "PENALTY_SHOOTOUT", "fullTime": sides((1, 1)), "regularTime": sides((1, 1))},
        {"duration": "EXTRA_TIME", "fullTime": sides((1, 1)), "regularTime": sides((1, 1))},
        {"duration": "SUDDEN_DEATH", "fullTime": sides((1, 0))},
    ],
)
def test_what_lacks_the_score_after_90_minutes_is_in_doubt(score):
    assert result_with(score).doubt


def test_parts_that_do_not_add_up_are_in_doubt():
    match = result_with(
        {
            "duration": "PENALTY_SHOOTOUT",
            "fullTime": sides((3, 5)),
            "regularTime": sides((1, 1)),
            "extraTime": sides((0, 0)),
            "penalties": sides((3, 4)),
        }
    )

    assert "1-1, 0-0 in extra time and 3-4 on penalties are not 3-5" in match.doubt
    assert match.result == Result(status="finished")


def test_finished_before_the_score_is_there_is_no_outcome_yet():
    match = result_with({"winner": None, "duration": "REGULAR", "fullTime": sides(None)})

    assert match.lacks_score
    assert not match.is_outcome
    assert not match.doubt


def test_an_awarded_match_keeps_the_score_that_was_awarded():
    (match,) = read(football_data_match(Told(status="awarded", ninety=(3, 0))))

    assert match.result == Result(status="awarded", home_score=3, away_score=0)


@pytest.mark.parametrize("word", ["live", "postponed", "suspended", "cancelled"])
def test_a_score_of_a_match_without_a_result_is_left_out(word):
    (match,) = read(football_data_match(Told(status=word, ninety=(1, 0))))

    assert match.result == Result(status=word)


def test_a_match_whose_teams_are_not_known_is_no_match_yet():
    nobody = {"id": None, "name": None, "shortName": None, "tla": None}

    reading = FEED.read({"matches": [football_data_match(Told(), homeTeam=nobody)]})

    assert (reading.matches, reading.faults, reading.teams_open) == ([], [], 1)


def test_a_knock_out_round_is_no_matchday():
    (match,) = read(football_data_match(Told(stage="QUARTER_FINALS", matchday=5)))

    assert (match.round_label, match.matchday, match.leg) == ("Quarter finals", None, None)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"status": "ASLEEP"}, "status 'ASLEEP' is unknown"),
        ({"utcDate": "2026-03-07T15:00:00"}, "has no time zone"),
        ({"utcDate": "yesterday"}, "is not a date and time"),
        ({"utcDate": None}, "utcDate is missing"),
        ({"status": "FINISHED", "score": {"fullTime": {"home": 2, "away": None}}}, "is incomplete"),
        ({"status": "FINISHED", "score": {"fullTime": {"home": "2", "away": 1}}}, "not a whole number"),
        ({"status": "FINISHED", "score": {"fullTime": {"home": True, "away": 1}}}, "not a whole number"),
        ({"score": "2-1"}, "not an object"),
        ({"homeTeam": {"name": "x" * 101}}, "a team name has at most 100"),
        ({"homeTeam": {"name": "Ash\0ford"}}, "invisible characters"),
        ({"homeTeam": {"name": "Ash\u202eford"}}, "invisible characters"),
        ({"utcDate": "9999-12-31T23:59:59-12:00"}, "is not a plausible date"),
        ({"utcDate": "0001-01-01T00:00:00+12:00"}, "is not a plausible date"),
    ],
)
def test_an_entry_that_cannot_be_read_is_named_and_does_not_stop_the_others(wrong, said):
    entries = [football_data_match(Told(number=1), **wrong), football_data_match(Told(number=2))]

    reading = FEED.read({"matches": entries})

    assert [match.external_id for match in reading.matches] == ["2"]
    (fault,) = reading.faults
    assert fault.about == "1"
    assert said in fault.text


def test_an_entry_without_an_id_is_named_by_its_place():
    reading = FEED.read({"matches": [football_data_match(Told(), id=None), "no entry at all"]})

    assert [fault.about for fault in reading.faults] == ["entry 1", "entry 2"]


def test_an_id_that_cannot_be_kept_is_no_id():
    reading = FEED.read({"matches": [football_data_match(Told(), id="4\0 2")]})

    assert [fault.about for fault in reading.faults] == ["entry 1"]


def test_spaces_of_every_kind_are_one_space():
    (match,) = read(football_data_match(Told(home="  Ashford\u00a0 Town\n")))

    assert match.home == "Ashford Town"


def test_an_id_that_stands_for_two_different_matches_is_taken_for_neither():
    reading = FEED.read(football_data([Told(), Told(home="Crewe")]))

    assert reading.matches == []
    assert "2 different entries" in reading.faults[0].text


def test_an_entry_that_is_there_twice_counts_once():
    assert len(FEED.read(football_data([Told(), Told()])).matches) == 1


@pytest.mark.parametrize("document", [{}, {"matches": None}, "matches", 7, {"error": 404}])
def test_a_document_without_matches_is_refused(document):
    with pytest.raises(BadAnswer, match="no list of matches"):
        FEED.read(document)


def test_a_code_names_competition_and_season():
    assert FEED.path("PL/2025") == "/competitions/PL/matches?season=2025"
    assert FEED.league("PL/2025") == "PL"


@pytest.mark.parametrize("code", ["PL", "PL/25", "../PL/2025", "PL/2025?x=1", "", "PL/2025\n"])
def test_a_code_of_another_shape_is_refused_with_how_it_looks(code):
    with pytest.raises(BadCode, match="like PL/2025"):
        FEED.path(code)


# --- Stages ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "group", "hint"),
    [
        ("REGULAR_SEASON", None, StageHint("Regular season", "league")),
        (None, None, StageHint("Regular season", "league")),
        ("LEAGUE_STAGE", None, StageHint("League phase", "league")),
        ("GROUP_STAGE", "GROUP_A", StageHint("Group stage", "groups", "A")),
        (None, "GROUP_L", StageHint("Group stage", "groups", "L")),
        ("GROUP_STAGE", None, StageHint("Group stage")),
        ("APERTURA", None, StageHint("Apertura", "league")),
        ("PLAYOFFS", None, StageHint("Knockout stage", "knockout")),
        ("THIRD_PLACE", None, StageHint("Knockout stage", "knockout")),
        ("QUALIFICATION_ROUND_2", None, StageHint("Qualifying rounds", "knockout")),
        ("PRELIMINARY_FINAL", "Preliminary Final", StageHint("Qualifying rounds", "knockout")),
        ("QUALIFICATION", None, StageHint("Qualification")),
        ("QUALIFICATION", "GROUP_C", StageHint("Qualification", "groups", "C")),
        ("ROUND_3", None, StageHint("Rounds")),
    ],
)
def test_stage_and_group_are_the_stage(stage, group, hint):
    (match,) = read(football_data_match(Told(), stage=stage, group=group))

    assert match.stage == hint


def test_the_parts_of_a_split_league_are_groups_with_matchdays_of_their_own():
    (match,) = read(football_data_match(Told(matchday=3), stage="CHAMPIONSHIP_ROUND"))

    assert (match.stage.name, match.stage.group) == ("Final round", "Championship round")
    assert (match.round_label, match.matchday, match.leg) == ("Championship round - 3", None, None)


def test_in_a_knockout_round_with_two_legs_the_matchday_is_the_leg():
    stages = [("SEMI_FINALS", 1), ("SEMI_FINALS", 2), ("FINAL", 1), ("LAST_16", 4), ("QUARTER_FINALS", None)]

    matches = read(
        *(
            football_data_match(Told(number=n, matchday=day), stage=stage)
            for n, (stage, day) in enumerate(stages)
        )
    )

    assert [match.leg for match in matches] == [1, 2, None, None, None]


def test_a_status_may_be_in_any_case():
    (match,) = read(football_data_match(finished(ninety=(1, 0)), status="Finished"))

    assert match.result.status == "finished"


@pytest.mark.parametrize(
    ("full", "winner", "result"),
    [
        ((3, 0), "HOME_TEAM", Result(status="awarded", home_score=3, away_score=0)),
        (None, "AWAY_TEAM", Result(status="awarded", award="away")),
        ((2, 1), "AWAY_TEAM", Result(status="awarded", award="away")),
        (None, None, Result(status="awarded")),
    ],
)
def test_a_match_is_awarded_by_its_score_or_to_the_winner(full, winner, result):
    score = {"winner": winner, "duration": "REGULAR", "fullTime": sides(full)}

    (match,) = read(football_data_match(Told(status="awarded"), score=score))

    assert match.result == result
