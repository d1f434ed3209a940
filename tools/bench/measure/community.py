"""Figure 13: 100,000 forecasters compared with 10,000: no cost grows faster than their number."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from functools import partial

from django.utils import timezone

from scoring.services import score_match
from stats.refresh import fold_and_refresh
from tools.bench.data import past_matches
from tools.bench.figures import BenchFigure, at_least, at_most, rate, reported, slower
from tools.bench.groups import Bench
from tools.bench.load import BenchRequest, per_second
from tools.bench.timing import Sample, in_turns, seconds
from tools.bench.web import web

API = "/api/v1/leaderboard/?page={page}&page_size=50"
REGULARS = 50  # forecasters who predict every match of the season
MATCHDAY = 10  # matches predicted by all forecasters, one for each team's leaderboard
TOLERANCE = 1.2


def figures(bench: Bench) -> Iterator[BenchFigure]:
    names = {size: _use(bench, size) for size in bench.scale.communities}
    yield from _settled(bench, names)
    yield from _read(bench, names)


def _use(bench: Bench, size: int) -> str:
    """Create a database with a community of this size; return its name."""
    name = f"community_{size}"
    matches = bench.scale.community_matches
    bench.say(f"{size:,} forecasters, {matches} matches")
    bench.databases.make(name)
    last = (matches + MATCHDAY - 1) // MATCHDAY
    past_matches.make_community(matches=matches, forecasters=size, regulars=REGULARS, matchday=last)
    return name


# --- Settling ---------------------------------------------------------------------------------------------


def _settled(bench: Bench, names: dict[int, str]) -> Iterator[BenchFigure]:
    steps = {size: {name: Sample() for name in ("score", "count and show", "teams")} for size in names}
    ways = {f"all {size}": partial(_settle, bench, name, size, steps[size]) for size, name in names.items()}
    for size, name in names.items():
        _settle(bench, name, size, {step: Sample() for step in steps[size]})
    samples = in_turns(ways, repeat=bench.scale.repeat, say=bench.say)
    few, many = names
    note = f"{REGULARS} predicted all matches, the others the last {MATCHDAY} and the one that is settled"
    yield _linear(
        "13", "settle to fresh boards", names, samples[f"all {few}"], samples[f"all {many}"], note=note
    )
    for step in ("score", "count and show"):
        yield reported(f"13 {step}", f"of that, at {many:,}", steps[many][step].median, unit="s")
    note = "in a beat of its own, nobody waits for it"
    yield _linear("13 teams", "boards of teams", names, steps[few]["teams"], steps[many]["teams"], note=note)


def _settle(bench: Bench, database: str, size: int, steps: dict[str, Sample]) -> float:
    """Settle one match that all forecasters predicted; return the seconds until the leaderboards are fresh.

    Team leaderboards are refreshed afterwards and measured separately, each time with new data.
    """
    bench.databases.use(database)
    match = past_matches.match_of_today(size)
    scored = seconds(lambda: score_match(match_id=match.pk, settled_at=timezone.now()))
    shown = seconds(lambda: fold_and_refresh.refresh(at=timezone.now()))
    steps["score"].values.append(scored)
    steps["count and show"].values.append(shown)
    steps["teams"].values.append(seconds(lambda: fold_and_refresh.refresh(at=timezone.now(), scope="teams")))
    return scored + shown


# --- Reading ----------------------------------------------------------------------------------------------


def _read(bench: Bench, names: dict[int, str]) -> Iterator[BenchFigure]:
    """Yield API figures for page 1 and the middle page (1,000 of 100,000 forecasters), without page cache."""
    few, many = names
    middle = {size: max(1, size // 100) for size in names}
    with ExitStack() as stack:
        ports = {size: stack.enter_context(_web(bench, name)) for size, name in names.items()}
        ways = {
            f"{size} {page}": partial(_read_one, bench, ports[size], page)
            for size in names
            for page in (1, middle[size])
        }
        samples = in_turns(ways, repeat=bench.scale.repeat, unit="requests/s", say=bench.say)
    first, last = samples[f"{many} 1"], samples[f"{many} {middle[many]}"]
    yield rate(
        "13 API",
        f"API page {middle[many]:,}, first read",
        last,
        beside="page 1",
        yardstick=first,
        limit=at_least(round(1 / TOLERANCE, 2)),
    )
    growth = many / few
    for name, page in (("page 1", {few: 1, many: 1}), ("middle page", middle)):
        yield rate(
            "13 API",
            f"API {name} at {many:,}, first read",
            samples[f"{many} {page[many]}"],
            beside=f"at {few:,}",
            yardstick=samples[f"{few} {page[few]}"],
            limit=at_least(round(1 / growth / TOLERANCE, 3)),
        )


def _web(bench: Bench, database: str) -> AbstractContextManager[int]:
    bench.databases.use(database)
    return web(PAGE_CACHE_SIZE="0")


def _read_one(bench: Bench, port: int, page: int) -> float:
    return per_second(BenchRequest(port, API.format(page=page)), seconds=bench.scale.seconds, connections=1)


def _linear(
    number: str, what: str, names: dict[int, str], few: Sample, many: Sample, *, note: str
) -> BenchFigure:
    """Return a figure that may grow at most in proportion to the number of forecasters."""
    small, large = names
    return slower(
        number,
        f"{what}, {large:,} forecasters",
        many,
        beside=f"{small:,}",
        yardstick=few,
        limit=at_most(TOLERANCE * large / small),
        note=note,
    )
