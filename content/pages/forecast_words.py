"""Sentences about what teams need, made from exact counts of outcomes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from content.text.numbers import in_prose, ordinal_digits
from stats.season_forecasts.forecast_reads import NeedOfTeam, NeedsOfGroup, NeedsOfTeam

Result = Mapping[str, int]

GOALS = {"title": "Title", "through": "Going through", "safe": "Avoiding relegation"}


@dataclass(frozen=True, slots=True)
class GoalInWords:
    """Sentence about the results that a team needs for one goal, and the counts if it is still open."""

    label: str
    sentence: str
    results: Sequence[Result]


@dataclass(frozen=True, slots=True)
class TeamInWords:
    """Places that a team can still reach, and what it needs for each goal."""

    needs: NeedsOfTeam
    reach: str
    goals: list[GoalInWords]

    @property
    def open_goals(self) -> list[GoalInWords]:
        """Return the goals that are neither certain nor impossible."""
        return [goal for goal in self.goals if goal.results]


def needs_in_words(group: NeedsOfGroup) -> list[TeamInWords]:
    """Return the needs of each team of a group, sorted by the best place that it can reach."""
    ordered = sorted(group.teams, key=lambda each: (each.best or 0, each.worst or 0, each.team.name))
    return [TeamInWords(each, _reach(each), [_goal(need) for need in each.needs]) for each in ordered]


def _reach(needs: NeedsOfTeam) -> str:
    if needs.best is None or needs.worst is None:
        return "places not counted, because too many open matches depend on one another"
    if needs.best == needs.worst:
        return f"{ordinal_digits(needs.best)} in any case"
    return f"{ordinal_digits(needs.best)} to {ordinal_digits(needs.worst)}"


def _goal(need: NeedOfTeam) -> GoalInWords:
    label, results = GOALS[need.event], need.results
    if all(_is_certain(result) for result in results):
        return GoalInWords(label, f"{label}: certain.", ())
    if all(_is_impossible(result) for result in results):
        return GoalInWords(label, f"{label}: no longer possible.", ())
    return GoalInWords(label, f"{label}: {_conditions(results)}.", results)


def _conditions(results: Sequence[Result]) -> str:
    """Return e.g. "certain with three or more points". `results` are in the order of the points gained."""
    certain = [result["gained"] for result in takewhile(_is_certain, reversed(results))]
    impossible = [result["gained"] for result in takewhile(_is_impossible, results)]
    parts = ["certain with " + _or_more(certain[-1]) if certain else "not certain with any number of points"]
    if impossible:
        parts.append("impossible with " + _or_fewer(impossible[-1]))
    if between := [result for result in results if not _is_certain(result) and not _is_impossible(result)]:
        decides = "it depends on the other matches"
        if all(result["level"] == result["outcomes"] for result in between):
            decides = "tie-breakers decide"
        parts.append(f"{'otherwise ' if certain or impossible else ''}{decides}")
    return ", ".join(parts)


def _is_certain(result: Result) -> bool:
    return result["secured"] == result["outcomes"]


def _is_impossible(result: Result) -> bool:
    return result["secured"] == result["level"] == 0


def _or_more(points: int) -> str:
    return f"{in_prose(points)} or more points"


def _or_fewer(points: int) -> str:
    return f"{in_prose(points)} or fewer points" if points else "no points"
