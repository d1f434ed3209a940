"""What was committed to when a match locked."""

from core.db import sql
from core.db.prepared import PreparedQuery
from matches.models import Commitment, Match

_COMMITMENTS = PreparedQuery(lambda match: Commitment.objects.filter(match=match).order_by("-number"))


def question(match: int) -> sql.Statement:
    """What `commitments_to` asks, for whoever asks ahead."""
    return _COMMITMENTS.asked(match)


def commitments_to(match: Match) -> list[Commitment]:
    """The commitments to the predictions of a match, newest first: several where its kickoff moved."""
    return _COMMITMENTS(match.pk)
