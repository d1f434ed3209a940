"""Links from a page to its feed and calendar, shown on the page and in its <head>."""

from dataclasses import dataclass

from core.http.links import link
from matches.models import Competition, Forecaster, Team

ATOM, CALENDAR = "application/atom+xml", "text/calendar"


@dataclass(frozen=True, slots=True)
class FollowLink:
    """Address of another representation of a page. `label` is the text of the visible link."""

    media_type: str
    title: str
    label: str
    path: str


def of_competition(competition: Competition) -> list[FollowLink]:
    title = f"{competition.name}: roundups and corrected results"
    return [_feed("competition", competition.slug, title), _calendar("competition", competition)]


def of_team(team: Team) -> list[FollowLink]:
    title = f"{team.name}: roundups and corrected results"
    return [_feed("team", team.slug, title), _calendar("team", team)]


def of_forecaster(forecaster: Forecaster) -> list[FollowLink]:
    return [_feed("forecaster", forecaster.slug, f"{forecaster.name}: scored predictions")]


def _feed(subject: str, slug: str, title: str) -> FollowLink:
    return FollowLink(ATOM, title, "Atom feed", link(f"{subject}-feed", slug))


def _calendar(kind: str, subject: Competition | Team) -> FollowLink:
    path = link(f"{kind}-calendar", subject.slug)
    return FollowLink(CALENDAR, f"{subject.name}: matches", "Calendar (iCalendar)", path)
