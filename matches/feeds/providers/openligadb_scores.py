"""OpenLigaDB's scores after 90 minutes, from the goals where the typed results cannot be trusted.

In most ties that went beyond 90 minutes the entry «Endergebnis» holds the score after extra time, or the
shootout counted on top of it. The goals tell the truth: each has the score that it led to, most have a
minute, and those of a shootout are penalties without one (or with the number of the kick in its place).
Where the goals leave two answers open, there is none: `Doubt`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from matches.feeds.providers.feed_format import Doubt
from matches.feeds.providers.fields import Score, level, minus, result_of, shown
from matches.result import Result
from matches.statuses import Status

NINETY = 90
# Added time of the second half is written as 91, 92, ...: up to here a goal may belong to either.
MOST_ADDED = 100
SURELY_EXTRA = 105  # a goal this late tells of extra time, even where no entry does
LIKE_A_SHOOTOUT = 3  # so many penalties without a minute at the end, and nobody mentions a shootout
NOTHING: Score = (0, 0)


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal: the score that it led to, when, and whether it was a penalty."""

    score: Score
    minute: int | None
    penalty: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What OpenLigaDB tells of a match that is over."""

    end: Score | None  # typed as the score after 90 minutes
    extra: Score | None
    shootout: Score | None
    goals: tuple[Goal, ...] = ()
    in_a_league: bool = False  # where there is no extra time

    @property
    def path(self) -> tuple[Goal, ...]:
        """The goals in the order in which they led from 0-0 to the last score; none if one is missing."""
        ordered = tuple(sorted(self.goals, key=lambda goal: sum(goal.score)))
        steps = pairwise([NOTHING, *(goal.score for goal in ordered)])
        whole = all(minus(after, before) in ((1, 0), (0, 1)) for before, after in steps)
        return ordered if whole else ()

    @property
    def latest(self) -> int:
        """The minute of the last goal, as far as they have one."""
        return max((goal.minute or 0 for goal in self.path), default=0)

    def __str__(self) -> str:
        return (
            f"end {shown(self.end)}, extra time {shown(self.extra)}, shootout {shown(self.shootout)},"
            f" {len(self.goals)} goals"
        )


def settled(told: Told) -> Result:
    """The result of a match that is over. Raises Doubt where the score after 90 minutes cannot be known."""
    if told.extra is None and told.shootout is None and not _went_on(told):
        return _after_ninety(told)
    if told.shootout is None and _extra_time_is_a_slip(told):
        return result_of(Status.FINISHED, told.end)
    return _beyond(told)


def _went_on(told: Told) -> bool:
    """Whether the goals tell of extra time that no entry mentions."""
    return told.latest > SURELY_EXTRA and not told.in_a_league


def _after_ninety(told: Told) -> Result:
    if told.end is None:
        return Result(status=Status.FINISHED)  # it says so before the score is there
    if any(home > told.end[0] or away > told.end[1] for home, away in (goal.score for goal in told.goals)):
        last = max((goal.score for goal in told.goals), key=sum)
        raise Doubt(f"its result is {shown(told.end)}, and its goals go to {shown(last)}")
    if not told.in_a_league and _ends_like_a_shootout(told.path):
        raise Doubt(f"its result is {shown(told.end)}, and its last goals look like a shootout")
    if not told.in_a_league and told.latest > MOST_ADDED:
        raise Doubt(f"its result is {shown(told.end)}, and its goal of minute {told.latest} may be later")
    return result_of(Status.FINISHED, told.end)


def _ends_like_a_shootout(path: tuple[Goal, ...]) -> bool:
    last = path[-LIKE_A_SHOOTOUT:]
    return len(last) == LIKE_A_SHOOTOUT and all(goal.penalty and goal.minute is None for goal in last)


def _extra_time_is_a_slip(told: Told) -> bool:
    """An entry for extra time, and fewer goals in it than the 90 minutes had: nobody played on."""
    if told.extra is None or told.end is None or level(told.end):
        return False
    complete = told.path[-1:] and told.path[-1].score == told.end
    in_time = all(goal.minute is not None and goal.minute <= NINETY for goal in told.path)
    return bool(complete) and in_time and min(minus(told.extra, told.end)) < 0


def _beyond(told: Told) -> Result:
    played = _open_play(told)
    after = played[-1].score if played else NOTHING
    ninety, shootout = _ninety_of(played, after), _shootout_of(told, after)
    # Without an entry and without a goal in it nobody knows whether extra time came before the shootout.
    is_known = told.extra is not None or after != ninety
    return result_of(Status.FINISHED, ninety, after if is_known else None, shootout)


def _open_play(told: Told) -> tuple[Goal, ...]:
    """The goals before the shootout. Raises Doubt unless exactly one number of them is possible."""
    path = told.path
    if not told.goals and told.extra != NOTHING:
        raise Doubt(f"it went beyond 90 minutes, and no goals are listed ({told})")
    if told.goals and not path:
        raise Doubt(f"it went beyond 90 minutes, and its goals do not add up ({told})")
    if told.shootout is None:
        if _last(path) != (told.extra or told.end):
            raise Doubt(f"it went beyond 90 minutes, and its goals lead to {shown(_last(path))} ({told})")
        return path
    splits = [number for number in _possible_splits(path) if _fits(told, _last(path[:number]))]
    if len(splits) != 1:
        raise Doubt(f"where its shootout begins cannot be told from the goals ({told})")
    return path[: splits[0]]


def _last(path: tuple[Goal, ...]) -> Score:
    return path[-1].score if path else NOTHING


def _possible_splits(path: tuple[Goal, ...]) -> Iterator[int]:
    """After how many goals the shootout may have begun: level, in order of time, and only penalties after."""
    for number in range(len(path) + 1):
        minutes = [goal.minute for goal in path[:number]]
        known = [minute for minute in minutes if minute is not None]
        in_order = len(known) == number and known == sorted(known)
        if in_order and level(_last(path[:number])) and all(goal.penalty for goal in path[number:]):
            yield number


def _fits(told: Told, before: Score) -> bool:
    """Whether the entries allow that this was the score before the shootout."""
    if told.extra is not None and told.extra != before:
        return False
    return told.shootout is None or _last(told.path) in (before, told.shootout)


def _shootout_of(told: Told, before: Score) -> Score | None:
    """The shootout alone: its entry counts it on top of the score, as the goals show."""
    if told.shootout is None:
        return None
    if _last(told.path) == told.shootout or before == NOTHING:
        return minus(told.shootout, before)
    raise Doubt(f"whether {shown(told.shootout)} is the shootout alone cannot be told ({told})")


def _ninety_of(played: tuple[Goal, ...], after: Score) -> Score:
    """The score after 90 minutes of a tie that went on: level, and possible by the minutes."""
    if after == NOTHING:
        return NOTHING
    minutes = [goal.minute for goal in played if goal.minute is not None]
    if len(minutes) != len(played) or minutes != sorted(minutes):
        raise Doubt("it went beyond 90 minutes, and the minutes of its goals are missing or out of order")
    certain = sum(minute <= NINETY for minute in minutes)
    possible = sum(minute <= MOST_ADDED for minute in minutes)
    levels = [number for number in range(certain, possible + 1) if level(_last(played[:number]))]
    if len(levels) != 1:
        raise Doubt("it went beyond 90 minutes, and which goals were scored in them cannot be told")
    return _last(played[: levels[0]])
