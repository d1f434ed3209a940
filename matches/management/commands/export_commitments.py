"""`manage.py export_commitments FOLDER`: write each commitment and its timestamp to files, for git."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from core.management.base import Command as BaseCommand
from matches.api.commitments import CommitmentSerializer
from matches.models import Commitment


class Command(BaseCommand):
    """Export commitments. Existing files are compared with the database, but never overwritten.

    If a file differs from the database, the command reports it and exits with an error.
    """

    help = (
        "Write commitments to FOLDER/YEAR/match-ID-NUMBER.json, and their timestamps to .tsr files. Existing"
        " files are never overwritten."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="folder, usually a git repository")
        self.add_dry_run(parser)

    def handle(self, *, folder: Path, dry_run: bool, **options: Any) -> None:
        try:
            written, differing = _export(folder, dry_run=dry_run)
        except OSError as error:
            raise CommandError(f"{error.filename or folder}: {error.strerror}.") from error
        if differing:
            raise CommandError(
                f"These files differ from the database: {', '.join(differing)}. Nothing was changed; find out"
                " if the file or the database was altered."
            )
        report = {"written": written, "folder": str(folder), "dry_run": dry_run}
        self.answer(report, f"{'Would write' if dry_run else 'Wrote'} {written} files to {folder}.")


def _export(folder: Path, *, dry_run: bool) -> tuple[int, list[str]]:
    """Write missing files. Return their number, and the paths of files that differ from the database."""
    written, differing = 0, []
    for name, content in _files():
        path = folder / name
        if not path.exists():
            written += 1
            if not dry_run:
                _write(path, content)
        elif path.read_bytes() != content:
            differing.append(str(path))
    return written, differing


def _files() -> Iterator[tuple[Path, bytes]]:
    for row in Commitment.objects.select_related("timestamp").order_by("pk").iterator():
        name = Path(f"{row.committed_at:%Y}") / f"match-{row.match_id}-{row.number}.json"
        yield name, _json_text(row).encode()
        if stamp := getattr(row, "timestamp", None):
            yield name.with_suffix(".tsr"), bytes(stamp.answer)


def _json_text(row: Commitment) -> str:
    """Return the commitment as JSON, without its timestamp, which may arrive after the file was published."""
    fields = {name: value for name, value in CommitmentSerializer(row).data.items() if name != "timestamp"}
    return json.dumps(fields, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _write(path: Path, content: bytes) -> None:
    """Write the file atomically, because the next run would report an incomplete file as different."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f"{path.suffix}.part")
    partial.write_bytes(content)
    partial.replace(path)
