"""The life of a match: its statuses and the steps between them, in one place.

docs/matches.md tells what each status means, and why a step is not allowed; a test holds the two together.
"""

from django.db import models


class Status(models.TextChoices):
    SCHEDULED = "scheduled"
    LIVE = "live"
    FINISHED = "finished"
    POSTPONED = "postponed"
    SUSPENDED = "suspended"
    ABANDONED = "abandoned"
    CANCELLED = "cancelled"
    AWARDED = "awarded"


# Plain tuples beside the class: a TextChoices cannot hold them as members.
VOID = (Status.ABANDONED, Status.CANCELLED, Status.AWARDED)
SETTLED = (Status.FINISHED, *VOID)
NOT_BEGUN = (Status.SCHEDULED, Status.POSTPONED)  # there is no score yet, not even 0-0
BEGUN = (Status.LIVE, Status.SUSPENDED, Status.FINISHED, Status.ABANDONED)
CONFIRMS_KICKOFF = (
    *BEGUN,
    Status.AWARDED,
)  # a kickoff in doubt is taken as right (matches/services/kickoff_doubts.py)
OPEN = (*NOT_BEGUN, Status.SUSPENDED)  # predictions are taken until the lock (sql/prediction_lock_v3.sql)
KICKOFF_NOT_HELD = (
    Status.POSTPONED,
    Status.CANCELLED,
)  # no new predictions dated after the kickoff (docs/adr/0034)
REPLAYABLE = (Status.ABANDONED, Status.CANCELLED)  # another match may take its place in the round

# A source may miss steps, so most of them can be taken at once. What is refused is news that comes too
# late (a source that still says «postponed» of a finished match) or that lacks a step which matters.
_S = Status
ALLOWED: dict[str, tuple[str, ...]] = {
    _S.SCHEDULED: (_S.LIVE, _S.FINISHED, _S.POSTPONED, _S.SUSPENDED, _S.ABANDONED, _S.CANCELLED, _S.AWARDED),
    _S.LIVE: (_S.SCHEDULED, _S.FINISHED, _S.POSTPONED, _S.SUSPENDED, _S.ABANDONED, _S.CANCELLED, _S.AWARDED),
    _S.FINISHED: (_S.SCHEDULED, _S.LIVE, _S.ABANDONED, _S.CANCELLED, _S.AWARDED),
    _S.POSTPONED: (_S.SCHEDULED, _S.LIVE, _S.FINISHED, _S.CANCELLED, _S.AWARDED),
    _S.SUSPENDED: (_S.SCHEDULED, _S.LIVE, _S.FINISHED, _S.POSTPONED, _S.ABANDONED, _S.CANCELLED, _S.AWARDED),
    _S.ABANDONED: (_S.SCHEDULED, _S.LIVE, _S.FINISHED, _S.POSTPONED, _S.SUSPENDED, _S.CANCELLED, _S.AWARDED),
    _S.CANCELLED: (_S.SCHEDULED, _S.FINISHED, _S.POSTPONED, _S.ABANDONED, _S.AWARDED),
    _S.AWARDED: (_S.SCHEDULED, _S.FINISHED, _S.POSTPONED, _S.ABANDONED, _S.CANCELLED),
}


def may_follow(before: str, after: str) -> bool:
    """Whether a match may go from one status to the other. Staying is always allowed (a corrected score)."""
    return before == after or after in ALLOWED[before]
