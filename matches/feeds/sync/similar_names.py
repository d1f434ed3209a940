"""Detect near-misses: unknown team names that are probably another spelling of a known name.

Names are compared word by word, without accents, case, punctuation and club abbreviations. Two names are
similar if they have the same words in any order, if they differ only in spaces, or if they differ only by
typing errors within words. Words that distinguish teams (women, U21, II, numbers) must be the same.
"""

import re
import unicodedata
from functools import cache
from itertools import zip_longest

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
_AGE = re.compile(r"(?:u|sub|under)-?\d\d")
SHORTEST, LONG = 4, 8  # minimum length of a word with one edit, or with two


def is_similar(one: str, other: str) -> bool:
    """Return True if two different names probably mean the same team."""
    (words, marks), (other_words, other_marks) = _parts(one), _parts(other)
    if marks != other_marks or not words or not other_words:
        return False
    if "".join(words) == "".join(other_words) or sorted(words) == sorted(other_words):
        return True
    return all(_is_typing_error(*pair) for pair in zip_longest(words, other_words, fillvalue=""))


@cache
def _parts(name: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the words of the club's name, and the marks of a team within the club, e.g. "women" or "u21"."""
    plain = "".join(
        each for each in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(each)
    )
    plain = _UMLAUTS.sub("", plain.translate(_LETTERS))
    words = re.findall(r"\w+", re.sub("['\u2019]", "", plain))
    if len(words) > 1 and words[0] == "1":  # 1. FC Köln
        words = words[1:]
    marks = frozenset(DISTINGUISHING_WORDS.get(word, word) for word in words if _is_distinguishing(word))
    rest = [word for word in words if not _is_distinguishing(word)]
    return tuple(word for word in rest if word not in CLUB_WORDS) or tuple(rest), marks


def _is_distinguishing(word: str) -> bool:
    return word in DISTINGUISHING_WORDS or word.isdigit() or _AGE.fullmatch(word) is not None


def _is_typing_error(one: str, other: str) -> bool:
    """Return True if the words are equal or differ by a typing error: one edit, or two in long words."""
    if one == other:
        return True
    if len(set(one) ^ set(other)) > 2:  # most pairs: two edits change at most two letters
        return False
    shorter = min(len(one), len(other))
    return shorter >= SHORTEST and _distance(one, other) <= (2 if shorter >= LONG else 1)


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
