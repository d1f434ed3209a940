"""`refresh_views`: the boards up to date here and now, and announced."""

import pytest

from core.pipeline.models import JobRun
from stats.models import LeaderboardRow, StandingsRow, Tally, ViewRefresh
from stats.signals import views_refreshed
from tests.factories import record
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def settled(match):
    record(match, 2, 1)
    run_waiting("score_match")
    return match


@pytest.fixture
def announced():
    """The match ids of each announcement."""
    heard: list[list[int]] = []

    def hear(match_ids, run, **_):
        assert run is None
        heard.append(match_ids)

    views_refreshed.connect(hear)
    yield heard
    views_refreshed.disconnect(hear)


def test_it_counts_refreshes_and_announces(manage, settled, announced):
    ran = manage("refresh_views", "--json")
    assert ran.code == 0
    assert ran.json["matches"] == [settled.pk]
    assert [view["view"] for view in ran.json["views"]] == [
        "stats_leaderboard_live",
        "stats_leaderboard_team",
        "stats_standings",
    ]
    assert ran.json["data_version"] == ViewRefresh.objects.filter(view="stats_leaderboard_live").get().pk
    assert announced == [[settled.pk]]
    assert LeaderboardRow.objects.filter(scope="overall", provenance="all").count() == 3


def test_it_refreshes_again_when_there_is_nothing_new(manage, settled):
    manage("refresh_views")
    ran = manage("refresh_views")
    assert "0 matches counted" in ran.said
    assert ViewRefresh.objects.filter(view="stats_leaderboard_team").count() == 2


def test_standings_alone_fold_nothing(manage, settled):
    ran = manage("refresh_views", "--scope", "standings", "--json")
    assert [view["view"] for view in ran.json["views"]] == ["stats_standings"]
    assert StandingsRow.objects.count() == 2
    assert not Tally.objects.exists()


def test_leaderboards_alone_leave_the_standings(manage, settled):
    manage("refresh_views", "--scope", "leaderboard")
    assert Tally.objects.exists()
    assert not StandingsRow.objects.exists()


def test_it_can_lock_readers_out(manage, settled):
    assert manage("refresh_views", "--no-concurrently", "--json").json["concurrently"] is False
    assert not ViewRefresh.objects.filter(concurrently=True).exists()


def test_the_job_that_waited_finds_nothing_left(manage, settled):
    manage("refresh_views")
    (run,) = run_waiting("refresh_views")
    assert run.state == JobRun.State.DONE


def test_an_unknown_scope_is_a_usage_error(manage, db):
    assert "invalid choice: 'everything'" in manage("refresh_views", "--scope", "everything").complaint
