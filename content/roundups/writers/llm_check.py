"""Check of a text by a language model.

Every number, name and word about who won must be a reference to a fact, and a sentence must name the team or
forecaster that its facts are about. docs/roundups.md lists what the check cannot detect.
"""

import re
from collections.abc import Collection, Iterator, Sequence

from content.roundups.facts import Document
from content.roundups.references import InvalidReference, render, split
from content.roundups.references.documents import NUMBERS, PEOPLE
from content.roundups.references.render import Reference
from content.roundups.writers import llm_words as words
from content.roundups.writers.article import Article

Part = str | Reference
MOST_REASONS = 3
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_SENTENCE_END = re.compile(r"(?<=[.!?])[”\"')]*\s+")


class TextRefused(ValueError):
    """A text that does more than refer to facts. The message contains the first reasons."""


def check(article: Article, document: Document, *, known_names: Collection[str]) -> None:
    """Raise TextRefused if the article contains anything that only a reference may contain.

    `known_names`: all teams and forecasters of the database.
    """
    reasons = [*_title(article.title, document)]
    for block in (article.title, article.summary, *re.split(r"\n\s*\n", article.body)):
        text = _ESCAPE.sub(r"\1", block.removeprefix("## "))
        reasons += _block(text, document, known_names)
    if reasons:
        raise TextRefused("; ".join(dict.fromkeys(reasons[:MOST_REASONS])))


def _title(title: str, document: Document) -> Iterator[str]:
    match = document.facts["match"]
    if match["score"] and not match["void"] and "{match.score.text" not in title:
        yield "the title lacks {match.score.text}"


def _block(text: str, document: Document, known_names: Collection[str]) -> Iterator[str]:
    try:
        render(text, document, markdown=False)
    except InvalidReference as fault:
        yield str(fault)
        return
    for sentence in _sentences(list(split(text))):
        yield from _literals(sentence, known_names)
        yield from _facts(sentence, document)


def _sentences(parts: Sequence[Part]) -> Iterator[list[Part]]:
    sentence: list[Part] = []
    for part in parts:
        if isinstance(part, Reference):
            sentence.append(part)
            continue
        first, *others = _SENTENCE_END.split(part)
        sentence.append(first)
        for other in others:
            yield sentence
            sentence = [other]
    yield sentence


def _literals(sentence: Sequence[Part], known_names: Collection[str]) -> Iterator[str]:
    """Yield the errors in the words outside references."""
    plain = "".join(part if isinstance(part, str) else "\0" for part in sentence)
    for pattern, what in (
        (words.NUMERIC, "a digit outside a reference"),
        (words.MARKUP, "Markdown or HTML"),
        (words.UNSUPPORTED, "something that no fact contains"),
        (words.RESULT, "about a result, outside a reference"),
    ):
        if found := pattern.search(plain):
            yield f"{found[0]!r} is {what}"
    if found := words.NUMBER.search(words.WITHOUT_NUMBER.sub("", plain)):
        yield f"{found[0]!r} is a number outside a reference"
    folded = plain.casefold()
    known = (name for name in known_names if name.casefold() in folded)
    typed = next((name for name in known if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", plain, re.I)), None)
    if name := typed or words.name_in(plain):
        yield f"{name!r} is a name outside a reference"


def _facts(sentence: Sequence[Part], document: Document) -> Iterator[str]:
    """Yield facts that the sentence attributes to another team or forecaster, or gives another unit."""
    named = {each for part in sentence for each in _names(part, document)}
    for place, part in enumerate(sentence):
        if isinstance(part, str) or _names(part, document):
            continue
        yield from _about(part, document, named)
        yield from _roles(part, document, sentence[:place][::-1], sentence[place + 1 :])
        following = sentence[place + 1] if place + 1 < len(sentence) else ""
        word = re.match(r"\s*([a-z]+)", following) if isinstance(following, str) else None
        kind = (document.find(part.address) or ("",))[0]
        if word and kind in NUMBERS and words.UNIT_OF.get(word[1], kind) != kind:
            yield f"{part} counts {kind}, not {word[1]}"


def _names(part: Part, document: Document) -> set[str]:
    """Return the names of the team or forecaster that a reference inserts; an empty set for other parts."""
    kind, name = (isinstance(part, Reference) and document.find(part.address)) or ("", "")
    if isinstance(part, str) or kind not in PEOPLE:
        return set()
    owner = document.parent(part.address)
    others = {owner[key] for key in ("name", "short_name") if key in owner and name in owner.values()}
    return {name, *others}


def _about(part: Reference, document: Document, named: Collection[str]) -> Iterator[str]:
    """Yield a fact about a team, forecaster or group of forecasters that the sentence does not name."""
    owner = document.parent(part.address)
    wanted = {owner["name"]} if "name" in owner else set()
    if "people" in owner and named:
        wanted = {person["name"] for person in owner["people"]}
    if wanted and not wanted & set(named):
        yield f"{part} is about {', '.join(sorted(wanted))}: name it in the same sentence"


def _roles(
    part: Reference, document: Document, before: Sequence[Part], after: Sequence[Part]
) -> Iterator[str]:
    """Yield a verb such as {result.verb} if another team is its subject or object."""
    owner, last = document.parent(part.address), part.address.rpartition(".")[2]
    if last not in ("verb", "text"):
        return
    for role, others in (("subject", before), ("object", after)):
        wanted = owner.get(role) or (owner.get("name") if role == "subject" else None)
        closest = next((names for each in others if (names := _names(each, document))), set[str]())
        if wanted and wanted not in closest:
            yield f"{part} needs {wanted} as its {role}"
