"""Facts of one match for the template writer: references to them, and the choice of words."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

from content.roundups.facts import Document, Facts

UNPREDICTED = "No one predicted this match before the kickoff"  # also on the page of the match


class Desk:
    """The facts of a match, and functions that write references to them.

    Wording varies from match to match, but is always the same for one match: it depends only on the id of the
    match and on the place in the text.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.facts: Facts = document.facts
        self.match: Facts = self.facts["match"]
        self.field: Facts = self.facts["field"]
        self.result: Facts = self.facts["result"] or {}
        self.tie: Facts = self.facts["tie"] or {}
        has_short_names = self.match["home"]["short_name"] != self.match["away"]["short_name"]
        self._short = "short_name" if has_short_names else "name"

    def choose(self, place: str, *wordings: str, other: bool = False) -> str:
        """Return one of the wordings, always the same for this match and place.

        With `other`, return the one after it: for a second sentence beside one that has the first wording.
        """
        digest = sha256(f"{self.match['id']}/{place}".encode()).digest()
        return wordings[(int.from_bytes(digest[:4], "big") + other) % len(wordings)]

    def short(self, name: str | None) -> str:
        """Return a reference to the short name of a side or team, or to its name if both have the same."""
        side = "home" if name in ("home", self.match["home"]["name"]) else "away"
        return f"{{match.{side}.{self._short}}}"

    def outcome(self, outcome: str) -> str:
        """Return e.g. "a win for {match.home.short_name}" or "a draw"."""
        return "a draw" if outcome == "draw" else f"a win for {self.short(outcome)}"

    @property
    def actual(self) -> str:
        """The outcome by the score that counts for the forecasts."""
        return self.outcome(self.match["outcome"])

    @property
    def is_corrected(self) -> bool:
        """True if another result was reported before. Then every score has the home team first."""
        return self.facts["correction"] is not None

    def people(self, address: str) -> str:
        """Return references to the forecasters of a group."""
        return people(address, self.document.get(address))

    def agree(self, address: str, singular: str, plural: str) -> str:
        """Return the verb form for a group or a number."""
        found: Any = self.document.get(address)
        return singular if (found["count"] if isinstance(found, dict) else found) == 1 else plural


def fill(template: str, **addresses: str) -> str:
    """Replace the short names in a template, e.g. {W} or {N|words}, by the addresses of facts."""
    for name, address in addresses.items():
        template = template.replace(f"{{{name}}}", f"{{{address}}}").replace(f"{{{name}|", f"{{{address}|")
    return template


def people(address: str, group: Facts) -> str:
    """Return references to all who share a value: "A", "A and B", or "A, B and five others"."""
    names = [f"{{{address}.people.{index}.name}}" for index in range(len(group["people"]))]
    return listing([*names, *([f"{{{address}.others|words}} others"] if group["others"] else [])])


def listing(items: Sequence[str]) -> str:
    """Join items: "A, B and C"."""
    return " and ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))


def sentences(texts: Iterable[str]) -> str:
    """Return a paragraph: each text gets a capital and a full stop. References keep their letters."""
    return " ".join(f"{text[:1].upper()}{text[1:]}." for text in texts if text)
