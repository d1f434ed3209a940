"""Links from a page to its feed and calendar, shown on the page and in its <head>."""

from dataclasses import dataclass

from core.http.links import link
from matches.models import Competition, Forecaster, Team

ATOM = "application/atom+xml"


@dataclass(frozen=True, slots=True)
class FollowLink:
    """Address of another representation of a page. `label` is the text of the visible link."""

    media_type: str
    title: str
    label: str
    path: str


def of_competition(competition: Competition) -> list[FollowLink]:
    return [_feed("competition", competition.slug, f"{competition.name}: roundups and corrected results")]


def of_team(team: Team) -> list[FollowLink]:
    return [_feed("team", team.slug, f"{team.name}: roundups and corrected results")]


def of_forecaster(forecaster: Forecaster) -> list[FollowLink]:
    return [_feed("forecaster", forecaster.slug, f"{forecaster.name}: scored predictions")]


def _feed(subject: str, slug: str, title: str) -> FollowLink:
    return FollowLink(ATOM, title, "Atom feed", link(f"{subject}-feed", slug))
