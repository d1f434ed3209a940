"""Filters in the URL of an admin list: only those that its ModelAdmin declares are allowed.

By default, Django allows any lookup on any field of the model. So a user could find out the value of a column
that no page shows, letter by letter, e.g. with `?sealed_key__startswith=a`.
"""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from django.contrib.admin.filters import SimpleListFilter
from django.contrib.admin.utils import get_fields_from_path
from django.http import HttpRequest

# Suffixes that Django's filters and the parts of a date hierarchy append to a field's name.
FILTER_SUFFIXES = ("", "__exact", "__isnull", "__gte", "__lt", "__isempty")
DATE_SUFFIXES = ("__year", "__month", "__day")


class DeclaredLookups:
    """ModelAdmin mixin: allows only lookups of `list_filter`, `date_hierarchy` and `extra_lookups`.

    Other lookups and unknown parameters are refused with 400.
    """

    extra_lookups: ClassVar[Sequence[str]] = ()

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        return lookup in self.extra_lookups or lookup in set(_declared(self, request))

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:
        """Allow `_to_field` only for the primary key, because other columns could reveal hidden values."""
        opts = self.opts  # type: ignore[attr-defined]  # attribute of ModelAdmin
        return bool(to_field == opts.pk.name)


def _declared(model_admin: Any, request: HttpRequest | None) -> Iterator[str]:
    for each in model_admin.get_list_filter(request):
        if isinstance(each, type) and issubclass(each, SimpleListFilter):
            yield each.parameter_name or ""
            continue
        path = each[0] if isinstance(each, (tuple, list)) else each
        yield from (f"{path}{suffix}" for suffix in FILTER_SUFFIXES)
        field = get_fields_from_path(model_admin.model, path)[-1]
        if field.is_relation:
            target = field.target_field  # type: ignore[attr-defined]  # attribute of relations
            yield f"{path}__{target.name}__exact"
    if model_admin.date_hierarchy:
        yield from (f"{model_admin.date_hierarchy}{suffix}" for suffix in DATE_SUFFIXES)
