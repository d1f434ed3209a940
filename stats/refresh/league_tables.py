"""Compute the league tables again whose matches, decisions or rules have changed.

Triggers record the changed stages (stats/sql/standings_changes.sql). The sums are made in SQL, the tables by
matches/tables/sums.py, and the rows are written in the transaction of the refresh.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from core.db import sql
from matches.models import Stage
from matches.tables.sums import TableLine, by_stage, tables
from stats.models import StandingsRow

SUMS = sql.read("stats/sql/standings_sums.sql")
_KEY = ["stage", "group", "team"]
_VALUES = [
    field.name
    for field in StandingsRow._meta.concrete_fields
    if not field.primary_key and field.name not in (*_KEY, "season")
]


def compute(*, whole: bool = False) -> None:
    """Compute the tables of the changed stages (all if `whole`) and of the stages that carry from these.

    Requires the transaction and the lock of a refresh.
    """
    changed = _changed()
    found = Stage.objects.all() if whole else Stage.objects.filter(season__stages__in=changed).distinct()
    stages = {stage.pk: stage for stage in found}
    for stage_id in sorted(stages if whole else _with_carrying(changed, stages.values())):
        _compute_stage(stages[stage_id])


def _changed() -> set[int]:
    """Return the stages that changed, and delete their records."""
    return {stage_id for (stage_id,) in sql.fetch_all("DELETE FROM stats_standingschange RETURNING stage_id")}


def _with_carrying(changed: Iterable[int], stages: Iterable[Stage]) -> set[int]:
    """Return the changed ones of these stages, and all that carry from them."""
    carrying = defaultdict[int | None, list[int]](list)
    known = set()
    for stage in stages:
        known.add(stage.pk)
        carrying[stage.carries_from_id].append(stage.pk)
    found, waiting = set[int](), [stage_id for stage_id in changed if stage_id in known]
    while waiting:
        stage_id = waiting.pop()
        if stage_id not in found:
            found.add(stage_id)
            waiting += carrying[stage_id]
    return found


def _compute_stage(stage: Stage) -> None:
    sums = by_stage(row for (row,) in sql.fetch_all(SUMS, {"stage": stage.pk}))
    found = tables(stage.pk, sums)
    _store(stage, [_row(stage, group, line) for group, table in found.items() for line in table])


def _row(stage: Stage, group: str, line: TableLine) -> StandingsRow:
    names = [name for name in _VALUES if name != "position"]
    return StandingsRow(
        season_id=stage.season_id,
        stage_id=stage.pk,
        group=group,
        team_id=line.record.team,
        position=line.position,
        **{name: getattr(line.record, name) for name in names},
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
