"""Which match and forecaster a file means: looked up, never guessed; made only where somebody says so."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Count
from django.utils.text import slugify

from matches.models import Forecaster, Match, MatchSource

NAMED = 5  # sources that an error tells of


class SourceUnclear(LookupError):
    """Nobody can say whose match ids the file has. The message says whose they could be."""


@dataclass(slots=True)
class NewForecasters:
    """What may be made: a kind by name, or one for all that are missing."""

    kinds: Mapping[str, str] = field(default_factory=dict)
    kind_of_others: str = ""

    def kind_of(self, name: str) -> str:
        return self.kinds.get(name, self.kind_of_others)


def source_of(ids: Collection[str]) -> str:
    """The one source that knows every one of these ids, while no other knows any. Raises SourceUnclear."""
    known = dict(
        MatchSource.objects.filter(external_id__in=ids)
        .values_list("source")
        .annotate(known=Count("external_id"))
        .order_by("-known", "source")
    )
    if len(known) == 1 and set(known.values()) == {len(ids)}:
        return str(next(iter(known)))
    told = ", ".join(f"{name} knows {count}" for name, count in list(known.items())[:NAMED])
    raise SourceUnclear(
        f"Whose match ids are these? Of {len(ids)} of them {told or 'no source knows any'}."
        " Say it with --source; with --own-ids if they are ours."
    )


def matches_of(ids: Collection[str], *, source: str | None) -> dict[str, int]:
    """Our match of each id that is known; without a source the ids are our own."""
    if source is None:
        own = {int(each): each for each in ids if each.isascii() and each.isdigit() and len(each) < 19}
        there = Match.objects.filter(pk__in=own).values_list("pk", flat=True)
        return {own[pk]: pk for pk in there}
    links = MatchSource.objects.filter(source=source, external_id__in=ids)
    return dict(links.values_list("external_id", "match_id"))


@dataclass(slots=True)
class Cast:
    """Our forecaster by each name of the file that is known, and those that were made."""

    ids: dict[str, int] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)  # a name -> why it is nobody


def cast_of(names: Iterable[str], *, slugs: Mapping[str, str], new: NewForecasters, now: datetime) -> Cast:
    """Whom each name means: what `slugs` says, else whoever has exactly that name or slug."""
    cast = Cast()
    by_slug = dict(Forecaster.objects.values_list("slug", "pk"))
    by_name = dict(Forecaster.objects.values_list("name", "pk"))
    for name in sorted(names):
        wanted = slugs.get(name)
        found = {by_slug.get(wanted)} if wanted else {by_name.get(name), by_slug.get(name)}
        found.discard(None)
        if len(found) == 1:
            cast.ids[name] = found.pop() or 0
        elif found:
            cast.faults[name] = f"{name!r} is the name of one forecaster and the slug of another; use --map"
        elif wanted:
            cast.faults[name] = f"there is no forecaster {wanted!r}, which --map names"
        elif kind := new.kind_of(name):
            _make(name, kind, by_slug, cast, now=now)
        else:
            cast.faults[name] = f"there is no forecaster {name!r}; use --map or --create"
    return cast


def _make(name: str, kind: str, by_slug: Mapping[str, int], cast: Cast, *, now: datetime) -> None:
    longest = Forecaster._meta.get_field("name").max_length or 0
    slug = slugify(name)[:50]
    if not slug or slug in by_slug or len(name) > longest or not any(map(str.isalpha, name)):
        cast.faults[name] = f"no forecaster can be made of {name!r}: add it in the admin, and use --map"
        return
    with transaction.atomic():
        made = Forecaster.objects.create(slug=slug, name=name, kind=kind, active_from=None)
    cast.ids[name] = made.pk
    cast.made.append(name)
