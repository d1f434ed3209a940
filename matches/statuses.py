"""Statuses of a match, groups of statuses, and the allowed transitions.

docs/matches.md describes each status, and why a transition is not allowed; a test compares the two.
SQL files name the groups in SQL_LISTS; a changed group needs a migration that runs those files again.
"""

from collections.abc import Iterable

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


class Award(models.TextChoices):
    """Side that wins an awarded match. BOTH: both sides lose. NONE: the score decides."""

    NONE = "", "by the score"
    HOME = "home", "home team"
    AWAY = "away", "away team"
    BOTH = "both", "both teams lose"


# Plain tuples beside the class: a TextChoices cannot hold them as members.
VOID = (Status.ABANDONED, Status.CANCELLED, Status.AWARDED)
SETTLED = (Status.FINISHED, *VOID)
UNSETTLED = tuple(status for status in Status if status not in SETTLED)
IN_TABLE = (Status.FINISHED, Status.AWARDED)  # count in the league table, if they have a score
NOT_BEGUN = (Status.SCHEDULED, Status.POSTPONED)  # there is no score yet, not even 0-0
PLAYED = (Status.LIVE, Status.FINISHED)  # or being played
BEGUN = (Status.LIVE, Status.SUSPENDED, Status.FINISHED, Status.ABANDONED)
CONFIRMS_KICKOFF = (
    *BEGUN,
    Status.AWARDED,
)  # recording one of these ends a doubt about the kickoff (matches/services/kickoff_doubts.py)
OPEN = (*NOT_BEGUN, Status.SUSPENDED)  # predictions are accepted until the lock
# Predictions dated after the recorded kickoff are refused (docs/adr/0034).
KICKOFF_NOT_HELD = (Status.POSTPONED, Status.CANCELLED)
SCHEDULED_OR_LIVE = (Status.SCHEDULED, Status.LIVE)  # no result yet, and none of the delays below
POSTPONED_OR_SUSPENDED = (Status.POSTPONED, Status.SUSPENDED)  # a new kickoff is expected
REPLAYABLE = (Status.ABANDONED, Status.CANCELLED)  # another match may take its place in the round


def sql_list(statuses: Iterable[Status]) -> str:
    """Return the statuses as a list of SQL literals, for `status IN (...)`."""
    return ", ".join(f"'{status}'" for status in statuses)


SQL_LISTS = {
    "OPEN_STATUSES": sql_list(OPEN),
    "TABLE_STATUSES": sql_list(IN_TABLE),
    "UNSETTLED_STATUSES": sql_list(UNSETTLED),
    "KICKOFF_NOT_HELD_STATUSES": sql_list(KICKOFF_NOT_HELD),
    "REPLAYABLE_STATUSES": sql_list(REPLAYABLE),
    "DELAYED_STATUSES": sql_list(POSTPONED_OR_SUSPENDED),
}

# A source may miss statuses, so most may be skipped. Refused are outdated reports (e.g. "postponed" for a
# finished match) and transitions that skip a status which matters.
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
    """Return True if the status can change from `before` to `after`, or if both are the same.

    The status stays the same when a score is corrected.
    """
    return before == after or after in ALLOWED[before]
