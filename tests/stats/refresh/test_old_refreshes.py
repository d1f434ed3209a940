"""Records of refreshes do not pile up, and no figure that stands on one changes when others go."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from core.pipeline import reconciler
from matches.models import Match
from stats.models import ViewRefresh
from stats.refresh import latency as refresh_latency
from stats.refresh import matviews
from stats.refresh.transaction import refresh_statistics
from tests.factories import MatchFactory, oracle, predict, record
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db

NOW = datetime.now().astimezone().replace(microsecond=0)


def counted_days_ago(days: int) -> Match:
    """A match that was counted then, with a refresh before it and two after it that counted nothing."""
    with time_machine.travel(NOW - timedelta(days=days)):
        refresh_statistics(at=timezone.now())
        match = MatchFactory()
        predict(match, oracle(), (2, 1))
        record(match, 2, 1)
        run_waiting("score_match", "refresh_views")
        for _ in range(2):
            refresh_statistics(at=timezone.now())
    return match


def records(view: str) -> int:
    return ViewRefresh.objects.filter(view=view).count()


def test_old_records_go_and_the_newest_of_each_view_stays():
    counted_days_ago(40)

    matviews.sweep_old_refreshes(NOW)

    assert {view: records(view) for view in matviews.IN_ORDER} == {
        "stats_leaderboard_live": 2,  # and the one that counted the match
        "stats_leaderboard_team": 1,
        "stats_leaderboard_closed": 0,
        "stats_standings": 1,
    }
    assert matviews.sweep_old_refreshes(NOW) == 0


def test_how_long_results_took_is_the_same_afterwards():
    for days in (90, 60, 40, 1):
        counted_days_ago(days)
    before = dict(refresh_latency.counted().values_list("match_id", "fresh_at"))
    latency = refresh_latency.whistle_to_leaderboard()

    while matviews.sweep_old_refreshes(NOW):
        pass

    assert dict(refresh_latency.counted().values_list("match_id", "fresh_at")) == before
    assert refresh_latency.whistle_to_leaderboard() == latency
    assert records("stats_leaderboard_live") == 3 + 4, "one for each old match, all of yesterday"


def test_what_is_younger_than_thirty_days_stays():
    counted_days_ago(29)
    before = ViewRefresh.objects.count()
    assert matviews.sweep_old_refreshes(NOW) == 0
    assert ViewRefresh.objects.count() == before


def test_a_pass_deletes_a_limited_number(monkeypatch):
    counted_days_ago(40)
    monkeypatch.setattr(matviews, "DELETED_PER_PASS", 1)
    assert [matviews.sweep_old_refreshes(NOW) for _ in range(2)] == [1, 1]


def test_the_reconciler_does_it():
    counted_days_ago(40)
    assert reconciler.reconcile(now=NOW).swept["old records of refreshes"] > 0
