"""The season on disk: the facts are right, faults are named, and a replay leaks nothing."""

from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from tools.demo.season import (
    EPL_2014_15,
    EPL_2015_16,
    KICKOFF,
    SeasonData,
    SeasonFileError,
    SeasonMatch,
    load_season,
    rounds,
)

HEADER = "matchday,date,home,away,home_goals,away_goals"
TEAMS = "slug,name,short_name\nreds,Reds FC,Reds\nblues,Blues FC,Blues\ngreens,Greens FC,Greens\n"
ROWS = (
    "1,2015-08-01,reds,blues,2,1",
    "2,2015-08-08,blues,greens,0,0",
    "3,2015-08-15,greens,reds,1,3",
    "4,2015-08-22,blues,reds,1,1",
    "5,2015-08-29,greens,blues,0,2",
    "6,2015-09-05,reds,greens,4,0",
)


@pytest.fixture(scope="module", params=[EPL_2014_15, EPL_2015_16], ids=["2014/15", "2015/16"])
def season(request: pytest.FixtureRequest) -> SeasonData:
    return load_season(request.param)


def table(season: SeasonData) -> list[tuple[str, int]]:
    points: Counter[str] = Counter()
    for match in season.matches:
        points[match.home] += 3 * (match.home_goals > match.away_goals) + (
            match.home_goals == match.away_goals
        )
        points[match.away] += 3 * (match.home_goals < match.away_goals) + (
            match.home_goals == match.away_goals
        )
    return points.most_common()


def goals(season: SeasonData) -> int:
    return sum(match.home_goals + match.away_goals for match in season.matches)


def played(season: SeasonData, home: str, away: str) -> SeasonMatch:
    return next(match for match in season.matches if (match.home, match.away) == (home, away))


def write(folder: Path, *rows: str, header: str = HEADER) -> Path:
    (folder / "teams.csv").write_text(TEAMS)
    path = folder / "toy-2015-16.csv"
    path.write_text("\n".join((header, *rows)) + "\n")
    return path


def faults(path: Path) -> tuple[str, ...]:
    with pytest.raises(SeasonFileError) as caught:
        load_season(path)
    return caught.value.errors


def test_2014_15_is_the_season_chelsea_won():
    season = load_season(EPL_2014_15)

    assert season.label == "2014/15"
    assert table(season)[:4] == [
        ("chelsea", 87),
        ("manchester-city", 79),
        ("arsenal", 75),
        ("manchester-united", 70),
    ]
    assert [slug for slug, _ in table(season)[-3:]] == ["hull-city", "burnley", "queens-park-rangers"]
    assert goals(season) == 975


def test_2015_16_is_the_season_leicester_won():
    season = load_season(EPL_2015_16)
    points = dict(table(season))

    assert season.label == "2015/16"
    assert table(season)[:3] == [("leicester-city", 81), ("arsenal", 71), ("tottenham-hotspur", 70)]
    assert (points["newcastle-united"], points["norwich-city"], points["aston-villa"]) == (37, 34, 17)
    assert goals(season) == 1026


def test_a_season_is_a_full_double_round_robin(season: SeasonData):
    assert len(season.matches) == 380
    assert len(season.teams) == 20
    assert Counter(match.matchday for match in season.matches) == dict.fromkeys(range(1, 39), 10)


def test_matches_are_in_kickoff_order_at_the_documented_hour(season: SeasonData):
    assert all(first.kickoff_at <= second.kickoff_at for first, second in pairwise(season.matches))
    assert {match.kickoff_at.timetz() for match in season.matches} == {KICKOFF}
    assert all(match.kickoff_at.tzinfo is UTC for match in season.matches)


@pytest.mark.parametrize(
    ("path", "home", "away", "matchday", "day"),
    [
        (EPL_2014_15, "leicester-city", "chelsea", 27, "2015-04-29"),
        (EPL_2014_15, "arsenal", "sunderland", 33, "2015-05-20"),
        (EPL_2015_16, "liverpool", "everton", 27, "2016-04-20"),
        (EPL_2015_16, "liverpool", "chelsea", 30, "2016-05-11"),
        (EPL_2015_16, "manchester-united", "bournemouth", 38, "2016-05-17"),
        (EPL_2015_16, "aston-villa", "newcastle-united", 37, "2016-05-07"),
    ],
)
def test_a_moved_match_keeps_its_matchday_and_has_its_real_date(
    path: Path, home: str, away: str, matchday: int, day: str
):
    match = played(load_season(path), home, away)

    assert match.matchday == matchday
    assert f"{match.kickoff_at:%Y-%m-%d}" == day


def test_rounds_hold_every_match_once(season: SeasonData):
    replayed = [match for batch in rounds(season) for match in batch.matches]

    assert replayed == list(season.matches)
    assert 38 <= len(rounds(season)) <= 45


def test_no_team_plays_twice_in_a_round(season: SeasonData):
    for batch in rounds(season):
        slugs = [slug for match in batch.matches for slug in (match.home, match.away)]
        assert len(slugs) == len(set(slugs))


def test_rounds_do_not_overlap(season: SeasonData):
    for first, second in pairwise(rounds(season)):
        assert first.matches[-1].kickoff_at < second.matches[0].kickoff_at


def test_moved_matches_form_a_round_of_their_own():
    batch = next(b for b in rounds(load_season(EPL_2015_16)) if f"{b.matches[0].kickoff_at:%m-%d}" == "04-19")

    assert Counter(match.matchday for match in batch.matches) == {27: 2, 30: 3}
    assert batch.matchday == 30


def test_a_whole_file_loads(tmp_path: Path):
    season = load_season(write(tmp_path, *ROWS))

    assert [team.name for team in season.teams] == ["Blues FC", "Greens FC", "Reds FC"]
    assert season.matches[0].kickoff_at == datetime(2015, 8, 1, 15, tzinfo=UTC)
    assert (season.starts_on.isoformat(), season.ends_on.isoformat()) == ("2015-08-01", "2015-09-05")


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("3,2015-08-15,greys,reds,1,3", "row 4, home: unknown team 'greys'"),
        ("3,2015-08-15,reds,reds,1,3", "row 4, away: 'reds' cannot play itself"),
        ("3,2015-08-15,greens,reds,-1,3", "row 4, home_goals: '-1' is not a whole number from 0 to 30"),
        ("3,2015-08-15,greens,reds,1,31", "row 4, away_goals: '31' is not a whole number from 0 to 30"),
        ("3,2015-08-15,greens,reds,1.0,3", "row 4, home_goals: '1.0' is not a whole number from 0 to 30"),
        ("3,2015-02-30,greens,reds,1,3", "row 4, date: '2015-02-30' is not a date such as 2015-08-08"),
        ("0,2015-08-15,greens,reds,1,3", "row 4, matchday: '0' is not a whole number from 1 to 99"),
        ("3,2015-08-15,greens,reds,1,", "row 4, away_goals: missing"),
        ("3,2015-08-15,greens,reds,1", "row 4, away_goals: missing"),
        ("3,2015-08-15,reds,blues,1,3", "row 4, home: reds - blues is already in row 2"),
    ],
)
def test_a_fault_is_named_with_file_row_and_field(tmp_path: Path, row: str, fault: str):
    assert faults(write(tmp_path, *ROWS[:2], row, *ROWS[3:])) == (f"toy-2015-16.csv, {fault}",)


def test_all_faults_are_told_at_once(tmp_path: Path):
    path = write(tmp_path, "x,2015-08-01,greys,blues,2,99", *ROWS[1:5], "6,soon,reds,greens,4,0")

    assert [fault.split(":")[0] for fault in faults(path)] == [
        "toy-2015-16.csv, row 2, home",
        "toy-2015-16.csv, row 2, away_goals",
        "toy-2015-16.csv, row 2, matchday",
        "toy-2015-16.csv, row 7, date",
    ]


def test_a_missing_match_is_named_by_team(tmp_path: Path):
    assert faults(write(tmp_path, *ROWS[:5])) == (
        "toy-2015-16.csv, away: greens has 1 matches, not 2",
        "toy-2015-16.csv, home: reds has 1 matches, not 2",
    )


def test_a_team_cannot_play_twice_on_a_day(tmp_path: Path):
    path = write(tmp_path, *ROWS[:5], "6,2015-08-29,reds,greens,4,0")

    assert faults(path) == ("toy-2015-16.csv, date: greens plays 2 times on 2015-08-29",)


def test_a_file_without_a_column_a_match_or_at_all_is_refused(tmp_path: Path):
    assert faults(write(tmp_path, *ROWS, header=HEADER.replace("date", "day"))) == (
        "toy-2015-16.csv, row 1, date: no such column",
    )
    assert faults(write(tmp_path)) == ("toy-2015-16.csv: no matches",)
    assert "cannot be read" in faults(tmp_path / "none.csv")[0]
