"""`manage.py rebuild_tallies`: compute all tallies again from the scores, and refresh the leaderboards."""

from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from core.management.base import Command as BaseCommand
from core.management.base import Exit
from matches.models import Forecaster
from stats.tallies.rebuild import TallyDifference, differences, rebuild

SHOWN = 20


class Command(BaseCommand):
    """Recount the tallies (totals of each forecaster) from the scores; with --check, only compare them."""

    help = "Recount all tallies from the scores and refresh the leaderboards."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="only compare; exit code 4 if a tally differs"
        )
        self.add_dry_run(parser)

    def handle(self, *, check: bool, dry_run: bool, **options: Any) -> None:
        now = timezone.now()
        self.progress("recounting all scores")
        found = differences(at=now)
        rebuilt = not (check or dry_run)
        counted = rebuild(at=now) if rebuilt else []
        report = {
            "differences": [asdict(each) for each in found],
            "rebuilt": rebuilt,
            "matches": counted,
        }
        self.answer(report, "\n".join([*_lines(found), _summary(found, rebuilt)]))
        if check and found:
            raise CommandError("Run `manage.py rebuild_tallies` to recount them.", returncode=Exit.NOT_FRESH)


def _summary(found: list[TallyDifference], rebuilt: bool) -> str:
    state = f"{len(found)} tallies differ from the scores" if found else "The tallies agree with the scores"
    return f"{state}; {'all were recounted' if rebuilt else 'nothing was changed'}."


def _lines(found: list[TallyDifference]) -> list[str]:
    forecasters = Forecaster.objects.filter(pk__in={each.forecaster_id for each in found})
    names = dict(forecasters.values_list("pk", "name"))
    lines = [
        f"{each.scope} {each.scope_id or ''} {names[each.forecaster_id]}: {_change(each)}"
        for each in found[:SHOWN]
    ]
    return [*lines, f"and {len(found) - SHOWN} more"] if len(found) > SHOWN else lines


def _change(each: TallyDifference) -> str:
    if each.stored is None or each.counted is None:
        return "the row is missing" if each.stored is None else "the row has no scores"
    wrong = [name for name, value in each.stored.items() if value != each.counted[name]]
    return ", ".join(f"{name} {each.stored[name]}, counted {each.counted[name]}" for name in wrong)
