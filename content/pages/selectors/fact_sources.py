"""Sources of the numbers in a roundup or digest: links in its texts, and a list of all of them."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from content.digests import fact_schema as digests
from content.models import Digest, Roundup
from content.roundups import facts as roundups
from content.roundups.markdown import render
from content.roundups.references import Document, Span
from content.roundups.references.documents import NUMBERS, FactKind

LINKED = NUMBERS | {FactKind.SCORE, FactKind.DATE, FactKind.QUOTATION}
START, END = "\ue000", "\ue001"  # private-use characters; an article that contains one gets no links
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")  # Markdown
_MARKED = re.compile(f"{START}(.*?){END}", re.DOTALL)


class SourcedFact(NamedTuple):
    """A number in a text, the address of its fact, and the API paths that it comes from."""

    text: str
    address: str
    kind: FactKind
    sources: list[str]


class SourcedTexts(NamedTuple):
    """Texts of an article whose numbers are links, and all numbers, each fact once."""

    title: SafeString
    summary: SafeString
    body: SafeString
    facts: list[SourcedFact]


def facts_in(article: Roundup | Digest) -> Iterator[tuple[str, Span, FactKind, list[str]]]:
    """Yield every fact in the article: name of the text, span, kind and sources."""
    schema = digests.SCHEMA if isinstance(article, Digest) else roundups.SCHEMA
    document = Document(article.facts, schema)
    for name, spans in article.spans.items():
        for span in (Span(*each) for each in spans):
            if found := document.find(span.address):
                yield name, span, found[0], document.sources(span.address)


def sourced_texts(article: Roundup | Digest) -> SourcedTexts:
    """Return the texts with links. Versions without spans have none."""
    linked: dict[str, list[tuple[Span, list[str]]]] = {"title": [], "summary": [], "body": []}
    facts: dict[str, SourcedFact] = {}
    for name, span, kind, sources in facts_in(article):
        if kind in LINKED and sources:
            linked[name].append((span, sources))
            text = _ESCAPED.sub(r"\1", getattr(article, name)[span.start : span.end])
            facts.setdefault(span.address, SourcedFact(text, span.address, kind, sources))
    return SourcedTexts(
        title=_plain(article.title, linked["title"]),
        summary=_plain(article.summary, linked["summary"]),
        body=_body(article, linked["body"]),
        facts=list(facts.values()),
    )


def _plain(text: str, spans: Iterable[tuple[Span, list[str]]]) -> SafeString:
    parts, end = [], 0
    for span, sources in spans:
        parts += [conditional_escape(text[end : span.start]), _link(text[span.start : span.end], sources)]
        end = span.end
    return mark_safe("".join([*parts, conditional_escape(text[end:])]))


def _body(article: Roundup | Digest, spans: list[tuple[Span, list[str]]]) -> SafeString:
    """Return the stored HTML or, if the text has spans, the same HTML with links. Both were sanitised."""
    if not spans or START in article.body or END in article.body:
        return mark_safe(article.body_html)
    parts, end = [], 0
    for span, _ in spans:
        parts += [article.body[end : span.start], START, article.body[span.start : span.end], END]
        end = span.end
    html = render("".join([*parts, article.body[end:]]))
    sources = iter([sources for _, sources in spans])
    return mark_safe(_MARKED.sub(lambda marked: _link(mark_safe(marked[1]), next(sources)), html))


def _link(text: str, sources: list[str]) -> SafeString:
    return format_html('<a class="fact" rel="nofollow" href="{}">{}</a>', sources[0], text)
