"""Look up the matches and forecasters that a file names.

Ids, names and slugs must be equal: nothing is guessed.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Count

from core.slugs import slug_of
from matches.models import Forecaster, Match, MatchSource

_OWN_ID = re.compile(r"[1-9][0-9]{0,17}")  # one spelling per match: "07" is not 7
NAMED = 5  # number of sources listed in an error


class SourceUnclear(LookupError):
    """The source of the match ids in the file is unclear. The message lists the candidates."""


class NamesUnclear(ValueError):
    """Several names of the file would become one forecaster. The message contains all of them."""


@dataclass(slots=True)
class NewForecasters:
    """Kinds of the forecasters to create: `kinds` by name, and `kind_of_others` for all other missing ones.

    If `kind_of_others` is empty, only the forecasters in `kinds` may be created.
    """

    kinds: Mapping[str, str] = field(default_factory=dict)
    kind_of_others: str = ""

    def kind_of(self, name: str) -> str:
        return self.kinds.get(name, self.kind_of_others)


def source_of(ids: Collection[str]) -> str:
    """Return the source of these match ids.

    Raises SourceUnclear if an id belongs to no source, or if ids belong to several sources.
    """
    known = dict(
        MatchSource.objects.filter(external_id__in=ids)
        .values_list("source")
        .annotate(known=Count("external_id"))
        .order_by("-known", "source")
    )
    if len(known) == 1 and set(known.values()) == {len(ids)}:
        return str(next(iter(known)))
    counts = ", ".join(f"{name} knows {count}" for name, count in list(known.items())[:NAMED])
    raise SourceUnclear(
        f"Cannot tell which source these {len(ids)} match ids come from: {counts or 'none of them is known'}."
        " Set --source, or --own-ids for ids of this site."
    )


def matches_of(ids: Collection[str], *, source: str | None) -> dict[str, int]:
    """Return a dict: id in the file -> our match id. Unknown ids are left out.

    If `source` is None, the ids in the file are our own match ids.
    """
    if source is None:
        own = {int(each): each for each in ids if _OWN_ID.fullmatch(each)}
        existing = Match.objects.filter(pk__in=own).values_list("pk", flat=True)
        return {own[pk]: pk for pk in existing}
    links = MatchSource.objects.filter(source=source, external_id__in=ids)
    return dict(links.values_list("external_id", "match_id"))


@dataclass(slots=True)
class NewForecaster:
    """A forecaster in the file that does not exist yet. It is created with its first row."""

    name: str
    slug: str
    kind: str


@dataclass(slots=True)
class ForecasterNames:
    """Forecasters by their names in the file: known ones, those to be created, and names with a fault."""

    ids: dict[str, int] = field(default_factory=dict)
    new: dict[str, NewForecaster] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)  # names with a fault because no forecaster has them
    _created: dict[int, NewForecaster] = field(default_factory=dict)  # by id
    _unused: set[int] = field(default_factory=set)  # created, no prediction stored yet

    @property
    def created(self) -> list[str]:
        """Names of the forecasters that were created and kept."""
        return sorted(each.name for each in self._created.values())

    def id_of(self, name: str) -> int:
        """Return the forecaster's id; create the forecaster if this is its first row."""
        if name not in self.ids:
            self._create(self.new[name])
        return self.ids[name]

    def _create(self, new: NewForecaster) -> None:
        made = Forecaster.objects.create(slug=new.slug, name=new.name, kind=new.kind, active_from=None)
        self._created[made.pk] = new
        self._unused.add(made.pk)
        self.ids.update({name: made.pk for name, each in self.new.items() if each is new})

    def delete_unused(self) -> None:
        """Delete the forecasters created in this transaction if all their rows were refused."""
        unused = Forecaster.objects.filter(pk__in=self._unused, predictions=None)
        pks = set(unused.values_list("pk", flat=True))
        self._unused.clear()
        Forecaster.objects.filter(pk__in=pks).delete()
        self._created = {pk: new for pk, new in self._created.items() if pk not in pks}
        self.ids = {name: pk for name, pk in self.ids.items() if pk not in pks}


def resolve_forecasters(
    names: Iterable[str], *, slugs: Mapping[str, str], new: NewForecasters
) -> ForecasterNames:
    """Look up the forecaster of each name: by the slug in `slugs`, else by exact name or slug.

    Writes nothing. Raises NamesUnclear if a new forecaster would have the same slug as another forecaster,
    new or existing.
    """
    found, names = ForecasterNames(), sorted(names)
    by_slug = dict(Forecaster.objects.values_list("slug", "pk"))
    by_name = dict(Forecaster.objects.values_list("name", "pk"))
    for name in (each for each in names if each not in slugs):
        ids = {each[name] for each in (by_name, by_slug) if name in each}
        if len(ids) == 1:
            found.ids[name] = ids.pop()
        elif ids:
            found.faults[name] = (
                f"{name!r} is the name of one forecaster and the slug of another; use --map-forecaster"
            )
        elif kind := new.kind_of(name):
            _plan(name, kind, found)
        else:
            found.missing.append(name)
            found.faults[name] = f"no forecaster {name!r}; use --map-forecaster or --create-forecasters"
    _require_unique_slugs(found.new.values())
    for name in (each for each in names if each in slugs):
        _map(name, slugs[name], by_slug, found)
    return found


def _plan(name: str, kind: str, found: ForecasterNames) -> None:
    """Plan to create a forecaster with this name, or add a fault if no slug can be derived from the name."""
    longest = Forecaster._meta.get_field("name").max_length or 0
    slug = slug_of(name)
    if not slug or len(name) > longest or not any(map(str.isalpha, name)):
        found.faults[name] = (
            f"cannot create a forecaster called {name!r}: add it in the admin, and use --map-forecaster"
        )
    else:
        found.new[name] = NewForecaster(name, slug, kind)


def _map(name: str, slug: str, by_slug: Mapping[str, int], found: ForecasterNames) -> None:
    """Apply one --map-forecaster option: assign the name to the forecaster with this slug, or add a fault.

    The slug may belong to an existing forecaster, or to one that this import creates.
    """
    if slug in by_slug:
        found.ids[name] = by_slug[slug]
    elif planned := next((each for each in found.new.values() if each.slug == slug), None):
        found.new[name] = planned
    else:
        found.faults[name] = f"no forecaster {slug!r}, which --map-forecaster requires"


def _require_unique_slugs(planned: Iterable[NewForecaster]) -> None:
    """Raise NamesUnclear if several new names have the same slug, or if an existing forecaster has it."""
    names: dict[str, list[str]] = defaultdict(list)
    for each in planned:
        names[each.slug].append(each.name)
    existing = dict(Forecaster.objects.filter(slug__in=names).values_list("slug", "name"))
    clashes = []
    for slug, new in sorted(names.items()):
        if len(new) > 1 or slug in existing:
            old = f" and the existing {existing[slug]!r}" if slug in existing else ""
            clashes.append(f"{', '.join(map(repr, new))}{old} ({slug})")
    if clashes:
        raise NamesUnclear(
            f"Several names have the same slug: {'; '.join(clashes)}. If they are one forecaster, keep one"
            ' spelling and map the others to the slug: --map-forecaster "NAME=SLUG". If not, add them in the'
            " admin under different slugs, and map each name to its own."
        )
