"""Atom feeds of roundups, corrected results and commitments to predictions."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import pluralize
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html
from django.utils.http import http_date
from django.utils.xmlutils import SimplerXMLGenerator

from content.digests import reads as digest_reads
from content.models import Digest, Roundup
from content.pages.forms import read
from content.pages.views.page import page
from content.roundups import out_of_date
from content.text.results import became, moved_in_words
from core.http.links import absolute, link
from matches.kickoff_days import kickoff_text
from matches.models import Commitment, ResultRevision
from scoring import corrections
from scoring.corrections import ResultChange

NEWEST = 30
NEWEST_ROOTS = 200  # many matches lock at the same time, and subscribers who archive roots need all of them
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # Atom requires a time of the last update even without entries


# Characters that XML 1.0 does not allow, not even as character references.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class WellFormedAtom(Atom1Feed):
    """Atom feed with U+FFFD in place of each character that is not allowed in XML."""

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        self.feed = {name: legal(value) for name, value in self.feed.items()}
        super().add_root_elements(handler)

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, {name: legal(value) for name, value in item.items()})

    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else NEVER


def legal(value: Any) -> Any:
    """Replace the characters of a text that are not allowed in XML; return other values unchanged."""
    return _ILLEGAL.sub(REPLACEMENT, value) if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class Entry:
    """Entry of a feed. `identity` survives updates of the entry. `html` is sanitised or escaped."""

    identity: str
    title: str
    html: str
    url: str
    published_at: datetime
    updated_at: datetime


def article_entry(article: Any) -> Entry:
    """Return the entry of a roundup or digest annotated by `published()` of its selector.

    It contains the whole article, with a note before it if the article is out of date. All versions of an
    article have the same identity.
    """
    note = format_html("<p><strong>Out of date:</strong> {}.</p>", article.out_of_date_reason)
    is_digest = isinstance(article, Digest)
    return Entry(
        identity=_digest_identity(article) if is_digest else _roundup_identity(article),
        title=article.title,
        html=f"{note if article.out_of_date_reason else ''}{article.body_html}",
        url=absolute(article.get_absolute_url()),
        published_at=article.published_at,
        updated_at=article.published_at if is_digest else article.written_at,
    )


def _digest_identity(digest: Digest) -> str:
    query = urlencode({"stage": digest.stage_id, "round": digest.round_label})
    return absolute(f"{link('digests')}?{query}")


def _roundup_identity(roundup: Roundup) -> str:
    return absolute(f"{roundup.match.get_absolute_url()}#roundup")


def correction_entry(change: ResultChange) -> Entry:
    """Return the entry of a corrected result. It is updated when the match has been scored again."""
    match, revision = change.revision.match, change.revision
    why = format_html(" Reason: <q>{}</q>", revision.reason) if revision.reason else ""
    url = absolute(f"{match.get_absolute_url()}#revision-{revision.version}")
    return Entry(
        identity=url,
        title=f"{match.home_team.name} - {match.away_team.name}: {became(change)}",
        html=format_html(
            "<p>{}, {}, kickoff {}. Reported by {}.{}</p><p>{}</p>",
            match.season,
            match.round_label,
            kickoff_text(match.kickoff_at, time_known=match.kickoff_time_known),
            revision.source,
            why,
            moved_in_words(change),
        ),
        url=url,
        published_at=revision.recorded_at,
        updated_at=change.settled_at or revision.recorded_at,
    )


def commitment_entry(commitment: Commitment) -> Entry:
    """Return the entry of a commitment, which never changes."""
    url = absolute(link("match", commitment.match_id))
    return Entry(
        identity=f"{url}#commitment-{commitment.number}",
        title=f"{commitment.about['home']} - {commitment.about['away']}: {commitment.root}",
        html=format_html(
            "<p>{}</p><p>Commitment {} to match {}: {} prediction{} in its log at the lock, {} UTC, {}.</p>",
            commitment.root,
            commitment.number,
            commitment.match_id,
            commitment.size,
            pluralize(commitment.size),
            f"{commitment.locked_at:%Y-%m-%d %H:%M:%S}",
            "before any score was known" if commitment.before_result else "after a score was known",
        ),
        url=url,
        published_at=commitment.committed_at,
        updated_at=commitment.committed_at,
    )


def articles(roundups: QuerySet[Roundup], digests: QuerySet[Digest]) -> list[Entry]:
    """Return the entries of the newest of these published articles."""
    return newest(map(article_entry, [*roundups[:NEWEST], *digests[:NEWEST]]))


def corrected_results(revisions: QuerySet[ResultRevision]) -> list[Entry]:
    """Return the entries of the newest of these corrections, newest first."""
    return list(map(correction_entry, corrections.summed(revisions[:NEWEST])))


def newest(entries: Iterable[Entry]) -> list[Entry]:
    """Return the NEWEST entries, newest first."""
    return sorted(entries, key=attrgetter("published_at"), reverse=True)[:NEWEST]


def atom(*, title: str, subtitle: str, page_path: str, path: str, entries: Iterable[Entry]) -> HttpResponse:
    """Return an Atom feed about the objects of a page. The id of the feed is its URL."""
    feed = WellFormedAtom(
        title=title,
        subtitle=subtitle,
        link=absolute(page_path),
        description=None,
        language=settings.LANGUAGE_CODE,
        author_name="Final Whistle",
        feed_url=absolute(path),
        feed_guid=absolute(path),
    )
    for entry in entries:
        feed.add_item(
            title=entry.title,
            link=entry.url,
            description=entry.html,
            unique_id=entry.identity,
            pubdate=entry.published_at,
            updateddate=entry.updated_at,
        )
    response = HttpResponse(content_type=feed.content_type)
    response.headers["Last-Modified"] = http_date(feed.latest_post_date().timestamp())
    feed.write(response, "utf-8")
    return response


@page
def roundups(request: HttpRequest) -> HttpResponse:
    """Return the full text of the newest roundups and digests. After a correction the entry is updated."""
    read(request)
    return atom(
        title="Final Whistle: roundups",
        subtitle="One article per match and per round: what happened, who predicted it, and what changed.",
        page_path=link("roundups"),
        path=link("roundups-feed"),
        entries=articles(out_of_date.published(), digest_reads.published()),
    )


@page
def corrected(request: HttpRequest) -> HttpResponse:
    """Return the newest corrections."""
    read(request)
    return atom(
        title="Final Whistle: corrected results",
        subtitle="Final results that were corrected, with the reason and the points and scores that changed.",
        page_path=link("corrections"),
        path=link("corrections-feed"),
        entries=corrected_results(corrections.corrections()),
    )


@page
def commitments(request: HttpRequest) -> HttpResponse:
    """Return the newest commitments: hash roots over the predictions of locked matches."""
    read(request)
    rows = Commitment.objects.order_by("-committed_at", "-pk")[:NEWEST_ROOTS]
    return atom(
        title="Final Whistle: commitments",
        subtitle="Hash root of all predictions of each match, published at kickoff. Keep it to verify them"
        " later.",
        page_path=f"{link('methodology')}#proofs",
        path=link("commitments-feed"),
        entries=map(commitment_entry, rows),
    )
