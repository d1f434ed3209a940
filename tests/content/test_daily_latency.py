"""Delays of each day, kept for good and drawn on the status page."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from content.daily_latency import DAYS_PER_PASS, FIRST_DAYS, measure_days
from content.models import DailyLatency
from tests.factories import MatchFactory, oracle, predict, record
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db
TOMORROW = timedelta(days=1, hours=2)


def play() -> None:
    match = MatchFactory()
    predict(match, oracle(), (2, 1))
    record(match, 2, 1)
    run_waiting()


def measure_all(now: datetime) -> None:
    while measure_days(now):
        pass


def test_a_day_is_measured_once_when_it_is_over():
    play()
    now = timezone.now()
    today = now.astimezone(UTC).date()

    measure_all(now)
    assert not DailyLatency.objects.filter(day=today).exists()
    measure_all(now + TOMORROW)

    rows = {row.target: row for row in DailyLatency.objects.filter(day=today)}
    assert {target: row.results for target, row in rows.items()} == {"leaderboard": 1, "roundup": 1}
    assert rows["leaderboard"].median is not None
    assert 0 <= rows["leaderboard"].median <= 600
    assert measure_days(now + TOMORROW) == 0


def test_a_pass_measures_a_few_days_and_later_passes_the_others():
    now = timezone.now()

    assert measure_days(now) == DAYS_PER_PASS
    measure_all(now)

    assert DailyLatency.objects.filter(target="roundup").count() == FIRST_DAYS


def test_the_figures_of_a_day_without_results_are_empty():
    measure_days(timezone.now())

    assert set(DailyLatency.objects.values_list("results", "median", "p95")) == {(0, None, None)}


def test_the_status_page_draws_two_days_with_their_table(client):
    for ago, median in ((2, 3.0), (1, 90.0)):
        day = timezone.now().date() - timedelta(days=ago)
        DailyLatency.objects.create(day=day, target="leaderboard", results=4, median=median, p95=2 * median)

    page = client.get("/status/").content.decode()

    assert "Seconds from result to leaderboard by day" in page
    assert "Seconds from result to roundup by day" not in page
    table = page.split("Table of this chart")[1]
    assert "3.0\N{NO-BREAK SPACE}s" in table
    assert "180\N{NO-BREAK SPACE}s" in table or "3\N{NO-BREAK SPACE}min" in table
