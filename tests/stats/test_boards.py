"""Leaderboards and tables: values of the tallies, in the requested order, compared with Python."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from matches.services.seasons import close_season
from scoring import services as scoring
from scoring.models import Score
from stats.analysis import board_inference
from stats.leaderboard_page import Ranked, Ranking
from stats.leaderboards import Board, leaderboard
from stats.metrics import BY_NAME, ORDERINGS, metric_of
from stats.models import LeaderboardRow, Tally, ViewRefresh
from stats.refresh import matviews
from stats.refresh.transaction import refresh_statistics
from stats.row_inference import RowInference
from stats.standings import standings
from tests.factories import (
    KICKOFF,
    ForecasterFactory,
    MatchFactory,
    TeamFactory,
    coin,
    homer,
    oracle,
    predict,
    record,
    time_passes,
    upcoming_match,
)

pytestmark = pytest.mark.django_db

PICKS = [  # what the Oracle, the Homer and the Coin said, and what happened, in kickoff order
    ((2, 1), (1, 0), (1, 1), (2, 1)),
    ((0, 0), (2, 0), (0, 2), (0, 2)),
    ((1, 2), (1, 0), (2, 2), (1, 2)),
    ((3, 0), (2, 0), (0, 1), (2, 0)),
    ((1, 1), (1, 0), (0, 0), (0, 0)),
    ((2, 0), (3, 1), (1, 0), (2, 0)),
]


@pytest.fixture
def season():
    """Six matches between four teams, scored and counted."""
    teams = [TeamFactory(name=name) for name in ("Ashford", "Barrow", "Carlton", "Dunmore")]
    for number, (first, second, third, result) in enumerate(PICKS):
        match = MatchFactory(
            kickoff_at=KICKOFF + timedelta(days=number),
            home_team=teams[number % 4],
            away_team=teams[(number + 1) % 4],
            round_label=f"R{number}",
        )
        predict(match, oracle(), first, (0.5, 0.3, 0.2))
        predict(match, homer(), second, (0.8, 0.1, 0.1))
        predict(match, coin(), third)
        record(match, *result)
        scoring.score_match(match_id=match.pk, settled_at=timezone.now())
    refresh_statistics(at=timezone.now())
    return match.season


def test_the_leaderboard_equals_the_scores_counted_in_python(season):
    for row in LeaderboardRow.objects.filter(scope="season"):
        mine = list(Score.objects.filter(prediction__forecaster=row.forecaster_id))
        said = [score for score in mine if score.rps is not None]
        assert row.matches == len(mine)
        assert row.points == sum(score.points for score in mine)
        assert row.average_points == sum(score.points for score in mine) / len(mine)
        assert row.tendency_hits == sum(score.tendency_points > 0 for score in mine)
        assert row.exact_hits == sum(score.exact_points > 0 for score in mine)
        assert row.goal_difference_hits == sum(score.goal_difference_points > 0 for score in mine)
        assert row.tendency_accuracy == row.tendency_hits / len(mine)
        if said:
            for name in ("rps", "brier", "log_score"):
                assert getattr(row, name) == pytest.approx(
                    sum(getattr(s, name) for s in said) / len(said), abs=1e-8
                )
        else:
            assert (row.rps, row.brier, row.log_score) == (None, None, None)


def test_form_and_streaks_follow_the_kickoffs(season):
    form = {
        row.forecaster.name: (row.form, row.current_streak, row.best_streak) for row in leaderboard(Board())
    }

    assert form == {"The Oracle": ("-ETDE", 4, 4), "The Homer": ("--E-D", 1, 1), "The Coin": ("E--ET", 2, 2)}


def test_a_streak_is_that_of_the_kickoffs_even_if_results_come_in_another_order(season):
    late = MatchFactory(kickoff_at=KICKOFF + timedelta(days=3, hours=4), round_label="R late")
    predict(late, oracle(), (0, 3))
    record(late, 1, 0)
    scoring.score_match(match_id=late.pk, settled_at=timezone.now())
    refresh_statistics(at=timezone.now())

    row = the_row("overall", oracle())
    assert (row.form, row.current_streak, row.best_streak) == ("ET-DE", 2, 2)


def test_matches_of_one_kickoff_are_in_the_order_in_which_they_were_first_settled(season):
    """As the roundups have it; a correction of one of them moves nothing."""
    late = {"kickoff_at": KICKOFF + timedelta(days=40)}
    created_first, created_last = (MatchFactory(round_label=f"R {name}", **late) for name in "ab")
    for match, pick in ((created_last, (1, 0)), (created_first, (0, 3))):
        predict(match, oracle(), pick)
        record(match, 1, 0)
        scoring.score_match(match_id=match.pk, settled_at=timezone.now())
    refresh_statistics(at=timezone.now())
    assert the_row("overall", oracle()).form.endswith("E-")

    record(created_last, 2, 1)
    scoring.score_match(match_id=created_last.pk, settled_at=timezone.now())
    refresh_statistics(at=timezone.now())

    assert the_row("overall", oracle()).form.endswith("D-")


@pytest.mark.parametrize("ordering", ORDERINGS)
def test_ranks_equal_a_ranking_in_python(season, ordering):
    metric = ordering.removeprefix("-")
    board_inference.store(board_inference.compute(Board.of(season)))
    rows = list(leaderboard(Board.of(season), ordering=ordering))
    values = [getattr(row, metric) for row in rows if getattr(row, metric) is not None]

    largest_first = ordering.startswith("-") or metric_of(metric).higher_is_better
    assert values == sorted(values, reverse=largest_first)
    assert [row.rank for row in rows][: len(values)] == [values.index(value) + 1 for value in values]
    assert all(row.rank is None for row in rows[len(values) :])


def test_pages_cut_by_place_have_the_rows_of_the_board_in_its_order(season):
    ForecasterFactory(name="The Silent")  # nowhere on a board, so it takes no place
    match = MatchFactory(round_label="R probabilities")
    predict(match, ForecasterFactory(name="The Odds"), None, (0.5, 0.3, 0.2))
    record(match, 1, 0)
    scoring.score_match(match_id=match.pk, settled_at=timezone.now())
    refresh_statistics(at=timezone.now())

    for board in (Board(), Board.of(season), Board.of(match.home_team)):
        rows = [ranked(row) for row in leaderboard(board)]
        pages = [Ranking(board).page(number, 1) for number in range(1, len(rows) + 2)]

        assert [page.rows for page in pages] == [*([row] for row in rows), []]
        assert {page.count for page in pages} == {len(rows)}


@pytest.mark.parametrize("ordering", ORDERINGS)
def test_so_do_pages_in_any_order_and_of_those_that_fit_the_filters(season, ordering):
    filters = {"ordering": ordering, "kind": "statistical", "min_matches": 2}
    rows = [ranked(row) for row in leaderboard(Board(), **filters)]
    pages = [Ranking(Board(), **filters).page(number, 2) for number in (1, 2, 3)]

    assert [row for page in pages for row in page.rows] == rows[:6] != []
    assert {page.count for page in pages} == {len(rows)}


def ranked(row) -> Ranked:
    whose = {name: getattr(row.forecaster, name) for name in ("slug", "name", "kind", "is_baseline")}
    whose["paused_at"] = None  # none is a language model
    whose["inference"] = RowInference()
    whose["figures"] = {name: getattr(row, name) for name in BY_NAME}
    return Ranked(**whose | {name: getattr(row, name) for name in Ranked._fields if name not in whose})


def test_an_empty_board_has_no_pages(season):
    page = Ranking(Board("season", 10**6)).page(1, 50)

    assert (page.count, page.rows, page.made_of) == (0, [], {"live": 0, "archive": 0})


def test_ties_share_a_rank_and_the_next_is_left_out():
    match = MatchFactory()
    for name, pick in (("Anna", (1, 0)), ("Berta", (1, 0)), ("Carl", (0, 1))):
        predict(match, ForecasterFactory(name=name), pick)
    record(match, 1, 0)
    scoring.score_match(match_id=match.pk, settled_at=timezone.now())
    refresh_statistics(at=timezone.now())

    rows = [(row.rank, row.forecaster.name) for row in leaderboard(Board())]
    assert rows == [(1, "Anna"), (1, "Berta"), (3, "Carl")]


def test_filters_rank_among_those_that_are_left(season):
    ForecasterFactory(name="The Bookie", kind="bookmaker")

    assert [row.rank for row in leaderboard(Board(), kind="statistical", min_matches=6)] == [1, 2, 3]
    assert not leaderboard(Board(), kind="bookmaker").exists()
    assert not leaderboard(Board(), min_matches=7).exists()


def test_standings_equal_a_table_made_in_python(season):
    table = {}
    for match in season.matches.all():
        for team, scored, conceded in (
            (match.home_team_id, match.home_score, match.away_score),
            (match.away_team_id, match.away_score, match.home_score),
        ):
            row = table.setdefault(team, [0, 0, 0])
            row[0] += 3 if scored > conceded else 1 if scored == conceded else 0
            row[1] += scored - conceded
            row[2] += scored
    rows = list(standings(season.pk))

    assert {row.team_id: [row.points, row.goal_difference, row.goals_for] for row in rows} == table
    keys = [(-row.points, -row.goal_difference, -row.goals_for) for row in rows]
    assert keys == sorted(keys)
    assert [row.position for row in rows] == [keys.index(key) + 1 for key in keys]


def test_an_awarded_match_counts_in_the_table_but_not_on_the_boards(season):
    before = the_row("overall", oracle()).matches
    walkover = MatchFactory(round_label="R awarded")
    predict(walkover, oracle(), (3, 0))
    record(walkover, 3, 0, status="awarded")
    scoring.score_match(match_id=walkover.pk, settled_at=timezone.now())
    refresh_statistics(at=timezone.now())

    assert the_row("overall", oracle()).matches == before
    assert sum(row.played for row in standings(season.pk)) == 2 * (len(PICKS) + 1)


def test_a_closed_season_moves_to_the_closed_view_and_stays_readable(season):
    before = [(row.forecaster_id, row.points) for row in leaderboard(Board.of(season))]

    close_season(season, closed_at=timezone.now())
    refresh_statistics(at=timezone.now())

    assert [(row.forecaster_id, row.points) for row in leaderboard(Board.of(season))] == before
    assert rows_of("stats_leaderboard_closed") == 3
    assert not ViewRefresh.objects.filter(view=matviews.CLOSED, started_at__gt=timezone.now()).exists()


def test_a_season_whose_closing_is_committed_after_the_refresh_that_followed_it_keeps_its_board(season):
    """The moment of closing is taken before the commit; a refresh in between has not seen it."""
    before = [(row.forecaster_id, row.points) for row in leaderboard(Board.of(season))]
    refresh_statistics(at=timezone.now())
    newest = ViewRefresh.objects.latest("pk").finished_at
    ViewRefresh.objects.create(
        view=matviews.CLOSED, started_at=newest, finished_at=newest, rows=0, concurrently=True
    )

    close_season(season, closed_at=newest - timedelta(seconds=5))
    refresh_statistics(at=timezone.now())

    assert [(row.forecaster_id, row.points) for row in leaderboard(Board.of(season))] == before


def test_a_season_that_is_opened_again_is_on_one_board_only(season):
    close_season(season, closed_at=timezone.now())
    refresh_statistics(at=timezone.now())
    before = [(row.forecaster_id, row.points) for row in leaderboard(Board.of(season))]

    season.closed_at = None
    season.save(update_fields=["closed_at"])
    refresh_statistics(at=timezone.now())

    assert [(row.forecaster_id, row.points) for row in leaderboard(Board.of(season))] == before
    assert rows_of("stats_leaderboard_closed") == 0


def test_a_quiet_closed_season_is_not_refreshed_again(season):
    close_season(season, closed_at=timezone.now())
    refresh_statistics(at=timezone.now())
    refreshes = ViewRefresh.objects.filter(view=matviews.CLOSED).count()

    refresh_statistics(at=timezone.now())

    assert ViewRefresh.objects.filter(view=matviews.CLOSED).count() == refreshes


def test_a_correction_in_a_closed_season_refreshes_its_board(season):
    close_season(season, closed_at=timezone.now())
    refresh_statistics(at=timezone.now())
    match = season.matches.order_by("kickoff_at").first()
    record(match, 0, 5)
    scoring.score_match(match_id=match.pk, settled_at=timezone.now())

    refresh_statistics(at=timezone.now())

    tally = Tally.objects.get(scope="season", forecaster=oracle())
    assert the_row("season", oracle()).points == tally.points


def test_every_view_can_be_refreshed_concurrently(season):
    for view in matviews.IN_ORDER:
        matviews.refresh([view], concurrently=True)

    assert set(ViewRefresh.objects.values_list("view", flat=True)) == set(matviews.IN_ORDER)


def test_each_refresh_is_on_record_with_its_rows(season):
    newest = matviews.newest()

    assert newest.rows == rows_of("stats_leaderboard_live")
    assert newest.through_settlement is not None
    assert newest.finished_at >= newest.started_at
    assert matviews.data_version() == newest.pk


def test_live_and_archive_predictions_can_be_told_apart_on_every_board(season):
    match = upcoming_match(season=season, round_label="R live")
    predict(match, oracle(), (1, 0), provenance="live")
    time_passes(match, timedelta(days=1, hours=2))
    record(match, 1, 0)
    scoring.score_match(match_id=match.pk, settled_at=timezone.now())
    refresh_statistics(at=timezone.now())

    boards = {
        made: {row.forecaster.name: row.matches for row in leaderboard(Board.of(season), provenance=made)}
        for made in ("all", "live", "archive")
    }
    assert boards["live"] == {"The Oracle": 1}
    assert boards["archive"] == {"The Oracle": 6, "The Homer": 6, "The Coin": 6}
    assert boards["all"] == {"The Oracle": 7, "The Homer": 6, "The Coin": 6}
    assert leaderboard(Board(), provenance="live").get().form == "E"


def the_row(scope: str, forecaster) -> LeaderboardRow:
    return LeaderboardRow.objects.get(scope=scope, forecaster=forecaster, provenance="all")


def rows_of(view: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {view}")
        return cursor.fetchone()[0]
