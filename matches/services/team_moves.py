"""Split a team in two, and merge two teams. Matches, points adjustments, lots and names move along."""

from collections.abc import Collection
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from matches import categories
from matches.models import (
    Competition,
    DrawnLot,
    GroundMove,
    Match,
    MatchSource,
    PointsAdjustment,
    Season,
    Team,
    TeamAlias,
    UnknownTeam,
)
from matches.services.teams import (
    NameTaken,
    TeamUnknown,
    category_in,
    category_of,
    described,
    name_without_mark,
    planned_team,
    team_named,
)
from matches.signals import team_matches_moved
from matches.statuses import REPLAYABLE

NEAR = timedelta(hours=36)  # a team does not meet the same opponent twice within this time
LISTED = 3  # matches named in a message


class MoveRefused(ValueError):
    """The team cannot be split, or the teams cannot be merged. `field` is the invalid form field, if any."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        self.field = field
        super().__init__(message)


def competitions_of(team: Team) -> QuerySet[Competition]:
    """Return the competitions in which the team has a match."""
    seasons = _matches_of(team).order_by().values("season")
    return Competition.objects.filter(seasons__in=seasons).distinct()


def split_team(*, team_id: int, competitions: Collection[Competition], name: str = "") -> Team:
    """Move the team's matches in these competitions to a new team, and return the new team.

    Points adjustments, lots and names move along. The new team has the category and country of the
    competitions. Without `name`, its name is that of the old team, with category or country added. In these
    competitions, all names that sources have for the old team from now on mean the new team. Raises
    MoveRefused.
    """
    with transaction.atomic():
        team = _lock([team_id])[0]
        _describe(team, _left(team, competitions), moved=competitions)
        new = _planned(team, competitions, name)
        new.save(force_insert=True)
        _move(team, new, _matches_of(team).filter(season__competition__in=competitions))
        _move_decisions(team, new, stage__season__competition__in=competitions)
        _move_names(team, new, competitions)
        _announce([team.pk, new.pk], f"{new} was separated from {team}")
        return new


def _left(team: Team, competitions: Collection[Competition]) -> list[Competition]:
    """Return the competitions that stay with the team. Raises MoveRefused if the split is not possible."""
    played = list(competitions_of(team))
    if unknown := [each for each in competitions if each not in played]:
        raise MoveRefused(f"{team} has no match in {unknown[0]}.", field="competitions")
    left = [each for each in played if each not in competitions]
    if not left:
        raise MoveRefused(
            f"These are all competitions of {team}. Leave one, or rename the team.", field="competitions"
        )
    if len({each.category for each in competitions}) > 1:
        raise MoveRefused(
            "Choose competitions of one category, because a team has one category.", field="competitions"
        )
    return left


def _planned(team: Team, competitions: Collection[Competition], name: str) -> Team:
    if name and Team.objects.filter(name=name).exists():
        raise MoveRefused(f"Another team is called {name}; enter another name.", field="name")
    main = min(competitions, key=lambda each: not categories.home_country(each.country))
    try:
        return planned_team(name, competition=main) if name else _planned_beside(team, main)
    except NameTaken as taken:
        problem = taken.problem if name else f"{name_without_mark(team)!r} does not tell the two teams apart"
        to_do = "enter another name" if name else "enter a name for the new team"
        raise MoveRefused(f"{problem}; {to_do}.", field="name") from taken


def _planned_beside(team: Team, competition: Competition) -> Team:
    """Return the planned team with the name of the old one, and with the new category or country in it.

    The category or country in the name of the old team, as in "Ashford (women)", is left out. A team of men
    is only called "Ashford" if this name is free.
    """
    name = name_without_mark(team)
    if name == team.name or Team.objects.filter(name=name).exists():
        return planned_team(name, competition=competition)
    category = category_in(competition, name)
    if category == category_of(team):
        mark = categories.home_country(competition.country)
    else:
        mark = "" if category == categories.MEN else categories.label(category)
    try:
        return planned_team(f"{name} ({mark})" if mark else name, competition=competition)
    except NameTaken:  # the old team may have the slug of the short name
        return planned_team(f"{name} ({categories.label(category)})", competition=competition)


def _describe(team: Team, left: Collection[Competition], *, moved: Collection[Competition]) -> None:
    """Set the category and country of the old team to those of its remaining competitions, if these agree.

    A known category or country is kept, unless a moved competition has the same one.
    """
    found = {each.category for each in left}
    countries = _countries(left)
    if team.category in {"", *(each.category for each in moved)} and len(found) == 1:
        team.category = categories.combined(categories.category_of_team(team.name), found.pop())
    if team.country in {"", *_countries(moved)} and len(countries) == 1:
        team.country = countries.pop()
    team.save(update_fields=["category", "country"])


def _countries(competitions: Collection[Competition]) -> set[str]:
    return {categories.home_country(each.country) for each in competitions} - {""}


def _move_names(team: Team, new: Team, competitions: Collection[Competition]) -> None:
    """Map all names that sources have for the old team to the new team, in these competitions only."""
    team.aliases.filter(competition__in=competitions).update(team=new)
    matches = _matches_of(new)
    general = team.aliases.filter(competition=None)
    everywhere = {team.name, *general.filter(source=TeamAlias.FORMER).values_list("name", flat=True)}
    own = general.exclude(source=TeamAlias.FORMER)
    sources = set(MatchSource.objects.filter(match__in=matches).values_list("source", flat=True))
    for source in sources.union(own.values_list("source", flat=True)):
        names = everywhere.union(own.filter(source=source).values_list("name", flat=True))
        for name in names:
            for competition in competitions:
                if not _means(new, name, source, competition):
                    TeamAlias.objects.create(team=new, source=source, name=name, competition=competition)


def _means(team: Team, name: str, source: str, competition: Competition) -> bool:
    try:
        return team_named(name, source=source, competition=competition) == team
    except TeamUnknown:
        return False


def merge_teams(*, team_id: int, into_id: int, merged_on: date, although_different: bool = False) -> Team:
    """Merge the team `team_id` into the team `into_id`. Delete the former and return the latter.

    Matches, points adjustments, lots and names move to the remaining team. Raises MoveRefused if the teams
    play each other, if the same match is recorded for both, or if category or country of the teams are known
    to differ, unless `although_different`.
    """
    if team_id == into_id:
        raise MoveRefused("Choose another team.", field="team")
    with transaction.atomic():
        gone, into = sorted(_lock([team_id, into_id]), key=lambda team: team.pk == into_id)
        if not although_different:
            _require_same_kind(gone, into)
        _require_separate_matches(gone, into)
        _move(gone, into, _matches_of(gone))
        _move_decisions(gone, into)
        TeamAlias.objects.filter(team=gone).update(team=into)
        UnknownTeam.objects.filter(team=gone).update(team=into)
        GroundMove.objects.filter(home_team=gone).update(home_team=into)
        if gone.name != into.name:
            TeamAlias.objects.create(team=into, source=TeamAlias.FORMER, name=gone.name, used_until=merged_on)
        if not into.country:
            into.country = gone.country
            into.save(update_fields=["country"])
        # Before the row is deleted: the receivers wait for a running refresh, which may still refer to it.
        _announce([gone.pk, into.pk], f"{gone} and {into} are one team")
        Team.objects.filter(pk=gone.pk).delete()
        return into


def _require_same_kind(gone: Team, into: Team) -> None:
    """Raise MoveRefused if the teams have different categories or countries, as far as both are known."""
    known = (category_of(gone), category_of(into)), (gone.country.casefold(), into.country.casefold())
    names = ("category", "country")
    differs = [name for name, pair in zip(names, known, strict=True) if all(pair) and pair[0] != pair[1]]
    if differs:
        raise MoveRefused(
            f"They differ in {' and '.join(differs)}: {described(gone)} and {described(into)}. If they are"
            " one team, tick the box below. If the data of a team is wrong, correct it first.",
            field="although_different",
        )


def _require_separate_matches(gone: Team, into: Team) -> None:
    """Raise MoveRefused if the teams play each other, or if the same match is recorded for both.

    The second check (`_is_one_match`) ignores abandoned and cancelled matches.
    """
    meetings = list(_matches_of(gone) & _matches_of(into))
    if meetings:
        raise MoveRefused(f"They are two teams: they meet in {_listed(meetings)}.", field="team")
    others = [_side(match, into) for match in _matches_of(into).exclude(status__in=REPLAYABLE)]
    same = [
        (match, other)
        for match in _matches_of(gone).exclude(status__in=REPLAYABLE)
        for key, other in others
        if key == _side(match, gone)[0] and _is_one_match(match, other)
    ]
    if same:
        pairs = "; ".join(
            f"{match} (match {match.pk}) and match {other.pk}" for match, other in same[:LISTED]
        )
        raise MoveRefused(
            f"Both teams have the same match: {pairs}. First record one of each pair as cancelled, or delete"
            " it.",
            field="team",
        )


def _side(match: Match, team: Team) -> tuple[tuple[int, int], Match]:
    """Return ((season id, opponent's id), match) for a match of the team."""
    opponent = match.away_team_id if match.home_team_id == team.pk else match.home_team_id
    return (match.season_id, opponent), match


def _is_one_match(one: Match, other: Match) -> bool:
    """Return True if two records are of one match: they have the same round, or about the same time.

    Call it only for matches against the same opponent in the same season.
    """
    is_near = abs(one.kickoff_at - other.kickoff_at) <= NEAR
    names = ("stage_id", "group", "round_label", "game")
    return is_near or all(getattr(one, name) == getattr(other, name) for name in names)


def _listed(matches: Collection[Match]) -> str:
    more = len(matches) - LISTED
    shown = ", ".join(f"{match} (match {match.pk})" for match in list(matches)[:LISTED])
    return f"{shown} and {more} more" if more > 0 else shown


def _matches_of(team: Team) -> QuerySet[Match]:
    return Match.objects.filter(Q(home_team=team) | Q(away_team=team)).select_related(
        "home_team", "away_team"
    )


def _lock(team_ids: Collection[int]) -> list[Team]:
    """Lock the teams until the end of the transaction, and return them in the order of their ids.

    The lock (`no_key`) does not block a refresh that inserts rows which refer to the teams, so the two cannot
    deadlock. Raises MoveRefused if a team was deleted.
    """
    locked = Team.objects.select_for_update(no_key=True).filter(pk__in=team_ids).order_by("pk")
    if len(locked) < len(team_ids):
        raise MoveRefused("The team was deleted in the meantime.")
    return list(locked)


def _move(team: Team, to: Team, matches: QuerySet[Match]) -> None:
    """Move the matches of a team to another team."""
    seasons = Season.objects.filter(pk__in=matches.order_by().values("season"))
    list(seasons.select_for_update(no_key=True).order_by("pk"))  # no import adds a match meanwhile
    locked = matches.select_for_update(no_key=True, of=["self"]).order_by("pk")
    ids = [match.pk for match in locked]
    Match.objects.filter(pk__in=ids, home_team=team).update(home_team=to)
    Match.objects.filter(pk__in=ids, away_team=team).update(away_team=to)


def _move_decisions(team: Team, to: Team, **where: Collection[Competition]) -> None:
    """Move the points adjustments and lots of a team to another team. Call it after the matches have moved.

    Raises MoveRefused if both teams have the same adjustment, or a lot in the same stage.
    """
    try:
        with transaction.atomic():
            PointsAdjustment.objects.filter(team=team, **where).update(team=to)
            DrawnLot.objects.filter(team=team, **where).update(team=to)
    except IntegrityError as twice:
        raise MoveRefused(
            "Both teams have the same points adjustment, or a lot in the same stage. Record the opposite"
            " adjustment for one of them, or delete the lot, first."
        ) from twice


def _announce(team_ids: list[int], description: str) -> None:
    team_matches_moved.send(sender=Team, team_ids=team_ids, description=description)
