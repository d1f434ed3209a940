"""How a result came to be counted and told: its way through the pipeline, and its former versions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from content.models import Roundup
from content.reads.freshness import seconds_between
from matches.models import Match, ResultRevision
from matches.statuses import SETTLED
from scoring.models import Settlement
from stats import freshness


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of the pipeline: when it was done, and how many seconds after the result was recorded."""

    name: str
    done_at: datetime | None
    seconds: float | None


@dataclass(frozen=True, slots=True)
class History:
    """All that is known about the results of a match, newest version last."""

    revisions: list[ResultRevision]
    settlements: list[Settlement]
    roundups: list[Roundup]
    steps: list[Step]

    @property
    def settlement(self) -> Settlement | None:
        """The current one."""
        return next((each for each in self.settlements if each.superseded_at is None), None)

    @property
    def roundup(self) -> Roundup | None:
        """The published one."""
        return next((each for each in self.roundups if each.status == Roundup.Status.PUBLISHED), None)

    @property
    def correction(self) -> tuple[ResultRevision, ResultRevision] | None:
        """The last result and the one that it corrected, where there is one."""
        return (self.revisions[-2], self.revisions[-1]) if len(self.revisions) > 1 else None


def history_of(match: Match) -> History:
    """The history of a match's results, in four queries however many versions there are."""
    revisions = list(match.revisions.filter(status__in=SETTLED).order_by("version"))
    settlements = list(match.settlements.order_by("number"))
    roundups = list(match.roundups.order_by("version"))
    return History(revisions, settlements, roundups, _steps(match, revisions, settlements, roundups))


def _steps(
    match: Match, revisions: list[ResultRevision], settlements: list[Settlement], roundups: list[Roundup]
) -> list[Step]:
    """The way of the newest result; each step may be still to come."""
    if not revisions or revisions[-1].version != match.result_version:
        return []
    recorded_at = revisions[-1].recorded_at
    scored = next((each for each in settlements if each.result_version == match.result_version), None)
    counted: Any = (
        freshness.counted()
        .filter(match=match, result_version=match.result_version)
        .order_by("number")
        .first()
    )
    told = next((each for each in roundups if each.result_version == match.result_version), None)
    moments = {
        "Result recorded": recorded_at,
        "Scored": scored.settled_at if scored else None,
        "Counted": counted.fresh_at if counted else None,
        "Roundup published": (told.published_at or told.written_at) if told else None,
    }
    return [Step(name, moment, seconds_between(recorded_at, moment)) for name, moment in moments.items()]


def seconds_to_publish(roundup: Roundup) -> float | None:
    """Seconds from the recorded result to the roundup that tells it."""
    recorded = ResultRevision.objects.filter(match=roundup.match_id, version=roundup.result_version).first()
    return seconds_between(recorded.recorded_at, roundup.written_at) if recorded else None
