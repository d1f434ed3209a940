"""Atom feeds of roundups, corrected results and commitments to predictions."""

import re
from datetime import datetime
from typing import Any, TypeAlias
from urllib.parse import urlencode

from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import pluralize
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html
from django.utils.xmlutils import SimplerXMLGenerator

from content.digests import reads as digest_reads
from content.models import Digest, Roundup
from content.pages.forms import read
from content.roundups import out_of_date
from content.text.results import became, moved_in_words
from core.http.links import absolute
from matches.kickoff_days import kickoff_text
from matches.models import Commitment
from scoring import corrections
from scoring.corrections import ResultChange

Article: TypeAlias = Roundup | Digest
NEWEST = 30
NEWEST_ROOTS = 200  # many leagues lock at the same time, and subscribers who archive roots need all of them


# Characters that XML 1.0 does not allow, not even as character references.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class WellFormedAtom(Atom1Feed):
    """Atom feed with U+FFFD in place of each character that is not allowed in XML."""

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, {name: _legal(value) for name, value in item.items()})


def _legal(value: Any) -> Any:
    return _ILLEGAL.sub(REPLACEMENT, value) if isinstance(value, str) else value


class PublicFeed(Feed):  # type: ignore[type-arg] # generic in the stubs only
    """Base class of feeds. As on every page, unknown query parameters are rejected."""

    feed_type = WellFormedAtom
    author_name = "Final Whistle"
    page_name: str  # URL names: of the HTML page about the same objects, and of the feed itself
    feed_name: str

    def get_object(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        read(request)

    def link(self) -> str:
        return absolute(reverse(self.page_name))

    def feed_url(self) -> str:
        return absolute(reverse(self.feed_name))

    def feed_guid(self) -> str:
        return self.feed_url()


class Roundups(PublicFeed):
    """Full text of the newest roundups and digests. After a correction the entry is updated."""

    title = "Final Whistle: roundups"
    subtitle = "One article per match and per round: what happened, who predicted it, and what changed."
    page_name, feed_name = "roundups", "roundups-feed"

    def items(self) -> list[Article]:
        articles: list[Article] = [*out_of_date.published()[:NEWEST], *digest_reads.published()[:NEWEST]]
        return sorted(articles, key=_published_at, reverse=True)[:NEWEST]

    def item_title(self, item: Article) -> str:
        return item.title

    def item_description(self, item: Any) -> str:
        """Return the HTML of the article, with a note before it if the article is out of date.

        `item` is a Roundup or Digest annotated by `published()` of its selector.
        """
        if not item.out_of_date_reason:
            return str(item.body_html)
        note = format_html("<p><strong>Out of date:</strong> {}.</p>", item.out_of_date_reason)
        return f"{note}{item.body_html}"

    def item_link(self, item: Article) -> str:
        return absolute(item.get_absolute_url())

    def item_guid(self, item: Article) -> str:
        """Return an id that is the same for all versions."""
        if isinstance(item, Digest):
            query = urlencode({"stage": item.stage_id, "round": item.round_label})
            return absolute(f"{reverse('digests')}?{query}")
        return absolute(f"{item.match.get_absolute_url()}#roundup")

    def item_pubdate(self, item: Article) -> datetime | None:
        return item.published_at

    def item_updateddate(self, item: Article) -> datetime:
        return _published_at(item) if isinstance(item, Digest) else item.written_at


def _published_at(article: Article) -> datetime:
    assert article.published_at is not None, "a published article has the time of its publication"
    return article.published_at


class Corrections(PublicFeed):
    """Newest corrections. An entry is updated when its match has been scored again."""

    title = "Final Whistle: corrected results"
    subtitle = "Final results that were corrected, with the reason and the points and scores that changed."
    page_name, feed_name = "corrections", "corrections-feed"

    def items(self) -> list[ResultChange]:
        return corrections.summed(corrections.corrections()[:NEWEST])

    def item_title(self, item: ResultChange) -> str:
        match = item.revision.match
        return f"{match.home_team.name} - {match.away_team.name}: {became(item)}"

    def item_description(self, item: ResultChange) -> str:
        """Describe the corrected result and the changes of points in HTML. All texts are escaped."""
        match, revision = item.revision.match, item.revision
        why = format_html(" Reason: <q>{}</q>", revision.reason) if revision.reason else ""
        return format_html(
            "<p>{}, {}, kickoff {}. Reported by {}.{}</p><p>{}</p>",
            match.season,
            match.round_label,
            kickoff_text(match.kickoff_at, time_known=match.kickoff_time_known),
            revision.source,
            why,
            moved_in_words(item),
        )

    def item_link(self, item: ResultChange) -> str:
        return absolute(f"{item.revision.match.get_absolute_url()}#revision-{item.revision.version}")

    item_guid = item_link

    def item_pubdate(self, item: ResultChange) -> datetime:
        return item.revision.recorded_at

    def item_updateddate(self, item: ResultChange) -> datetime:
        return item.settled_at or item.revision.recorded_at


class Commitments(PublicFeed):
    """Newest commitments: hash roots over the predictions of locked matches. Entries never change."""

    title = "Final Whistle: commitments"
    subtitle = (
        "Hash root of all predictions of each match, published at kickoff. Keep it to verify them later."
    )
    page_name, feed_name = "methodology", "commitments-feed"

    def link(self) -> str:
        return f"{super().link()}#proofs"

    def items(self) -> QuerySet[Commitment]:
        return Commitment.objects.order_by("-committed_at", "-pk")[:NEWEST_ROOTS]

    def item_title(self, item: Commitment) -> str:
        return f"{item.about['home']} - {item.about['away']}: {item.root}"

    def item_description(self, item: Commitment) -> str:
        return format_html(
            "<p>{}</p><p>Commitment {} to match {}: {} prediction{} in its log at the lock, {} UTC, {}.</p>",
            item.root,
            item.number,
            item.match_id,
            item.size,
            pluralize(item.size),
            f"{item.locked_at:%Y-%m-%d %H:%M:%S}",
            "before any score was known" if item.before_result else "after a score was known",
        )

    def item_link(self, item: Commitment) -> str:
        return absolute(reverse("match", args=[item.match_id]))

    def item_guid(self, item: Commitment) -> str:
        return f"{self.item_link(item)}#commitment-{item.number}"

    def item_pubdate(self, item: Commitment) -> datetime:
        return item.committed_at

    item_updateddate = item_pubdate
