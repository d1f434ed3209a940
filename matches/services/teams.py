"""Find, create and rename teams."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify

from core.validators import has_a_letter
from matches.models import Team, TeamAlias


class TeamUnknown(LookupError):
    """A name of no team, or of more than one.

    `problem` is the first part of the message, without the remedy.
    """

    def __init__(self, problem: str, to_do: str) -> None:
        self.problem = problem
        super().__init__(f"{problem}; {to_do}")


class NameTaken(ValueError):
    """Another team has this name."""


def team_named(name: str, *, source: str) -> Team:
    """Return the team that a source means by this name. Raises TeamUnknown.

    An alias of the source has priority. Without one, exactly one team must have the name now or have had it
    before. Names are compared exactly, including case.
    """
    alias = TeamAlias.objects.filter(source=source, name=name).exclude(source=TeamAlias.FORMER)
    if known := alias.select_related("team").first():
        return known.team
    former = Q(aliases__source=TeamAlias.FORMER, aliases__name=name)
    teams = list(Team.objects.filter(Q(name=name) | former).distinct().order_by("slug")[:10])
    if len(teams) == 1:
        return teams[0]
    if not teams:
        raise TeamUnknown(f"no team is called {name!r} (source {source})", _what_to_do(source))
    could_be = ", ".join(f"{team.name} ({team.slug})" for team in teams)
    raise TeamUnknown(f"{name!r} (source {source}) could be {could_be}", _what_to_do(source))


def new_team(name: str) -> Team:
    """Create a team, with a short name and a slug derived from its name.

    Raises NameTaken if another team has this name or slug, or if no slug can be derived.
    """
    short_name, slug = name[:30].rstrip(), slugify(name)[:50]
    try:
        has_a_letter(short_name)
    except ValidationError:
        slug = ""
    if not slug:
        raise NameTaken(f"cannot derive a slug from the name {name!r}: add the team in the admin.")
    if other := Team.objects.filter(Q(name=name) | Q(slug=slug)).first():
        raise NameTaken(
            f"{name!r} is the same as or similar to {other.name!r} ({other.slug}): add it as an alias of that"
            " team, or add a new team, in the admin."
        )
    return Team.objects.create(name=name, short_name=short_name, slug=slug)


def _what_to_do(source: str) -> str:
    return f"add the name as an alias of source {source!r} to the right team in the admin."


def rename_team(*, team_id: int, name: str, renamed_on: date, short_name: str = "") -> Team:
    """Rename a team from that day on; its row, slug and history stay.

    The former name is stored as an alias, so that sources may still use it. Without `short_name`, the short
    name changes only if it was derived from the full name. If the team has this name already, nothing is
    changed.
    Raises NameTaken if another team has this name now.
    """
    with transaction.atomic():
        team = Team.objects.select_for_update().get(pk=team_id)
        if name == team.name:
            return team
        if other := Team.objects.filter(name=name).first():
            raise NameTaken(f"Team {other.slug} already has the name {name!r}; names must be unique.")
        TeamAlias.objects.create(team=team, source=TeamAlias.FORMER, name=team.name, used_until=renamed_on)
        is_derived = team.short_name == team.name[:30]
        team.short_name = short_name or (name[:30] if is_derived else team.short_name)
        team.name = name
        team.save(update_fields=["name", "short_name"])
        return team
