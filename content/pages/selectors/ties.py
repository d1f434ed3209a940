"""Ties of knockout rounds for the competition page and the match page."""

from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from matches.models import Match, Season, Stage
from matches.result import Result
from matches.ties.rounds import round_key
from matches.ties.selectors import tie_of, ties_in
from matches.ties.tie import DecidedBy, Format, Tie
from matches.ties.wording import in_words


class TieSide(NamedTuple):
    """One team of a tie, with its goals and its total.

    - `goals`: text for each match of the tie: the goals of this team, e.g. "2", or "2 (4)" after a shootout;
      "" if the match does not count
    - `total`: the number by which the teams are compared: goals in all matches, or matches won if the tie is
      a series; None for a single match and before the first match counts
    """

    team: Any
    goals: list[str]
    total: int | None
    is_winner: bool


class TieLine(NamedTuple):
    """A tie with its two teams and `text`, which describes its state.

    `text` is empty for a single match that was decided by its score.
    """

    tie: Tie
    sides: list[TieSide]
    text: str

    @property
    def is_long(self) -> bool:
        """Return True if the tie has, or will have, several matches."""
        return len(self.tie.matches) > 1 or self.tie.format != Format.SINGLE


class KnockoutRound(NamedTuple):
    name: str
    lines: list[TieLine]


class KnockoutStage(NamedTuple):
    stage: Stage
    rounds: list[KnockoutRound]


def line_of(match: Match) -> TieLine | None:
    """Return the tie to which the match belongs, or None. One query for a match of a knockout stage."""
    tie = tie_of(match)
    return _line(tie) if tie else None


def knockout_stages(season: Season) -> list[KnockoutStage]:
    """Return the stages of a season that have ties, with their rounds. One query."""
    ties = ties_in(Match.objects.filter(season=season))
    return [
        KnockoutStage(stage, _rounds(list(found))) for stage, found in groupby(ties, lambda tie: tie.stage)
    ]


def _rounds(ties: list[Tie]) -> list[KnockoutRound]:
    """Group the ties by round, the earliest round first.

    The ties of a round are in the order in which their teams appear in the next round.
    """
    by_name: dict[str, list[Tie]] = {}
    for tie in sorted(ties, key=lambda tie: tie.matches[-1].kickoff_at):
        by_name.setdefault(round_key(tie.round), []).append(tie)
    for earlier, later in reversed(list(pairwise(by_name.values()))):
        teams = [team for tie in later for team in (tie.first, tie.second)]
        places, last = {team: place for place, team in enumerate(teams)}, len(teams)
        earlier.sort(key=lambda tie: min(places.get(tie.first, last), places.get(tie.second, last)))
    return [KnockoutRound(found[0].round, [_line(tie) for tie in found]) for found in by_name.values()]


def _line(tie: Tie) -> TieLine:
    totals = tie.wins if tie.format == Format.SERIES else tie.aggregate
    has_total = tie.format != Format.SINGLE and bool(tie.counted)
    sides = [
        TieSide(team, list(_goals(tie, team)), total if has_total else None, tie.winner == team)
        for team, total in zip((tie.first, tie.second), totals, strict=True)
    ]
    is_plain = tie.decided_by == DecidedBy.SCORE and len(tie.matches) == 1
    return TieLine(tie, sides, "" if is_plain else in_words(tie, name=lambda team: team.name))


def _goals(tie: Tie, team: Any) -> Iterator[str]:
    for match in tie.matches:
        side = int(match.away_team == team)
        result = Result.of(match)
        score = result.before_shootout if match in tie.counted else None
        shootout = (result.home_penalties, result.away_penalties)[side]
        yield "" if score is None else f"{score[side]}" + ("" if shootout is None else f" ({shootout})")
