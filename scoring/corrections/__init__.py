"""History of recorded results: which of them were corrections, and which forecasters' points changed.

A read model computed from the append-only revisions, the settlements and their scores. Nothing is stored.
"""

from scoring.corrections.history import ResultChange, State, changes
from scoring.corrections.point_moves import Moved, PointMove
from scoring.corrections.selectors import changes_of, corrected, corrections, statements, summed, with_moves

__all__ = [
    "Moved",
    "PointMove",
    "ResultChange",
    "State",
    "changes",
    "changes_of",
    "corrected",
    "corrections",
    "statements",
    "summed",
    "with_moves",
]
