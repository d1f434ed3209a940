"""Figures 8 and 9: API and pages, kept and made anew."""

from collections.abc import Iterator
from functools import partial

from config.bench import history
from config.bench.figures import Figure, Limit, at_least, rate
from config.bench.load import Page, per_second
from config.bench.run import Bench
from config.bench.timing import Sample, in_turns
from config.bench.urls import BARE
from config.bench.web import get, web
from matches.models import Match

API, BOARD = "/api/v1/leaderboard/", "/leaderboard/"


def figures(bench: Bench) -> Iterator[Figure]:
    history.use(bench, bench.scale.histories[-1])
    match = Match.objects.filter(status="finished").order_by("-kickoff_at").first()
    assert match is not None
    with web() as keeping, web(ANSWERS_KEPT="0") as making:
        yield from _served(bench, keeping, making, match.get_absolute_url())


def _served(bench: Bench, keeping: int, making: int, match: str) -> Iterator[Figure]:
    known = (("If-None-Match", get(keeping, API)["ETag"]),)
    pages = {
        "bare": Page(keeping, BARE),
        "API kept": Page(keeping, API),
        "API 304": Page(keeping, API, 304, known),
        "board kept": Page(keeping, BOARD),
        "match kept": Page(keeping, match),
        "bare beside first reads": Page(making, BARE),
        "API first read": Page(making, API),
        "board first read": Page(making, BOARD),
        "match first read": Page(making, match),
    }
    samples = in_turns(
        {name: partial(_rate, bench, page) for name, page in pages.items()},
        repeat=bench.scale.repeat,
        unit="requests/s",
        say=bench.say,
    )
    bare, bare_too = samples["bare"], samples["bare beside first reads"]
    for number, name, limit in (
        ("8", "API kept", at_least(0.8)),
        ("8", "API 304", at_least(0.8)),
        ("8", "API first read", at_least(0.3)),
        ("9", "board kept", at_least(0.6)),
        ("9", "board first read", at_least(0.1)),
        ("9", "match kept", at_least(0.6)),
        ("9", "match first read", at_least(0.1)),
    ):
        yield _of_bare(number, name, samples[name], bare_too if "first" in name else bare, limit)


def _rate(bench: Bench, page: Page) -> float:
    return per_second(page, seconds=bench.scale.seconds)


def _of_bare(number: str, name: str, sample: Sample, bare: Sample, limit: Limit) -> Figure:
    what = name.replace("board", "leaderboard page").replace("match ", "match page ")
    return rate(
        number, what, sample, beside="a bare Django JSON view in the same server", yardstick=bare, limit=limit
    )
