"""Figures 11 and 12: the whole pipeline with real workers, for one match and for a thousand."""

import http.client
import json
import random
import time
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from core.pipeline.models import JobRun
from matches.models import Match
from tools.bench.data import rows
from tools.bench.data.pipeline_rows import leagues
from tools.bench.database import settle_down
from tools.bench.figures import BenchFigure, bounded, reported
from tools.bench.groups import Bench
from tools.bench.measure import pipeline_profile
from tools.bench.measure.pipeline_processes import PATIENCE, PipelineProcesses, stage
from tools.bench.measure.refreshing import TOGETHER
from tools.bench.timing import Sample, percentile

LOOK_EVERY = 0.01  # seconds between two polls of the leaderboard
# First kickoff, and days between two rounds. Matches of the last two days take precedence over archive work.
ARCHIVE, TODAY = (timedelta(days=400), 7), (timedelta(hours=3), 0)


def figures(bench: Bench) -> Iterator[BenchFigure]:
    bench.databases.make("pipeline")
    with stage(ROUNDUP_DELAY="0") as crew:
        crew.start_processes()
        yield from _one_by_one(bench, crew)
        yield _together(bench, crew)
        yield from _backlog(bench, crew, "archive", *ARCHIVE)
        yield from _backlog(bench, crew, "today's", *TODAY)
    bench.databases.drop("pipeline")


def _one_by_one(bench: Bench, crew: PipelineProcesses) -> Iterator[BenchFigure]:
    """Yield figure 11: results recorded one after another, each awaited at the API."""
    kickoff, predictions = timezone.now() - timedelta(hours=2), bench.scale.forecasters
    matches = leagues(bench.scale.results, "now", begun_at=kickoff, days=0, predictions=predictions)
    settle_down()
    bench.say(f"{len(matches)} results, one after another")
    before, sample = _newest_run(), Sample()
    for match in matches:
        time.sleep(random.random())  # covers every phase of the scheduler's interval
        sample.values.append(_result_to_response(crew, match))
    crew.until(_quiet)
    delay = settings.REFRESH_DELAY.total_seconds()
    steps = pipeline_profile.one_match(after=before)
    note = f"of this, up to {delay:g} s are REFRESH_DELAY, which is kept in whole seconds; {steps}"
    what = "one match from its result recorded to the leaderboard served"
    yield bounded("11", f"{what}, median", sample.median, unit="s", most=1.6, note=note)
    yield bounded("11", f"{what}, 95th percentile", percentile(sample.values, 0.95), unit="s", most=2.5)


def _together(bench: Bench, crew: PipelineProcesses) -> BenchFigure:
    """Return the number of refreshes that workers need for ten results in one transaction (the maximum)."""
    counts = []
    for number in range(bench.scale.repeat):
        kickoff = timezone.now() - timedelta(hours=2)
        matches = leagues(
            TOGETHER, f"end {number}", begun_at=kickoff, days=0, predictions=bench.scale.forecasters
        )
        before = _newest_run()
        with transaction.atomic():
            for match in matches:
                rows.finish(match, 2, 1)
        crew.until(_quiet)
        done = JobRun.objects.filter(pk__gt=before, kind="refresh_views", state=JobRun.State.DONE)
        counts.append(done.count())
    what = f"refreshes by real workers for {TOGETHER} matches ending together, at most"
    return bounded("6 refreshes", what, max(counts), unit="refreshes", most=2)


def _result_to_response(crew: PipelineProcesses, match: Match) -> float:
    """Return the seconds until the API's leaderboard includes one more match."""
    server = http.client.HTTPConnection(crew.site.removeprefix("http://"), timeout=10)
    wanted = _matches_on_the_board(server) + 1
    began = time.perf_counter()
    rows.finish(match, 2, 1)
    while _matches_on_the_board(server) < wanted:
        crew.supervisor.look_after()
        if time.perf_counter() - began > PATIENCE:
            raise AssertionError(f"match {match.pk} is not on the leaderboard after {PATIENCE} s")
        time.sleep(LOOK_EVERY)
    seconds = time.perf_counter() - began
    server.close()
    return seconds


def _matches_on_the_board(server: http.client.HTTPConnection) -> int:
    server.request("GET", "/api/v1/leaderboard/")
    board = json.loads(server.getresponse().read())["results"]
    return int(board[0]["matches"]) if board else 0


def _backlog(
    bench: Bench, crew: PipelineProcesses, name: str, ago: timedelta, days: float
) -> Iterator[BenchFigure]:
    """Yield figure 12: many results in one transaction, timed from its commit to the end of the last run."""
    wanted, begun_at, predictions = bench.scale.backlog, timezone.now() - ago, bench.scale.forecasters
    matches = leagues(wanted, name, begun_at=begun_at, days=days, predictions=predictions)
    settle_down()
    bench.say(f"{wanted:,} {name} results at once")
    before = _newest_run()
    with transaction.atomic():
        for match in matches:
            rows.finish(match, 2, 1)
        committed = timezone.now()
    crew.until(_quiet, progress=_ended)
    runs = JobRun.objects.filter(pk__gt=before, state=JobRun.State.DONE)
    _require_success(before)
    note = f"{name}: {pipeline_profile.backlog(after=before, began=committed)}"
    for kind, done in (
        ("score_match", "scored"),
        ("refresh_views", "counted"),
        ("write_roundup", "published"),
    ):
        last = runs.filter(kind=kind).aggregate(last=Max("finished_at"))["last"]
        what = f"{wanted:,} {name} matches at once, {done}"
        speed = wanted / (last - committed).total_seconds()
        yield reported("12", what, speed, unit="matches/s", note=note if kind == "write_roundup" else "")


def _quiet() -> bool:
    return not JobRun.objects.filter(state__in=JobRun.OPEN).exists()


def _require_success(before: int) -> None:
    failed = JobRun.objects.filter(pk__gt=before, state=JobRun.State.FAILED).first()
    if failed is not None:
        raise AssertionError(f"{failed} failed: {failed.error}")


def _newest_run() -> int:
    return JobRun.objects.aggregate(newest=Max("pk"))["newest"] or 0


def _ended() -> int:
    return JobRun.objects.exclude(state__in=JobRun.OPEN).count()
