"""Metrics of freshness: age of the views, overdue matches, delays to leaderboard and roundup, corrections."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from django.db import connection
from prometheus_client.metrics_core import Metric

from content.daily_latency import whistle_to_roundup
from ops.metrics.helpers import WINDOW, counter, gauge
from ops.overdue import WAITING, overdue_matches
from stats.refresh.latency import Latency, whistle_to_leaderboard
from stats.refresh.view_state import view_states

# Settlements are never deleted, so both numbers never decrease and can be counters.
_SETTLED = """
SELECT count(*), count(DISTINCT (match_id, result_version)) - count(DISTINCT match_id) FROM scoring_settlement
"""


def families(now: datetime) -> Iterator[Metric]:
    """Yield metrics of views, overdue matches, delays to leaderboard and roundup, and settlements."""
    yield from _views(now)
    found = Counter(overdue_matches(now).values_list("status", flat=True))
    overdue = {str(status): found[status] for status in WAITING}
    text = "Matches without a result long after kickoff. A suspended match may wait for months."
    yield gauge("matches_overdue", text, ["status"], overdue)
    since = now - WINDOW
    yield _delays("leaderboard", whistle_to_leaderboard(since=since))
    yield _delays("roundup", whistle_to_roundup(since=since))
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED)
        settlements, corrections = cursor.fetchone()
    yield counter("settlements", "Settlements ever made.", settlements)
    yield counter("corrections", "Results that changed after their match had been settled.", corrections)


def _views(now: datetime) -> Iterator[Metric]:
    states = view_states(now=now)
    ages = {each.view: each.age(now) for each in states}
    text = "Seconds since the view's last refresh; no sample before the first. An old view may be fresh."
    yield gauge("view_age_seconds", text, ["view"], ages)
    waiting = {each.view: each.waiting for each in states}
    text = "Settlements that the view does not show yet."
    yield gauge("view_waiting_settlements", text, ["view"], waiting)
    stale = {each.view: each.state == "stale" for each in states}
    yield gauge("view_stale", "1 if a settlement has waited for the view too long.", ["view"], stale)


def _delays(target: str, latency: Latency) -> Metric:
    text = f"Seconds from a recorded result to the {target} in the last hour; no sample without results."
    quantiles = {"0.5": latency.median, "0.95": latency.p95}
    return gauge(f"recent_whistle_to_{target}_seconds", text, ["quantile"], quantiles)
