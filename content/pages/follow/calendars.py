"""iCalendar files (RFC 5545) with the matches of a competition or a team."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from icalendar import Calendar, Event, vText

from content.pages.forms import read
from content.pages.syndication import REPLACEMENT
from content.pages.views.page import page
from content.text.results import result_in_words
from core.http.links import absolute
from matches.models import (
    Competition,
    GroundMove,
    KickoffMove,
    Match,
    ResultRevision,
    Season,
    Team,
)
from matches.statuses import POSTPONED_OR_SUSPENDED, Status

MAX_AGE = 900  # seconds that clients may cache a calendar
REFRESH = timedelta(hours=1)  # interval at which calendar programs should fetch it again
LENGTH = timedelta(hours=2)  # of a match, with half-time and stoppages
BETWEEN_SEASONS = timedelta(days=365)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # not allowed in texts; a newline is escaped


@page
def competition(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the calendar of a competition."""
    read(request)
    shown = get_object_or_404(Competition, slug=slug)
    return _respond(shown.name, shown, Match.objects.filter(season__competition=shown))


@page
def team(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the calendar of a team, with the matches of all its competitions."""
    read(request)
    shown = get_object_or_404(Team, slug=slug)
    return _respond(shown.name, shown, Match.objects.filter(Q(home_team=shown) | Q(away_team=shown)))


def _respond(name: str, subject: Competition | Team, matches: QuerySet[Match]) -> HttpResponse:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Final Whistle//Matches//EN")
    for field in ("name", "x-wr-calname"):  # the standard (RFC 7986), and what most programs read
        calendar.add(field, _text(name))
    calendar.add("url", absolute(subject.get_absolute_url()))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for event in _events(matches):
        calendar.add_component(event)
    return HttpResponse(
        calendar.to_ical(),
        content_type="text/calendar; charset=utf-8",
        headers={
            "Cache-Control": f"public, max-age={MAX_AGE}",
            "Content-Disposition": f'inline; filename="{subject.slug}.ics"',
        },
    )


def _events(matches: QuerySet[Match]) -> Iterable[Event]:
    """Yield an event for each match of the recent seasons, in order of kickoff."""
    shown = list(
        matches.filter(season__in=_recent_seasons(matches))
        .select_related("season__competition", "home_team", "away_team")
        .order_by("kickoff_at", "pk")
    )
    changes = _changes([match.pk for match in shown])
    return (_event(match, changes.get(match.pk, Changes())) for match in shown)


def _recent_seasons(matches: QuerySet[Match]) -> list[Season]:
    """Return the newest season of the matches, and those that ended less than a year before it began.

    So the previous season stays when the next one is added, but a World Cup of four years ago does not.
    """
    found = list(Season.objects.filter(pk__in=matches.values("season")).order_by("-starts_on"))
    return [each for each in found if each.ends_on > found[0].starts_on - BETWEEN_SEASONS]


@dataclass(frozen=True, slots=True)
class Changes:
    """Number and last time of the recorded changes of a match: results, kickoffs, grounds."""

    number: int = 0
    last_at: datetime | None = None


def _changes(match_ids: Sequence[int]) -> dict[int, Changes]:
    """Return the changes of each match that has any, by match id. Three queries."""
    histories: list[tuple[type[Any], str]] = [
        (ResultRevision, "recorded_at"),
        (KickoffMove, "moved_at"),
        (GroundMove, "moved_at"),
    ]
    found: dict[int, Changes] = {}
    for model, moment in histories:
        rows = model.objects.filter(match__in=match_ids).order_by().values_list("match")
        for pk, number, last_at in rows.annotate(number=Count("*"), last_at=Max(moment)):
            before = found.get(pk, Changes())
            found[pk] = Changes(before.number + number, max(filter(None, [before.last_at, last_at])))
    return found


def _event(match: Any, changes: Changes) -> Event:
    """Return the event of a match. Its UID never changes, and SEQUENCE grows with every recorded change."""
    event, start = Event(), match.kickoff_start
    event.add("uid", f"match-{match.pk}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("dtstamp", changes.last_at or datetime.combine(match.season.starts_on, time(), UTC))
    event.add("sequence", changes.number)
    if changes.last_at:
        event.add("last-modified", changes.last_at)
    event.add("dtstart", start)
    event.add("dtend", start + (LENGTH if isinstance(start, datetime) else timedelta(days=1)))
    event.add("status", _status(match))
    event.add("transp", "TRANSPARENT")  # following a match makes no one busy
    event.add("summary", _text(_summary(match)))
    url = absolute(match.get_absolute_url())
    event.add("description", _text(f"{match.season}, {match.round_label}\n{url}"))
    event.add("categories", [_text(match.season.competition.name)])
    event.add("url", url)
    return event


def _status(match: Match) -> str:
    if match.status == Status.CANCELLED:
        return "CANCELLED"
    return "TENTATIVE" if match.status in POSTPONED_OR_SUSPENDED else "CONFIRMED"


def _summary(match: Any) -> str:
    """Return e.g. "Ashford - Barrow", "Ashford - Barrow: 2-1" or "Ashford - Barrow: postponed"."""
    names = f"{match.home_team.name} - {match.away_team.name}"
    return names if match.status == Status.SCHEDULED else f"{names}: {result_in_words(match)}"


def _text(value: str) -> vText:
    """Return a text that is escaped when it is written, without the characters that iCalendar forbids."""
    return vText(_CONTROL.sub(REPLACEMENT, value.replace("\r\n", "\n")))
