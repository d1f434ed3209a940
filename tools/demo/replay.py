"""Replay of a real season through the real pipeline: `python -m tools.demo.replay`.

It adds fixtures, predictions and results. Recording a result queues jobs, with which the workers score the
match, refresh the leaderboards and write the roundup.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterable

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import OperationalError, connection  # noqa: E402
from django.db.models import Exists, OuterRef  # noqa: E402
from django.utils import timezone  # noqa: E402

from core.pipeline import ledger  # noqa: E402
from matches.models import Match, Prediction  # noqa: E402
from matches.result import Result  # noqa: E402
from matches.services import baselines, predictions  # noqa: E402
from matches.services.results import record_result  # noqa: E402
from matches.services.seasons import close_season  # noqa: E402
from matches.statuses import Status  # noqa: E402
from scoring.models import Settlement  # noqa: E402
from tools.demo import season as facts  # noqa: E402
from tools.demo import summary  # noqa: E402
from tools.demo.first_rows import FirstRows  # noqa: E402
from tools.demo.summary import Progress  # noqa: E402

STALL_TIMEOUT = 120  # seconds without progress before the replay gives up
SOURCE = "season file"


class Stalled(RuntimeError):
    """The pipeline makes no progress."""


def main(argv: list[str] | None = None) -> int:
    """Replay both seasons, wait for the last roundup, print a summary.

    Returns exit code 0 if every match is scored, counted and has a roundup, else 1.
    """
    parser = argparse.ArgumentParser(prog="tools.demo.replay", description=__doc__)
    parser.add_argument("--json", action="store_true", help="end with one JSON object on stdout")
    options = parser.parse_args(argv)
    started = time.monotonic()
    try:
        _replay_through_outages()
    except Stalled as error:
        print(f"The replay stopped. {error}", file=sys.stderr)
        return 1
    result = summary.collect(seconds=time.monotonic() - started)
    summary.show(result, as_json=options.json)
    return 0 if summary.is_complete() else 1


def _replay_through_outages() -> None:
    """Call replay(). If the database becomes unavailable, call it again, up to four times.

    Each call continues where the one before stopped.
    """
    for pause in (1, 2, 4, 8):
        try:
            return replay()
        except OperationalError as error:
            reason = str(error).splitlines()[0]
            print(f"The database is unavailable ({reason}); continuing in {pause} s", file=sys.stderr)
            connection.close()
            time.sleep(pause)
    replay()


def replay() -> None:
    """Replay 2014/15 without predictions, then 2015/16 round by round. Continues an earlier replay."""
    history, season = facts.load_season(facts.EPL_2014_15), facts.load_season(facts.EPL_2015_16)
    rows = FirstRows.assemble([history, season], now=timezone.now())
    with Progress() as progress:
        _play_history(rows, history, progress)
        for each in facts.rounds(season):
            _play_round(rows, season, each, progress)
        _close(rows, season)
        _wait(_all_published, progress, "the last roundups")


def _play_history(rows: FirstRows, season: facts.SeasonData, progress: Progress) -> None:
    """Record the results of a season without predictions, and wait until the pipeline has counted them.

    The forecasters learn from these results.
    """
    matches = rows.add_fixtures(season, season.matches)
    if rows.seasons[season.label].closed_at:
        progress.say("This season was replayed before; --reset starts over")
        return
    progress.say(f"{season.label}: {len(season.matches)} results for the forecasters to learn from")
    _record(zip(matches, season.matches, strict=True))
    _close(rows, season)
    _wait(lambda: _counted(matches), progress, f"the tables of {season.label}")


def _play_round(rows: FirstRows, season: facts.SeasonData, each: facts.Round, progress: Progress) -> None:
    matches = rows.add_fixtures(season, each.matches)
    _predict(matches)
    if not _record(zip(matches, each.matches, strict=True)):
        return  # recorded by an earlier replay
    progress.matchday(season.label, each.matchday)
    _wait(lambda: _counted(matches), progress, f"the leaderboard after matchday {each.matchday}")


def _predict(matches: list[Match]) -> None:
    """Submit the baselines' predictions, computed from data before each kickoff.

    Their provenance is `archive`, because they are submitted after the matches.
    """
    predicted = Prediction.objects.filter(match=OuterRef("pk"))
    new = Match.objects.filter(pk__in=[match.pk for match in matches]).exclude(Exists(predicted))
    wanted = new.select_related("season", "home_team", "away_team").order_by("kickoff_at", "pk")
    predictions.submit_predictions(
        baselines.forecast(wanted), provenance=Prediction.Provenance.ARCHIVE, now=timezone.now()
    )


def _record(results: Iterable[tuple[Match, facts.SeasonMatch]]) -> int:
    """Record the results in kickoff order; return how many were new.

    A match that already has a result is skipped: its result may have been corrected.
    """
    new = [(match, fact) for match, fact in results if match.result_version == 0]
    for match, fact in new:
        result = Result(status=Status.FINISHED, home_score=fact.home_goals, away_score=fact.away_goals)
        record_result(match_id=match.pk, result=result, source=SOURCE, recorded_at=timezone.now())
    return len(new)


def _close(rows: FirstRows, season: facts.SeasonData) -> None:
    row = rows.seasons[season.label]
    if row.closed_at is None:
        close_season(row, closed_at=timezone.now())


def _counted(matches: list[Match]) -> bool:
    """Return True if the leaderboards include all these matches.

    A match is included if its settlement has `folded_at`, which is set when the leaderboards are refreshed.
    """
    counted = Settlement.objects.filter(
        match__in=matches, superseded_at__isnull=True, folded_at__isnull=False
    )
    return counted.count() == len(matches)


def _all_published() -> bool:
    return not ledger.is_busy() and not summary.unfinished().exists()


def _wait(until: Callable[[], bool], progress: Progress, what: str) -> None:
    """Poll the database until `until` returns True.

    Raises Stalled if the counts of `progress` do not change for STALL_TIMEOUT seconds.
    """
    last_change, seen = time.monotonic(), None
    while not until():
        progress.update()
        if (now_seen := progress.counts) != seen:
            last_change, seen = time.monotonic(), now_seen
        if time.monotonic() - last_change > STALL_TIMEOUT:
            raise Stalled(
                f"No progress for {STALL_TIMEOUT} s while waiting for {what}:"
                " see `./run manage doctor` and .local/logs."
            )
        time.sleep(0.1)
    progress.update()


if __name__ == "__main__":
    sys.exit(main())
