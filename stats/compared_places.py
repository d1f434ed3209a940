"""Order of the teams with the same place in the groups of a stage, e.g. of all third-placed teams."""

from collections import defaultdict

from matches.models import DrawnLot, Stage
from matches.tables.order import ComparedPlace, compare_places
from matches.tables.records import TeamRecord
from stats.models import StandingsRow

_VALUES = ("points", "won", "goals_for", "goals_against", "away_goals", "away_wins")


def compared_teams(stage: Stage) -> list[ComparedPlace]:
    """Return the teams of the stage's compared place, best first; [] if the stage compares none.

    The order follows the tables as they were last refreshed.
    """
    if stage.compared_place is None or stage.compared_through is None:
        return []
    lots = dict(DrawnLot.objects.filter(stage=stage).values_list("team", "number"))
    tables = defaultdict[str, list[tuple[int, TeamRecord]]](list)
    for row in StandingsRow.objects.filter(stage=stage):
        values = {name: getattr(row, name) for name in _VALUES}
        record = TeamRecord(team=row.team_id, lot=lots.get(row.team_id), **values)
        tables[row.group].append((row.position, record))
    return compare_places(
        tables.values(), stage.rules, place=stage.compared_place, through=stage.compared_through
    )
