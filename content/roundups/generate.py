"""Write the article about the facts of a match, and render its references.

The text of a language model is checked. If it is refused, a second text is requested with the reasons. If
the second text is refused too, the template writes the article.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import structlog

from content.models import Roundup
from content.roundups.facts import SCHEMA, Document, Facts
from content.roundups.references import InvalidReference, Span, render
from content.roundups.references.documents import NUMBERS, PEOPLE
from content.roundups.writers import language_model, template
from content.roundups.writers.article import Article, WriterFailed
from content.roundups.writers.llm_check import TextRefused, check
from matches.models import Forecaster, Team

log = structlog.get_logger("content")

TEXTS = 2  # attempts of a language model
LONGEST_REASON = 300
LONGEST_TITLE = 200  # Roundup.title


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedArticle:
    """An article with the facts inserted, the spans of each text, and texts that were refused before."""

    title: str
    summary: str
    body: str
    spans: dict[str, list[Span]]
    checks: dict[str, Any]
    writer: str
    model: str = ""
    tokens: int = 0


def article_of(facts: Facts, *, writer: str, rewrite: bool = False) -> RenderedArticle:
    """Return an article about these facts.

    If the published article has the same facts, no language model is called and that article is returned,
    unless `rewrite` is set. Raises ValueError for a writer that does not exist.
    """
    document = Document(facts, SCHEMA)
    if writer == template.NAME:
        return render_article(template.write(document), document)
    if writer != language_model.NAME:
        raise ValueError(f"no writer {writer!r}; ROUNDUP_WRITER is {template.NAME} or {language_model.NAME}")
    return (None if rewrite else _published(facts)) or _by_language_model(document)


def render_article(
    article: Article, document: Document, *, refused: Collection[dict[str, str]] = ()
) -> RenderedArticle:
    """Insert the facts into an article. Raises InvalidReference."""
    title, in_title = render(article.title, document, markdown=False)
    summary, in_summary = render(article.summary, document, markdown=False)
    body, in_body = render(article.body, document, markdown=True)
    if len(title) > LONGEST_TITLE:
        raise InvalidReference(f"The title has {len(title)} characters; at most {LONGEST_TITLE} are allowed")
    spans = {"title": in_title, "summary": in_summary, "body": in_body}
    return RenderedArticle(
        title=title,
        summary=summary,
        body=body,
        spans=spans,
        checks={**_counts(spans, document), "refused": list(refused)},
        writer=article.writer,
        model=article.model,
        tokens=article.tokens,
    )


def _counts(spans: dict[str, list[Span]], document: Document) -> dict[str, int]:
    """Return the number of inserted facts, and of numbers and names among them."""
    found = (document.find(span.address) for texts in spans.values() for span in texts)
    kinds = Counter(kind for kind, _ in filter(None, found))
    return {
        "references": kinds.total(),
        "numbers": sum(kinds[kind] for kind in NUMBERS),
        "names": sum(kinds[kind] for kind in PEOPLE),
    }


def _by_language_model(document: Document) -> RenderedArticle:
    assignment, refused = language_model.Assignment(document), list[dict[str, str]]()
    for _ in range(TEXTS):
        model = ""
        try:
            article = assignment.correct(refused[-1]["why"]) if refused else assignment.write()
            model = article.model
            check(article, document, known_names=_known_names())
            rendered = render_article(article, document, refused=refused)
        except (TextRefused, InvalidReference, WriterFailed) as fault:
            log.warning("text refused", writer=language_model.NAME, reason=str(fault))
            refused.append({"model": model or language_model.NAME, "why": str(fault)[:LONGEST_REASON]})
            if isinstance(fault, WriterFailed) and fault.for_good:
                break
        else:
            assignment.learn(accepted=True)
            return rendered
    assignment.learn(accepted=False)
    return render_article(template.write(document), document, refused=refused)


def _published(facts: Facts) -> RenderedArticle | None:
    """Return the published article, by any writer, if its facts are equal to these, else None."""
    current = Roundup.objects.filter(match=facts["match"]["id"], status=Roundup.Status.PUBLISHED).first()
    if current is None or current.facts != facts:
        return None
    return RenderedArticle(
        title=current.title,
        summary=current.summary,
        body=current.body,
        spans={name: [Span(*span) for span in spans] for name, spans in current.spans.items()},
        checks=current.checks,
        writer=current.writer,
        model=current.model,
        tokens=current.tokens,
    )


def _known_names() -> Collection[str]:
    """Return the names of all teams and forecasters."""
    teams, forecasters = Team.objects.order_by(), Forecaster.objects.order_by()
    names = teams.values_list("name").union(teams.values_list("short_name"), forecasters.values_list("name"))
    return {" ".join(name.split()) for (name,) in names}
