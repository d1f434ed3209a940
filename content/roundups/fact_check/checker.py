"""Refuses a text that says what the facts do not: numbers, names, the score and the winner.

It knows nothing of templates: it reads any English article, also that of a language model. Each number must
be among the facts, of the kind that its words claim (points, places, per cent, ...), and about a team or
forecaster that the sentence names. It cannot tell apart two numbers of one kind about one subject.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from content.roundups.fact_check import claims, outcomes
from content.roundups.fact_check.claims import Claims
from content.roundups.fact_check.figures import Figure, figures
from content.roundups.fact_check.masks import Masks
from content.roundups.fact_check.relations import changes, shares
from content.roundups.fact_check.tables import is_table, wrong_cells
from content.roundups.facts import Facts
from content.roundups.writers.registry import Article

VERSION = 1
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
# A number without a unit may be any count.
COUNTS = ("people", "points", "quota", "goals", "matches", "other")


class UncheckedClaim(ValueError):
    """The text claims what the facts do not say. `token` is the culprit, `sentence` where it stands."""

    def __init__(self, token: str, sentence: str, why: str) -> None:
        self.token, self.sentence = token, sentence
        super().__init__(f"{token!r} {why}: {sentence!r}")


@dataclass(slots=True, kw_only=True)
class Checked:
    """Verified claims, stored in Roundup.checks."""

    checker: int = VERSION
    sentences: int = 0
    numbers: int = 0
    names: int = 0
    table_rows: int = 0
    score: str | None
    winner: str | None
    refused: list[dict[str, str]] = field(default_factory=list)  # texts before this one: `model`, and `why`

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def check(article: Article, facts: Facts, *, known_names: Collection[str]) -> Checked:
    """Check the whole article; raise UncheckedClaim at the first thing that the facts do not carry.

    `known_names`: the teams and forecasters of the database. Naming one that is not in the facts is refused.
    """
    return _Reading(facts, known_names).read(article)


class _Reading:
    """One article being read against one match."""

    def __init__(self, facts: Facts, known_names: Collection[str]) -> None:
        self.facts = facts
        self.claims: Claims = claims.of(facts)
        self.masks = Masks(facts, self.claims.phrases, known_names)
        score = facts["match"]["score"]
        self.done = Checked(score=score["text"] if score else None, winner=facts["match"]["winner"])

    def read(self, article: Article) -> Checked:
        if not outcomes.has_score(self.masks.mask(article.title), self.facts):
            raise UncheckedClaim(article.title, article.title, "lacks the score that counts")
        self._paragraph(article.title)
        self._paragraph(article.summary)
        for block in re.split(r"\n\s*\n", article.body):
            if is_table(block):
                self._table(block)
            else:
                self._paragraph(_ESCAPE.sub(r"\1", block.lstrip("# ")))
        return self.done

    def _table(self, block: str) -> None:
        for cell, row in wrong_cells(block, self.facts):
            raise UncheckedClaim(cell, row, "is not in the league table")
        self.done.table_rows += len(block.splitlines()) - 2

    def _paragraph(self, text: str) -> None:
        names: set[str] = set()
        for sentence in self.masks.sentences(" ".join(text.split())):
            # «It leads by two points»: a sentence without a name speaks of those in the one before.
            names = self.masks.names_in(sentence) or names
            self._sentence(sentence, names)

    def _sentence(self, sentence: str, names: set[str]) -> None:
        numbers = list(figures(sentence))
        for token, why in self._faults(sentence, names, numbers):
            raise UncheckedClaim(token, self.masks.reveal(sentence), why)
        self.done.sentences += 1
        self.done.numbers += len(numbers)
        self.done.names += len(self.masks.names_in(sentence))

    def _faults(
        self, sentence: str, names: set[str], numbers: Collection[Figure]
    ) -> Iterator[tuple[str, str]]:
        if stranger := self.masks.stranger_in(sentence):
            yield stranger, "is not in the facts of this match"
        for figure in numbers:
            if not self._is_known(figure, sentence, names):
                yield figure.text, f"is not in the facts ({figure.kind})"
        for share in shares(sentence):
            if share.whole not in self.claims.totals or not share.adds_up:
                yield share.text, "does not add up"
        for change in changes(sentence):
            name = self.masks.nearest(sentence, change.start)
            if (change.before, change.after) not in self.claims.moves[name or ""]:
                yield change.text, f"is not how {name or 'anybody'} moved"
        for fault in outcomes.faults(sentence, self.masks, self.facts):
            yield fault.token, fault.why

    def _is_known(self, figure: Figure, sentence: str, names: set[str]) -> bool:
        about = set(names)
        if claims.CORRECTION.search(sentence):
            about.add(claims.CORRECTED)
        if figure.kind == "place":
            nearest = self.masks.nearest(sentence, figure.start)
            about = {nearest} if nearest else about
        kinds = COUNTS if figure.kind == "any" else (figure.kind,)
        return any(self.claims.allow(kind, figure.value, about) for kind in kinds)
