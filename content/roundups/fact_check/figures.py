"""Finding the numbers in English prose: digits, decimals, scorelines, percentages, ordinals and words."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from content.text import numbers

WORDS = {**numbers.CARDINALS, **numbers.COUNTING}


def any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_TOKEN = re.compile(
    r"(?P<scoreline>(?<![\w.])\d+[-\u2013:]\d+(?!\w))"
    r"|(?P<ordinal>(?<!\w)\d+(?:st|nd|rd|th)\b)"
    r"|(?P<digits>(?<![\w.])[+-]?\d[\d,]*(?:\.\d+)?(?!\w))"
    rf"|\b(?:(?P<place>{any_of(numbers.ORDINALS)})|(?P<word>{any_of(WORDS)})|(?P<share>{any_of(numbers.SHARES)}))\b"
    r"|(?P<stray>\d\S*)",
    re.IGNORECASE,
)
_IN_MATCHES = r"match|matches|games?|wins?|defeats?|draws?|blanks?|times|in a row|tendency|tendencies"
# What stands after a number tells what it counts; one word may come between.
_UNITS = {
    "percent": r"\s?(?:%|per cent\b|percent\b)",
    "points": r"\s(?:\w+\s)?points?\b",
    "goals": r"\s(?:\w+\s)?goals?\b",
    "matches": rf"\s(?:\w+\s)?(?:{_IN_MATCHES})\b",
    "people": rf"\s(?:\w+\s)?(?:forecasters?|predictions?|picks?|of (?:the )?(?:\d|{any_of(WORDS)}))",
}
_AFTER = {kind: re.compile(unit, re.IGNORECASE) for kind, unit in _UNITS.items()}
_ALL = re.compile(r"\b(?:of|all) (?:the )?$", re.IGNORECASE)
# A sentence on one of these counts only that, where a number's own unit is not more telling.
_TOPICS = (
    (
        "quota",
        re.compile(r"\b(?:worth|quotas?|pays?|paid|on offer|at stake)\b", re.IGNORECASE),
        {"any", "points"},
    ),
    ("agreement", re.compile(r"\bscorelines?\b", re.IGNORECASE), {"any", "people"}),
    ("hits", re.compile(r"\btendency\b.*\bright\b|\bright tendency\b", re.IGNORECASE), {"any"}),
)
# Numerals that count nothing. "90 minutes" is what a match lasts, "120" one with extra time.
_IDIOMS = re.compile(
    r"\b(?:no one|not one|one another|of one mind|at first|at once|once more|first met|first reported"
    r"|the first count|the two (?:had|have|met|meet|sides|teams)|(?:90|120) minutes)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a text. `kind` is as in claims.py, or "any" where the words around do not tell."""

    text: str
    start: int
    kind: str
    value: Decimal | str


def figures(sentence: str) -> Iterator[Figure]:
    """Every number that the sentence claims, in order."""
    sentence = _IDIOMS.sub(lambda idiom: "_" * len(idiom[0]), sentence)
    for token in _TOKEN.finditer(sentence):
        kind, value = _read(token, sentence)
        yield Figure(token[0], token.start(), kind, value)


def _read(token: re.Match[str], sentence: str) -> tuple[str, Decimal | str]:
    text, group = token[0].lower(), token.lastgroup
    if group == "scoreline":
        return "scoreline", re.sub(r"[\u2013:]", "-", text)
    if group in ("ordinal", "place"):
        kind = (
            "nth" if _AFTER["matches"].match(sentence, token.end()) else "place"
        )  # the third win; the third
        return kind, Decimal(numbers.ORDINALS[text] if group == "place" else text[:-2])
    if group == "share":
        return "percent", Decimal(numbers.SHARES[text])
    if group == "word":
        return _counted(token, sentence), Decimal(WORDS[text])
    if group == "digits":
        return _counted(token, sentence), Decimal(text.replace(",", ""))
    return "unreadable", text


def _counted(token: re.Match[str], sentence: str) -> str:
    """Return the kind of number, from the words around it and the topic of the sentence."""
    kind = _unit(token, sentence)
    for topic, pattern, kinds in _TOPICS:
        if kind in kinds and pattern.search(sentence):
            return topic
    return kind


def _unit(token: re.Match[str], sentence: str) -> str:
    for kind, unit in _AFTER.items():
        if unit.match(sentence, token.end()):
            return kind
    if token[0].lower() in ("once", "twice", "thrice"):
        return "matches"
    if _ALL.search(sentence[: token.start()]):
        return "people"
    # "Ashford 57 per cent, the draw 22": digits that go on counting what the sentence began with.
    return "percent" if token.lastgroup == "digits" and _AFTER["percent"].search(sentence) else "any"
