"""Figures 8 and 9: requests per second to the API and to HTML pages, cached and uncached."""

from collections.abc import Iterator
from functools import partial

from core.pipeline.models import JobRun
from matches.models import Match
from matches.statuses import Status
from tools.bench.data import past_matches
from tools.bench.figures import BenchFigure, compared
from tools.bench.groups import Bench
from tools.bench.load import BenchRequest, per_second
from tools.bench.urls import BARE
from tools.bench.web import get, web

API, BOARD = "/api/v1/leaderboard/", "/leaderboard/"
SMALLEST_CACHE = "1"  # byte: runs the code of the cache, but no response fits into it
# Number, name, name of the baseline, smallest ratio (None: no limit).
FIGURES = (
    ("8", "API kept", "bare", 0.8),
    ("8", "API 304", "bare", 0.8),
    ("8", "API first read", "bare beside first reads", 0.3),
    ("8", "API first read, keeping off", "bare, keeping off", None),
    ("9", "leaderboard page kept", "bare", 0.6),
    ("9", "leaderboard page first read", "bare beside first reads", 0.1),
    ("9", "leaderboard page first read, keeping off", "bare, keeping off", None),
    ("9", "match page kept", "bare", 0.6),
    ("9", "match page first read", "bare beside first reads", 0.1),
    ("9", "match page first read, keeping off", "bare, keeping off", None),
)


def figures(bench: Bench) -> Iterator[BenchFigure]:
    past_matches.use(bench, bench.scale.histories[-1])
    JobRun.objects.all().delete()  # left over from others; they would be executed and delay the leaderboards
    match = Match.objects.filter(status=Status.FINISHED).latest("kickoff_at").get_absolute_url()
    with web() as cached, web(PAGE_CACHE_SIZE=SMALLEST_CACHE) as uncached, web(PAGE_CACHE_SIZE="0") as off:
        etag = (("If-None-Match", get(cached, API)["ETag"]),)
        requests = {"bare": BenchRequest(cached, BARE), "API 304": BenchRequest(cached, API, 304, etag)}
        requests |= {"bare beside first reads": BenchRequest(uncached, BARE)}
        requests |= {"bare, keeping off": BenchRequest(off, BARE)}
        for name, path in (("API", API), ("leaderboard page", BOARD), ("match page", match)):
            requests[f"{name} kept"] = BenchRequest(cached, path)
            requests[f"{name} first read"] = BenchRequest(uncached, path)
            requests[f"{name} first read, keeping off"] = BenchRequest(off, path)
        samples = bench.alternate(
            {
                name: partial(per_second, request, seconds=bench.scale.seconds)
                for name, request in requests.items()
            },
            unit="requests/s",
        )
    beside = "a bare Django JSON view in the same server"
    for number, name, baseline, smallest in FIGURES:
        yield compared(number, name, samples[name], beside, samples[baseline], at_least=smallest)
