"""From the revisions and settlements of a match to what each recorded result did. No queries here."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from matches.models import ResultRevision
from matches.statuses import SETTLED
from scoring.corrections.point_moves import Moved
from scoring.models import Settlement


class State(StrEnum):
    """What became of a recorded result."""

    SETTLED = "settled"  # the match was scored on it, or voided
    WITHDRAWN = "withdrawn"  # the match goes on after all: the points that it had given were taken back
    WAITING = "waiting"  # scoring, or taking back, is still to come
    OVERTAKEN = "overtaken"  # a newer result came before the match was scored on this one
    OPEN = "open"  # the match was not over, and there were no points to take back


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultChange:
    """A recorded result beside the one that it replaced.

    `settlements`: each time the match was settled on it, oldest first. `before`: the settlement that held
    until then, None where no points stood. `is_compared`: points can have moved, because an earlier result
    had been settled. `moved` is filled in by `scoring.corrections.selectors`.
    """

    revision: ResultRevision
    former: ResultRevision | None
    state: State
    settlements: tuple[Settlement, ...] = ()
    before: Settlement | None = None
    is_compared: bool = False
    moved: Moved | None = None

    @property
    def is_correction(self) -> bool:
        """It replaces a result that was in force: another score, void, void no more, or taken back."""
        return self.former is not None and self.former.status in SETTLED

    @property
    def settlement(self) -> Settlement | None:
        """The last one on this result."""
        return self.settlements[-1] if self.settlements else None

    @property
    def is_settled(self) -> bool:
        """The points have followed: scored, voided, or taken back."""
        return self.state in (State.SETTLED, State.WITHDRAWN)

    @property
    def is_counted(self) -> bool:
        """The leaderboards have shown it. Folding and refreshing commit together (stats/refresh/)."""
        if self.settlement is not None:
            return any(each.folded_at is not None for each in self.settlements)
        if self.state == State.WITHDRAWN and self.before is not None:
            return self.before.folded_at is None or self.before.unfolded_at is not None
        return False

    @property
    def settled_at(self) -> datetime | None:
        """When the points followed for the last time."""
        if self.settlement is not None:
            return self.settlement.settled_at
        return self.before.superseded_at if self.state == State.WITHDRAWN and self.before else None


def changes(revisions: Sequence[ResultRevision], settlements: Iterable[Settlement]) -> list[ResultChange]:
    """What each recorded result of one match did. Both come oldest first, and so does the answer."""
    settlements = list(settlements)
    on_version: dict[int, list[Settlement]] = defaultdict(list)
    for settlement in settlements:
        on_version[settlement.result_version].append(settlement)
    taken_back = _taken_back(revisions, settlements)
    told: list[ResultChange] = []
    standing: Settlement | None = None
    had_points = False
    for former, revision in zip([None, *revisions], revisions, strict=False):
        own = tuple(on_version[revision.version])
        newest = revision is revisions[-1]
        state = _state(revision, own, standing, newest=newest, taken_back=revision.version in taken_back)
        is_compared = had_points and state in (State.SETTLED, State.WITHDRAWN)
        told.append(
            ResultChange(
                revision=revision,
                former=former,
                state=state,
                settlements=own,
                before=standing,
                is_compared=is_compared,
            )
        )
        if is_compared or own:
            standing = own[-1] if own else None
        had_points = had_points or bool(own)
    return told


def _state(
    revision: ResultRevision,
    own: Sequence[Settlement],
    standing: Settlement | None,
    *,
    newest: bool,
    taken_back: bool,
) -> State:
    if own:
        return State.SETTLED
    if taken_back:
        return State.WITHDRAWN
    if revision.status not in SETTLED and standing is None:
        return State.OPEN
    return State.WAITING if newest else State.OVERTAKEN


def _taken_back(revisions: Sequence[ResultRevision], settlements: Sequence[Settlement]) -> set[int]:
    """The versions on which points were taken back: a settlement ended there, and no other began."""
    ends = [*pairwise(settlements), *((each, None) for each in settlements[-1:])]
    found = (_withdrawal(revisions, former, following) for former, following in ends)
    return {revision.version for revision in found if revision is not None}


def _withdrawal(
    revisions: Sequence[ResultRevision], former: Settlement, following: Settlement | None
) -> ResultRevision | None:
    """The result on which this settlement was withdrawn; None where it holds, or was replaced at once.

    Where several came between, the last one recorded by then: scoring looks at the newest.
    """
    ended_at = former.superseded_at
    if ended_at is None or (following is not None and following.settled_at == ended_at):
        return None
    between = [
        each
        for each in revisions
        if each.version > former.result_version
        and (following is None or each.version < following.result_version)
        and each.status not in SETTLED
    ]
    known = [each for each in between if each.recorded_at <= ended_at]
    return next(iter([*reversed(known), *between]), None)
