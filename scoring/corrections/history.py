"""Derive the effect of each recorded result from the revisions and settlements of a match. No queries."""

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
    """Effect of a recorded result on the scoring of its match."""

    SETTLED = "settled"  # the match was scored with this result, or voided
    WITHDRAWN = "withdrawn"  # the match is not over after all: the points of the former result were withdrawn
    WAITING = "waiting"  # scoring or withdrawal is still to come
    OVERTAKEN = "overtaken"  # a newer result was recorded before the match was scored with this one
    OPEN = "open"  # the match is not over, and there were no points to withdraw


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultChange:
    """A recorded result of a match and its effect on points.

    - `former`: the result that was replaced, or None
    - `settlements`: the settlements based on this result, oldest first
    - `before`: the settlement in force before this result, or None
    - `is_compared`: True if points may have changed, i.e. if an earlier result was settled and this one was
      settled or withdrew the points
    - `moved`: the changes of points; None until `scoring.corrections.selectors` sets it
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
        """Return True if this result replaced a final one (finished, abandoned, cancelled or awarded)."""
        return self.former is not None and self.former.status in SETTLED

    @property
    def settlement(self) -> Settlement | None:
        """Last settlement based on this result."""
        return self.settlements[-1] if self.settlements else None

    @property
    def is_settled(self) -> bool:
        """Return True if this result led to a settlement or to a withdrawal of points."""
        return self.state in (State.SETTLED, State.WITHDRAWN)

    @property
    def is_counted(self) -> bool:
        """Return True if the leaderboards include the effect of this result.

        This is read from `folded_at` and `unfolded_at` of the settlements, which are set in the transaction
        that refreshes the leaderboards (stats/refresh/).
        """
        if self.settlement is not None:
            return any(each.folded_at is not None for each in self.settlements)
        if self.state == State.WITHDRAWN and self.before is not None:
            return self.before.folded_at is None or self.before.unfolded_at is not None
        return False

    @property
    def settled_at(self) -> datetime | None:
        """Time at which this result last settled the match or withdrew points, or None."""
        if self.settlement is not None:
            return self.settlement.settled_at
        return self.before.superseded_at if self.state == State.WITHDRAWN and self.before else None


def changes(revisions: Sequence[ResultRevision], settlements: Iterable[Settlement]) -> list[ResultChange]:
    """Return the effect of each recorded result of one match, oldest first.

    Both arguments must be complete and sorted, oldest first.
    """
    settlements = list(settlements)
    on_version: dict[int, list[Settlement]] = defaultdict(list)
    for settlement in settlements:
        on_version[settlement.result_version].append(settlement)
    withdrawing = _withdrawals(revisions, settlements)
    found: list[ResultChange] = []
    standing: Settlement | None = None
    had_points = False
    for former, revision in zip([None, *revisions], revisions, strict=False):
        own = tuple(on_version[revision.version])
        newest = revision is revisions[-1]
        state = _state(revision, own, standing, newest=newest, withdraws=revision.version in withdrawing)
        is_compared = had_points and state in (State.SETTLED, State.WITHDRAWN)
        found.append(
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
    return found


def _state(
    revision: ResultRevision,
    own: Sequence[Settlement],
    standing: Settlement | None,
    *,
    newest: bool,
    withdraws: bool,
) -> State:
    if own:
        return State.SETTLED
    if withdraws:
        return State.WITHDRAWN
    if revision.status not in SETTLED and standing is None:
        return State.OPEN
    return State.WAITING if newest else State.OVERTAKEN


def _withdrawals(revisions: Sequence[ResultRevision], settlements: Sequence[Settlement]) -> set[int]:
    """Return the versions of the results that withdrew points.

    A result withdraws points if it ends a settlement and no other settlement begins at the same time.
    """
    ends = [*pairwise(settlements), *((each, None) for each in settlements[-1:])]
    found = (_withdrawal(revisions, former, following) for former, following in ends)
    return {revision.version for revision in found if revision is not None}


def _withdrawal(
    revisions: Sequence[ResultRevision], former: Settlement, following: Settlement | None
) -> ResultRevision | None:
    """Return the result that withdrew the points of the settlement `former`, or None if no result did.

    `following` is the next settlement of the match. No result withdrew the points if `former` is current, or
    if `following` began when `former` ended. If several results are possible, return the last one recorded
    before `former` ended, because scoring uses the newest result.
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
