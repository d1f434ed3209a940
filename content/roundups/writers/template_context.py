"""The template writer's desk: the facts, the names as this text must show them, and the choice of words."""

from collections.abc import Callable, Sequence
from hashlib import sha256

from content.roundups.facts import Facts
from content.roundups.facts.schema import Outcome
from content.roundups.writers import english


class Desk:
    """Facts of one match, ready to be told. `show` makes a name safe for the kind of text.

    Wording varies from match to match but never from run to run: the choice hangs on the match and the
    place in the text alone.
    """

    def __init__(self, facts: Facts, *, show: Callable[[str], str]) -> None:
        self.facts = facts
        self.match = facts["match"]
        self.field = facts["field"]
        self.tags = frozenset(facts["tags"])
        self.show = show
        names = (*facts["names"]["teams"], *facts["names"]["forecasters"])
        self._names = tuple(show(name) for name in names)

    @property
    def hindsight(self) -> int:
        """The number of predictions made after the kickoff; facts of earlier versions lack it."""
        return self.field.get("hindsight", 0)

    @property
    def is_hindsight_only(self) -> bool:
        """Predictions were made, but none before the kickoff."""
        return bool(self.hindsight) and not self.field["predictions"]

    def choose(self, place: str, *wordings: str) -> str:
        """One of the wordings, always the same for this match and place."""
        digest = sha256(f"{self.match['id']}/{place}".encode()).digest()
        return wordings[int.from_bytes(digest[:4], "big") % len(wordings)]

    def tell(self, place: str, /, *wordings: str, **values: object) -> str:
        """One of the wordings with its blanks filled in."""
        return self.choose(place, *wordings).format(**values)

    def sentence(self, text: str) -> str:
        """Capital and full stop; a name at the start keeps its own letters."""
        return f"{text}." if text.startswith(self._names) else english.sentence(text)

    def sentences(self, texts: Sequence[str]) -> str:
        """One paragraph."""
        return " ".join(self.sentence(text) for text in texts if text)

    @property
    def home(self) -> str:
        return self.show(self.match["home"]["name"])

    @property
    def away(self) -> str:
        return self.show(self.match["away"]["name"])

    def short(self, name: str) -> str:
        """The short form of a side's name, unless both have the same."""
        sides = self.match["home"], self.match["away"]
        if sides[0]["short_name"] == sides[1]["short_name"]:
            return self.show(name)
        return self.show(next((side["short_name"] for side in sides if side["name"] == name), name))

    def people(self, names: Sequence[str]) -> str:
        return english.listing([self.show(name) for name in names])

    def outcome(self, outcome: Outcome) -> str:
        """Like "a win for Arsenal" or "a draw"."""
        if outcome == "draw":
            return "a draw"
        return f"a win for {self.short(self.match[outcome]['name'])}"

    @property
    def actual(self) -> Outcome:
        """What happened, where the match counts."""
        outcome = self.match["outcome"]
        assert outcome is not None, "a match that counts has a score"
        return outcome
