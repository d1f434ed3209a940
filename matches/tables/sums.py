"""Compute tables of stages from the sums of matches/sql/table_sums.sql. Uses no database connection.

Stored tables, the context of LLM prompts and roundups all use this module. They differ only in the matches
that count.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from matches.models import Stage
from matches.tables.order import places
from matches.tables.records import TableSide, TeamRecord

_RECORD = (
    *("played", "won", "drawn", "lost", "shootouts_won", "shootouts_lost"),
    *("goals_for", "goals_against", "away_goals", "away_wins"),
)
_COLUMNS = ("team", *_RECORD, "adjustment", "lot")

Row = Mapping[str, Any]
Sums = Mapping[int, Row]  # a JSON object of table_sums.sql per stage id


@dataclass(frozen=True, slots=True)
class TableLine:
    """One team of a table: its sums and its position."""

    record: TeamRecord
    position: int


Table = list[TableLine]  # in the order of the positions


def by_stage(rows: Iterable[Row]) -> dict[int, Row]:
    """Return the rows of table_sums.sql, which are JSON objects, by stage id."""
    return {row["stage"]["id"]: row for row in rows}


def tables(stage_id: int, sums: Sums) -> dict[str, Table]:
    """Return the tables of a stage by group. The table of a league has the group "".

    `sums` must also contain the stage from which this one carries points. Returns {} for a stage without
    sums.
    """
    if stage_id not in sums:
        return {}
    stage = Stage(**sums[stage_id]["stage"])
    records = _records(stage, sums)
    found: dict[str, Table] = {}
    ahead = 0  # teams of better groups, if the groups rank below one another
    sides, to_play = list(_sides(stage, sums)), list(_to_play(stage, sums))
    for group in _in_order(stage, records):
        by_team = {record.team: record for record in records[group]}
        ordered = places(
            records[group],
            [side for of, side in sides if of in (group, None) and side.team in by_team],
            stage.rules,
            to_play=[pair for of, pair in to_play if of in (group, None) and pair <= by_team.keys()],
        )
        found[group] = [TableLine(by_team[place.team], place.position + ahead) for place in ordered]
        ahead += len(ordered) if stage.ranked_groups else 0
    return found


def table_of(stage_id: int, group: str, sums: Sums) -> Table:
    """Return the table in which a match of this stage and group counts, or [] if it counts in no table."""
    found = tables(stage_id, sums)
    return found.get(group, found.get("", []))


def without(row: Row, sides: Sequence[Row]) -> Row:
    """Return the table sums of a stage without one of its matches, which then counts as yet to be played.

    `row` contains the stage's sums, `sides` the two teams' sides of the match.
    """
    by_team = {(side["group"], side["team"]): side for side in sides}
    matches = {side["match"] for side in sides}
    to_play = [
        {"group": side["group"], "home": side["team"], "away": side["opponent"]}
        for side in sides
        if side["at_home"]
    ]
    return {
        **row,
        "teams": [_subtract(team, by_team.get((team["group"], team["team"]))) for team in row["teams"]],
        "sides": [side for side in row["sides"] or () if side["match"] not in matches],
        "to_play": [*(row["to_play"] or ()), *to_play],
    }


def _subtract(team: Row, side: Row | None) -> Row:
    if side is None:
        return team
    away, won = not side["at_home"], side["outcome"] == "W"
    played = {
        "played": 1,
        "won": won,
        "drawn": side["outcome"] == "D",
        "lost": side["outcome"] == "L",
        "shootouts_won": side["shootout"] == "W",
        "shootouts_lost": side["shootout"] == "L",
        "goals_for": side["goals_for"],
        "goals_against": side["goals_against"],
        "away_goals": side["goals_for"] if away else 0,
        "away_wins": away and won,
    }
    return {**team, **{name: team[name] - count for name, count in played.items()}}


def _in_order(stage: Stage, groups: Iterable[str]) -> list[str]:
    """Return the groups in the order of `stage.ranked_groups`. All other groups follow, ordered by name."""
    ranked = {name: place for place, name in enumerate(stage.ranked_groups)}
    return sorted(groups, key=lambda name: (ranked.get(name, len(ranked)), name))


def _records(stage: Stage, sums: Sums) -> dict[str, list[TeamRecord]]:
    """Return the records of the stage's teams by group, including what teams carry from another stage."""
    carried = _carried(stage, sums)
    records: dict[str, list[TeamRecord]] = defaultdict(list)
    for team in sums[stage.pk]["teams"] or ():
        record = TeamRecord(**{name: team[name] for name in _COLUMNS})
        record = replace(record, points=stage.rules.points_of(record) + record.adjustment)
        records[team["group"]].append(_with_carried(record, carried.get(record.team), stage))
    return records


def _carried(stage: Stage, sums: Sums) -> dict[int, TableLine]:
    """Return the line of each team in the stage from which the team carries points, by team."""
    source, others = _source(stage, sums)
    if source is None:
        return {}
    return {line.record.team: line for table in tables(source.pk, others).values() for line in table}


def _source(stage: Stage, sums: Sums) -> tuple[Stage | None, Sums]:
    """Return the stage from which this one carries points (or None), and the sums of all stages but this one.

    Without the sums of this stage, the recursion ends even if two stages carry points from each other.
    """
    others = {pk: row for pk, row in sums.items() if pk != stage.pk}
    row = others.get(stage.carries_from_id or 0)
    return Stage(**row["stage"]) if row else None, others


def _with_carried(record: TeamRecord, line: TableLine | None, stage: Stage) -> TeamRecord:
    if line is None:
        return record
    earlier = line.record
    carried, halved = {
        Stage.Carries.NOTHING: (0, False),
        Stage.Carries.FULL: (earlier.points, False),
        Stage.Carries.HALF_UP: (-(-earlier.points // 2), True),
        Stage.Carries.HALF_DOWN: (earlier.points // 2, True),
    }[Stage.Carries(stage.carries)]
    record = replace(
        record,
        carried=carried,
        rounding=2 * carried - earlier.points if halved else 0,
        earlier_position=line.position,
        points=record.points + carried,
    )
    if not stage.carries_record:
        return record
    return replace(record, **{name: getattr(record, name) + getattr(earlier, name) for name in _RECORD})


def _sides(stage: Stage, sums: Sums) -> Iterator[tuple[str | None, TableSide]]:
    """Yield each side of the counted matches, with the group.

    Matches of an earlier stage whose record counts in this one, too, have the group None: they count in every
    group.
    """
    for side in sums[stage.pk]["sides"] or ():
        yield side["group"], TableSide(**{name: side[name] for name in TableSide.__slots__})
    source, others = _source(stage, sums)
    if stage.carries_record and source is not None:
        yield from ((None, side) for _, side in _sides(source, others))


def _to_play(stage: Stage, sums: Sums) -> Iterator[tuple[str | None, frozenset[int]]]:
    """Yield each pair of teams with a match yet to be played, with the group.

    Matches of an earlier stage whose record counts in this one, too, have the group None.
    """
    for match in sums[stage.pk]["to_play"] or ():
        yield match["group"], frozenset({match["home"], match["away"]})
    source, others = _source(stage, sums)
    if stage.carries_record and source is not None:
        yield from ((None, pair) for _, pair in _to_play(source, others))
