"""Record the order that a competition decided for teams that are level after all rules."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from matches.models import DrawnLot, Match, Stage, Team
from matches.services.stages import InvalidStage, announce, locked


def enter_lots(
    stage: Stage,
    teams: Sequence[Team],
    *,
    source: str,
    recorded_at: datetime,
    recorded_by: User | None = None,
) -> list[DrawnLot]:
    """Replace the lots of the stage: the teams are ranked in the given order. Without teams, delete the lots.

    Raises InvalidStage; then nothing is written.
    """
    with transaction.atomic():
        stage = locked(stage)
        _require_possible(stage, teams, source)
        stage.lots.all().delete()
        lots = DrawnLot.objects.bulk_create(
            DrawnLot(
                stage=stage,
                team=team,
                number=number,
                source=source.strip(),
                recorded_at=recorded_at,
                recorded_by=recorded_by,
            )
            for number, team in enumerate(teams, start=1)
        )
        announce(stage)
        return lots


def teams_of(stage: Stage) -> list[Team]:
    """Return the teams with a match in the stage, by name."""
    pairs = Match.objects.filter(stage=stage).values_list("home_team", "away_team")
    return list(Team.objects.filter(pk__in={team for pair in pairs for team in pair}).order_by("name"))


def _require_possible(stage: Stage, teams: Sequence[Team], source: str) -> None:
    if not stage.has_table:
        raise InvalidStage("teams", f"{stage} has no table. Decide its kind first.")
    if not teams:
        return
    playing = set(teams_of(stage))
    for team in teams:
        if team not in playing:
            raise InvalidStage("teams", f"{team} has no match in {stage}.")
    if len(set(teams)) < len(teams):
        raise InvalidStage("teams", "Name each team once.")
    if len(teams) == 1:
        raise InvalidStage("teams", "Name at least the two teams that are level, the first team first.")
    if not source.strip():
        raise InvalidStage("source", "Enter the source, e.g. a link to the organiser's decision.")
