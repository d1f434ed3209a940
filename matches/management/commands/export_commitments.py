"""`manage.py export_commitments FOLDER`: a file for each commitment, for a public git repository."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from config.commands import Command as BaseCommand
from matches.api.commitments import CommitmentSerializer
from matches.models import Commitment


class Command(BaseCommand):
    """Files that are there already are compared and never written again: what was published stays.

    One that differs from the database is an alarm, and ends the command with an error.
    """

    help = "Write each commitment to FOLDER/YEAR/match-ID-NUMBER.json, those that are missing there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        self.add_dry_run(parser)

    def handle(self, *, folder: Path, dry_run: bool, **options: Any) -> None:
        written, differing = 0, []
        for row in Commitment.objects.order_by("pk").iterator():
            path, text = folder / _name(row), _text(row)
            if not path.exists():
                written += 1
                if not dry_run:
                    _write(path, text)
            elif path.read_text(encoding="utf-8") != text:
                differing.append(str(path))
        if differing:
            raise CommandError(
                f"What was published differs from the database: {', '.join(differing)}. Neither was changed;"
                " find out who changed which."
            )
        did = "would write" if dry_run else "wrote"
        report = {"written": written, "folder": str(folder), "dry_run": dry_run}
        self.answer(report, f"{did} {written} commitments to {folder}.".capitalize(), as_json=options["json"])


def _name(row: Commitment) -> Path:
    return Path(f"{row.committed_at:%Y}") / f"match-{row.match_id}-{row.number}.json"


def _text(row: Commitment) -> str:
    return json.dumps(CommitmentSerializer(row).data, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _write(path: Path, text: str) -> None:
    """Whole or not at all: half a file would be an alarm the next time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".part")
    half.write_text(text, encoding="utf-8")
    half.replace(path)
