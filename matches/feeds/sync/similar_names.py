"""Detect near-misses: unknown team names that are probably another spelling of a known name.

Names are compared word by word, without accents, case, punctuation and club abbreviations. Two names are
similar if they have the same words in any order, if they differ only in spaces, or if they differ only by
typing errors within words. They are related if one is a short form of the other, which lacks words or
abbreviates them. Words that distinguish teams (women, U21, II) must be the same in both names. The category
of a team counts like such a word.
"""

import operator
import re
import unicodedata
from functools import cache
from itertools import zip_longest
from typing import NamedTuple

from matches import categories

_CLUB_WORDS = """
ac acf afc and as asd bk bsc ca cd cf cfc club de fc ff fk fsv gnk if ifk jk kf kv mfk nk ofk pfc rc rcd sad
sc sd sk sp ss ssc ssv sv tsg tsv ud us vfb vfl vv
"""
_DISTINGUISHING_WORDS = {
    "women": """
        women woman womens ladies feminine feminin femenino femenina femminile feminino frauen
        damen dames damer kvinner vrouwen w wfc lfc
    """,
    "second": "reserves reserve ii b 2nd",
    "third": "iii c",
    "youth": "youth junior juniors jr academy",
}
CLUB_WORDS = frozenset(_CLUB_WORDS.split())
DISTINGUISHING_WORDS = {word: mark for mark, words in _DISTINGUISHING_WORDS.items() for word in words.split()}
_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "\u0131": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
_UMLAUTS = re.compile("(?<=[aou])e")  # Koeln is Köln
_AGE = re.compile(r"\b(?:u|sub|under)[ -]?(\d\d)\b")
_INITIALS = re.compile(r"(?<=\b\w)\.(?=\w\b)")  # A.C. Milan
_NUMBER = re.compile(r"\d\d+")  # of a name: 04, 1860
# Minimum length of a word with a letter added, left out or swapped; with a wrong letter; with two such edits
SHORTEST, MIDDLE, LONG = 4, 5, 8


class Likeness(NamedTuple):
    """Difference of two names that are similar or related.

    `distance` is the number of letters added, left out or swapped; a wrong letter counts twice.
    """

    distance: int
    is_similar: bool  # else one lacks words of the other, or abbreviates them


def is_similar(one: str, other: str) -> bool:
    """Return True if two different names probably mean the same team."""
    like = likeness(one, other)
    return like is not None and like.is_similar


def likeness(one: str, other: str, *, category: str = "", other_category: str = "") -> Likeness | None:
    """Return the likeness of two names of teams, or None if the names are neither similar nor related.

    The categories of the teams count like words in their names, e.g. "women".
    """
    words, marks = _parts(one)
    other_words, other_marks = _parts(other)
    marks, other_marks = marks | _marks_of(category), other_marks | _marks_of(other_category)
    if not words or not other_words:
        return None
    if marks == other_marks and (distance := _similar(words, other_words)) is not None:
        return Likeness(distance, is_similar=True)
    numbers = marks ^ other_marks  # one name may lack a number of the other: Schalke, Schalke 04
    if not (marks <= other_marks or marks >= other_marks) or not all(map(_NUMBER.fullmatch, numbers)):
        return None
    distance = _related(words, other_words)
    return None if distance is None else Likeness(distance + len("".join(numbers)), is_similar=False)


@cache
def _marks_of(category: str) -> frozenset[str]:
    women = ["women"] if categories.is_women(category) else []
    level = categories.level_of(category)
    return frozenset([*women, *([{"reserves": "second"}.get(level, level)] if level else [])])


@cache
def _parts(name: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """Split a name into the words of the club and the marks of a team within it, e.g. "women" or "u21"."""
    plain = "".join(
        each for each in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(each)
    )
    plain = _AGE.sub(r"u\1", _UMLAUTS.sub("", plain.translate(_LETTERS)))
    words = re.findall(r"\w+", _INITIALS.sub("", re.sub("['\u2019]", "", plain)))
    if len(words) > 1 and words[0] == "1":  # 1. FC Köln
        words = words[1:]
    marks = frozenset(DISTINGUISHING_WORDS.get(word, word) for word in words if _is_distinguishing(word))
    rest = [word for word in words if not _is_distinguishing(word)]
    return tuple(word for word in rest if word not in CLUB_WORDS) or tuple(rest), marks


def _is_distinguishing(word: str) -> bool:
    return word in DISTINGUISHING_WORDS or word.isdigit() or _AGE.fullmatch(word) is not None


def _similar(words: tuple[str, ...], others: tuple[str, ...]) -> int | None:
    """Return the distance of two names with the same words or typing errors within words, else None."""
    if "".join(words) == "".join(others) or sorted(words) == sorted(others):
        return 0
    pairs = list(zip_longest(words, others, fillvalue=""))
    if not all(_is_typing_error(*pair) for pair in pairs):
        return None
    return sum(_distance(*pair) for pair in pairs)


def _related(words: tuple[str, ...], others: tuple[str, ...]) -> int | None:
    """Return how many letters a short form lacks, or None if neither name is a short form of the other.

    Each word of a short form is a word of the longer name or abbreviates one. A short form of a single word
    must be an entire word of the longer name, or the initials of at least three words.
    """
    short, long = sorted([words, others], key=lambda each: (len(each), len("".join(each))))
    missing = len("".join(long)) - len("".join(short))
    if len(short) == 1 and len(long) > 2 and short[0] == "".join(word[0] for word in long):
        return missing
    left, has_entire_word = list(long), False
    for word in short:
        found = next((each for each in left if _is_typing_error(word, each)), "")
        has_entire_word |= len(found) >= SHORTEST
        found = found or next((each for each in left if _is_abbreviated(word, each)), "")
        if not found:
            return None
        left.remove(found)
    return abs(missing) if has_entire_word or len(short) > 1 else None


def _is_abbreviated(word: str, entire: str) -> bool:
    """Return True if `word` abbreviates `entire`, e.g. "man" for "manchester" or "utd" for "united".

    The abbreviation must have at least three letters, begin with the same letter, and have its letters in the
    same order as the entire word.
    """
    if len(word) < 3 or len(word) >= len(entire) or word[0] != entire[0]:
        return False
    letters = iter(entire)
    return all(letter in letters for letter in word)


def _is_typing_error(one: str, other: str) -> bool:
    """Return True if the words are equal or differ by a typing error.

    That is one letter added, left out, swapped or, except in short words, wrong; in long words two edits.
    """
    if one == other:
        return True
    if len(set(one) ^ set(other)) > 2:  # most pairs: two edits change at most two letters
        return False
    shorter = min(len(one), len(other))
    if shorter >= MIDDLE and _wrong_letters(one, other) == 1:
        return True
    return shorter >= SHORTEST and _distance(one, other) <= (2 if shorter >= LONG else 1)


def _wrong_letters(one: str, other: str) -> int | None:
    """Return in how many places the words have different letters, or None if their lengths differ."""
    return sum(map(operator.ne, one, other)) if len(one) == len(other) else None


def _distance(one: str, other: str) -> int:
    """Return the edit distance. Swapped neighbouring letters count as one edit, a wrong letter as two."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        now = [row]
        for column, wanted in enumerate(other, start=1):
            cost = min(last[column] + 1, now[-1] + 1, last[column - 1] + 2 * (letter != wanted))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == wanted:
                cost = min(cost, before[column - 2] + 1)
            now.append(cost)
        before, last = last, now
    return last[-1]
