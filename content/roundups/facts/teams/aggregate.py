"""The tie that the match belongs to, with this match as its last result."""

from types import SimpleNamespace

from content.roundups.facts.consensus import short_name
from content.roundups.facts.scores import Row
from content.roundups.references.documents import Facts
from matches.ties.grouping import tie_with
from matches.ties.rounds import is_last_round
from matches.ties.wording import in_words


def tie_facts(stage: Row, match: Facts) -> Facts | None:
    """Return the tie of the match, or None if it belongs to none. `text` is the sentence of the pages."""
    rows = [SimpleNamespace(stage=None, **row) for row in stage["tie_matches"] or ()]
    is_knockout = stage["kind"] == "knockout"
    tie = tie_with(match["id"], rows, away_goals=stage["away_goals"], is_knockout=is_knockout)
    if tie is None or match["void"]:
        return None
    names = {match[side]["slug"]: short_name(side, match) for side in ("home", "away")}
    return {
        "format": tie.format.value,
        "number": 1 + [each.pk for each in tie.matches].index(match["id"]),
        "is_last_round": is_last_round(match["round"]),
        "winner": names[tie.winner] if tie.winner else None,
        "text": in_words(tie, name=lambda slug: names[slug]),
    }
