"""Write an article about the facts of a match, with any writer, and check it against the facts.

If the article of a language model fails the check, the model is asked once more, with the reason. If it fails
again, the fallback writer writes the article.
"""

from collections.abc import Collection

import structlog

from content.models import Roundup
from content.roundups import writers
from content.roundups.fact_check.checker import Checked, UncheckedClaim, check
from content.roundups.facts import Facts
from content.roundups.writers import Article, CorrectableWriter, WriterFailed
from matches.models import Forecaster, Team

log = structlog.get_logger("content")

TEXTS = 2  # attempts of a writer that can be corrected, i.e. a language model
LONGEST_REASON = 300


def article_of(facts: Facts, *, writer: str, rewrite: bool = False) -> tuple[Article, Checked]:
    """Return an article about these facts, and the result of its check.

    If the published article has the same facts, a language model is not asked: that article is returned,
    unless `rewrite` is set. Raises UncheckedClaim if the article fails the check; with a language model, if
    the article of its fallback writer fails the check as well.
    """
    author = writers.get(writer)
    if not isinstance(author, CorrectableWriter):
        article = author.write(facts)
        return article, _checked(article, facts)
    kept = None if rewrite else _published(facts)
    if kept:
        return kept, _checked(kept, facts)
    return _corrected(author, facts)


def _corrected(author: CorrectableWriter, facts: Facts) -> tuple[Article, Checked]:
    assignment, refused = author.assign(facts), list[dict[str, str]]()
    for _ in range(TEXTS):
        model = ""
        try:
            article = assignment.correct(refused[-1]["why"]) if refused else assignment.write()
            model = article.model
            checked = _checked(article, facts)
        except (UncheckedClaim, WriterFailed) as fault:
            log.warning("a text is of no use", writer=author.name, reason=str(fault))
            refused.append({"model": model or author.name, "why": str(fault)[:LONGEST_REASON]})
            if isinstance(fault, WriterFailed) and fault.for_good:
                break
        else:
            assignment.learn(accepted=True)
            checked.refused = refused
            return article, checked
    assignment.learn(accepted=False)
    article, checked = article_of(facts, writer=author.fallback)
    checked.refused = refused
    return article, checked


def _published(facts: Facts) -> Article | None:
    """Return the published article, by any writer, if its facts are equal to these, else None."""
    current = Roundup.objects.filter(match=facts["match"]["id"], status=Roundup.Status.PUBLISHED).first()
    if current is None or current.facts != facts:
        return None
    told = {
        name: getattr(current, name) for name in ("title", "summary", "body", "writer", "model", "tokens")
    }
    return Article(**told)


def _checked(article: Article, facts: Facts) -> Checked:
    return check(article, facts, known_names=_known_names())


def _known_names() -> Collection[str]:
    """Return the names of all teams and forecasters. An article may mention only those in its facts."""
    teams, forecasters = Team.objects.order_by(), Forecaster.objects.order_by()
    names = teams.values_list("name").union(teams.values_list("short_name"), forecasters.values_list("name"))
    return {" ".join(name.split()) for (name,) in names}
