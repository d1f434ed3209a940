"""The table that the match counts in, with this match, and the places of both sides before it."""

from content.roundups.facts.consensus import short_name
from content.roundups.facts.occasion import group_name, one_line
from content.roundups.facts.scores import Row
from content.roundups.references.documents import Facts
from matches.tables.records import TeamRecord
from matches.tables.sums import Table, TableLine, by_stage, table_of, without

TOP = 5


def league_facts(league: Row | None, match: Facts) -> Facts | None:
    """Return the top five and both sides. None if the stage has no table, or while nothing is counted."""
    if league is None:
        return None
    after, before = _tables(league)
    if not any(line.record.played for line in after):
        return None
    teams = _named(league["teams"], match)
    after.sort(key=lambda line: (line.position, teams[line.record.team]["name"]))
    playing = {match["home"]["slug"], match["away"]["slug"]}
    positions_before = {line.record.team: line.position for line in before if _has_begun(line.record)}
    here = {side["team"] for side in league["here"] or ()}
    positions = [line.position for line in after]
    leaders, former = _leaders(after, teams), _leaders(before, teams) if positions_before else []
    return {
        "title": _title(league),
        "size": len(after),
        "rows": [
            _league_row(
                line,
                teams[line.record.team],
                position_before=positions_before.get(line.record.team),
                plays_here=line.record.team in here,
            )
            | {"is_shared": positions.count(line.position) > 1}
            for place, line in enumerate(after)
            if place < TOP or teams[line.record.team]["slug"] in playing
        ],
        "leaders_before": former,
        "leaders": leaders,
        "new_leader": bool(former) and not set(leaders) <= set(former),
        "simultaneous_open": league["simultaneous_open"],
    }


def _named(teams: Row, match: Facts) -> dict[int, Facts]:
    """Return slug and name of each team by its id; both teams of the match by their short names."""
    short = {match[side]["slug"]: short_name(side, match) for side in ("home", "away")}
    return {
        int(pk): {"slug": team["slug"], "name": short.get(team["slug"], one_line(team["name"]))}
        for pk, team in teams.items()
    }


def _tables(league: Row) -> tuple[Table, Table]:
    """Return the table with this match counted, and the one before it."""
    stage, group, sums = league["stage"], league["group"], by_stage(league["sums"])
    earlier = {**sums, stage: without(sums[stage], league["here"] or [])}
    return table_of(stage, group, sums), table_of(stage, group, earlier)


def _has_begun(record: TeamRecord) -> bool:
    return bool(record.played or record.carried)


def _leaders(table: Table, teams: dict[int, Facts]) -> list[str]:
    """Return the names of the teams in the first place. It is not 1 in a group that ranks below another."""
    first = min(line.position for line in table)
    return sorted(teams[line.record.team]["name"] for line in table if line.position == first)


def _title(league: Row) -> str | None:
    """Return the name of the table in a sentence: "Group B", "the Clausura"; None if it is the only one."""
    group, stage = one_line(league["group"]), one_line(league["stage_name"])
    if league["has_groups"] and group:
        name = group_name(group)
        return name if name != group else f"the {group}"
    return None if league["is_only_table"] else f"the {stage}"


def _league_row(line: TableLine, team: Facts, *, position_before: int | None, plays_here: bool) -> Facts:
    record = line.record
    return team | {
        "position": line.position,
        "position_before": position_before,
        "played": record.played,
        "won": record.won,
        "drawn": record.drawn,
        "lost": record.lost,
        "goals_for": record.goals_for,
        "goals_against": record.goals_against,
        "goal_difference": record.goal_difference,
        "points": record.points,
        "carried": record.carried or None,
        "deducted": -record.adjustment if record.adjustment < 0 else None,
        "added": record.adjustment if record.adjustment > 0 else None,
        "plays_here": plays_here,
    }
