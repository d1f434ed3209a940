"""Words of a search, compared without case, accents and punctuation."""

import re
from typing import NamedTuple

from core.db import sql

MAX_LENGTH = 100
MAX_WORDS = 8
_YEAR = re.compile(r"(?:18|19|20)\d\d", re.ASCII)


class SearchText(NamedTuple):
    """Normalised text of a search.

    `key` has the form of the SQL function content_search_key. `words` are its first MAX_WORDS words.
    """

    key: str
    words: list[str]

    @classmethod
    def of(cls, text: str) -> "SearchText":
        """Normalise a text as the database normalises names. One query."""
        [(key,)] = sql.fetch_all("SELECT content_search_key(%s)", [text])
        words = key.split()[:MAX_WORDS]
        return cls(" " + " ".join(words), words)

    @property
    def years(self) -> dict[int, int]:
        """Return the years among the words, each with the bit of the word."""
        return {int(word): bit for word, bit in self.bits if _YEAR.fullmatch(word)}

    @property
    def bits(self) -> list[tuple[str, int]]:
        """Return each word with its bit: 1 for the first word, 2 for the second, 4 for the third."""
        return [(word, 1 << place) for place, word in enumerate(self.words)]

    @property
    def all_words(self) -> int:
        """Return the bits of all words."""
        return (1 << len(self.words)) - 1
