"""Find, create and rename teams. A name belongs to a source and a competition.

In a competition, a name means the team that plays there under this name. If there is no such team, the name
means a team of the same category and country, as far as both are known. So a women's team is never taken for
the men's team.
"""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from core.slugs import slug_of
from core.validators import has_a_letter
from matches import categories
from matches.models import Competition, Match, Team, TeamAlias

_NAME, _SHORT_NAME = 100, 30  # maximum characters


class TeamUnknown(LookupError):
    """A name that means no team, or more than one.

    `problem` is the first part of the message, without the remedy.
    """

    def __init__(self, problem: str, to_do: str) -> None:
        self.problem = problem
        super().__init__(f"{problem}; {to_do}")


class NameTaken(ValueError):
    """Another team has this name, or no slug can be derived from it.

    `problem` is the first part of the message, without the remedy.
    """

    def __init__(self, problem: str, to_do: str) -> None:
        self.problem = problem
        super().__init__(f"{problem}; {to_do}")


def team_named(name: str, *, source: str, competition: Competition | None = None) -> Team:
    """Return the team that a source means by this name in this competition. Raises TeamUnknown.

    The source's alias for this competition has priority, then its alias for all competitions, then the
    current and former names of teams. A team found in the last two ways must play in the competition, or fit
    the category and country of the competition. Names are compared exactly, including case. Without a
    competition, any team fits.
    """
    own = TeamAlias.objects.filter(source=source, name=name).exclude(source=TeamAlias.FORMER)
    aliases = {alias.competition_id: alias.team for alias in own.select_related("team")}
    if competition is not None and competition.pk and competition.pk in aliases:
        return aliases[competition.pk]
    if None in aliases and _meant([aliases[None]], name, competition):
        return aliases[None]
    names = _forms(name, competition)
    former = Q(aliases__source=TeamAlias.FORMER, aliases__name__in=names)
    teams = list(Team.objects.filter(Q(name__in=names) | former).distinct().order_by("slug")[:10])
    meant = _meant(teams, name, competition)
    if len(meant) == 1:
        return meant[0]
    raise TeamUnknown(_problem(name, source, competition, meant, teams), _what_to_do(source))


def _forms(name: str, competition: Competition | None) -> list[str]:
    """Return the name, and the longer names that `new_team` would use if another team had this name."""
    if competition is None:
        return [name]
    return [name, *(_marked(name, mark) for mark in _marks(name, *_category_and_country(name, competition)))]


def _meant(teams: list[Team], name: str, competition: Competition | None) -> list[Team]:
    """Return the teams that play in the competition; if there are none, those that fit it (see `fits`).

    Without a competition, returns all of the teams.
    """
    if competition is None:
        return teams
    playing = [team for team in teams if plays_in(team, competition)]
    return playing or [team for team in teams if fits(team, name, competition)]


def plays_in(team: Team, competition: Competition) -> bool:
    """Return True if the team has a match in the competition."""
    either = Q(home_team=team) | Q(away_team=team)
    return (
        competition.pk is not None and Match.objects.filter(either, season__competition=competition).exists()
    )


def fits(team: Team, name: str, competition: Competition) -> bool:
    """Return True if a source can mean this team by the name, judged by the team's category and country.

    The category must be that of the name in this competition, the country that of the competition. What is
    unknown excludes nothing.
    """
    category = category_of(team)
    if category and category != category_in(competition, name):
        return False
    country = categories.home_country(competition.country)
    return not country or not team.country or _is_same(country, team.country)


def category_in(competition: Competition, name: str) -> str:
    """Return the category of a team with this name in this competition."""
    return categories.combined(categories.category_of_team(name), competition.category or categories.MEN)


def _problem(
    name: str, source: str, competition: Competition | None, meant: list[Team], teams: list[Team]
) -> str:
    if meant:
        return f"{name!r} (source {source}) could be {_listed(meant)}"
    if teams and competition:
        about = _about(category_in(competition, name), categories.home_country(competition.country))
        return f"{name!r} (source {source}) is not known in {competition} ({about}), only as {_listed(teams)}"
    return f"no team is called {name!r} (source {source})"


def _listed(teams: Iterable[Team]) -> str:
    return ", ".join(f"{team.name} ({team.slug})" for team in teams)


def _about(category: str, country: str) -> str:
    return ", ".join(filter(None, [categories.label(category), country]))


def _what_to_do(source: str) -> str:
    return f"add the name as an alias of source {source!r} to the right team in the admin."


def remember_name(team: Team, name: str, *, source: str, competition: Competition | None) -> None:
    """Store the name as an alias that the source uses for the team.

    The alias is for all competitions if the team fits the name in this competition, and if the source does
    not use the name for another team in all competitions. Otherwise the alias is for this competition only.
    """
    general = TeamAlias.objects.filter(source=source, name=name, competition=None).first()
    is_general = competition is None or (
        fits(team, name, competition) and (general is None or general.team_id == team.pk)
    )
    TeamAlias.objects.update_or_create(
        source=source,
        name=name,
        competition=None if is_general else competition,
        defaults={"team": team},
    )


def learn_country(team: Team, competition: Competition | None) -> None:
    """If the team has no country, store the country of the competition as the team's country."""
    country = categories.home_country(competition.country) if competition else ""
    if country and not team.country:
        team.country = country
        team.save(update_fields=["country"])


def new_team(name: str, *, competition: Competition | None = None) -> Team:
    """Create the team that `planned_team` returns. Raises NameTaken."""
    team = planned_team(name, competition=competition)
    team.save(force_insert=True)
    return team


def planned_team(name: str, *, competition: Competition | None = None) -> Team:
    """Return an unsaved team for a name in a competition, with the category and country of the competition.

    If another team has this name, the new team gets a longer one with the category, the country or both, e.g.
    "Ashford (women)". The slug contains every category but men. Raises NameTaken if the longer name does not
    distinguish the teams, if the slug is taken, or if no slug can be derived.
    """
    category, country = _category_and_country(name, competition)
    mark = _free_mark(name, category, country)
    is_marked_by_country = country and mark.endswith(country)
    slug = slug_of(name, categories.unshown(category, name), *([country] if is_marked_by_country else []))
    short_name = _marked(name, mark, _SHORT_NAME)
    try:
        has_a_letter(name[:_SHORT_NAME])
    except ValidationError:
        slug = ""
    if not slug:
        raise NameTaken(f"cannot derive a slug from the name {name!r}", "add the team in the admin.")
    if other := Team.objects.filter(slug=slug).first():
        raise _taken(name, other)
    return Team(
        name=_marked(name, mark), short_name=short_name, slug=slug, category=category, country=country
    )


def _category_and_country(name: str, competition: Competition | None) -> tuple[str, str]:
    """Return the category and the country ("" if unknown) of a team with this name in the competition."""
    if competition is None:
        return categories.category_of_team(name) or categories.MEN, ""
    return category_in(competition, name), categories.home_country(competition.country)


def _free_mark(name: str, category: str, country: str) -> str:
    """Return the text that distinguishes a new team from teams with the same name, or "" without such teams.

    The text is the category, the country, or both. Raises NameTaken if none of these distinguishes the teams.
    """
    same = list(Team.objects.filter(name=name))
    by_category, by_country, by_both = _marks(name, category, country)
    rivals = [team for team in same if team.category == category]
    if not same:
        return ""
    if not rivals:
        possible = [by_category, by_both]
    elif all(team.country and not _is_same(team.country, country) for team in rivals):
        possible = [by_country, by_both]
    else:
        possible = []
    for mark in filter(None, possible):
        if not Team.objects.filter(name=_marked(name, mark)).exists():
            return mark
    raise _taken(name, same[0])


def _marks(name: str, category: str, country: str) -> tuple[str, str, str]:
    """Return three texts that can be added to a name to distinguish teams: category, country, and both.

    Without a country, the last two are "".
    """
    word = categories.label(categories.unshown(category, name) or category)
    return word, country, f"{word}, {country}" if country else ""


def _marked(name: str, mark: str, longest: int = _NAME) -> str:
    ending = f" ({mark})" if mark else ""
    return f"{name[: longest - len(ending)].rstrip()}{ending}"


def name_without_mark(team: Team) -> str:
    """Return the team's name without an ending that shows its category or country, e.g. "Ashford (women)"."""
    name, _, ending = team.name.removesuffix(")").rpartition(" (")
    known = {categories.label(each).casefold() for each in categories.CATEGORIES} | {team.country.casefold()}
    is_mark = team.name.endswith(")") and all(part in known for part in ending.casefold().split(", "))
    return name if name and is_mark else team.name


def described(team: Team) -> str:
    """Return the name with slug, category and country, e.g. "Ashford (ashford, men, England)"."""
    facts = [team.slug, categories.label(team.category), team.country]
    return f"{team.name} ({', '.join(filter(None, facts))})"


def category_of(team: Team) -> str:
    """Return the category of the team's name and row together, or "" if it is unknown."""
    return categories.combined(categories.category_of_team(team.name), team.category)


def _is_same(country: str, other: str) -> bool:
    return country.casefold() == other.casefold()


def _taken(name: str, other: Team) -> NameTaken:
    similar = "the name of" if name == other.name else "too similar to the name of"
    return NameTaken(
        f"{name!r} is {similar} the team {other.name!r} ({other.slug})",
        "add it as an alias of that team, or add a new team with a name of its own, in the admin.",
    )


def rename_team(*, team_id: int, name: str, renamed_on: date, short_name: str = "") -> Team:
    """Rename a team. Its row, slug and history stay.

    The former name is stored as an alias with the date `renamed_on`, so that sources can still use it.
    Without `short_name`, the short name changes only if it was derived from the full name. Does nothing if
    the team already has the name. Raises NameTaken if another team has the name.
    """
    with transaction.atomic():
        team = Team.objects.select_for_update().get(pk=team_id)
        if name == team.name:
            return team
        if other := Team.objects.filter(name=name).first():
            raise NameTaken(f"Team {other.slug} already has the name {name!r}", "names must be unique.")
        TeamAlias.objects.create(team=team, source=TeamAlias.FORMER, name=team.name, used_until=renamed_on)
        is_derived = team.short_name == team.name[:_SHORT_NAME]
        team.short_name = short_name or (name[:_SHORT_NAME] if is_derived else team.short_name)
        team.name = name
        team.save(update_fields=["name", "short_name"])
        return team
