"""Problem message of the status page, derived from the checks of `manage.py doctor`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from content.pages.selectors import freshness
from ops.doctor.check import Check
from ops.doctor.run_checks import pipeline_checks
from stats.refresh.view_state import ViewState

# First word of a check's name -> message if the check fails; {} is the rest of the name.
_CAUSES = {
    "redis": "Redis has not responded",
    "worker": "no worker has responded on the queue {}",
    "scheduler": "the scheduler has not responded",
    "reconciler": "the reconciler has not looked for lost jobs",
    "times": "jobs are due too late, because a clock was ahead",
    "queue": "jobs on the queue {} have waited for a worker",
    "view": "{} has not shown the newest results",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Message (one sentence) and start of the problem (None if unknown)."""

    text: str
    since: datetime | None


def current(now: datetime, states: Iterable[ViewState]) -> Problem | None:
    """Return the most important problem of the pipeline, or None if the pipeline works.

    The message contains the first failed check. If a result has waited for the leaderboards for more than a
    minute, the message begins with this delay, followed by the failed check, if any, as its likeliest cause.
    """
    causes = [check for check in pipeline_checks(now=now, states=states) if not (check.ok or check.note)]
    cause = _sentence(causes[0]) if causes else ""
    boards = freshness.current(now)
    if boards.state == "late":
        waiting = f"A result has waited for the leaderboards{_since(boards.waiting_since)}"
        return Problem(f"{waiting}: {cause}." if cause else f"{waiting}.", boards.waiting_since)
    return Problem(f"{cause[0].upper()}{cause[1:]}.", causes[0].since) if causes else None


def _sentence(check: Check) -> str:
    name, _, rest = check.name.partition(" ")
    return f"{_CAUSES[name].format(rest)}{_since(check.since)}"


def _since(moment: datetime | None) -> str:
    return f" since {moment:%Y-%m-%d %H:%M:%S} UTC" if moment else ""
