"""`manage.py record_result`: record the result or status of a match, which starts the pipeline."""

import re
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone

from core.management import arguments
from core.management.base import Command as BaseCommand
from core.management.base import Exit
from matches.models import Match, ResultRevision
from matches.result import InvalidResult, Result, in_words
from matches.services.results import ADMIN_SOURCE, UnknownMatch, record_result, record_result_of
from matches.statuses import Award, Status

_SCORE = re.compile(r"\s*(-?\d+)\s*[-:]\s*(-?\d+)\s*", re.ASCII)

REASON = ResultRevision._meta.get_field("reason").max_length or 0
SOURCE = ResultRevision._meta.get_field("source").max_length or 0

Score = tuple[int, int]


def score(text: str) -> Score:
    """Argument type: two numbers like 2-1 or 2:1. The service validates the range."""
    found = _SCORE.fullmatch(text)
    if found is None:
        raise ArgumentTypeError(f"{text!r} is not a score like 2-1")
    return int(found[1]), int(found[2])


def which_match(text: str) -> int | tuple[str, str]:
    """Argument type: a match id like 42, or a source and its match id like openfootball:2024-E0-281."""
    source, colon, external_id = text.partition(":")
    if colon and source and external_id:
        return source, external_id
    if text.isdecimal():
        return int(text)
    raise ArgumentTypeError(f"{text!r} is neither a match id like 42 nor SOURCE:ID")


def outcome(text: str) -> Score | str:
    """Parse the argument: a score such as 2-1, or a status."""
    if text in Status.values:
        return text
    try:
        return score(text)
    except ArgumentTypeError:
        known = ", ".join(Status.values)
        raise ArgumentTypeError(f"{text!r} is neither a score like 2-1 nor a status ({known})") from None


class Command(BaseCommand):
    """Record a result. The score is after 90 minutes; extra time and the shootout have separate options.

    If the match is given as SOURCE:ID, scores are in the order of that source. If the source lists the two
    teams in reverse order, the scores are swapped before they are recorded.
    """

    help = "Record the result of a match, e.g. `record_result 42 2-1` or `record_result 42 postponed`."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "match",
            type=which_match,
            metavar="MATCH",
            help="match id, or SOURCE:ID with the match id of a source",
        )
        parser.add_argument(
            "outcome",
            type=outcome,
            metavar="STATUS|HOME-AWAY",
            help="score after 90 minutes like 2-1, or a status like postponed",
        )
        parser.add_argument("--aet", type=score, metavar="HOME-AWAY", help="score after extra time")
        parser.add_argument(
            "--penalties", type=score, metavar="HOME-AWAY", help="score of the penalty shootout"
        )
        parser.add_argument(
            "--award",
            choices=[award for award in Award.values if award],
            default="",
            help="side to which an awarded match goes; both: both teams lose",
        )
        parser.add_argument("--status", choices=Status.values, help="status of the match (default: finished)")
        parser.add_argument(
            "--reason",
            type=arguments.one_line(REASON),
            default="",
            help="stored with the result; for a correction, its reason",
        )
        parser.add_argument(
            "--source",
            type=arguments.one_line(SOURCE),
            help="source of the result (default: admin; for SOURCE:ID always SOURCE)",
        )
        self.add_dry_run(parser)

    def handle(self, *, match: int | tuple[str, str], dry_run: bool, **options: Any) -> None:
        result = _result(options)
        try:
            with transaction.atomic():
                known, revision = _record(match, result, options)
                transaction.set_rollback(dry_run)
        except UnknownMatch as unknown:
            raise CommandError(str(unknown)) from unknown
        except InvalidResult as invalid:
            raise CommandError(f"Match {_name(match)}, {invalid} Nothing was written.") from invalid
        self._report(known, revision, dry_run=dry_run)

    def _report(self, match: Match, revision: ResultRevision | None, *, dry_run: bool) -> None:
        report = {
            "match": match.pk,
            "changed": revision is not None,
            "dry_run": dry_run,
            "result_version": match.result_version,
            **Result.of(match).as_columns(),
        }
        if revision is None:
            message = f"{match}: nothing changed; the match already has this result."
        else:
            did = "would record" if dry_run else "recorded"
            message = f"{match}: {did} result {revision.version}, {in_words(revision)}."
        self.answer(report, message)


def _record(
    match: int | tuple[str, str], result: Result, options: dict[str, Any]
) -> tuple[Match, ResultRevision | None]:
    """Record the result. Return the updated match, and the new revision (None if nothing changed)."""
    more = {"result": result, "reason": options["reason"], "recorded_at": timezone.now()}
    if isinstance(match, int):
        revision = record_result(match_id=match, source=options["source"] or ADMIN_SOURCE, **more)
        known = Match.objects.filter(pk=match)
    else:
        source, external_id = match
        revision = record_result_of(source=source, external_id=external_id, **more)
        known = Match.objects.filter(sources__source=source, sources__external_id=external_id)
    return known.select_related("home_team", "away_team").get(), revision


def _name(match: int | tuple[str, str]) -> str:
    return str(match) if isinstance(match, int) else ":".join(match)


def _result(options: dict[str, Any]) -> Result:
    given = options["outcome"]
    if isinstance(given, str):
        if options["status"] not in (None, given):
            raise CommandError(f"--status {options['status']} contradicts {given}.", returncode=Exit.USAGE)
        status, full_time = given, (None, None)
    else:
        status, full_time = options["status"] or Status.FINISHED.value, given
    aet, penalties = options["aet"] or (None, None), options["penalties"] or (None, None)
    return Result(
        status=status,
        home_score=full_time[0],
        away_score=full_time[1],
        home_score_aet=aet[0],
        away_score_aet=aet[1],
        home_penalties=penalties[0],
        away_penalties=penalties[1],
        award=options["award"],
    )
