"""Group the matches of a stage into ties, and recognise their format. Pure: no database.

Sources rarely contain the format of a tie, so it is derived from the names of rounds ("best of three",
"game 2") and from the matches. A match after one with a winner is a second leg or the next game of a series;
a match after a draw may be a replay.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable

from matches.ties.rounds import (
    game_number,
    names_leg,
    names_replay,
    round_key,
    round_without_leg,
    series_length,
)
from matches.ties.tie import Format, Tie, TieMatch, counts, is_void, winner_of

LONGEST_SERIES = 7  # a higher game number is no number of a game in a series

Pair = tuple[TieMatch, ...]


def ties_of(matches: Iterable[TieMatch], *, away_goals: bool, is_knockout: bool = True) -> list[Tie]:
    """Return the ties of a stage, in the order of their first kickoffs.

    `is_knockout` is False if the kind of the stage is unknown. A round of such a stage contains ties only if
    some teams meet more than once, and if every team has only one opponent.
    """
    rounds = defaultdict[str, dict[Hashable, list[TieMatch]]](lambda: defaultdict(list))
    for match in sorted(matches, key=lambda match: (match.kickoff_at, match.pk)):
        rounds[round_key(match.round_label)][frozenset((match.home_team, match.away_team))].append(match)
    found = [
        tie
        for pairs in rounds.values()
        for tie in _ties_of_round([tuple(pair) for pair in pairs.values()], away_goals, is_knockout)
    ]
    return sorted(found, key=lambda tie: (tie.matches[0].kickoff_at, tie.matches[0].pk))


def tie_with(pk: object, matches: Iterable[TieMatch], *, away_goals: bool, is_knockout: bool) -> Tie | None:
    """Return the tie of the match with this id, or None. Like `ties_of`, but computes only this tie.

    `matches` must contain all matches of its stage.
    """
    rows = sorted(matches, key=lambda match: (match.kickoff_at, match.pk))
    wanted = next((match for match in rows if match.pk == pk), None)
    if wanted is None:
        return None
    key = round_key(wanted.round_label)
    pairs = defaultdict[Hashable, list[TieMatch]](list)
    for match in rows:
        if round_key(match.round_label) == key:
            pairs[frozenset((match.home_team, match.away_team))].append(match)
    found = [tuple(pair) for pair in pairs.values()]
    own = [pair for pair in found if wanted in pair]
    return next(iter(_ties_of_round(found, away_goals, is_knockout, wanted=own)), None)


def _ties_of_round(
    pairs: list[Pair], away_goals: bool, is_knockout: bool, *, wanted: list[Pair] | None = None
) -> list[Tie]:
    """Return the ties of a round, or only those of the `wanted` pairs."""
    teams = Counter(team for pair in pairs for team in (pair[0].home_team, pair[0].away_team))
    is_one_round = max(teams.values()) == 1  # else the label covers several rounds
    if not is_knockout and not (is_one_round and any(len(pair) > 1 for pair in pairs)):
        return []
    ties = []
    for pair in pairs if wanted is None else wanted:
        others = [_standing(other) for other in pairs if other is not pair] if is_one_round else []
        games = _games_of_series(pairs if is_one_round else [pair], pairs)
        form, best_of = (Format.SERIES, games) if games else _format(_standing(pair), others)
        name = round_without_leg(pair[0].round_label)
        ties.append(Tie(name, form, pair, away_goals=away_goals, best_of=best_of))
    return ties


def _games_of_series(of_round: list[Pair], pairs: list[Pair]) -> int:
    """Return the number of games of a series if names of rounds show it ("best of five", "game 1"), else 0.

    `of_round` are the ties of the round, `pairs` all ties under its name.
    """
    matches = [match for pair in of_round for match in pair]
    if lengths := [length for match in matches if (length := series_length(match.round_label))]:
        return max(lengths)
    numbers = [number for match in matches if (number := game_number(match.round_label))]
    if not numbers or not _counts_games(pairs):
        return 0
    has_only_legs = max(numbers) <= 2 and any(match.leg for match in matches)
    return 0 if has_only_legs else _odd(max(numbers))


def _counts_games(pairs: list[Pair]) -> bool:
    """Return True if the numbers in the names of rounds count the games of each tie, not the ties."""
    numbered = [[number for match in pair if (number := game_number(match.round_label))] for pair in pairs]
    return all(min(numbers) == 1 for numbers in numbered if numbers)


def _odd(games: int) -> int:
    """Return the length of the shortest series that has this many games."""
    return max(3, games + 1 - games % 2)


def _format(pair: Pair, others: list[Pair]) -> tuple[Format, int]:
    """Return the format of a tie, and the number of games if it is a series (else 1).

    `others` are the other ties of the round.
    """
    games = max((_games(each) for each in (pair, *others) if _is_planned(each)), default=0)
    if games > 2 and len(pair) <= games:
        return Format.SERIES, _odd(games)
    if any(match.leg in (1, 2) or names_leg(match.round_label) for match in pair):
        return Format.LEGS, 1
    if len(pair) == 1:
        has_missing_leg = bool(others) and all(len(other) > 1 for other in others)
        return (Format.LEGS if has_missing_leg else Format.SINGLE), 1
    return (Format.LEGS if _is_planned(pair) or _may_be_legs(pair, others) else Format.SINGLE), 1


def _games(pair: Pair) -> int:
    """Return the number of matches, including those that are missing before a game with a higher number."""
    return max([len(pair), *(match.game for match in pair if match.game <= LONGEST_SERIES)])


def _is_planned(pair: Pair) -> bool:
    """Return True if a match follows one that was not drawn. Then the later match is no replay."""
    return any(not _is_drawn(match) for match in pair[:-1])


def _may_be_legs(pair: Pair, others: list[Pair]) -> bool:
    """Return True if a drawn match and the next match can be the two legs of a tie.

    The next match is a replay instead if its round is called a replay, if it has the same home team, or if a
    single match decided another tie of the round.
    """
    if len(pair) > 2 or names_replay(pair[-1].round_label) or pair[0].home_team == pair[1].home_team:
        return False
    return not any(len(other) == 1 and winner_of(other[0]) is not None for other in others)


def _is_drawn(match: TieMatch) -> bool:
    return counts(match) and winner_of(match) is None


def _standing(pair: Pair) -> Pair:
    """Return the matches of a tie without those that were replaced.

    A void match, e.g. a cancelled one, is replaced if a match that is not void follows it.
    """
    last = max((place for place, match in enumerate(pair) if not is_void(match)), default=0)
    return tuple(match for place, match in enumerate(pair) if place >= last or not is_void(match))
