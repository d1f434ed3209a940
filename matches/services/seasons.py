"""Add matches to seasons, close seasons, and record points that a league deducts or gives back."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Greatest, Least
from django.utils import timezone

from matches.llm import schedule
from matches.models import Match, PointsAdjustment, Season, Stage, Team
from matches.models.stages import MAX_ADJUSTMENT
from matches.services.stages import stage_and_group
from matches.signals import fixtures_changed, points_adjusted, season_closed
from matches.stage_hints import StageHint, stage_of_round
from matches.statuses import REPLAYABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMatch:
    """A fixture to add to a season, with its existing teams."""

    kickoff_at: datetime  # the beginning of the day if only the day is known
    home_team: Team
    away_team: Team
    round_label: str
    matchday: int | None = None
    neutral: bool = False
    stage: StageHint | None = None  # None: as its round says
    leg: int | None = None
    game: int | None = None  # None: the next one of these two teams in the round
    kickoff_time_known: bool = True


def add_matches(season: Season, fixtures: Iterable[NewMatch]) -> list[Match]:
    """Add all fixtures to a season, or none if one violates a constraint. Return the new matches.

    Missing stages are created. If two teams meet several times in a round, their meetings get game numbers in
    the order of their kickoffs, after those of the existing matches. If `follows_matches` of the season is
    set, its dates are extended to the new kickoffs.
    """
    with transaction.atomic():
        matches = _new_matches(season, fixtures)
        _number_games(matches)
        added = Match.objects.bulk_create(matches)
        schedule.reschedule_matches([match.pk for match in added], now=timezone.now())
        if added:
            _extend_dates(season, [match.kickoff_on for match in added])
            fixtures_changed.send(sender=Season, season=season)
        return added


def _new_matches(season: Season, fixtures: Iterable[NewMatch]) -> list[Match]:
    found: dict[StageHint, tuple[Stage, str]] = {}
    matches = []
    for fixture in fixtures:
        hint = fixture.stage or stage_of_round(fixture.round_label, matchday=fixture.matchday)
        if hint not in found:
            found[hint] = stage_and_group(season, hint)
        stage, group = found[hint]
        match = Match(
            season=season,
            stage=stage,
            group=group,
            lock_at=fixture.kickoff_at,
            **{name: getattr(fixture, name) for name in fixture.__dataclass_fields__ if name != "stage"},
        )
        matches.append(match)
    return matches


def _number_games(matches: list[Match]) -> None:
    """Give a game number to each new match that has none, or has a number that is taken.

    The number is the first that no other meeting of the two teams in the round has. Abandoned and cancelled
    matches do not count, so that a replay gets the number of the match it replaces.
    """
    teams = {pk for match in matches for pk in (match.home_team_id, match.away_team_id)}
    stages = {match.stage_id for match in matches}
    known = Match.objects.filter(stage__in=stages, home_team__in=teams, away_team__in=teams)
    taken = defaultdict[tuple[Any, ...], set[int]](set)
    for match in known.exclude(status__in=REPLAYABLE):
        taken[_meeting(match)].add(match.game)
    for match in sorted(matches, key=lambda match: match.kickoff_at):
        numbers = taken[_meeting(match)]
        if not match.game or match.game in numbers:
            match.game = next(number for number in count(1) if number not in numbers)
        numbers.add(match.game)


def _meeting(match: Match) -> tuple[Any, ...]:
    """Return a key that is the same for all meetings of two teams in one round, at either team's ground."""
    teams = frozenset((match.home_team_id, match.away_team_id))
    return match.stage_id, match.group, match.round_label, teams


def renumber_game(match: Match) -> None:
    """Give the match the first game number that no other meeting of the two teams in the round has."""
    match.game = 0
    _number_games([match])


def _extend_dates(season: Season, days: list[date]) -> None:
    """Extend the season's dates to include these days if `follows_matches` is set.

    Updates the database, but not the object `season`.
    """
    if season.follows_matches and not season.starts_on <= min(days) <= max(days) <= season.ends_on:
        Season.objects.filter(pk=season.pk).update(
            starts_on=Least("starts_on", Value(min(days))), ends_on=Greatest("ends_on", Value(max(days)))
        )


def close_season(season: Season, *, closed_at: datetime) -> bool:
    """Mark a season as complete: its leaderboard is no longer refreshed with those of open seasons.

    Returns False if it was closed already; then `closed_at` stays as it was.
    """
    with transaction.atomic():
        is_new = bool(Season.objects.filter(pk=season.pk, closed_at=None).update(closed_at=closed_at))
        season.refresh_from_db(fields=["closed_at"])
        if is_new:
            season_closed.send(sender=Season, season=season)
        return is_new


class InvalidAdjustment(ValueError):
    """An invalid points adjustment. The message states the error; `field` is the invalid field."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


def adjust_points(
    *,
    stage: Stage,
    team: Team,
    points: int,
    decided_on: date,
    reason: str,
    source: str,
    recorded_at: datetime,
    recorded_by: User | None = None,
) -> PointsAdjustment:
    """Record that a team loses points (negative) or gains points; a signal updates the league table.

    Earlier rows are never changed. If an appeal reduces a deduction of ten points to six, record a second row
    of +4. To cancel a mistake, record a row with the opposite sign. Raises InvalidAdjustment; then nothing is
    written.
    """
    with transaction.atomic():
        Stage.objects.select_for_update(no_key=True).get(pk=stage.pk)  # serialized: no duplicates
        adjustment = PointsAdjustment(
            stage=stage,
            team=team,
            points=points,
            decided_on=decided_on,
            reason=reason.strip(),
            source=source.strip(),
            recorded_at=recorded_at,
            recorded_by=recorded_by,
        )
        require_possible(adjustment, today=recorded_at.date())
        adjustment.save()
        points_adjusted.send(sender=PointsAdjustment, adjustment=adjustment)
        return adjustment


def require_possible(adjustment: PointsAdjustment, *, today: date) -> None:
    """Raise InvalidAdjustment if the adjustment is invalid or a duplicate.

    For example, the stage must have a table, and the team must have a match in the stage.
    """
    points, team, stage = adjustment.points, adjustment.team, adjustment.stage
    if isinstance(points, bool) or not isinstance(points, int) or not 0 < abs(points) <= MAX_ADJUSTMENT:
        raise InvalidAdjustment(
            "points",
            f"{points!r} is not valid: enter a whole number from -{MAX_ADJUSTMENT} to"
            f" {MAX_ADJUSTMENT}, not 0.",
        )
    for field in ("reason", "source"):
        if not getattr(adjustment, field).strip():
            raise InvalidAdjustment(field, f"Enter the {field}; it is shown to readers of the table.")
    if adjustment.decided_on > today:
        raise InvalidAdjustment(
            "decided_on", f"{adjustment.decided_on} is in the future; record decisions that were made."
        )
    if not stage.has_table:
        raise InvalidAdjustment("stage", f"{stage} has no table; choose a stage with one.")
    if not _plays_in(team, stage):
        raise InvalidAdjustment("team", f"{team} has no match in {stage}.")
    same = PointsAdjustment.objects.filter(
        stage=stage, team=team, points=points, decided_on=adjustment.decided_on
    )
    if same.filter(reason=adjustment.reason.strip()).exists():
        raise InvalidAdjustment(
            "reason",
            f"{team} {points:+d} of {adjustment.decided_on} is already recorded with this reason; if this is"
            " another adjustment, enter a different reason.",
        )


def _plays_in(team: Team, stage: Stage) -> bool:
    """Return True if the team has a match in the stage."""
    return Match.objects.filter(Q(home_team=team) | Q(away_team=team), stage=stage).exists()
