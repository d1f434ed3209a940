"""The words of a rendered article that are outside the facts."""

import re

from content.roundups.generate import RenderedArticle
from content.roundups.references import Document
from content.roundups.references.documents import PEOPLE
from content.text import numbers

NUMBER = re.compile(rf"\d|\b(?:{'|'.join(sorted(numbers.WORDS, key=len, reverse=True))})\b", re.IGNORECASE)
NO_NUMBER = re.compile(r"\bno one\b", re.IGNORECASE)


def texts_of(article: RenderedArticle) -> dict[str, str]:
    return {name: getattr(article, name) for name in ("title", "summary", "body")}


def outside(text: str, spans: list) -> str:
    """The text with a mark in the place of each fact."""
    end, kept = 0, []
    for start, stop, _, _ in spans:
        assert end <= start < stop <= len(text), "spans are in order and do not overlap"
        kept.append(text[end:start])
        end = stop
    return "\0".join([*kept, text[end:]])


def assert_only_facts_have_numbers_and_names(article: RenderedArticle, document: Document) -> None:
    people = {value for _, kind, value in document.all() if kind in PEOPLE}
    for name, text in texts_of(article).items():
        words = NO_NUMBER.sub("", outside(text, article.spans[name]))
        assert not NUMBER.search(words), (name, words)
        assert not [each for each in people if re.search(rf"(?<!\w){re.escape(each)}(?!\w)", words)], words
