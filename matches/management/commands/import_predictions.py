"""`manage.py import_predictions`: import predictions published elsewhere from a CSV or JSON lines file."""

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from core.management import arguments
from core.management.base import Command as BaseCommand
from core.management.base import Exit, rolled_back_if
from matches.imports import lease
from matches.imports.prediction_files.parse import FORMATS
from matches.imports.prediction_files.report import lines, report
from matches.imports.prediction_files.resolve import NamesUnclear, NewForecasters, SourceUnclear
from matches.imports.prediction_files.run import CHUNK, PredictionImport
from matches.imports.predictions.copy_writer import CopyChunk
from matches.imports.text_files import FileUnusable
from matches.models import Forecaster

ENDINGS = {"csv": "csv", "tsv": "csv", "txt": "csv", "jsonl": "jsonl", "ndjson": "jsonl", "json": "jsonl"}


def kind(text: str) -> tuple[str, str]:
    """Argument type of --create-forecasters: NAME=KIND for one new forecaster, or KIND for all others."""
    name, _, wanted = text.rpartition("=")
    if wanted not in Forecaster.Kind.values:
        raise ArgumentTypeError(f"{text!r} must be a kind ({', '.join(Forecaster.Kind.values)}) or NAME=KIND")
    return name, wanted


class Command(BaseCommand):
    """Import a file of predictions. Rejected rows are reported; all others are imported. Idempotent."""

    help = (
        "Import predictions from a file: `live` if the match is still open, else `archive`. Unknown names"
        " are reported, never guessed. Exit code 3 if rows were refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--format", choices=FORMATS, help="format of the file (default: by its extension)"
        )
        ids = parser.add_mutually_exclusive_group()
        ids.add_argument(
            "--source", help="source of the match ids (default: the one source that has all ids of the file)"
        )
        ids.add_argument("--own-ids", action="store_true", help="the match ids are those of this site")
        add_forecaster_arguments(parser)
        arguments.add_encoding(parser)
        arguments.add_chunk(parser, default=CHUNK)
        self.add_dry_run(parser)

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        job = prediction_import(options)
        try:
            with rolled_back_if(dry_run):
                chunks = self._run(job, chunk=options["chunk"], dry_run=dry_run)
        finally:
            for note in job.noticed.notes:
                self.stderr.write(note)
        totals = report(job, chunks) | {"file": str(options["file"]), "dry_run": dry_run}
        self.answer(totals, "\n".join(lines(totals)))
        if refused := len(totals["refused"]):
            wrote = "Nothing was written." if dry_run else "All other rows were imported."
            rows = "1 row was" if refused == 1 else f"{refused} rows were"
            raise CommandError(f"{rows} refused. {wrote}", returncode=Exit.PARTLY)

    def _run(self, job: PredictionImport, *, chunk: int, dry_run: bool) -> list[CopyChunk]:
        chunks: list[CopyChunk] = []
        try:
            job.look_up()
            with self.progress_bar("Importing", total=job.rows) as advance, lease.held() as renew_lease:
                for done in job.run(chunk=chunk):
                    chunks.append(done)
                    renew_lease()
                    advance(done.rows)
        except (SourceUnclear, NamesUnclear) as unclear:
            raise CommandError(f"{unclear} Nothing was written.", returncode=Exit.USAGE) from unclear
        except FileUnusable as unusable:
            stored = 0 if dry_run else sum(each.stored for each in chunks)
            wrote = "Nothing was written."
            if stored:
                were = "1 prediction" if stored == 1 else f"{stored} predictions"
                wrote = f"{were} had been stored before this error."
            raise CommandError(f"{unusable} {wrote}") from unusable
        return chunks


def add_forecaster_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--map-forecaster",
        type=arguments.name_and_slug("bet365 closing=bet365-closing"),
        action="append",
        default=[],
        metavar="NAME=SLUG",
        help="map a forecaster name in the file to the slug of an existing or created one",
    )
    parser.add_argument(
        "--create-forecasters",
        type=kind,
        action="append",
        default=[],
        metavar="[NAME=]KIND",
        help="create the missing forecaster of this name, or all missing ones",
    )
    parser.add_argument(
        "--hindsight",
        action="store_true",
        help="import predictions that were made after the kickoff, marked as hindsight everywhere",
    )


def prediction_import(options: dict[str, Any]) -> PredictionImport:
    """Return the import that the options of a command describe. Raises CommandError."""
    kinds = arguments.by_name("--create-forecasters", options["create_forecasters"])
    return PredictionImport(
        path=options["file"],
        kind=options["format"] or _format_of(options["file"]),
        source=options["source"],
        own_ids=options["own_ids"],
        encoding=options["encoding"],
        hindsight=options["hindsight"],
        now=timezone.now(),
        slugs=arguments.by_name("--map-forecaster", options["map_forecaster"]),
        new=NewForecasters(kinds=kinds, kind_of_others=kinds.get("", "")),
    )


def _format_of(path: Path) -> str:
    ending = path.suffix.lower().removeprefix(".")
    if ending not in ENDINGS:
        raise CommandError(
            f"{path} does not end in .{', .'.join(ENDINGS)}; set its format with --format.",
            returncode=Exit.USAGE,
        )
    return ENDINGS[ending]
