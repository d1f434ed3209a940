"""Rules for what a row of an import file may overwrite: values from the same source, or all values."""

from dataclasses import dataclass

from matches.feeds.sync.agreement_rules import agree, merged
from matches.feeds.sync.apply_row import ReportedMatch, apply_row
from matches.feeds.sync.reported_results import mark_second_leg, recorded_result_of
from matches.models import KickoffMove, Match
from matches.result import Result, in_words
from matches.services.kickoff_doubts import open_problem
from matches.statuses import SCHEDULED_OR_LIVE


@dataclass(frozen=True, slots=True)
class FilePolicy:
    """Policy for the rows of a file. With `overwrite`, rows may also replace values from other sources."""

    overwrite: bool

    def withdraw_result(self, reported: ReportedMatch, match: Match) -> None:
        """Do nothing: a file never withdraws a result."""

    def may_change_stage(self, reported: ReportedMatch, match: Match) -> bool:
        """Return True only if `overwrite` is set, because an operator may have chosen the recorded stage."""
        return self.overwrite

    def may_move_kickoff(self, reported: ReportedMatch, match: Match) -> bool:
        """Return True if the recorded kickoff came from the source of this row, or if `overwrite` is set."""
        last = KickoffMove.objects.filter(match=match).order_by("-pk").first()
        is_own = last.source == reported.source if last else reported.link.added
        if not (is_own or self.overwrite):
            reported.note_kept_kickoff(match)
        return is_own or self.overwrite

    def apply_result(self, reported: ReportedMatch, match: Match) -> list[str]:
        """Record the result and return ["recorded"], or [] if nothing changed.

        If the recorded result is from another source, it is kept with a note, unless `overwrite` is set. The
        statuses scheduled and live are never recorded.
        """
        result, recorded = reported.result, recorded_result_of(match)
        if result.status in SCHEDULED_OR_LIVE:
            return []
        if agree(result, recorded.result):
            result = merged([recorded.result, result])
        if result == recorded.result:
            return []
        if recorded.is_settled and recorded.source != reported.source and not self.overwrite:
            reported.note(
                f"Reported {in_words(result)}; the recorded result, {in_words(recorded.result)} from"
                f" {recorded.source}, was kept."
            )
            return []
        mark_second_leg(match, result, hint=reported.row.leg)
        return reported.record(result, reason=reported.row.reason)


def has_news(reported: ReportedMatch, *, overwrite: bool) -> bool:
    """Return True if the row may change the result, kickoff, stage or leg of its match."""
    match = reported.link.match
    has_result = reported.result.status not in SCHEDULED_OR_LIVE and reported.result != Result.of(match)
    has_stage = reported.new_stage(match, may_overwrite=overwrite) is not None
    return has_result or has_stage or reported.has_new_leg(match) or reported.has_other_kickoff(match)


def apply_file_row(reported: ReportedMatch, *, overwrite: bool) -> list[str]:
    """Apply the row to its match, and return what was done. Raises the errors of `apply_row`.

    If the row puts the kickoff of the match in doubt, adds a note.
    """
    if not has_news(reported, overwrite=overwrite):
        return []  # without locking the match
    match = reported.link.match
    done = apply_row(reported, FilePolicy(overwrite))
    problem = open_problem(match) if reported.has_other_kickoff(match) else None
    if problem and problem.last_seen_at == reported.now:
        reported.note(f"The kickoff is in doubt; decide under Doubts and feed problems. {problem.text}")
    return done
