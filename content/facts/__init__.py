"""The facts of a match: all that a roundup may say, and nothing else."""

from content.facts.gather import MatchUnknown, NotSettled, gather
from content.facts.schema import Facts

__all__ = ["Facts", "MatchUnknown", "NotSettled", "gather"]
