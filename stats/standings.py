"""League tables of a season: rows per stage and group, and the adjustments and lots that they include."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TypeVar

from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Now

from matches.models import DrawnLot, Match, PointsAdjustment, Stage
from matches.statuses import UNSETTLED
from matches.tables.order import compare_places
from matches.tables.records import TeamRecord
from stats.models import StandingsChange, StandingsRow
from stats.refresh.versioned_reads import Version

T = TypeVar("T", bound=Model)
_SUMS = {field.name for field in StandingsRow._meta.concrete_fields} & TeamRecord.__dataclass_fields__.keys()
_SUMS -= {"team"}


@dataclass(frozen=True, slots=True)
class Table:
    """Table of a stage or of one of its groups. `group` is empty for the table of a whole stage.

    `is_complete` is True if all matches of the table are over and their results are in the rows.
    """

    stage: Stage
    group: str
    rows: Sequence[StandingsRow]
    is_complete: bool


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """Table row of a team, with the position of the team in a ranking across the groups.

    See matches.tables.order.ComparedPlace.
    """

    row: StandingsRow
    position: int
    goes_through: bool | None


@dataclass(frozen=True, slots=True)
class SeasonTables:
    """Stages of a season in order, their tables, and the adjustments and lots that the tables include.

    `is_whole` is False if groups were left out.
    """

    stages: Sequence[Stage]
    tables: Sequence[Table]
    adjustments: Sequence[PointsAdjustment]
    lots: Sequence[DrawnLot]
    is_whole: bool = True

    def of_stage(self, stage_id: int) -> "SeasonTables":
        """Return a copy with this stage only."""
        return SeasonTables(
            stages=[stage for stage in self.stages if stage.pk == stage_id],
            tables=[table for table in self.tables if table.stage.pk == stage_id],
            adjustments=[each for each in self.adjustments if each.stage_id == stage_id],
            lots=[each for each in self.lots if each.stage_id == stage_id],
        )

    def of_group(self, group: str) -> "SeasonTables":
        """Return a copy with only the groups of this name, in all stages. Case is ignored."""
        tables = [table for table in self.tables if table.group.casefold() == group.casefold()]
        stages = {table.stage.pk for table in tables}
        teams = {(row.stage_id, row.team_id) for table in tables for row in table.rows}
        return SeasonTables(
            stages=[stage for stage in self.stages if stage.pk in stages],
            tables=tables,
            adjustments=[each for each in self.adjustments if (each.stage_id, each.team_id) in teams],
            lots=[each for each in self.lots if (each.stage_id, each.team_id) in teams],
            is_whole=False,
        )

    def compared(self, stage: Stage) -> list[ComparedRow]:
        """Rank the teams with a certain place (e.g. third) in their groups against each other, best first.

        The place is `stage.compared_place`. Returns an empty list if the stage has no such ranking, or if
        groups were left out.
        """
        if stage.compared_place is None or stage.compared_through is None or not self.is_whole:
            return []
        lots = {lot.team_id: lot.number for lot in self.lots if lot.stage_id == stage.pk}
        tables = [table for table in self.tables if table.stage.pk == stage.pk]
        rows = {row.team_id: row for table in tables for row in table.rows}
        ranked = compare_places(
            [[(row.position, _record(row, lots)) for row in table.rows] for table in tables],
            stage.rules,
            place=stage.compared_place,
            through=stage.compared_through,
        )
        found = [ComparedRow(rows[each.team], each.position, each.goes_through) for each in ranked]
        return sorted(found, key=lambda each: (each.position, each.row.team.name))


def standings(season_id: int) -> QuerySet[StandingsRow]:
    """Return all table rows of a season, ordered by stage, group and position.

    Teams with the same position are ordered by name.
    """
    return (
        StandingsRow.objects.filter(season=season_id)
        .select_related("team")
        .order_by("stage__order", "stage_id", "group", "position", "team__name")
    )


def season_tables(season_id: int, version: Version) -> SeasonTables:
    """Return the tables of a season. To be called by versioned_reads.read(), which provides the version.

    The number of queries does not depend on the number of stages and groups.
    """
    stages = list(Stage.objects.filter(season=season_id).select_related("carries_from"))
    lots = _counted(DrawnLot.objects.all(), season_id, version.started_at)
    return SeasonTables(
        stages=stages,
        tables=_tables(season_id, stages),
        adjustments=list(adjustments(season_id, counted_by=version.started_at)),
        lots=list(lots.order_by("stage__order", "stage_id", "number")),
    )


def _tables(season_id: int, stages: Sequence[Stage]) -> list[Table]:
    """Return the tables in the order of the stages, and within a stage in the order of its groups."""
    with_table = {stage.pk: stage for stage in stages if stage.has_table}
    unfinished, changed = _unfinished(season_id), _changed(season_id)
    found = []
    shown = [row for row in standings(season_id) if row.stage_id in with_table]
    for row in shown:
        row.stage = with_table[row.stage_id]
    for (stage_id, group), rows in groupby(shown, lambda row: (row.stage_id, row.group)):
        is_complete = (stage_id, group) not in unfinished and stage_id not in changed
        found.append(Table(with_table[stage_id], group, list(rows), is_complete))
    places = {stage.pk: place for place, stage in enumerate(stages)}
    return sorted(found, key=lambda table: (places[table.stage.pk], *_place_of_group(table)))


def _place_of_group(table: Table) -> tuple[int, int, str]:
    """Return the sort key of a table within its stage.

    The groups in `ranked_groups` of the stage come first, in that order; then other names, alphabetically;
    then numbers.
    """
    ranked = table.stage.ranked_groups
    number = int(table.group) if table.group.isascii() and table.group.isdigit() else 0
    return ranked.index(table.group) if table.group in ranked else len(ranked), number, table.group


def _unfinished(season_id: int) -> set[tuple[int, str]]:
    """Return (stage id, group) of each table with a match that is not over."""
    matches = Match.objects.filter(season=season_id, status__in=UNSETTLED)
    found = matches.values_list("stage_id", "group", "stage__kind").distinct()
    return {(stage_id, group if kind == Stage.Kind.GROUPS else "") for stage_id, group, kind in found}


def _changed(season_id: int) -> set[int]:
    """Return the ids of stages of the season whose table rows are out of date."""
    stages = Stage.objects.filter(season=season_id).values("pk")
    return set(StandingsChange.objects.filter(stage_id__in=stages).values_list("stage_id", flat=True))


def adjustments(season_id: int, *, counted_by: datetime | None) -> QuerySet[PointsAdjustment]:
    """Return the points adjustments that the league tables of a season include, oldest first.

    `counted_by` is the start of the newest refresh of the league tables. Adjustments recorded later are left
    out. Before the first refresh it is None, and the result is empty.
    """
    return _counted(PointsAdjustment.objects.all(), season_id, counted_by).order_by("decided_on", "pk")


def _counted(rows: QuerySet[T], season_id: int, counted_by: datetime | None) -> QuerySet[T]:
    """Return those of the given adjustments or lots that the tables of a season include.

    `counted_by` and the rows that it leaves out are as for `adjustments`.
    """
    if counted_by is None:
        return rows.none()
    # A decision whose time is in the future (recorded while the clock was ahead) is already in the table.
    is_counted = Q(recorded_at__lte=counted_by) | Q(recorded_at__gt=Now())
    kinds = [Stage.Kind.LEAGUE, Stage.Kind.GROUPS]
    return rows.filter(is_counted, stage__season=season_id, stage__kind__in=kinds).select_related(
        "team", "stage"
    )


def _record(row: StandingsRow, lots: dict[int, int]) -> TeamRecord:
    values = {name: getattr(row, name) for name in _SUMS}
    return TeamRecord(team=row.team_id, lot=lots.get(row.team_id), **values)
