"""The season files are correct, and a replay uses no result before its round."""

from collections import Counter
from datetime import UTC
from itertools import pairwise, permutations
from pathlib import Path

import pytest

from tools.demo.season import (
    DAY_BEGINS,
    EPL_2014_15,
    EPL_2015_16,
    SeasonData,
    SeasonMatch,
    load_season,
    rounds,
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
    slugs = [team.slug for team in season.teams]
    assert {(match.home, match.away) for match in season.matches} == set(permutations(slugs, 2))
    assert all(0 <= match.home_goals < 10 and 0 <= match.away_goals < 10 for match in season.matches)


def test_no_team_plays_twice_on_a_day(season: SeasonData):
    playing = [(match.kickoff_at, slug) for match in season.matches for slug in (match.home, match.away)]

    assert len(playing) == len(set(playing))


def test_the_season_starts_and_ends_with_its_first_and_last_match():
    season = load_season(EPL_2015_16)

    assert (season.starts_on.isoformat(), season.ends_on.isoformat()) == ("2015-08-08", "2016-05-17")


def test_matches_are_in_kickoff_order_at_the_beginning_of_their_days(season: SeasonData):
    assert all(first.kickoff_at <= second.kickoff_at for first, second in pairwise(season.matches))
    assert {match.kickoff_at.timetz() for match in season.matches} == {DAY_BEGINS}
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
