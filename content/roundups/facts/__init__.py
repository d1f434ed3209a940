"""The facts of a match: everything that its roundup may contain, as JSON."""

from content.roundups.facts.gather import MatchUnknown, NotSettled, gather
from content.roundups.facts.schema import SCHEMA
from content.roundups.references import Document
from content.roundups.references.documents import Facts

__all__ = ["SCHEMA", "Document", "Facts", "MatchUnknown", "NotSettled", "gather"]
