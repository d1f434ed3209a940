"""`manage.py rebuild_tallies`: compute all tallies again from the scores, and refresh the leaderboards."""

from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from core.management.base import Command as BaseCommand
from core.management.base import Exit
from matches.models import Forecaster
from stats.tallies.rebuild import SumDifference, differences, rebuild

SHOWN = 20
FORECASTERS = ("forecaster_id", "a_id", "b_id")


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


def _summary(found: list[SumDifference], rebuilt: bool) -> str:
    differing = "1 row differs" if len(found) == 1 else f"{len(found)} rows differ"
    state = f"{differing} from the scores" if found else "The tallies agree with the scores"
    return f"{state}; {'all were recounted' if rebuilt else 'nothing was changed'}."


def _lines(found: list[SumDifference]) -> list[str]:
    lines = [f"{_row(each)}: {_change(each)}" for each in found[:SHOWN]]
    return [*lines, f"and {len(found) - SHOWN} more"] if len(found) > SHOWN else lines


def _row(each: SumDifference) -> str:
    """Return the key of a row in words. Forecasters have their names, other columns their values."""
    names = Forecaster.objects.in_bulk([each.key[column] for column in FORECASTERS if column in each.key])
    if each.table == "tally":
        return f"{each.key['scope']} {each.key['scope_id'] or ''} {names[each.key['forecaster_id']]}"
    words = [
        f"{name.removesuffix('_id')} {names.get(value, value) if name in FORECASTERS else value}"
        for name, value in each.key.items()
    ]
    return f"{each.table} ({', '.join(words)})"


def _change(each: SumDifference) -> str:
    if each.stored is None or each.counted is None:
        return "the row is missing" if each.stored is None else "the row has no scores"
    wrong = [name for name, value in each.stored.items() if value != each.counted[name]]
    return ", ".join(f"{name} {each.stored[name]}, counted {each.counted[name]}" for name in wrong)
