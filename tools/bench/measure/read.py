"""Figures 8 and 9: API and pages, cached and uncached."""

from collections.abc import Iterator
from functools import partial

from core.pipeline.models import JobRun
from matches.models import Match
from tools.bench.data import past_matches
from tools.bench.figures import ONLY_TOLD, BenchFigure, RatioLimit, at_least, rate
from tools.bench.groups import Bench
from tools.bench.load import BenchRequest, per_second
from tools.bench.timing import Sample, in_turns
from tools.bench.urls import BARE
from tools.bench.web import get, web

API, BOARD = "/api/v1/leaderboard/", "/leaderboard/"
ROOM_FOR_NOTHING = "1"  # byte: runs the code of the cache, but no response fits into it


def figures(bench: Bench) -> Iterator[BenchFigure]:
    past_matches.use(bench, bench.scale.histories[-1])
    JobRun.objects.all().delete()  # left over from others; they would be executed and delay the leaderboards
    match = Match.objects.filter(status="finished").order_by("-kickoff_at").first()
    assert match is not None
    path = match.get_absolute_url()
    with web() as keeping, web(PAGE_CACHE_SIZE=ROOM_FOR_NOTHING) as making, web(PAGE_CACHE_SIZE="0") as alone:
        yield from _served(bench, keeping, making, alone, path)


def _served(bench: Bench, keeping: int, making: int, alone: int, match: str) -> Iterator[BenchFigure]:
    known = (("If-None-Match", get(keeping, API)["ETag"]),)
    pages = {
        "bare": BenchRequest(keeping, BARE),
        "API kept": BenchRequest(keeping, API),
        "API 304": BenchRequest(keeping, API, 304, known),
        "board kept": BenchRequest(keeping, BOARD),
        "match kept": BenchRequest(keeping, match),
        "bare beside first reads": BenchRequest(making, BARE),
        "API first read": BenchRequest(making, API),
        "board first read": BenchRequest(making, BOARD),
        "match first read": BenchRequest(making, match),
        "bare, keeping off": BenchRequest(alone, BARE),
        "API first read, keeping off": BenchRequest(alone, API),
        "board first read, keeping off": BenchRequest(alone, BOARD),
        "match first read, keeping off": BenchRequest(alone, match),
    }
    samples = in_turns(
        {name: partial(_rate, bench, page) for name, page in pages.items()},
        repeat=bench.scale.repeat,
        unit="requests/s",
        say=bench.say,
    )
    kept, first, off = "bare", "bare beside first reads", "bare, keeping off"
    for number, name, bare, limit in (
        ("8", "API kept", kept, at_least(0.8)),
        ("8", "API 304", kept, at_least(0.8)),
        ("8", "API first read", first, at_least(0.3)),
        ("8", "API first read, keeping off", off, ONLY_TOLD),
        ("9", "board kept", kept, at_least(0.6)),
        ("9", "board first read", first, at_least(0.1)),
        ("9", "board first read, keeping off", off, ONLY_TOLD),
        ("9", "match kept", kept, at_least(0.6)),
        ("9", "match first read", first, at_least(0.1)),
        ("9", "match first read, keeping off", off, ONLY_TOLD),
    ):
        yield _of_bare(number, name, samples[name], samples[bare], limit)


def _rate(bench: Bench, page: BenchRequest) -> float:
    return per_second(page, seconds=bench.scale.seconds)


def _of_bare(number: str, name: str, sample: Sample, bare: Sample, limit: RatioLimit) -> BenchFigure:
    what = name.replace("board", "leaderboard page").replace("match ", "match page ")
    return rate(
        number, what, sample, beside="a bare Django JSON view in the same server", yardstick=bare, limit=limit
    )
