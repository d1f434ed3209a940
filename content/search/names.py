"""Search for names: teams with all their aliases, forecasters, competitions and seasons."""

from collections import defaultdict
from typing import NamedTuple

from content.search.words import SearchText
from core.db import sql

MIN_FUZZY = 4  # letters of a word for which similar names are searched
# Similarity that %> requires. The default of 0.6 misses names of seven letters with one wrong letter.
_SET_THRESHOLD = "SELECT set_config('pg_trgm.word_similarity_threshold', '0.5', false)"
_SQL = sql.read("content/sql/search_names.sql")
_BEGINS = _SQL.format(is_hit="LIKE word.pattern")
_IS_SIMILAR = _SQL.format(is_hit="%%> word.text")


class Hit(NamedTuple):
    """Row with a name that contains some words of the search. `words` are the bits of these words."""

    id: int
    words: int


Hits = dict[str, list[Hit]]  # by kind: team, forecaster, competition, season; best first


def hits(text: SearchText) -> Hits:
    """Return the rows with a name in which a word begins with a word of the search.

    Words of at least MIN_FUZZY letters that no name contains are compared by similarity instead, which finds
    names with typing errors. One query, or three.
    """
    found = _hits(_BEGINS, text, range(len(text.words)))
    seen = 0
    for of_kind in found.values():
        for hit in of_kind:
            seen |= hit.words
    years = text.years.values()
    missed = [
        place
        for place, (word, bit) in enumerate(text.bits)
        if not bit & seen and bit not in years and len(word) >= MIN_FUZZY
    ]
    if not missed:
        return found
    sql.fetch_all(_SET_THRESHOLD)
    return _merged(found, _hits(_IS_SIMILAR, text, missed))


def _hits(statement: str, text: SearchText, places: range | list[int]) -> Hits:
    values = {"words": text.words, "numbers": [place + 1 for place in places], "key": text.key}
    found: Hits = defaultdict(list)
    for kind, pk, words, _ in sql.fetch_all(statement, values):
        found[kind].append(Hit(pk, words))
    return found


def _merged(exact: Hits, similar: Hits) -> Hits:
    """Combine the hits of each row. Rows with the most words come first, then those with exact hits."""
    found: Hits = defaultdict(list)
    for kind in exact.keys() | similar.keys():
        words: dict[int, int] = {}
        for hit in [*exact.get(kind, ()), *similar.get(kind, ())]:
            words[hit.id] = words.get(hit.id, 0) | hit.words
        rows = [Hit(pk, of_row) for pk, of_row in words.items()]
        found[kind] = sorted(rows, key=lambda hit: -hit.words.bit_count())
    return found


def best(found: list[Hit], limit: int) -> list[int]:
    """Return the ids of the rows that contain the most words of the search, at most `limit`."""
    most = max((hit.words.bit_count() for hit in found), default=0)
    return [hit.id for hit in found if hit.words.bit_count() == most][:limit]
