"""`manage.py import_matches`: import fixtures and results from a file (feed format, CSV, JSON lines)."""

import sys
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from core.hidden_characters import hidden_characters
from core.management import arguments
from core.management.base import Command as BaseCommand
from core.management.base import Exit, rolled_back_if
from matches.feeds.providers.csv_format import TableRow
from matches.feeds.providers.fields import zone_named
from matches.feeds.sync.creators import Creator
from matches.imports import lease
from matches.imports.match_files.parse import FORMATS, TABLES, SeveralCompetitions, read_feed_file, read_table
from matches.imports.match_files.remarks import remarks
from matches.imports.match_files.report import lines, report, summary
from matches.imports.match_files.run import CHUNK, FileChunk, MatchImport
from matches.imports.text_files import FileNotes, FileUnusable
from matches.models import Competition, MatchSource, Season, TeamAlias

SOURCE = MatchSource._meta.get_field("source").max_length or 0


MAPPING: dict[str, Any] = {"action": "append", "default": [], "metavar": "NAME=SLUG"}


def source(text: str) -> str:
    """Argument type: the name of a source, which is stored with each match."""
    if not text or len(text) > SOURCE or hidden_characters(text) or text == TeamAlias.FORMER:
        raise ArgumentTypeError(
            f"{text!r} is not a valid source: use 1 to {SOURCE} characters; `former` is reserved"
        )
    return text


class Command(BaseCommand):
    """Import a file of matches. Rejected rows are reported; all others are imported. Idempotent."""

    help = (
        "Import matches and results from a file. Unknown names are reported, never guessed. "
        "Exit code 3 if rows were refused, or existing values were kept."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--format", required=True, choices=FORMATS, help="format of the file")
        add_match_arguments(parser, "--map")
        arguments.add_encoding(parser)
        arguments.add_chunk(parser, default=CHUNK)
        self.add_dry_run(parser)

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        file_notes = FileNotes()
        try:
            job = match_import(options, file_notes)
        finally:
            for note in file_notes.notes:
                self.stderr.write(note)
        if options["create_teams"] and not options["no_input"] and sys.stdin.isatty():
            self._ask(job)
        with rolled_back_if(dry_run):
            chunks = self._run(job, chunk=options["chunk"])
            totals = report(job, chunks, file_notes)
        totals |= {"file": str(options["file"]), "dry_run": dry_run}
        self.answer(totals, "\n".join(lines(totals)))
        if totals["refused"] or totals["kept"]:
            raise CommandError(summary(totals), returncode=Exit.PARTLY)

    def _ask(self, job: MatchImport) -> None:
        """Ask the user about each name that is similar to a known one, before anything is written."""
        for near in job.near_misses():
            self.stderr.write(
                f"{near}. Is it the same team? (Distance: {near.distance}.)"
                " [y]es, [n]o, or Enter to refuse its rows: ",
                ending="",
            )
            answer = sys.stdin.readline().strip().lower()
            if answer in ("y", "yes"):
                job.new_rows.team_slugs[near.name] = near.slug
            elif answer in ("n", "no"):
                job.new_rows.new_teams.add(near.name)

    def _run(self, job: MatchImport, *, chunk: int) -> list[FileChunk]:
        chunks = []
        with self.progress_bar("Importing", total=len(job.rows)) as advance, lease.held() as renew_lease:
            for done in job.run(chunk=chunk):
                chunks.append(done)
                renew_lease()
                advance(done.rows)
        return chunks


def add_match_arguments(parser: ArgumentParser, *short: str) -> None:
    """Add the options of an import of matches. `short` contains other names of --map-competition."""
    parser.add_argument(
        "--source",
        type=source,
        help="source of the match ids and names (default: the feed's name; for CSV and JSON lines the"
        " file name without its extension)",
    )
    _add_format_arguments(parser, "--map-competition", *short)
    _add_team_arguments(parser)
    parser.add_argument(
        "--overwrite", action="store_true", help="overwrite existing values with those in the file"
    )
    parser.add_argument(
        "--no-input", action="store_true", help="refuse rows with similar names instead of asking"
    )


def match_import(options: dict[str, Any], file_notes: FileNotes) -> MatchImport:
    """Read the file, and return the import that the options describe. Raises CommandError."""
    season, rows, now = _season(options), _rows(options, file_notes), timezone.now()
    for remark in remarks(rows, now=now):
        file_notes.note(remark)
    return MatchImport(
        source=options["source"] or _default_source(options),
        rows=rows,
        now=now,
        new_rows=_creator(options),
        season=season,
        overwrite=options["overwrite"],
    )


def _add_format_arguments(parser: ArgumentParser, *map_options: str) -> None:
    feeds = parser.add_argument_group("formats of feeds (which do not contain competition and season)")
    feeds.add_argument("--competition", metavar="SLUG", help="competition, e.g. premier-league")
    feeds.add_argument("--season", metavar="LABEL", help="season, e.g. 2025/26")
    feeds.add_argument("--code", default="", help="the feed's code of the season, e.g. PL/2025")
    feeds.add_argument("--zone", default="", help="time zone of times without one, e.g. Europe/London")
    tables = parser.add_argument_group("CSV and JSON lines (each row contains its competition and season)")
    tables.add_argument(
        *map_options,
        type=arguments.name_and_slug("English Premier League=premier-league"),
        **MAPPING,
        help="map a competition in the file to an existing one",
    )
    tables.add_argument(
        "--create-seasons", action="store_true", help="create missing seasons and competitions"
    )


def _add_team_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--create-teams",
        action="store_true",
        help="create teams that do not exist yet, unless the name is similar to that of another",
    )
    parser.add_argument(
        "--map-team",
        type=arguments.name_and_slug("Eintracht Frankfurtt=eintracht-frankfurt"),
        **MAPPING,
        help="map a team in the file to an existing one; stored as an alias of the source",
    )
    parser.add_argument(
        "--new-team",
        action="append",
        default=[],
        metavar="NAME",
        help="create this team although its name is similar to that of another",
    )


def _creator(options: dict[str, Any]) -> Creator:
    return Creator(
        create_teams=options["create_teams"],
        team_slugs=arguments.by_name("--map-team", options["map_team"]),
        new_teams=set(options["new_team"]),
        create_seasons=options["create_seasons"],
        slugs=dict(options["map_competition"]),
    )


def _season(options: dict[str, Any]) -> Season | None:
    """Return the season of a file in a feed's format.

    Return None for CSV and JSON lines, in which each row names its season.
    """
    slug, label = options["competition"], options["season"]
    if options["format"] in TABLES:
        if slug or label:
            raise CommandError(
                "Use --competition and --season only with feed formats; in CSV and JSON lines each row names"
                " them. See --map-competition.",
                returncode=Exit.USAGE,
            )
        return None
    if not slug or not label:
        raise CommandError(
            f"The format {options['format']} requires --competition and --season.", returncode=Exit.USAGE
        )
    season = Season.objects.filter(competition__slug=slug, label=label).first()
    if season is None:
        known = ", ".join(Season.objects.filter(competition__slug=slug).values_list("label", flat=True))
        there = f"it has {known}" if known else f"competitions: {_slugs()}"
        raise CommandError(f"There is no season {label} of {slug}; {there or 'none'}. Add it in the admin.")
    return season


def _slugs() -> str:
    return ", ".join(Competition.objects.values_list("slug", flat=True)) or "none"


def _rows(options: dict[str, Any], file_notes: FileNotes) -> list[TableRow]:
    path, kind = options["file"], options["format"]
    zone = zone_named(options["zone"])
    if options["zone"] and zone is None:
        raise CommandError(f"{options['zone']} is not a time zone like Europe/London.", returncode=Exit.USAGE)
    try:
        if kind in TABLES:
            return read_table(path, kind, file_notes=file_notes, encoding=options["encoding"])
        return read_feed_file(
            path, kind, file_notes=file_notes, code=options["code"], zone=zone, encoding=options["encoding"]
        )
    except SeveralCompetitions as several:
        raise CommandError(str(several), returncode=Exit.USAGE) from several
    except FileUnusable as unusable:
        raise CommandError(f"{unusable} Nothing was written.") from unusable


def _default_source(options: dict[str, Any]) -> str:
    if options["format"] not in TABLES:
        return str(options["format"])
    try:
        return source(options["file"].stem)
    except ArgumentTypeError as odd:
        raise CommandError(f"{odd}; set it with --source.", returncode=Exit.USAGE) from odd
