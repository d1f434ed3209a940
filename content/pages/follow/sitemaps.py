"""Sitemap index, its parts, and robots.txt.

A part contains the pages of a range of ids, so that a page never moves to another part and no part has more
URLs than the protocol allows (50,000).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.db.models import F, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Greatest
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.xmlutils import SimplerXMLGenerator

from content.digests import reads as digest_reads
from content.pages.forms import read
from content.pages.selectors.rounds import round_url
from content.pages.views.page import page
from content.roundups import out_of_date
from core.db.prepared import MAX_ID
from core.http.links import absolute, link
from matches.models import Competition, Forecaster, KickoffMove, Match, ResultRevision, Season, Team
from stats.models import SeasonForecast

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
IDS = 10_000  # of a part
A_DAY = 86_400  # seconds
ICON = settings.BASE_DIR / "content" / "static" / "content" / "favicon.ico"
SINGLE = (
    *("home", "leaderboard", "matches", "competitions", "teams", "forecasters", "roundups", "digests"),
    *("corrections", "calibration", "robustness", "compare", "methodology", "status"),
    *("places-backtest", "api:docs", "api:docs-guide"),
)  # URL names of pages that exist once
Page = tuple[str, datetime | None]  # path, and time of the last change if it is known


@dataclass(frozen=True, slots=True)
class SitemapSection:
    """Pages of one kind: a query for their rows, and a function that returns the page of a row."""

    rows: Callable[[], QuerySet[Any, Any]]
    page_of: Callable[..., Page]
    key: str = "pk"
    ids: int = IDS

    def numbers(self) -> list[int]:
        """Return the numbers of the parts that contain a page, from 1 on."""
        number = (F(self.key) - 1) / self.ids + 1
        return sorted(self.rows().order_by().values_list(number, flat=True).distinct())

    def pages(self, number: int) -> list[Page]:
        first = (number - 1) * self.ids
        rows = self.rows().filter(**{f"{self.key}__gt": first, f"{self.key}__lte": first + self.ids})
        return [self.page_of(*row) for row in rows.order_by(self.key)]


HISTORIES: list[tuple[type[Any], str]] = [(ResultRevision, "recorded_at"), (KickoffMove, "moved_at")]


def _changed_matches() -> QuerySet[Match, Any]:
    """Return id and time of the last change of each match: of its result or kickoff."""
    revised, moved = (
        Subquery(model.objects.filter(match=OuterRef("pk")).order_by().values("match").values(at=Max(moment)))
        for model, moment in HISTORIES
    )
    return Match.objects.values_list("pk", Greatest(revised, moved))


def _rounds() -> QuerySet[Match, Any]:
    rows = Match.objects.values_list("season__competition__slug", "stage_id", "round_label")
    return rows.distinct()


def _below(name: str) -> Callable[..., Page]:
    """Return a function that returns the page of an id or slug below the list with this URL name."""
    return lambda key, changed_at=None: (f"{link(name)}{key}/", changed_at)


SECTIONS = {
    "competitions": SitemapSection(lambda: Competition.objects.values_list("slug"), _below("competitions")),
    "seasons": SitemapSection(
        lambda: Season.objects.values_list("competition__slug", "pk"),
        lambda slug, pk: (f"{link('competition', slug)}?season={pk}", None),
    ),
    "rounds": SitemapSection(
        _rounds, lambda *names: (round_url(*names), None), key="stage_id", ids=200
    ),  # stages have up to 100 rounds
    "season-forecasts": SitemapSection(
        lambda: SeasonForecast.objects.values_list("stage").distinct(),
        _below("season-forecasts"),
        key="stage_id",
    ),
    "teams": SitemapSection(lambda: Team.objects.values_list("slug"), _below("teams")),
    "forecasters": SitemapSection(lambda: Forecaster.objects.values_list("slug"), _below("forecasters")),
    "matches": SitemapSection(_changed_matches, _below("matches")),
    "roundups": SitemapSection(
        lambda: out_of_date.published().values_list("pk", "written_at"), _below("roundups")
    ),
    "digests": SitemapSection(
        lambda: digest_reads.published().values_list("pk", "published_at"), _below("digests")
    ),
}


@page
def index(request: HttpRequest) -> HttpResponse:
    """Return the sitemap index: the addresses of all parts that contain a page."""
    read(request)
    parts = [("pages", 1)]
    parts += [(name, number) for name, section in SECTIONS.items() for number in section.numbers()]
    return _xml("sitemapindex", "sitemap", ((link("sitemap-part", *part), None) for part in parts))


@page
def part(request: HttpRequest, section: str, number: int) -> HttpResponse:
    """Return a part of the sitemap, with the time of the last change of matches, roundups and digests."""
    read(request)
    if section == "pages" and number == 1:
        return _xml("urlset", "url", ((link(name), None) for name in SINGLE))
    if section not in SECTIONS or not 1 <= number <= MAX_ID // IDS:
        raise Http404("There is no such part; /sitemap.xml lists all of them.")
    return _xml("urlset", "url", SECTIONS[section].pages(number))


def _xml(root: str, element: str, pages: Iterable[Page]) -> HttpResponse:
    response = HttpResponse(content_type="application/xml")
    xml = SimplerXMLGenerator(response, "utf-8")
    xml.startDocument()
    xml.startElement(root, AttributesImpl({"xmlns": NAMESPACE}))
    for path, changed_at in pages:
        xml.startElement(element, AttributesImpl({}))
        xml.addQuickElement("loc", absolute(path))
        if changed_at:
            xml.addQuickElement("lastmod", changed_at.isoformat(timespec="seconds"))
        xml.endElement(element)
    xml.endElement(root)
    return response


ROBOTS = """\
User-agent: *
Allow: /api/docs/
Disallow: /api/
Disallow: /admin/

Sitemap: {sitemap}
"""


@page
def robots(request: HttpRequest) -> HttpResponse:
    """Return robots.txt: crawlers need the pages, not the API or the admin."""
    read(request)
    text = ROBOTS.format(sitemap=absolute(link("sitemap")))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@page
def favicon(request: HttpRequest) -> HttpResponse:
    """Return the icon, which browsers request at this address for documents other than pages."""
    headers = {"Cache-Control": f"public, max-age={A_DAY}"}
    return HttpResponse(ICON.read_bytes(), content_type="image/x-icon", headers=headers)
