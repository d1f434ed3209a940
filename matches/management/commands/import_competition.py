"""`manage.py import_competition`: import the matches, stages, table rules and forecasts of a competition."""

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from core.management import arguments
from core.management.base import Command as BaseCommand
from core.management.base import Exit, rolled_back_if
from matches.imports import lease
from matches.imports.competitions.decisions import StageDecisions
from matches.imports.competitions.questions import questions
from matches.imports.competitions.report_text import is_complete, lines, summary
from matches.imports.match_files import report as match_report
from matches.imports.match_files.parse import FORMATS
from matches.imports.match_files.run import MatchImport
from matches.imports.match_files.stage_summary import stages_of
from matches.imports.prediction_files import report as prediction_report
from matches.imports.prediction_files.resolve import NamesUnclear
from matches.imports.prediction_files.run import PredictionImport
from matches.imports.text_files import FileNotes, FileUnusable
from matches.management.commands.import_matches import add_match_arguments, match_import
from matches.management.commands.import_predictions import (
    ENDINGS,
    add_forecaster_arguments,
    prediction_import,
)
from matches.models import Stage
from matches.tables.presets import BY_SLUG

KINDS = [kind for kind in Stage.Kind.values if kind != Stage.Kind.UNKNOWN]


class Command(BaseCommand):
    """Import a file of matches, decide their stages and table rules, and import forecasts. Idempotent.

    Matches are stored first, in chunks; then all decisions about stages; then forecasts, in chunks. If the
    command is interrupted, run it again: it imports the rest and leaves stored rows unchanged.
    """

    help = (
        "Import a competition: matches, kinds of stages, table rules and forecasts, with one report. It shows"
        " what was understood, and the option to add for everything else. Exit code 3 if rows were refused,"
        " existing values were kept, or questions are open."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--matches", type=Path, required=True, metavar="FILE", help="file of matches")
        parser.add_argument("--forecasts", type=Path, metavar="FILE", help="file of forecasts of them")
        parser.add_argument(
            "--format", choices=FORMATS, help="format of the file of matches (default: by its extension)"
        )
        _add_stage_arguments(parser)
        add_match_arguments(parser)
        add_forecaster_arguments(parser)
        arguments.add_encoding(parser)
        self.add_dry_run(parser)

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        file_notes = FileNotes()
        kind = options["format"] or _format_of(options["matches"])
        matches = match_import(options | {"file": options["matches"], "format": kind}, file_notes)
        forecasts = _forecasts(options, matches.source)
        decisions = StageDecisions(
            kinds=arguments.by_name("--stage-kind", options["stage_kind"]),
            table_rules=arguments.by_name("--table-rules", options["table_rules"]),
            carries=arguments.by_name("--carries", options["carries"]),
            away_goals=options["away_goals"],
        )
        with rolled_back_if(dry_run), lease.held() as renew_lease:
            totals = self._import_matches(matches, decisions, file_notes, renew_lease)
            predicted = self._import_forecasts(forecasts, renew_lease) if forecasts else None
            open_questions = [*decisions.problems, *questions(matches, totals, forecasts)]
        about = {"dry_run": dry_run}
        report = about | {
            "matches": totals | about | {"file": str(options["matches"])},
            "table_rules": decisions.table_rules,
            "forecasts": predicted and predicted | about | {"file": str(options["forecasts"])},
            "questions": open_questions,
        }
        self.answer(report, "\n".join(lines(report)))
        if not is_complete(report):
            raise CommandError(summary(report), returncode=Exit.PARTLY)

    def _import_matches(
        self,
        job: MatchImport,
        decisions: StageDecisions,
        file_notes: FileNotes,
        renew_lease: Callable[[], None],
    ) -> dict[str, Any]:
        chunks = []
        with self.progress_bar("Matches", total=len(job.rows)) as advance:
            for done in job.run():
                chunks.append(done)
                renew_lease()
                advance(done.rows)
        decisions.apply(stages_of(job.source, job.first.keys()))
        return match_report.report(job, chunks, file_notes)

    def _import_forecasts(self, job: PredictionImport, renew_lease: Callable[[], None]) -> dict[str, Any]:
        chunks = []
        try:
            job.look_up()
            with self.progress_bar("Forecasts", total=job.rows) as advance:
                for done in job.run():
                    chunks.append(done)
                    renew_lease()
                    advance(done.rows)
        except FileUnusable as error:  # the file changed since it was read for the first time
            raise CommandError(f"{error} The matches were imported; run the command again.") from error
        return prediction_report.report(job, chunks)


def _add_stage_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--stage-kind",
        type=arguments.name_and_choice(KINDS, "Group stage=groups"),
        action="append",
        default=[],
        metavar="STAGE=KIND",
        help=f"kind of a stage: {', '.join(KINDS)}",
    )
    parser.add_argument(
        "--table-rules",
        type=arguments.name_and_choice(BY_SLUG.keys(), "Group stage=fifa-2026"),
        action="append",
        default=[],
        metavar="STAGE=RULES",
        help=f"rules of the tables of a stage: {', '.join(BY_SLUG)}",
    )
    parser.add_argument(
        "--carries",
        type=arguments.name_and_choice(Stage.Carries.values, "Final round=full"),
        action="append",
        default=[],
        metavar="STAGE=POINTS",
        help="points that the teams of a stage take along from the stage with a table before it:"
        f" {', '.join(Stage.Carries.values)}",
    )
    parser.add_argument(
        "--away-goals",
        action="append",
        default=[],
        metavar="STAGE",
        help="stage in which away goals decide two-legged ties with a level aggregate",
    )


def _format_of(path: Path) -> str:
    ending = path.suffix.lower().removeprefix(".")
    if ending == "json" or ending not in ENDINGS:
        raise CommandError(
            f"The format of {path} is unclear; set it with --format ({', '.join(FORMATS)}).",
            returncode=Exit.USAGE,
        )
    return ENDINGS[ending]


def _forecasts(options: dict[str, Any], source: str) -> PredictionImport | None:
    """Return the import of forecasts, or None if no file of forecasts is given.

    Reads the file once, before anything is written. Raises CommandError if the file cannot be imported.
    """
    if options["forecasts"] is None:
        return None
    own = {"file": options["forecasts"], "format": None, "source": source, "own_ids": False}
    job = prediction_import(options | own)
    try:
        job.look_up()
    except (FileUnusable, NamesUnclear) as error:
        code = Exit.USAGE if isinstance(error, NamesUnclear) else Exit.ERROR
        raise CommandError(f"{error} Nothing was written.", returncode=code) from error
    return job
