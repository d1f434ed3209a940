"""Compute the league tables again whose matches, decisions or rules have changed.

Triggers record the changed stages (stats/sql/standings_changes.sql). The sums are made in SQL, the order of
the teams by matches/tables/order.py, and the rows are written in the transaction of the refresh.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from core.db import sql
from matches.models import Match, Stage
from matches.statuses import UNSETTLED
from matches.tables.order import places
from matches.tables.records import TableSide, TeamRecord
from stats.models import StandingsRow

SUMS = sql.read("stats/sql/standings_sums.sql")
_SIDES = """
SELECT CASE WHEN stage_id = %(with_groups)s THEN "group" END,
       team_id, opponent_id, at_home, goals_for, goals_against, outcome, shootout
FROM matches_tableside WHERE stage_id = ANY(%(stages)s) ORDER BY match_id, at_home
"""
_KEY = ["stage", "group", "team"]
_VALUES = [
    field.name
    for field in StandingsRow._meta.concrete_fields
    if not field.primary_key and field.name not in (*_KEY, "season")
]

Tables = dict[str, list[TeamRecord]]  # group -> the records of its teams


def compute(*, whole: bool = False) -> None:
    """Compute the tables of the changed stages (all if `whole`) and of the stages that carry from these.

    Requires the transaction and the lock of a refresh.
    """
    changed = _changed()
    stages = Stage.objects.all() if whole else Stage.objects.filter(season__stages__in=changed).distinct()
    by_id = {stage.pk: stage for stage in stages}
    for stage_id in _in_order(set(by_id) if whole else changed & set(by_id), by_id):
        _compute_stage(by_id[stage_id])


def _changed() -> set[int]:
    """Return the stages that changed, and delete their records."""
    return {stage_id for (stage_id,) in sql.fetch_all("DELETE FROM stats_standingschange RETURNING stage_id")}


def _in_order(changed: set[int], stages: Mapping[int, Stage]) -> list[int]:
    """Return the changed stages and all that carry from them, each after the stage it carries from."""
    carrying = defaultdict[int, list[int]](list)
    for stage in stages.values():
        if stage.carries_from_id is not None:
            carrying[stage.carries_from_id].append(stage.pk)
    depths: dict[int, int] = {}
    waiting = [(stage_id, 0) for stage_id in changed]
    while waiting:
        stage_id, depth = waiting.pop()
        if depth <= len(stages) and depth >= depths.get(stage_id, 0):
            depths[stage_id] = depth
            waiting += [(other, depth + 1) for other in carrying[stage_id]]
    return sorted(depths, key=lambda stage_id: (depths[stage_id], stage_id))


def _compute_stage(stage: Stage) -> None:
    rows = []
    rules, tables = stage.rules, _tables(stage)
    needs_matches = any(rule.needs_matches for rule in rules.tie_breakers)
    sides, to_play = (_sides(stage), _to_play(stage)) if needs_matches else ([], [])
    offset = 0
    for group in _groups_in_order(stage, tables):
        by_team = {record.team: record for record in tables[group]}
        played = [side for of, side in sides if of in (group, None) and side.team in by_team]
        open_pairs = [pair for of, pair in to_play if of in (group, None) and pair <= by_team.keys()]
        for place in places(tables[group], played, rules, to_play=open_pairs):
            rows.append(_row(stage, group, by_team[place.team], place.position + offset))
        offset += len(by_team) if stage.ranked_groups else 0
    _store(stage, rows)


def _groups_in_order(stage: Stage, groups: Iterable[str]) -> list[str]:
    ranked = {name: place for place, name in enumerate(stage.ranked_groups)}
    return sorted(groups, key=lambda name: (ranked.get(name, len(ranked)), name))


def _tables(stage: Stage) -> Tables:
    """Return the records of the stage's teams by group. Stages without a table have none."""
    carried = _carried(stage)
    tables: Tables = defaultdict(list)
    for row in sql.fetch_all(SUMS, {"stages": [stage.pk]}):
        _, _, group, team, played, won, drawn, lost, *more = row
        shootouts_won, shootouts_lost, goals_for, goals_against, away_goals, away_wins, adjustment, lot = more
        record = TeamRecord(
            team=team,
            played=played,
            won=won,
            drawn=drawn,
            lost=lost,
            shootouts_won=shootouts_won,
            shootouts_lost=shootouts_lost,
            goals_for=goals_for,
            goals_against=goals_against,
            away_goals=away_goals,
            away_wins=away_wins,
            adjustment=adjustment,
            lot=lot,
        )
        record = replace(record, points=stage.rules.points_of(record) + adjustment)
        tables[group].append(_with_carried(record, carried.get(team), stage))
    return tables


def _carried(stage: Stage) -> dict[int, StandingsRow]:
    """Return the rows of the stage that this one carries from, by team."""
    if stage.carries_from_id is None:
        return {}
    return {row.team_id: row for row in StandingsRow.objects.filter(stage=stage.carries_from_id)}


_RECORD = (
    *("played", "won", "drawn", "lost", "shootouts_won", "shootouts_lost"),
    *("goals_for", "goals_against", "away_goals", "away_wins"),
)


def _with_carried(record: TeamRecord, row: StandingsRow | None, stage: Stage) -> TeamRecord:
    if row is None:
        return record
    carried, halved = {
        Stage.Carries.NOTHING: (0, False),
        Stage.Carries.FULL: (row.points, False),
        Stage.Carries.HALF_UP: (-(-row.points // 2), True),
        Stage.Carries.HALF_DOWN: (row.points // 2, True),
    }[Stage.Carries(stage.carries)]
    record = replace(
        record,
        carried=carried,
        rounding=2 * carried - row.points if halved else 0,
        earlier_position=row.position,
        points=record.points + carried,
    )
    if not stage.carries_record:
        return record
    return replace(record, **{name: getattr(record, name) + getattr(row, name) for name in _RECORD})


def _sides(stage: Stage) -> list[tuple[str | None, TableSide]]:
    """Return the sides of the counted matches with their groups.

    The group is None for a match that counts in every group: of a league, or of the stage that the teams
    take their record along from.
    """
    names = ("team", "opponent", "at_home", "goals_for", "goals_against", "outcome", "shootout")
    rows = sql.fetch_all(_SIDES, {"stages": _counted_stages(stage), "with_groups": _with_groups(stage)})
    return [(group, TableSide(**dict(zip(names, values, strict=True)))) for group, *values in rows]


def _to_play(stage: Stage) -> list[tuple[str | None, frozenset[int]]]:
    """Return the pairs of teams with a match that is still to be played, with its group as in `_sides`."""
    matches = Match.objects.filter(stage__in=_counted_stages(stage), status__in=UNSETTLED)
    rows = matches.values_list("stage", "group", "home_team", "away_team").distinct()
    return [
        (group if stage_id == _with_groups(stage) else None, frozenset({home, away}))
        for stage_id, group, home, away in rows
    ]


def _with_groups(stage: Stage) -> int | None:
    return stage.pk if stage.kind == Stage.Kind.GROUPS else None


def _counted_stages(stage: Stage) -> list[int]:
    earlier = [stage.carries_from_id] if stage.carries_record and stage.carries_from_id else []
    return [stage.pk, *earlier]


def _row(stage: Stage, group: str, record: TeamRecord, position: int) -> StandingsRow:
    return StandingsRow(
        season_id=stage.season_id,
        stage_id=stage.pk,
        group=group,
        team_id=record.team,
        position=position,
        goal_difference=record.goal_difference,
        carried=record.carried,
        adjustment=record.adjustment,
        points=record.points,
        **{name: getattr(record, name) for name in _RECORD},
    )


def _store(stage: Stage, rows: Sequence[StandingsRow]) -> None:
    """Replace the rows of the stage; rows that did not change are not written."""
    stored = {(row.group, row.team_id): row for row in StandingsRow.objects.filter(stage=stage)}
    new = {(row.group, row.team_id): row for row in rows}
    for key in stored.keys() - new.keys():
        StandingsRow.objects.filter(stage=stage, group=key[0], team=key[1]).delete()
    changed = [row for key, row in new.items() if key not in stored or not _is_equal(row, stored[key])]
    if changed:
        StandingsRow.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=_KEY,
            update_fields=_VALUES,
        )


def _is_equal(one: StandingsRow, other: StandingsRow) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in _VALUES)
