"""Every address that the site serves, read from the URL configuration: a new route is tested by itself."""

import os
import re
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django_rq.models import Dashboard

from config import api_urls
from content.models import Digest, LinkImage, Roundup
from matches.models import Competition, Forecaster, Match, Season, Stage, Team
from stats.models import SeasonForecast

# What stands in a route for a row, by the word before it: `matches/<int:pk>/` is about a match.
KEYS = {
    "matches": (Match, "pk"),
    "roundups": (Roundup, "pk"),
    "digests": (Digest, "pk"),
    "share": (LinkImage, "digest"),
    "seasons": (Season, "pk"),
    "stages": (Stage, "pk"),
    "competitions": (Competition, "slug"),
    "teams": (Team, "slug"),
    "forecasters": (Forecaster, "slug"),
    "predictions": (Forecaster, "slug"),
    "forecasts": (SeasonForecast, "stage_id"),
}
MOST_ROWS, STEP = 80, 6
PLACE = re.compile(r"(\w+)/<(?:\w+:)?\w+>")


def routes() -> list[str]:
    """The public routes and those of the API, like `/matches/<int:pk>/`."""
    return [f"/{route}" for route in _routes(get_resolver().url_patterns) if not route.startswith("admin/")]


def _routes(patterns: Iterable[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, prefix + str(pattern.pattern))
        elif pattern.callback is not api_urls.unknown_path:
            yield prefix + str(pattern.pattern)


def addresses(route: str, *, limit: int | None = None) -> list[str]:
    """The route with every row in its place (or the first `limit` of them); with one in any further place."""
    route = route.replace("<slug:section>-<int:number>", "matches-1")  # a part of the sitemap
    if route == "/oembed/":
        route += f"?url={settings.SITE_URL}/leaderboard/"
    place = PLACE.search(route)
    if place is None:
        return [route]
    model, key = KEYS[place[1]]
    values = model.objects.order_by("pk").values_list(key, flat=True)[:limit]
    rest = addresses(route[place.end() :], limit=1)
    return [f"{route[: place.start()]}{place[1]}/{value}{end}" for value in values for end in rest]


def is_api(route: str) -> bool:
    return route.startswith("/api/")


def registered() -> list[type[Model]]:
    """The models of the admin. The one of django-rq has no table: its pages show what is in Redis."""
    return [model for model in admin.site._registry if model is not Dashboard]


def admin_lists() -> list[str]:
    """Every page of the admin that is about no single row."""
    found = [route for route in _routes(admin.site.get_urls(), "/admin/") if "<" not in route]
    return [route for route in found if "(" not in route and "^" not in route and "logout" not in route]


def admin_pages(model: type[Model]) -> Iterator[str]:
    """The pages of some rows of a model, of other rows for each model; of all of them with HOSTILE=all.

    Of a few rows the history, and what can be done to them, as well.
    """
    opts = model._meta
    name = f"admin:{opts.app_label}_{opts.model_name}"
    step = 1 if os.environ.get("HOSTILE") == "all" else STEP
    rows = list(model._default_manager.order_by("pk")[:MOST_ROWS])
    first = len(name) % min(step, len(rows)) if rows else 0
    for place, row in enumerate(rows[first::step]):
        key = quote(row.pk)
        yield reverse(f"{name}_change", args=[key])
        if place % 4 == 0:
            yield from (reverse(f"{name}_{page}", args=[key]) for page in ("history", "delete"))
            for each in getattr(admin.site._registry[model], "operations", []):
                if each.on_rows:
                    yield reverse(f"{name}_do", args=[row.pk, each.name])
