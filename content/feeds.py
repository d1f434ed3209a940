"""The Atom feed of roundups."""

from datetime import datetime

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed

from content.models import Roundup
from content.reads import roundups

NEWEST = 30


def _absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


class Roundups(Feed):  # type: ignore[type-arg] # generic in the stubs only
    """The newest roundups in full. A corrected match keeps its entry, and readers see it updated."""

    feed_type = Atom1Feed
    title = "Final Whistle: roundups"
    subtitle = "What the forecasters had seen coming, match by match."
    author_name = "Final Whistle"

    def link(self) -> str:
        return _absolute(reverse("roundups"))

    def feed_url(self) -> str:
        return _absolute(reverse("roundups-feed"))

    def feed_guid(self) -> str:
        return self.feed_url()

    def items(self) -> QuerySet[Roundup]:
        return roundups.published()[:NEWEST]

    def item_title(self, item: Roundup) -> str:
        return item.title

    def item_description(self, item: Roundup) -> str:
        return item.body_html

    def item_link(self, item: Roundup) -> str:
        return _absolute(item.get_absolute_url())

    def item_guid(self, item: Roundup) -> str:
        return _absolute(f"{item.match.get_absolute_url()}#roundup")

    def item_pubdate(self, item: Roundup) -> datetime | None:
        return item.published_at

    def item_updateddate(self, item: Roundup) -> datetime:
        return item.written_at
