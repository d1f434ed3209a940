"""A whole archive at once: `python -m tests.slow.chaos.flood --results 10000`.

Records so many old results as fast as it can, and then, while the workers still have most of them before
them, the results of matches that end today. Prints how much Redis held at the most, and how long today's
matches took to the leaderboard beside the flood and on a quiet day: figures of one run, to be compared with
each other only.
"""

import argparse
import os
import sys
import time
from datetime import timedelta

from tests.slow.chaos.stage import Stage

LIVE = 7  # matches of today, before and during the flood
CHUNK = 500  # results per transaction, as an importer would


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="tests.slow.chaos.flood", description=__doc__.partition("\n")[0])
    parser.add_argument("--results", type=int, default=10_000)
    options = parser.parse_args(argv)
    with Stage.open() as stage:
        os.environ.update(stage.settings | {"LOG_LEVEL": "CRITICAL"})
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        flood = Flood(stage, options.results)
        stage.start_processes()
        return flood.run()


class Flood:
    """Old matches of as many seasons as it takes, and a few of today; two forecasters on each."""

    def __init__(self, stage: Stage, results: int) -> None:
        from django.utils import timezone

        from matches.models import Season
        from tools.demo import season as facts
        from tools.demo.first_rows import FirstRows

        self.stage = stage
        season = facts.load_season(facts.EPL_2015_16)
        cast = FirstRows.assemble([season], now=timezone.now())
        original = cast.seasons[season.label]
        self.old: list[int] = []
        while len(self.old) < results:
            year = 1900 + len(self.old) // len(season.matches)
            row = Season.objects.create(
                competition=original.competition,
                label=f"{year}/{(year + 1) % 100:02}",
                starts_on=original.starts_on,
                ends_on=original.ends_on,
            )
            cast.seasons[season.label] = row
            wanted = season.matches[: results - len(self.old)]
            self.old += [match.pk for match in cast.add_fixtures(season, wanted)]
        self.live = self._matches_of_today(original, cast, season)
        self._forecast([*self.old, *self.live])

    def _matches_of_today(self, row: object, cast: object, season: object) -> list[int]:
        from django.utils import timezone

        from matches.models import Match

        cast.seasons[season.label] = row  # type: ignore[attr-defined]
        live = [match.pk for match in cast.add_fixtures(season, season.matches[: 2 * LIVE])]  # type: ignore[attr-defined]
        kickoff = timezone.now() - timedelta(hours=2)
        Match.objects.filter(pk__in=live).update(kickoff_at=kickoff, lock_at=kickoff)
        return live

    def _forecast(self, match_ids: list[int]) -> None:
        from django.utils import timezone

        from matches.models import Forecaster, Prediction
        from matches.services import predictions

        who = [
            Forecaster.objects.create(slug=slug, name=slug.title(), kind="human")
            for slug in ("coin", "homer")
        ]
        predictions.submit_predictions(
            [
                predictions.NewPrediction(match_id=pk, forecaster_id=each.pk, home_goals=2, away_goals=1)
                for pk in match_ids
                for each in who
            ],
            provenance=Prediction.Provenance.ARCHIVE,
            now=timezone.now(),
        )

    def run(self) -> int:
        from core.pipeline.models import JobRun

        print(
            f"flood: {len(self.old)} old results, {LIVE} matches of today before and {LIVE} during",
            flush=True,
        )
        quiet = [self._whistle_to_leaderboard(pk) for pk in self.live[:LIVE]]
        began = time.monotonic()
        most = self._pour()
        print(f"  recorded in {time.monotonic() - began:.0f} s")
        left = JobRun.objects.filter(state__in=JobRun.OPEN).count()
        during = [self._whistle_to_leaderboard(pk) for pk in self.live[LIVE:]]
        most = max(most, self._in_redis())
        print(f"  {left} jobs wait or run when today's matches end")
        print(f"  at most {most} jobs in a list of Redis, {self._memory():.1f} MB used by Redis")
        print("  whistle to leaderboard of today's matches")
        print(f"    before the flood: median {_median(quiet):.1f} s, at worst {max(quiet):.1f} s")
        print(f"    in the flood:     median {_median(during):.1f} s, at worst {max(during):.1f} s")
        return 0

    def _pour(self) -> int:
        from django.db import transaction

        most = 0
        for start in range(0, len(self.old), CHUNK):
            with transaction.atomic():
                for pk in self.old[start : start + CHUNK]:
                    self._record(pk)
            self.stage.restart_failed()
            most = max(most, self._in_redis())
        return most

    def _record(self, pk: int) -> None:
        from django.utils import timezone

        from matches.result import Result
        from matches.services.results import record_result

        result = Result(status="finished", home_score=pk % 4, away_score=pk % 3)
        record_result(match_id=pk, result=result, source="flood", recorded_at=timezone.now())

    def _whistle_to_leaderboard(self, pk: int) -> float:
        from scoring.models import Settlement

        began = time.monotonic()
        self._record(pk)
        counted = Settlement.objects.filter(match=pk, superseded_at__isnull=True, folded_at__isnull=False)
        while not counted.exists():
            self.stage.restart_failed()
            time.sleep(0.05)
        return time.monotonic() - began

    def _in_redis(self) -> int:
        from core.pipeline import rq_backend

        return max(rq_backend.queue_depths().values())

    def _memory(self) -> float:
        import django_rq

        return float(django_rq.get_connection("scoring").info("memory")["used_memory"]) / 1e6


def _median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
