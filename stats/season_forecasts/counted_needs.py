"""Exact counts of outcomes for each group of a stage (stats/simulation/team_needs.py), as JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

from matches.tables.sums import Table
from stats.simulation.counted_outcomes import Contest, number_of_outcomes
from stats.simulation.stage_inputs import StageInput
from stats.simulation.team_needs import TeamNeeds, is_countable, outcomes_of, team_needs

SAFE = "safe"  # not relegated


def stage_needs(stage: StageInput, lines: Mapping[str, Table]) -> list[dict[str, Any]]:
    """Return the needs of all teams of each group in which no team has more than three matches left.

    Groups without open matches are left out. Returns [] if teams carry points from another stage that is not
    complete. `lines` are the present tables by group.
    """
    if stage.source is not None and not stage.source.is_played_out:
        return []
    found = []
    for group in stage.groups:
        pairs = [(match.home, match.away) for match in stage.open_matches if match.group == group]
        points = {line.record.team: line.record.points for line in lines[group]}
        if is_countable(points, pairs):
            contest = Contest(points, pairs, outcomes_of(stage.rules))
            found.append(_group_as_json(group, contest, wanted_places(stage, group)))
    return found


def wanted_places(stage: StageInput, group: str) -> dict[str, int]:
    """Return the last place of the group that wins the title, goes through, and is safe, by event."""
    deciding, groups = stage.deciding, stage.groups
    is_first, is_last = group == groups[0], group == groups[-1]
    found = {}
    if deciding.is_title and is_first:
        found["title"] = 1
    if deciding.through:
        found["through"] = deciding.through
    if deciding.relegated and (is_last or not stage.ranked_groups):
        found[SAFE] = len(stage.records[group]) - deciding.relegated
    return found


def _group_as_json(group: str, contest: Contest, wanted: Mapping[str, int]) -> dict[str, Any]:
    counted = team_needs(contest, wanted.values())
    return {
        "group": group,
        "matches": len(contest.matches),
        "outcomes": number_of_outcomes(contest),
        "teams": [
            {"team": team, **(_needs_as_json(needs, list(wanted)) if needs else {"counted": False})}
            for team, needs in zip(contest.points, counted, strict=True)
        ],
    }


def _needs_as_json(needs: TeamNeeds, names: Sequence[str]) -> dict[str, Any]:
    return {
        "counted": True,
        "left": needs.left,
        "best": needs.best,
        "worst": needs.worst,
        "needs": [
            {
                "event": name,
                "place": need.place,
                "results": [
                    {
                        "gained": result.gained,
                        "outcomes": result.outcomes,
                        "secured": result.secured,
                        "level": result.level,
                    }
                    for result in need.results
                ],
            }
            for name, need in zip(names, needs.needs, strict=True)
        ],
    }
