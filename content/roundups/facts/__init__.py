"""The facts of a match: all that a roundup may say, and nothing else."""

from content.roundups.facts.gather import MatchUnknown, NotSettled, gather
from content.roundups.facts.schema import Facts

__all__ = ["Facts", "MatchUnknown", "NotSettled", "gather"]
