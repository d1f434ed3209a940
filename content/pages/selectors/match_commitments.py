"""Selectors of the commitments to the predictions of a match."""

from core.db import sql
from core.db.prepared import PreparedQuery
from matches.models import Commitment, Match

_COMMITMENTS = PreparedQuery(lambda match: Commitment.objects.filter(match=match).order_by("-number"))


def question(match: int) -> sql.Statement:
    """Return the statement of `commitments_to`, for sql.prefetch()."""
    return _COMMITMENTS.statement(match)


def commitments_to(match: Match) -> list[Commitment]:
    """Return the commitments of a match, newest first; there are several if its kickoff moved."""
    return _COMMITMENTS(match.pk)
