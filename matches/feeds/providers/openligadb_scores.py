"""Determine the score after 90 minutes from the results and goals of OpenLigaDB.

The entered results of matches that went beyond 90 minutes are unreliable: in most of them, "Endergebnis"
(final result) contains the score after extra time, or that score plus the shootout. The goals are reliable.
Each goal contains the score after it, and most contain the minute. Goals of a shootout are penalties without
a minute (or with the number of the kick instead). Raises `Doubt` if the goals allow more than one score.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from matches.feeds.providers.feed_format import Doubt
from matches.feeds.providers.scores import Score, level, minus, result_of, shown
from matches.result import Result
from matches.statuses import Status

NINETY = 90
# Added time of the second half is written as 91, 92, ...: such a goal may be of added or extra time.
MOST_ADDED = 100
SURELY_EXTRA = 105  # a later goal means extra time, even if there is no entry for it
LIKE_A_SHOOTOUT = 3  # so many final penalties without a minute look like a shootout
NOTHING: Score = (0, 0)


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal: the score after it, its minute, and whether it was a penalty."""

    score: Score
    minute: int | None
    penalty: bool


@dataclass(frozen=True, slots=True)
class EnteredScores:
    """Scores and goals of a finished match, as users of OpenLigaDB entered them."""

    end: Score | None  # entered as the score after 90 minutes
    extra: Score | None
    shootout: Score | None
    goals: tuple[Goal, ...] = ()
    in_a_league: bool = False  # leagues have no extra time

    @property
    def path(self) -> tuple[Goal, ...]:
        """The goals in order of their scores, from 0-0 in steps of one goal; empty if a goal is missing."""
        ordered = tuple(sorted(self.goals, key=lambda goal: sum(goal.score)))
        steps = pairwise([NOTHING, *(goal.score for goal in ordered)])
        whole = all(minus(after, before) in ((1, 0), (0, 1)) for before, after in steps)
        return ordered if whole else ()

    @property
    def latest(self) -> int:
        """The highest minute of a goal, or 0."""
        return max((goal.minute or 0 for goal in self.path), default=0)

    def __str__(self) -> str:
        return (
            f"end {shown(self.end)}, extra time {shown(self.extra)}, shootout {shown(self.shootout)},"
            f" {len(self.goals)} goals"
        )


def finished_result(scores: EnteredScores) -> Result:
    """Return the result of a finished match. Raises Doubt if the score after 90 minutes is uncertain."""
    if scores.extra is None and scores.shootout is None and not _went_on(scores):
        return _after_ninety(scores)
    if _ended_after_ninety(scores):
        return result_of(Status.FINISHED, scores.end)
    return _beyond(scores)


def _went_on(scores: EnteredScores) -> bool:
    """Return True if the minute of a goal proves extra time. Always False in a league, which has none."""
    return scores.latest > SURELY_EXTRA and not scores.in_a_league


def _after_ninety(scores: EnteredScores) -> Result:
    if scores.end is None:
        return Result(status=Status.FINISHED)  # finished, but the score is not entered yet
    if any(min(minus(scores.end, goal.score)) < 0 for goal in scores.goals):
        last = max((goal.score for goal in scores.goals), key=sum)
        raise Doubt(f"its result is {shown(scores.end)}, and its goals go to {shown(last)}")
    if not scores.in_a_league and _ends_like_a_shootout(scores.path):
        raise Doubt(f"its result is {shown(scores.end)}, and its last goals look like a shootout")
    if not scores.in_a_league and scores.latest > MOST_ADDED:
        raise Doubt(f"its result is {shown(scores.end)}, and its goal of minute {scores.latest} may be later")
    return result_of(Status.FINISHED, scores.end)


def _ends_like_a_shootout(path: tuple[Goal, ...]) -> bool:
    last = path[-LIKE_A_SHOOTOUT:]
    return len(last) == LIKE_A_SHOOTOUT and all(goal.penalty and goal.minute is None for goal in last)


def _ended_after_ninety(scores: EnteredScores) -> bool:
    """Return True if the match certainly ended after 90 minutes, and all later scores are mistakes.

    All of these conditions are required:

    - The final score is not level, and the goals lead to it.
    - All goals have minutes up to 90, in order.
    - No shootout was entered; or its score repeats the final score, and the goals exclude a shootout.
    - No score after extra time was entered; or it repeats the final score; or it is impossible, because a
      team has fewer goals in it than in the final score.
    """
    end, extra, path = scores.end, scores.extra, scores.path
    if end is None or level(end) or _last(path) != end:
        return False
    may_have_kicks = scores.shootout is not None and next(_possible_splits(path), None) is not None
    if scores.shootout not in (None, end) or may_have_kicks:
        return False
    minutes = [goal.minute for goal in path if goal.minute is not None and goal.minute <= NINETY]
    in_time = len(minutes) == len(path) and minutes == sorted(minutes)
    return in_time and (extra in (None, end) or min(minus(extra, end)) < 0)


def _beyond(scores: EnteredScores) -> Result:
    played = _open_play(scores)
    after = played[-1].score if played else NOTHING
    ninety, shootout = _ninety_of(played, after), _shootout_of(scores, after)
    # Without an entry or a goal it is unknown whether there was extra time before the shootout.
    is_known = scores.extra is not None or after != ninety
    return result_of(Status.FINISHED, ninety, after if is_known else None, shootout)


def _open_play(scores: EnteredScores) -> tuple[Goal, ...]:
    """Return the goals before the shootout, or all goals without a shootout.

    Raises Doubt if goals are missing or do not fit the entered scores, or if it is unclear where the shootout
    begins.
    """
    path = scores.path
    if not scores.goals and scores.extra != NOTHING:
        raise Doubt(f"it went beyond 90 minutes, and no goals are listed ({scores})")
    if scores.goals and not path:
        raise Doubt(f"it went beyond 90 minutes, and its goals do not add up ({scores})")
    if scores.shootout is None:
        if _last(path) != (scores.extra or scores.end):
            raise Doubt(f"it went beyond 90 minutes, and its goals lead to {shown(_last(path))} ({scores})")
        return path
    splits = [number for number in _possible_splits(path) if _fits(scores, _last(path[:number]))]
    if len(splits) != 1:
        raise Doubt(f"it is unclear where its shootout begins ({scores})")
    return path[: splits[0]]


def _last(path: tuple[Goal, ...]) -> Score:
    return path[-1].score if path else NOTHING


def _possible_splits(path: tuple[Goal, ...]) -> Iterator[int]:
    """Yield each number of goals after which a shootout may have begun.

    The goals before it lead to a level score and have minutes in order. All goals after it are penalties.
    """
    for number in range(len(path) + 1):
        minutes = [goal.minute for goal in path[:number]]
        known = [minute for minute in minutes if minute is not None]
        in_order = len(known) == number and known == sorted(known)
        if in_order and level(_last(path[:number])) and all(goal.penalty for goal in path[number:]):
            yield number


def _fits(scores: EnteredScores, before: Score) -> bool:
    """Return True if the entered scores allow this score before the shootout."""
    if scores.extra is not None and scores.extra != before:
        return False
    return scores.shootout is None or _last(scores.path) in (before, scores.shootout)


def _shootout_of(scores: EnteredScores, before: Score) -> Score | None:
    """Return the score of the shootout alone, or None without a shootout.

    The entered score includes the goals before the shootout (`before`), which are subtracted. Raises Doubt if
    it is uncertain that they are included.
    """
    if scores.shootout is None:
        return None
    if _last(scores.path) == scores.shootout or before == NOTHING:
        return minus(scores.shootout, before)
    raise Doubt(f"it is unclear if {shown(scores.shootout)} is the score of the shootout alone ({scores})")


def _ninety_of(played: tuple[Goal, ...], after: Score) -> Score:
    """Return the score after 90 minutes of a match that went beyond 90 minutes.

    `after` is the final score without a shootout. The score after 90 minutes must be level and fit the
    minutes of the goals. Raises Doubt if no score fits, or more than one.
    """
    if after == NOTHING:
        return NOTHING
    minutes = [goal.minute for goal in played if goal.minute is not None]
    if len(minutes) != len(played) or minutes != sorted(minutes):
        raise Doubt("it went beyond 90 minutes, and the minutes of its goals are missing or out of order")
    certain = sum(minute <= NINETY for minute in minutes)
    possible = sum(minute <= MOST_ADDED for minute in minutes)
    levels = [number for number in range(certain, possible + 1) if level(_last(played[:number]))]
    if len(levels) != 1:
        raise Doubt("it went beyond 90 minutes, and it is unclear which goals were scored in them")
    return _last(played[: levels[0]])
