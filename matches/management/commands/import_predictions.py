"""`manage.py import_predictions`: import predictions published elsewhere from a CSV or JSON lines file."""

import unicodedata
from argparse import ArgumentParser, ArgumentTypeError
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress

from core.management.base import Command as BaseCommand
from core.management.base import Exit
from matches.imports.prediction_files.parse import FORMATS
from matches.imports.prediction_files.report import lines, report
from matches.imports.prediction_files.resolve import NamesUnclear, NewForecasters, SourceUnclear
from matches.imports.prediction_files.run import CHUNK, PredictionImport
from matches.imports.predictions.bulk import CopyChunk
from matches.imports.text_files import FileUnusable
from matches.models import Forecaster

ENDINGS = {"csv": "csv", "tsv": "csv", "txt": "csv", "jsonl": "jsonl", "ndjson": "jsonl", "json": "jsonl"}


def kind(text: str) -> tuple[str, str]:
    """Argument type of --create: NAME=KIND for one new forecaster, or KIND for all others."""
    name, _, wanted = text.rpartition("=")
    if wanted not in Forecaster.Kind.values:
        raise ArgumentTypeError(f"{text!r}: a kind is one of {', '.join(Forecaster.Kind.values)}")
    return name, wanted


def named(text: str) -> tuple[str, str]:
    """Argument type of --map: NAME=SLUG, a forecaster's name in the file and its slug."""
    name, equals, slug = text.rpartition("=")
    if not (name and equals and slug):
        raise ArgumentTypeError(f"{text!r} is not like 'bet365 closing=bet365-closing'")
    return name, slug


class Command(BaseCommand):
    """Import a file of predictions. Rejected rows are reported; all others are imported. Idempotent."""

    help = (
        "Import predictions from a file: `live` where the match is still open, else `archive`. Unknown names"
        " are reported, never guessed. Exit code 3 if rows were refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--format", choices=FORMATS, help="what the file holds (default: by its ending)")
        whose = parser.add_mutually_exclusive_group()
        whose.add_argument(
            "--source", help="whose the match ids are (default: the one source that knows all of them)"
        )
        whose.add_argument("--own-ids", action="store_true", help="the match ids are ours")
        parser.add_argument(
            "--map",
            type=named,
            action="append",
            default=[],
            metavar="NAME=SLUG",
            help="map a forecaster name in the file to the slug of an existing or created one",
        )
        parser.add_argument(
            "--create",
            type=kind,
            action="append",
            default=[],
            metavar="[NAME=]KIND",
            help="make a forecaster of that name, or of each that is missing",
        )
        parser.add_argument(
            "--hindsight",
            action="store_true",
            help="import predictions that were made after the kickoff, marked as hindsight everywhere",
        )
        self.add_encoding(parser)
        parser.add_argument("--chunk", type=int, default=CHUNK, help=f"rows a transaction (default {CHUNK})")
        self.add_dry_run(parser)

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        if options["chunk"] < 1:
            raise CommandError("--chunk must be 1 or more.", returncode=Exit.USAGE)
        job = _job(options)
        try:
            with transaction.atomic() if dry_run else nullcontext():
                chunks = self._run(job, chunk=options["chunk"], dry_run=dry_run)
                if dry_run:
                    transaction.set_rollback(True)
        finally:
            for note in job.noticed.notes:
                self.stderr.write(note)
        totals = report(job, chunks) | {"file": str(options["file"]), "dry_run": dry_run}
        self.answer(totals, "\n".join(lines(totals)), as_json=options["json"])
        if refused := totals["refused"]:
            wrote = "Nothing was written." if dry_run else "Everything else was taken."
            raise CommandError(f"{len(refused)} rows were refused. {wrote}", returncode=Exit.PARTLY)

    def _run(self, job: PredictionImport, *, chunk: int, dry_run: bool) -> list[CopyChunk]:
        chunks: list[CopyChunk] = []
        try:
            job.look_up()
            with Progress(console=Console(stderr=True), transient=True, disable=not self.is_watched()) as bar:
                task = bar.add_task("Importing", total=job.rows)
                for done in job.run(chunk=chunk):
                    chunks.append(done)
                    bar.update(task, completed=sum(each.rows for each in chunks))
        except (SourceUnclear, NamesUnclear) as unclear:
            raise CommandError(f"{unclear} Nothing was written.", returncode=Exit.USAGE) from unclear
        except FileUnusable as unusable:
            stored = 0 if dry_run else sum(each.stored for each in chunks)
            wrote = f"{stored} predictions before that were stored." if stored else "Nothing was written."
            raise CommandError(f"{unusable} {wrote}") from unusable
        return chunks


def _job(options: dict[str, Any]) -> PredictionImport:
    kinds = _once("--create", options["create"])
    return PredictionImport(
        path=options["file"],
        kind=options["format"] or _format_of(options["file"]),
        source=options["source"],
        own_ids=options["own_ids"],
        encoding=options["encoding"],
        hindsight=options["hindsight"],
        now=timezone.now(),
        slugs=_once("--map", options["map"]),
        new=NewForecasters(kinds=kinds, kind_of_others=kinds.get("", "")),
    )


def _once(option: str, pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Return the option's values by name. One name with two different values is a usage error."""
    values: dict[str, str] = {}
    for name, value in ((unicodedata.normalize("NFC", name), value) for name, value in pairs):
        if values.setdefault(name, value) != value:
            raise CommandError(
                f"{option} has two values for {name!r}: {values[name]} and {value}.", returncode=Exit.USAGE
            )
    return values


def _format_of(path: Path) -> str:
    ending = path.suffix.lower().removeprefix(".")
    if ending not in ENDINGS:
        raise CommandError(
            f"{path} does not end in .{', .'.join(ENDINGS)}: say what it contains with --format.",
            returncode=Exit.USAGE,
        )
    return ENDINGS[ending]
