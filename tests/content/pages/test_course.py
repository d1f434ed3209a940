"""The course of a season: charts of points and ranks, each with its table."""

from datetime import timedelta
from itertools import pairwise

import pytest

from content.pages.charts.course_charts import LINES, course_charts
from matches.models import Season
from stats.leaderboards import Board, leaderboard
from stats.models import BoardHistory
from tests.factories import (
    KICKOFF,
    ForecasterFactory,
    MatchFactory,
    SeasonFactory,
    coin,
    homer,
    oracle,
    predict,
    record,
)
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db


def played_season(days: int = 6) -> Season:
    """A match a day: the oracle is exact, the homer right on even days, the coin never."""
    season = SeasonFactory()
    for day in range(days):
        match = MatchFactory(season=season, round_label=f"R{day}", kickoff_at=KICKOFF + timedelta(days=day))
        predict(match, oracle(), (2, 1))
        predict(match, homer(), (1, 0) if day % 2 == 0 else (0, 1))
        predict(match, coin(), (1, 1))
        record(match, 2, 1)
    run_waiting("score_match", "refresh_views", "compute_board_inference")
    return season


def test_the_history_ends_with_the_points_and_ranks_of_the_leaderboard():
    season = played_season()

    ends = {row.forecaster.name: (row.points[-1], row.ranks[-1]) for row in BoardHistory.objects.all()}

    rows = leaderboard(Board.of(season))
    assert ends == {row.forecaster.name: (row.points, row.average_rank) for row in rows}  # type: ignore[attr-defined]


def test_points_are_cumulative_by_day():
    played_season(4)

    history = BoardHistory.objects.get(forecaster=homer())
    assert len(history.days) == 4
    assert history.points[0] == history.points[1] < history.points[2] == history.points[3]


def test_a_long_season_keeps_24_days_and_its_last():
    season = played_season(30)

    days = BoardHistory.objects.get(forecaster=oracle()).days
    assert len(days) == 24
    assert days[-1] == season.matches.latest("kickoff_at").kickoff_at.date()


def test_a_correction_changes_all_later_days():
    season = played_season(3)
    match = season.matches.earliest("kickoff_at")
    record(match, 0, 1)
    run_waiting("score_match", "refresh_views", "compute_board_inference")

    assert BoardHistory.objects.get(forecaster=oracle()).points[0] == 0


def test_the_page_of_a_season_shows_both_charts_with_their_table(client):
    season = played_season()

    page = client.get(f"/leaderboard/?season={season.pk}").content.decode()

    assert page.count('<svg class="chart-plane course"') == 2
    history = BoardHistory.objects.get(forecaster=oracle())
    table = page.split("Table of both charts")[1]
    for points, rank in zip(history.points, history.ranks, strict=True):
        assert f'{points} <span class="quiet">({rank or "–"})' in table  # noqa: RUF001 # as on the page


def test_a_filtered_board_has_no_charts(client):
    season = played_season()

    page = client.get(f"/leaderboard/?season={season.pk}&kind=statistical").content.decode()
    assert "Course of the season" not in page


def test_a_profile_includes_its_own_line_however_low_its_rank(client):
    season = played_season(2)
    days = BoardHistory.objects.get(forecaster=oracle()).days
    for rank in range(1, LINES + 2):
        BoardHistory.objects.create(
            season=season,
            forecaster=ForecasterFactory(name=f"Number {rank}"),
            days=days,
            points=[20, 40],
            ranks=[1, 1],
        )

    charts = course_charts(season, always=coin().pk)

    assert charts is not None
    assert len(charts.lines) == LINES
    assert charts.lines[-1].name == coin().name
    assert "Course of the season" in client.get("/forecasters/the-coin/").content.decode()


def test_names_at_the_ends_of_lines_do_not_cover_each_other():
    season = played_season(2)
    days = BoardHistory.objects.get(forecaster=oracle()).days
    for number in range(5):
        BoardHistory.objects.create(
            season=season,
            forecaster=ForecasterFactory(name=f"Number {number}"),
            days=days,
            points=[5, 10],
            ranks=[2, 2],
        )

    charts = course_charts(season)

    assert charts is not None
    places = sorted(line.rank_label for line in charts.lines)
    assert all(after - before >= 11.9 for before, after in pairwise(places))


def test_a_season_of_one_match_day_has_no_chart():
    assert course_charts(played_season(1)) is None
