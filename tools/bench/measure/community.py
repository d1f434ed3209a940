"""Figure 13: costs with 100,000 forecasters compared with 10,000.

No cost may grow faster than the number of forecasters.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial

from django.utils import timezone

from scoring.services import score_match
from stats.refresh.transaction import refresh_statistics
from tools.bench.data import past_matches
from tools.bench.figures import BenchFigure, Sample, compared, seconds, single
from tools.bench.groups import Bench
from tools.bench.load import BenchRequest, per_second
from tools.bench.web import web

API = "/api/v1/leaderboard/?page={page}&page_size=50"
REGULARS = 50  # forecasters who predict every match of the season
MATCHDAY = 10  # matches of 20 teams; all forecasters predict the last matchday, so they are on all boards
TOLERANCE = 1.2
STEPS = ("score", "count and show", "teams")


def figures(bench: Bench) -> Iterator[BenchFigure]:
    for size in bench.scale.communities:
        _create(bench, size)
    yield from _settled(bench)
    yield from _read(bench)


def _database(size: int) -> str:
    return f"community_{size}"


def _create(bench: Bench, size: int) -> None:
    """Create the database with `size` forecasters."""
    matches = bench.scale.community_matches
    bench.say(f"{size:,} forecasters, {matches} matches")
    bench.databases.make(_database(size))
    last = (matches + MATCHDAY - 1) // MATCHDAY
    past_matches.make_community(matches=matches, forecasters=size, regulars=REGULARS, matchday=last)


def _settled(bench: Bench) -> Iterator[BenchFigure]:
    """Yield the figures of settling one more match, with many forecasters compared with few.

    The times may grow as fast as the number of forecasters, but not faster.
    """
    few, many = bench.scale.communities
    for each in (few, many):  # the first settlement is not measured
        _settle(bench, each, {name: Sample() for name in STEPS})
    steps = {each: {name: Sample() for name in STEPS} for each in (few, many)}
    samples = bench.alternate({str(each): partial(_settle, bench, each, steps[each]) for each in (few, many)})
    slowest = TOLERANCE * many / few
    size, beside = f"{many:,} forecasters", f"{few:,}"
    note = f"{REGULARS} predicted all matches, the others the last {MATCHDAY} and the one that is settled"
    what = f"settle to fresh boards, {size}"
    yield compared("13", what, samples[str(many)], beside, samples[str(few)], at_most=slowest, note=note)
    for step in STEPS[:2]:
        yield single(f"13 {step}", f"of that, at {many:,}", steps[many][step].median, "s")
    note = "on a schedule of their own; no match waits for them"
    teams, baseline = steps[many]["teams"], steps[few]["teams"]
    yield compared(
        "13 teams", f"boards of teams, {size}", teams, beside, baseline, at_most=slowest, note=note
    )


def _settle(bench: Bench, size: int, steps: dict[str, Sample]) -> float:
    """Settle one match that all forecasters predicted; return the seconds until the leaderboards are fresh.

    The duration of each step is added to `steps`. The last step refreshes the team leaderboards; the returned
    seconds do not include it.
    """
    bench.databases.use(_database(size))
    match = past_matches.match_of_today(size)
    scored = seconds(lambda: score_match(match_id=match.pk, settled_at=timezone.now()))
    shown = seconds(lambda: refresh_statistics(at=timezone.now()))
    steps["score"].values.append(scored)
    steps["count and show"].values.append(shown)
    steps["teams"].values.append(seconds(lambda: refresh_statistics(at=timezone.now(), scope="teams")))
    return scored + shown


def _read(bench: Bench) -> Iterator[BenchFigure]:
    """Yield figures of reading the leaderboard from the API, with the page cache off.

    The figures compare the middle page with page 1, and many forecasters with few.
    """
    few, many = bench.scale.communities
    middle = {size: max(1, size // 100) for size in (few, many)}
    with ExitStack() as stack:
        ways = {}
        for size in (few, many):
            bench.databases.use(_database(size))
            port = stack.enter_context(web(PAGE_CACHE_SIZE="0"))
            for name, page in (("page 1", 1), ("middle page", middle[size])):
                request = BenchRequest(port, API.format(page=page))
                ways[f"{name} of {size}"] = partial(
                    per_second, request, seconds=bench.scale.seconds, connections=1
                )
        samples = bench.alternate(ways, unit="requests/s")
    first, last = samples[f"page 1 of {many}"], samples[f"middle page of {many}"]
    slowest = round(1 / TOLERANCE, 2)
    what = f"API page {middle[many]:,}, first read"
    yield compared("13 API", what, last, "page 1", first, at_least=slowest)
    slowest = round(few / many / TOLERANCE, 3)
    for name in ("page 1", "middle page"):
        what = f"API {name} at {many:,}, first read"
        sample, baseline = samples[f"{name} of {many}"], samples[f"{name} of {few}"]
        yield compared("13 API", what, sample, f"at {few:,}", baseline, at_least=slowest)
