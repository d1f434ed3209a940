"""OpenLigaDB: typed by hand, so its score after 90 minutes is taken from the goals where it must be."""

from datetime import UTC, datetime

import pytest

from matches.feeds.providers.feed_format import BadCode, FeedMatch
from matches.feeds.providers.openligadb import OpenLigaDB
from matches.result import Result
from matches.stage_hints import StageHint
from tests.matches.feeds.providers.documents import (
    BERLIN,
    Told,
    openligadb,
    openligadb_goal,
    openligadb_match,
)

FEED = OpenLigaDB()
goal = openligadb_goal


def read(*entries: dict) -> list[FeedMatch]:
    reading = FEED.read(list(entries))
    assert reading.faults == []
    return reading.matches


def cup_tie(results: dict[int, tuple[int, int]], *goals: dict) -> FeedMatch:
    """A finished tie with these typed results (2: end, 3: extra time, 5: shootout) and goals."""
    told = Told(status="finished", matchday=None, stage="1. Runde", goals=goals)
    (match,) = read(openligadb_match(told, results))
    return match


def scores(match: FeedMatch) -> tuple[tuple[int | None, int | None], ...]:
    it = match.result
    return (
        (it.home_score, it.away_score),
        (it.home_score_aet, it.away_score_aet),
        (it.home_penalties, it.away_penalties),
    )


NONE = (None, None)


def shootout(first: tuple[int, int], *scorers: str, minute: int | None = None) -> list[dict]:
    """The kicks that went in, counted on top of the score before: `h` by the home side, `a` by the other."""
    goals, (home, away) = [], first
    for scorer in scorers:
        home, away = home + (scorer == "h"), away + (scorer == "a")
        goals.append(goal(home, away, minute, penalty=True))
    return goals


NUMBERED_KICKS = [goal(0, 1, 1, penalty=True), goal(1, 1, 2, penalty=True), goal(1, 2, 3, penalty=True)]


# --- Fixtures -----------------------------------------------------------------------------------------


def test_a_match_to_come_has_its_teams_round_and_kickoff():
    (match,) = FEED.read(openligadb([Told(number=42)])).matches

    assert (match.external_id, match.home, match.away, match.league) == ("42", "Ashford", "Barrow", "bl1")
    assert (match.round_label, match.matchday) == ("Matchday 7", 7)
    assert (match.kickoff_at, match.result) == (Told().kickoff_at, Result(status="scheduled"))
    assert match.updated_at == datetime(2026, 3, 7, 17, 57, 17, 500_000, tzinfo=UTC), "it says no zone"


@pytest.mark.parametrize(("zone_id", "zone"), [("W. Europe Standard Time", None), (None, BERLIN)])
def test_without_utc_the_local_time_is_read_in_its_zone_or_in_the_one_we_were_told(zone_id, zone):
    entry = openligadb_match(Told(), matchDateTimeUTC=None, timeZoneID=zone_id)

    (match,) = FEED.read([entry], zone=zone).matches

    assert match.kickoff_at == Told().kickoff_at


def test_a_local_time_in_no_known_zone_is_a_fault():
    entry = openligadb_match(Told(number=5), matchDateTimeUTC=None, timeZoneID=None)

    (fault,) = FEED.read([entry]).faults

    assert (fault.about, "its time zone is unknown" in fault.text) == ("5", True)


def test_a_utc_time_that_forgot_its_z_is_utc():
    (match,) = read(openligadb_match(Told(), matchDateTimeUTC="2026-03-07T15:00:00"))

    assert match.kickoff_at == Told().kickoff_at


def test_teams_that_are_winners_of_other_matches_are_not_known_yet():
    assert FEED.read(openligadb([Told(away="Sieger Spiel 3")])).teams_open == 1


# --- Results of 90 minutes ----------------------------------------------------------------------------


def test_a_result_of_a_league_is_what_it_says():
    (match,) = read(openligadb_match(Told(status="finished", ninety=(2, 1))))

    assert scores(match) == ((2, 1), NONE, NONE)


def test_added_time_is_part_of_the_90_minutes():
    match = cup_tie({1: (0, 0), 2: (0, 2)}, goal(0, 1, 43), goal(0, 2, 94))

    assert scores(match) == ((0, 2), NONE, NONE)


def test_results_of_a_match_that_is_not_finished_are_no_result():
    entry = openligadb_match(Told(), {2: (1, 3)}, matchIsFinished=False)

    (match,) = read(entry)

    assert match.result == Result(status="live")


@pytest.mark.parametrize("results", [{}, {1: (1, 0)}])
def test_finished_before_the_score_is_there_is_no_outcome_yet(results):
    match = cup_tie(results)

    assert match.lacks_score
    assert not match.doubt


def test_a_result_that_its_own_goals_have_overtaken_is_in_doubt():
    match = cup_tie({2: (1, 0)}, goal(1, 0, 20), goal(1, 1, 80))

    assert "its result is 1-0, and its goals go to 1-1" in match.doubt


def test_goals_that_nobody_typed_do_not_put_a_result_of_90_minutes_in_doubt():
    assert scores(cup_tie({2: (3, 0)}, goal(1, 0, 20))) == ((3, 0), NONE, NONE)


def test_two_results_of_one_type_that_differ_are_a_fault():
    entry = openligadb_match(Told(status="finished", ninety=(2, 1)))
    entry["matchResults"].append({**entry["matchResults"][0], "pointsTeam1": 3})

    assert "differ" in FEED.read([entry]).faults[0].text


# --- Beyond 90 minutes: the typed end is not the 90-minute score ----------------------------------------


def test_the_end_may_be_the_score_after_extra_time():
    match = cup_tie({1: (0, 0), 2: (1, 2), 3: (1, 2)}, goal(1, 0, 53), goal(1, 1, 92), goal(1, 2, 100))

    assert scores(match) == ((1, 1), (1, 2), NONE), "extra time begins level: 92 was added time"


def test_the_end_may_be_the_shootout_counted_on_top():
    goals = [goal(1, 0, 2), goal(2, 0, 43), goal(2, 1, 66), goal(2, 2, 78)]
    kicks = shootout((2, 2), *"ahahah", "h")

    match = cup_tie({2: (6, 5), 3: (2, 2), 5: (6, 5)}, *reversed(kicks), *goals)

    assert scores(match) == ((2, 2), (2, 2), (4, 3))


def test_kicks_may_bear_their_number_as_a_minute():
    goals = [goal(0, 1, 96), goal(1, 1, 104)]
    kicks = [goal(1, 2, 1, True), goal(2, 2, 2, True), goal(2, 3, 3, True), goal(2, 4, 129, True)]

    match = cup_tie({2: (2, 4), 3: (1, 1), 5: (2, 4)}, *kicks, *goals)

    assert scores(match) == ((0, 0), (1, 1), (1, 3))


def test_a_shootout_without_extra_time_among_the_results_tells_nothing_of_it():
    match = cup_tie({2: (3, 5), 5: (3, 5)}, *shootout((0, 0), *"ahahaaha"))

    assert scores(match) == ((0, 0), NONE, (3, 5))


def test_extra_time_may_be_told_by_the_goals_alone():
    match = cup_tie({2: (2, 1)}, goal(1, 0, 10), goal(1, 1, 88), goal(2, 1, 117))

    assert scores(match) == ((1, 1), (2, 1), NONE)


def test_an_empty_extra_time_beside_a_decided_match_is_a_slip():
    match = cup_tie({2: (2, 0), 3: (0, 0)}, goal(1, 0, 30), goal(2, 0, 60))

    assert scores(match) == ((2, 0), NONE, NONE)


@pytest.mark.parametrize(
    ("why", "results", "goals"),
    [
        ("no goals are listed", {2: (2, 1), 3: (2, 1)}, []),
        ("no goals are listed", {2: (4, 5), 5: (4, 5)}, []),
        ("do not add up", {2: (2, 1), 3: (2, 1)}, [goal(1, 0, 10), goal(2, 1, 100)]),
        ("lead to 1-0", {2: (2, 1), 3: (2, 1)}, [goal(1, 0, 10)]),
        ("minutes of its goals", {2: (2, 1), 3: (2, 1)}, [goal(1, 0), goal(1, 1, 80), goal(2, 1, 110)]),
        ("minutes of its goals", {2: (2, 1), 3: (2, 1)}, [goal(1, 0, 9), goal(1, 1, 80), goal(2, 1, 70)]),
        ("unclear which goals were scored in them", {2: (1, 1), 3: (1, 1)}, [goal(1, 0, 93), goal(1, 1, 97)]),
        (
            "unclear which goals were scored in them",
            {2: (2, 1), 3: (2, 1)},
            [goal(1, 0, 20), goal(2, 0, 60), goal(2, 1, 110)],
        ),
        (
            "shootout begins",
            {2: (1, 2), 5: (1, 2)},
            [goal(0, 1, 1, penalty=True), goal(1, 1, 2, penalty=True), goal(1, 2, 3, penalty=True)],
        ),
        ("score of the shootout alone", {2: (1, 1), 3: (1, 1), 5: (5, 4)}, [goal(1, 0, 20), goal(1, 1, 60)]),
        ("look like a shootout", {2: (2, 1)}, shootout((0, 0), *"hah")),
        ("goal of minute 103", {2: (2, 1)}, [goal(1, 0, 9), goal(1, 1, 80), goal(2, 1, 103)]),
        ("lead to 2-0", {2: (2, 0), 3: (1, 1)}, [goal(1, 0, 30), goal(2, 0, 95)]),
    ],
)
def test_where_the_goals_leave_the_score_after_90_minutes_open_nothing_is_taken(why, results, goals):
    match = cup_tie(results, *goals)

    assert why in match.doubt
    assert match.result == Result(status="finished")
    assert not match.is_outcome


def test_a_goalless_extra_time_needs_no_goals():
    assert scores(cup_tie({2: (3, 4), 3: (0, 0), 5: (3, 4)})) == ((0, 0), (0, 0), (3, 4))


def test_in_a_league_a_very_late_goal_is_no_extra_time():
    told = Told(status="finished", goals=(goal(1, 0, 10), goal(1, 1, 88), goal(2, 1, 106)))

    (match,) = read(openligadb_match(told, {2: (2, 1)}))

    assert scores(match) == ((2, 1), NONE, NONE)


def test_a_code_names_league_and_season():
    assert FEED.path("bl1/2025") == "/getmatchdata/bl1/2025"
    assert FEED.league("bl1/2025") == "bl1"
    with pytest.raises(BadCode, match="like bl1/2025"):
        FEED.path("bl1")


# --- Entries that repeat the end ------------------------------------------------------------------------

TIMED = [goal(0, 1, 9), goal(1, 1, 30), goal(1, 2, 67), goal(1, 3, 78)]


@pytest.mark.parametrize("repeated", [{3: (1, 3)}, {5: (1, 3)}, {3: (1, 3), 5: (1, 3)}])
def test_entries_that_repeat_a_decided_end_are_a_slip_if_all_goals_fell_in_90_minutes(repeated):
    assert scores(cup_tie({2: (1, 3), **repeated}, *TIMED)) == ((1, 3), NONE, NONE)


@pytest.mark.parametrize(
    ("results", "goals"),
    [
        ({2: (1, 3), 3: (1, 3)}, [*TIMED[:3], goal(1, 3, 96)]),
        ({2: (1, 3), 3: (1, 3)}, [*TIMED[:3], goal(1, 3)]),
        ({2: (1, 3), 3: (1, 3)}, TIMED[1:]),
        ({2: (1, 3), 3: (1, 3), 5: (4, 5)}, TIMED),
        ({2: (1, 3), 3: (2, 3)}, TIMED),
    ],
)
def test_without_certain_goals_a_repeated_end_stays_in_doubt(results, goals):
    assert cup_tie(results, *goals).doubt


# --- Stages ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "group", "hint", "leg"),
    [
        ("3. Spieltag", None, StageHint("Regular season", "league"), None),
        ("Gruppe A", None, StageHint("Group stage", "groups", "A"), None),
        ("Gruppenphase 2", "Gruppe C", StageHint("Group stage", "groups", "C"), None),
        ("2. Spieltag", "B", StageHint("Group stage", "groups", "B"), None),
        ("Vorrunde", None, StageHint("Group stage"), None),
        ("Achtelfinale", None, StageHint("Knockout stage", "knockout"), None),
        ("Halbfinale Rückspiel", None, StageHint("Knockout stage", "knockout"), 2),
        ("Relegation Hinspiel", None, StageHint("Relegation play-offs", "knockout"), 1),
        ("1. Runde", None, StageHint("Rounds"), None),
        ("Zwischenrunde", None, StageHint("Zwischenrunde"), None),
    ],
)
def test_the_name_of_the_round_and_the_group_of_both_teams_are_the_stage(name, group, hint, leg):
    entry = openligadb_match(Told(matchday=None, stage=name))
    for team in ("team1", "team2"):
        entry[team]["teamGroupName"] = group

    (match,) = read(entry)

    assert (match.stage, match.leg) == (hint, leg)


def test_teams_of_two_groups_do_not_show_the_group():
    entry = openligadb_match(Told(matchday=None, stage="Gruppenphase 1"))
    entry["team1"]["teamGroupName"], entry["team2"]["teamGroupName"] = "A", "B"

    (match,) = read(entry)

    assert (match.stage, match.round_label, match.matchday) == (StageHint("Group stage"), "Matchday 1", 1)
