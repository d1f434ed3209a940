"""Figures 11 and 12: the whole pipeline with real workers, for one match and for a thousand."""

import http.client
import json
import random
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from core.pipeline import ledger
from core.pipeline.models import JobRun
from matches.models import Competition, Match, Season, Team
from matches.services.stages import stage_named
from matches.stage_hints import LEAGUE, REGULAR_SEASON, StageHint
from tools.bench.data import rows
from tools.bench.database import vacuum_and_checkpoint
from tools.bench.figures import BenchFigure, Sample, percentile, single
from tools.bench.groups import Bench
from tools.bench.measure.refreshing import TOGETHER
from tools.bench.web import TIMEOUT, PipelineProcesses, pipeline_processes

POLL_INTERVAL = 0.01  # seconds between two requests for the leaderboard
# Age of the first kickoff, and days between two rounds. Jobs for matches of the last two days run first.
ARCHIVE, TODAY = (timedelta(days=400), 7), (timedelta(hours=3), 0)
STEPS = {"score_match": "scored", "refresh_views": "counted", "write_roundup": "published"}


def figures(bench: Bench) -> Iterator[BenchFigure]:
    bench.databases.make("pipeline")
    with pipeline_processes(ROUNDUP_DELAY="0") as processes:
        yield from _one_by_one(bench, processes)
        yield _together(bench, processes)
        yield from _backlog(bench, processes, "archive", *ARCHIVE)
        yield from _backlog(bench, processes, "today's", *TODAY)
    bench.databases.drop("pipeline")


def _one_by_one(bench: Bench, processes: PipelineProcesses) -> Iterator[BenchFigure]:
    """Yield figure 11: seconds until the API's leaderboard includes a result, for one result at a time."""
    kickoff, predictions = timezone.now() - timedelta(hours=2), bench.scale.forecasters
    matches = leagues(bench.scale.results, "now", begun_at=kickoff, days=0, predictions=predictions)
    vacuum_and_checkpoint()
    bench.say(f"{len(matches)} results, one after another")
    sample = Sample()
    for match in matches:
        time.sleep(random.random())  # covers every phase of the scheduler's interval
        sample.values.append(_result_to_response(processes, match))
    processes.until(_no_open_jobs)
    delay = settings.REFRESH_DELAY.total_seconds()
    note = f"of this, up to {delay:g} s are REFRESH_DELAY, which is kept in whole seconds"
    what = "one match from its result recorded to the leaderboard served"
    yield single("11", f"{what}, median", sample.median, "s", at_most=1.6, note=note)
    yield single("11", f"{what}, 95th percentile", percentile(sample.values, 0.95), "s", at_most=2.5)


def _result_to_response(processes: PipelineProcesses, match: Match) -> float:
    """Record a result; return the seconds until the API's leaderboard includes one more match."""
    server = http.client.HTTPConnection("127.0.0.1", processes.port, timeout=10)
    wanted = _matches_on_leaderboard(server) + 1
    began = time.perf_counter()
    rows.finish(match, 2, 1)
    while _matches_on_leaderboard(server) < wanted:
        processes.supervisor.restart_failed()
        if time.perf_counter() - began > TIMEOUT:
            raise AssertionError(f"match {match.pk} is not on the leaderboard after {TIMEOUT} s")
        time.sleep(POLL_INTERVAL)
    seconds = time.perf_counter() - began
    server.close()
    return seconds


def _matches_on_leaderboard(server: http.client.HTTPConnection) -> int:
    server.request("GET", "/api/v1/leaderboard/")
    board = json.loads(server.getresponse().read())["results"]
    return int(board[0]["matches"]) if board else 0


def _together(bench: Bench, processes: PipelineProcesses) -> BenchFigure:
    """Return how often real workers refresh the views after one transaction has recorded ten results.

    The figure is the highest number of several rounds.
    """
    counts = []
    for number in range(bench.scale.repeat):
        kickoff, predictions = timezone.now() - timedelta(hours=2), bench.scale.forecasters
        matches = leagues(TOGETHER, f"end {number}", begun_at=kickoff, days=0, predictions=predictions)
        before = _newest_run()
        _finish(matches)
        processes.until(_no_open_jobs)
        done = JobRun.objects.filter(pk__gt=before, kind="refresh_views", state=JobRun.State.DONE)
        counts.append(done.count())
    what = f"refreshes by real workers for {TOGETHER} matches ending together, at most"
    return single("6 refreshes", what, max(counts), "refreshes", at_most=2)


def _backlog(
    bench: Bench, processes: PipelineProcesses, name: str, ago: timedelta, days: float
) -> Iterator[BenchFigure]:
    """Yield figure 12: matches per second after many results were recorded in one transaction.

    Each step of the pipeline has its own figure. Its time is measured from the commit to the end of the last
    job of that step.
    """
    wanted, begun_at, predictions = bench.scale.backlog, timezone.now() - ago, bench.scale.forecasters
    matches = leagues(wanted, name, begun_at=begun_at, days=days, predictions=predictions)
    vacuum_and_checkpoint()
    bench.say(f"{wanted:,} {name} results at once")
    before = _newest_run()
    committed = _finish(matches)
    processes.until(_no_open_jobs, progress=JobRun.objects.exclude(state__in=JobRun.OPEN).count)
    runs = JobRun.objects.filter(pk__gt=before)
    failed = runs.filter(state=JobRun.State.FAILED).first()
    if failed is not None:
        raise AssertionError(f"{failed} failed: {failed.error}")
    for kind, step in STEPS.items():
        done = runs.filter(kind=kind, state=JobRun.State.DONE)
        last = done.aggregate(last=Max("finished_at"))["last"]
        speed = wanted / (last - committed).total_seconds()
        yield single("12", f"{wanted:,} {name} matches at once, {step}", speed, "matches/s")


def _finish(matches: list[Match]) -> datetime:
    """Record the results in one transaction; return the time just before its commit."""
    with transaction.atomic():
        for match in matches:
            rows.finish(match, 2, 1)
        return timezone.now()


def _no_open_jobs() -> bool:
    return not ledger.is_busy()


def _newest_run() -> int:
    return JobRun.objects.aggregate(newest=Max("pk"))["newest"] or 0


# Leagues with predictions but without results: twenty teams, double round robin.
TEAMS = 20
MATCHDAYS = 2 * (TEAMS - 1)
MATCHES = MATCHDAYS * TEAMS // 2  # of one season


def leagues(wanted: int, label: str, *, begun_at: datetime, days: float, predictions: int) -> list[Match]:
    """Create `wanted` matches with predictions in as many leagues as needed; return them, earliest first.

    `predictions` is the number per match, `days` the number of days between two rounds.
    """
    matches: list[Match] = []
    for number in range(-(-wanted // MATCHES)):
        fixtures = _fixtures(number + 1, label, begun_at, timedelta(days=days))
        matches += Match.objects.bulk_create(islice(fixtures, wanted - len(matches)))
    rows.predict(matches, predictions)
    return sorted(matches, key=lambda match: match.kickoff_at)


def _fixtures(number: int, label: str, begun_at: datetime, apart: timedelta) -> Iterator[Match]:
    """Yield unsaved matches of a season, round by round. Every team plays once per round (circle method)."""
    season, teams = _season(number, label, begun_at)
    stage = stage_named(season, StageHint(REGULAR_SEASON, LEAGUE))
    for matchday in range(1, MATCHDAYS + 1):
        turn = matchday % (TEAMS - 1)
        circle = [teams[0], *teams[1:][turn:], *teams[1:][:turn]]
        kickoff = begun_at + (matchday - 1) * apart
        for one, other in zip(circle[: TEAMS // 2], reversed(circle[TEAMS // 2 :]), strict=True):
            home, away = (one, other) if matchday < TEAMS else (other, one)
            yield Match(
                season=season,
                stage=stage,
                round_label=f"Matchday {matchday}",
                matchday=matchday,
                kickoff_at=kickoff,
                lock_at=kickoff,
                home_team=home,
                away_team=away,
            )


def _season(number: int, label: str, begun_at: datetime) -> tuple[Season, list[Team]]:
    slug, day = f"bench-{number}", begun_at.date()
    competition, _ = Competition.objects.get_or_create(slug=slug, defaults={"name": f"Bench {number}"})
    season = Season.objects.create(
        competition=competition, label=label, starts_on=day, ends_on=day + timedelta(days=365)
    )
    names = [(f"{slug}-{each}", f"Team {number}.{each}", f"T {number}.{each}") for each in range(TEAMS)]
    teams = [Team(slug=slug, name=name, short_name=short_name) for slug, name, short_name in names]
    Team.objects.bulk_create(teams, ignore_conflicts=True)
    return season, list(Team.objects.filter(slug__in=[team.slug for team in teams]).order_by("pk"))
