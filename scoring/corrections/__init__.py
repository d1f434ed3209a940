"""What became of the results that were recorded: which ones corrected another, and whose points moved.

A read model over the append-only revisions, the settlements and the history of scores. Nothing is stored.
"""

from scoring.corrections.history import Change, State, changes
from scoring.corrections.point_moves import Move, Moved
from scoring.corrections.selectors import changes_of, corrected, corrections, questions, summed, with_moves

__all__ = [
    "Change",
    "Move",
    "Moved",
    "State",
    "changes",
    "changes_of",
    "corrected",
    "corrections",
    "questions",
    "summed",
    "with_moves",
]
