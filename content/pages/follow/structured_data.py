"""Structured data (JSON-LD) of schema.org for search engines: matches, articles and breadcrumbs."""

import json
from collections.abc import Sequence
from typing import Any

from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe

from content.models import Digest, Roundup
from content.pages.breadcrumbs import Crumb
from content.text.results import result_in_words
from core.http.links import absolute
from matches.models import KickoffMove, Match, Team
from matches.statuses import NOT_BEGUN, POSTPONED_OR_SUSPENDED, Status

Data = dict[str, Any]
MAX_HEADLINE = 110  # characters; search engines cut longer ones
# Within <script>, "</script>" or "<!--" would end the data; in JSON these characters can be escaped.
_ESCAPES = str.maketrans({"<": "\\u003C", ">": "\\u003E", "&": "\\u0026"})


def script(data: Data) -> SafeString:
    """Return the script element of the data. Browsers do not run it, so the security policy allows it."""
    text = json.dumps({"@context": "https://schema.org", **data}, ensure_ascii=False, default=str)
    return mark_safe(f'<script type="application/ld+json">{text.translate(_ESCAPES)}</script>')


def with_crumbs(above: Sequence[Crumb], name: str, path: str, *more: Data) -> dict[str, Any]:
    """Return the template context of a page: its breadcrumbs, and its structured data including `more`."""
    return {"crumbs": above, "structured_data": [_breadcrumbs(above, Crumb(name, path)), *more]}


def _breadcrumbs(above: Sequence[Crumb], page: Crumb) -> Data:
    """Return the BreadcrumbList of a page: the pages above it, and the page itself."""
    items = [
        {"@type": "ListItem", "position": number, "name": each.name, "item": absolute(each.path)}
        for number, each in enumerate([*above, page], start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def match_event(match: Match, moves: Sequence[KickoffMove]) -> Data:
    """Return the SportsEvent of a match. `moves` are the moves of its kickoff."""
    home, away = _team(match.home_team), _team(match.away_team)
    names = f"{match.home_team.name} - {match.away_team.name}"
    outcome = "" if match.status == Status.SCHEDULED else f": {result_in_words(match)}"
    event = {
        "@type": "SportsEvent",
        "name": names,
        "description": f"{match.season}, {match.round_label}{outcome}",
        "url": absolute(match.get_absolute_url()),
        "startDate": match.kickoff_start.isoformat(),
        "eventStatus": f"https://schema.org/{_status(match, moves)}",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": _location(match),
        "sport": "Association football",
        "homeTeam": home,
        "awayTeam": away,
        "competitor": [home, away],
        "superEvent": {"@type": "EventSeries", "name": str(match.season), "url": _season_url(match)},
    }
    former = [move.old_kickoff_at.isoformat() for move in moves]
    return event | ({"previousStartDate": former} if former else {})


def _team(team: Team) -> Data:
    return {"@type": "SportsTeam", "name": team.name, "url": absolute(team.get_absolute_url())}


def _status(match: Match, moves: Sequence[KickoffMove]) -> str:
    if match.status == Status.CANCELLED:
        return "EventCancelled"
    if match.status in POSTPONED_OR_SUSPENDED:
        return "EventPostponed"
    return "EventRescheduled" if moves and match.status in NOT_BEGUN else "EventScheduled"


def _location(match: Match) -> Data:
    """Return the place of a match. Names of grounds are unknown, so it is described by its team."""
    if match.has_home_ground:
        name, country = f"Home ground of {match.home_team.name}", match.home_team.country
    else:
        name, country = "Neutral ground" if match.neutral else "Ground not announced", ""
    place: Data = {"@type": "Place", "name": name}
    return place | ({"address": {"@type": "PostalAddress", "addressCountry": country}} if country else {})


def _season_url(match: Match) -> str:
    return absolute(f"{match.season.competition.get_absolute_url()}?season={match.season_id}")


def article(article: Roundup | Digest, image: str) -> Data:
    """Return the Article of a roundup or digest with this image."""
    url, site = absolute(article.get_absolute_url()), _organisation()
    written_at = article.written_at if isinstance(article, Roundup) else article.published_at
    return {
        "@type": "Article",
        "headline": article.title[:MAX_HEADLINE],
        "description": article.summary,
        "url": url,
        "mainEntityOfPage": url,
        "inLanguage": "en-GB",
        "datePublished": (article.published_at or written_at).isoformat(),
        "dateModified": written_at.isoformat(),
        "author": site,
        "publisher": site,
        "image": [image],
    }


def _organisation() -> Data:
    logo = {"@type": "ImageObject", "url": absolute(static("content/touch-icon.png"))}
    return {"@type": "Organization", "name": "Final Whistle", "url": absolute("/"), "logo": logo}
