"""oEmbed (https://oembed.com): data with which other sites show a leaderboard, match or roundup of this site.

A leaderboard is embedded as its card with a link; a match or roundup as a link with its title.
"""

from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.html import format_html

from content.pages.follow import board_card
from content.pages.follow.links import FollowLink
from content.pages.views.page import page
from content.roundups import out_of_date
from core.api.exceptions import BadParameters
from core.api.problems import problem
from core.http.links import absolute, link
from matches.models import Match
from stats.api.leaderboard_parameters import LeaderboardFilters

JSON = "application/json+oembed"
Data = dict[str, Any]


class NotEmbeddable(Exception):
    """The URL is not a page that can be embedded."""


def discovery(path: str, title: str) -> FollowLink:
    """Return the link of a page (path with query) by which other sites find its oEmbed data."""
    query = urlencode({"url": absolute(path), "format": "json"})
    return FollowLink(JSON, title, "", absolute(f"{link('oembed')}?{query}"))


@page
def oembed(request: HttpRequest) -> HttpResponse:
    """Return the oEmbed data of the page `url`. Parameters that oEmbed does not define are ignored."""
    url, wanted = request.GET.get("url", ""), request.GET.get("format", "json")
    if wanted != "json":
        return problem(request, 501, f"The format {wanted!r} is not available; use format=json.")
    if not url:
        return problem(request, 400, "`url` is missing: the URL of a page of this site.")
    try:
        limits = [_limit(request, name) for name in ("maxwidth", "maxheight")]
    except ValueError:
        return problem(request, 400, "`maxwidth` and `maxheight` must be whole numbers of at least 1.")
    try:
        data = _describe(url, *limits)
    except (NotEmbeddable, Http404):
        return problem(request, 404, f"{url} is not a leaderboard, match or roundup of {settings.SITE_URL}.")
    return JsonResponse(
        {"version": "1.0", "provider_name": "Final Whistle", "provider_url": absolute("/"), **data},
        headers={"Cache-Control": f"public, max-age={board_card.MAX_AGE}"},
    )


def _limit(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name)
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and int(text[:9]) >= 1):
        raise ValueError(name)
    return int(text[:9])


def _describe(url: str, max_width: int | None, max_height: int | None) -> Data:
    try:
        parts = urlsplit(url)
        route = resolve(parts.path)
    except (ValueError, Resolver404):
        raise NotEmbeddable from None
    if parts.scheme not in ("http", "https") or parts.netloc != urlsplit(settings.SITE_URL).netloc:
        raise NotEmbeddable
    if route.view_name == "leaderboard":
        return _board(parts, max_width, max_height)
    return {"type": "link", "title": _title(route)}


def _title(route: ResolverMatch) -> str:
    if route.view_name == "match":
        match = get_object_or_404(Match.objects.select_related("home_team", "away_team"), **route.kwargs)
        return f"{match.home_team.name} - {match.away_team.name}"
    if route.view_name == "roundup":
        return get_object_or_404(out_of_date.roundups(), **route.kwargs).title
    raise NotEmbeddable


def _board(parts: SplitResult, max_width: int | None, max_height: int | None) -> Data:
    try:
        values = LeaderboardFilters.read(QueryDict(parts.query), other_names=())
    except BadParameters:
        raise NotEmbeddable from None
    scale = min(1, (max_width or 10**9) / board_card.WIDTH, (max_height or 10**9) / board_card.HEIGHT)
    width, height = max(1, int(board_card.WIDTH * scale)), max(1, int(board_card.HEIGHT * scale))
    title = f"Leaderboard: {board_card.title_of(values)}"
    query = f"?{parts.query}" if parts.query else ""
    html = format_html(
        '<a href="{}"><img src="{}" width="{}" height="{}" alt="{}"></a>',
        absolute(f"{link('leaderboard')}{query}"),
        absolute(f"{link('board-card')}{query}"),
        width,
        height,
        title,
    )
    return {
        "type": "rich",
        "title": title,
        "width": width,
        "height": height,
        "html": html,
        "cache_age": board_card.MAX_AGE,
    }
