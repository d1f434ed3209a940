"""Record results. Every result of a match is written by this module.

A match is identified by its id in this database, or by its id in a source.
"""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from matches.models import FeedProblem, Match, MatchSource, ResultRevision
from matches.result import InvalidResult, Result, validate, validate_time
from matches.services import kickoff_doubts
from matches.statuses import CONFIRMS_KICKOFF, REPLAYABLE

ADMIN_SOURCE = "admin"  # source of results entered by operators


class UnknownMatch(LookupError):
    """The match does not exist."""


def record_result(
    *,
    match_id: int,
    result: Result,
    source: str,
    recorded_at: datetime,
    reason: str = "",
    recorded_by: User | None = None,
) -> ResultRevision | None:
    """Record a result or status of a match; every result is written by this function.

    Writes the revision and the match in one transaction, in which `post_save` of Match queues the follow-up
    jobs. Returns None, without a write, if the match has this result already.

    A status in CONFIRMS_KICKOFF (the match has begun, or is awarded) ends a doubt about the kickoff: the
    match keeps the latest of the kickoffs in doubt that has passed.

    Raises UnknownMatch, or InvalidResult with the invalid field; then nothing is written.
    """
    with transaction.atomic():
        match = locked_match(match_id)
        validate(result, before=match.status, last_leg=match.is_last_leg)
        has_begun = result.status in CONFIRMS_KICKOFF
        kickoff_at = kickoff_doubts.kickoff_if_begun(match, at=recorded_at) if has_begun else match.kickoff_at
        validate_time(result, kickoff_at=kickoff_at, recorded_at=recorded_at)
        _refuse_twin(match, result)
        if result == Result.of(match):
            return None
        if has_begun:
            kickoff_doubts.end_doubt_as_begun(match, source=source, at=recorded_at)
        return _store_result(match, result, source, reason, recorded_at, recorded_by)


def record_result_of(
    *,
    source: str,
    external_id: str,
    result: Result,
    recorded_at: datetime,
    reason: str = "",
    recorded_by: User | None = None,
) -> ResultRevision | None:
    """Record a result by the match id of a source, with home and away as in that source. See `record_result`.

    Raises UnknownMatch if the id is not linked to a match.
    """
    link = MatchSource.objects.filter(source=source, external_id=external_id).first()
    if link is None:
        raise UnknownMatch(
            f"No match is linked to {external_id!r} of {source}; add the id to its match in the admin."
        )
    return record_result(
        match_id=link.match_id,
        result=result.mirrored() if link.flipped else result,
        source=source,
        recorded_at=recorded_at,
        reason=reason,
        recorded_by=recorded_by,
    )


def locked_match(match_id: int) -> Match:
    """Return the match, its row locked until the end of the transaction. Raises UnknownMatch."""
    match = Match.objects.select_for_update().filter(pk=match_id).first()
    if match is None:
        raise UnknownMatch(f"No match with id {match_id}; add matches in the admin.")
    return match


def _refuse_twin(match: Match, result: Result) -> None:
    """Raise InvalidResult if the match would count with this result, although another match replaced it.

    Only abandoned and cancelled matches can be replaced.
    """
    if match.status not in REPLAYABLE or result.status in REPLAYABLE:
        return
    if other := match.twin():
        raise InvalidResult(
            "status",
            f"match {other.pk} ({other}, {other.status}) replaces this one in {match.round_label}; only one"
            " of them can count. Record that one as cancelled first.",
        )


def _store_result(
    match: Match, result: Result, source: str, reason: str, recorded_at: datetime, recorded_by: User | None
) -> ResultRevision:
    columns = result.as_columns()
    match.result_version += 1
    revision = ResultRevision.objects.create(
        match=match,
        version=match.result_version,
        source=source,
        reason=reason,
        recorded_at=recorded_at,
        recorded_by=recorded_by,
        **columns,
    )
    for name, value in columns.items():
        setattr(match, name, value)
    match.save(update_fields=["result_version", *columns])
    problems = FeedProblem.objects.filter(match=match, kind=FeedProblem.Kind.RESULT, ended_at__isnull=True)
    problems.update(ended_at=recorded_at)  # these problems were about the previous result
    return revision
