"""Ties of knockout rounds: two legs, single matches with replays, and series. Pure: no database.

A tie consists of all matches of two teams in one round. Its teams are `first`, at home in its first match,
and `second`. All scores of a tie are those of `first` and `second`, in this order.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, Protocol

from matches.result import Result
from matches.statuses import UNSETTLED, VOID, Award, Status

Score = tuple[int, int]
AWARDED = {Award.HOME: (3, 0), Award.AWAY: (0, 3), Award.BOTH: (0, 0)}  # without a score


class TieMatch(Protocol):
    """A match of a tie, such as a row of Match. Teams may be any values that can be compared."""

    pk: Any
    stage: Any
    round_label: str
    kickoff_at: datetime
    home_team: Any
    away_team: Any
    leg: int | None
    game: int
    status: str
    award: str


class Format(StrEnum):
    SINGLE = "single"  # one match, replayed if it is drawn
    LEGS = "legs"  # the aggregate of the legs decides
    SERIES = "series"  # the team with more wins goes through


class DecidedBy(StrEnum):
    SCORE = "score"
    EXTRA_TIME = "extra_time"
    SHOOTOUT = "shootout"
    AGGREGATE = "aggregate"
    AWAY_GOALS = "away_goals"
    WINS = "wins"
    AWARD = "award"


@dataclass(frozen=True)
class Tie:
    """All matches of two teams in one round, by kickoff. `best_of` is the number of games of a series."""

    round: str
    format: Format
    matches: tuple[TieMatch, ...]
    away_goals: bool = False
    best_of: int = 1

    @property
    def stage(self) -> Any:
        return self.matches[0].stage

    @property
    def first(self) -> Any:
        return self.matches[0].home_team

    @property
    def second(self) -> Any:
        return self.matches[0].away_team

    @cached_property
    def counted(self) -> list[TieMatch]:
        """Matches with a result that counts."""
        return [match for match in self.matches if counts(match)]

    @cached_property
    def is_open(self) -> bool:
        """True if a match of the tie is still to be played."""
        return any(match.status in UNSETTLED for match in self.matches)

    @cached_property
    def aggregate(self) -> Score:
        """Goals of both teams in all counted matches, including extra time but not shootouts."""
        scores = [self._ours(match, _score(match)) for match in self.counted]
        return sum(score[0] for score in scores), sum(score[1] for score in scores)

    @property
    def last_score(self) -> Score:
        """Score of the last counted match, including extra time but not the shootout."""
        return self._ours(self.counted[-1], _score(self.counted[-1]))

    @cached_property
    def goals_away(self) -> Score:
        """Goals of each team in its counted away matches."""
        scores = [(match, _score(match) or (0, 0)) for match in self.counted]
        at_first = sum(score[1] for match, score in scores if match.home_team == self.first)
        at_second = sum(score[1] for match, score in scores if match.home_team != self.first)
        return at_second, at_first

    @cached_property
    def wins(self) -> Score:
        """Number of matches won by each team, including wins in extra time and shootouts."""
        winners = [winner_of(match) for match in self.counted]
        return winners.count(self.first), winners.count(self.second)

    @cached_property
    def shootout(self) -> Score | None:
        """Score of the shootout in the last counted match, or None if there was no shootout."""
        last = Result.of(self.counted[-1]) if self.counted else None
        if last is None or last.home_penalties is None or last.away_penalties is None:
            return None
        return self._ours(self.counted[-1], (last.home_penalties, last.away_penalties))

    @property
    def has_first_leg(self) -> bool:
        """True if the first leg is recorded. Without it, the aggregate is unknown."""
        return len(self.matches) > 1 or (self.matches[0].leg or 1) == 1

    @cached_property
    def is_over(self) -> bool:
        """True if the tie needs no further match: its last match counts, or a team has won the series."""
        if self.format == Format.SERIES:
            has_majority = max(self.wins) > self.best_of // 2
            return has_majority or (len(self.counted) >= self.best_of and not self.is_open)
        if not self.counted or self.is_open or self.counted[-1] is not self.matches[-1]:
            return False
        return self.format == Format.SINGLE or len(self.matches) > 1 or self.shootout is not None

    @cached_property
    def leader(self) -> Any | None:
        """Team that leads or has won the tie, or None if the teams are level."""
        for score in self._deciding():
            if score and score[0] != score[1]:
                return self.first if score[0] > score[1] else self.second
        return None

    def _deciding(self) -> list[Score | None]:
        """Return the scores that decide the tie, in order. The first that is not level shows the leader."""
        if self.format == Format.SERIES:
            return [self.wins]
        if self.format == Format.LEGS:
            rule = self.goals_away if self.away_goals and self.is_over else None
            return [self.aggregate, self.shootout, rule] if self.has_first_leg else [self.shootout]
        last = self.counted[-1] if self.counted else None
        winner = winner_of(last) if last else None
        return [(int(winner == self.first), int(winner == self.second))]

    @property
    def winner(self) -> Any | None:
        """Team that goes through, or None if the recorded results do not decide it."""
        return self.leader if self.is_over else None

    @cached_property
    def decided_by(self) -> DecidedBy | None:
        if self.winner is None:
            return None
        if self.format == Format.SERIES:
            return DecidedBy.WINS
        last = self.counted[-1]
        if self.format == Format.LEGS and self.has_first_leg and self.aggregate[0] != self.aggregate[1]:
            return DecidedBy.AGGREGATE
        if self.shootout is not None:
            return DecidedBy.SHOOTOUT
        if self.format == Format.LEGS:
            return DecidedBy.AWAY_GOALS
        if last.status == Status.AWARDED:
            return DecidedBy.AWARD
        return DecidedBy.EXTRA_TIME if had_extra_time(last) else DecidedBy.SCORE

    def _ours(self, match: TieMatch, score: Score | None) -> Score:
        """Return the score with the goals of `first` first; 0-0 for None."""
        home, away = score or (0, 0)
        return (home, away) if match.home_team == self.first else (away, home)


def _score(match: TieMatch) -> Score | None:
    """Return the score without a shootout, or None if the match does not count in the tie."""
    if match.status not in (Status.FINISHED, Status.AWARDED):
        return None
    score = Result.of(match).before_shootout
    return score or AWARDED.get(Award(match.award))


def counts(match: TieMatch) -> bool:
    """Return True for a finished match, and for an awarded one with a score or a winner."""
    return _score(match) is not None


def had_extra_time(match: TieMatch) -> bool:
    return Result.of(match).home_score_aet is not None


def winner_of(match: TieMatch) -> Any | None:
    """Return the winner of a counted match, including extra time and shootout, or None if there is no winner.

    An awarded match has no winner if both teams lost it.
    """
    result, score = Result.of(match), _score(match)
    if result.award:
        sides = {Award.HOME: match.home_team, Award.AWAY: match.away_team}
        return sides.get(Award(result.award))
    for home, away in (score or (0, 0), (result.home_penalties or 0, result.away_penalties or 0)):
        if home != away:
            return match.home_team if home > away else match.away_team
    return None


def is_void(match: TieMatch) -> bool:
    """Return True for a match that does not count and will not be played, e.g. a cancelled one."""
    return match.status in VOID and not counts(match)
