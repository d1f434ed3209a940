"""Conditions for roundups of older matches, so that each is written once after an import or correction."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from content.roundups.services import SCORING, AwaitsScoring
from core.pipeline.models import JobRun
from matches.imports import lease
from matches.models import Match
from scoring.models import Settlement


class ImportRunning(AwaitsScoring):
    """An import is running, which may add predictions."""


def require_settled_past(match_id: int, *, now: datetime) -> None:
    """Raise AwaitsScoring if facts as of this match are about to change.

    This is so while an import is running, and while an earlier match of the season is about to be scored.
    """
    if lease.is_held(now=now):
        raise ImportRunning("An import is running.")
    if _awaits_earlier_match(match_id):
        raise AwaitsScoring(f"A match before match {match_id} is about to be scored.")


def _awaits_earlier_match(match_id: int) -> bool:
    """Return True if a match that comes before this one in its season has an open scoring job.

    A match with the same kickoff comes before it if it was scored before; then it is about to be scored
    again.
    """
    scoring = JobRun.objects.filter(**SCORING, queue="scoring").values_list("key", flat=True)
    open_ids = [int(key) for key in scoring]
    if not open_ids:
        return False
    this = Match.objects.get(pk=match_id)
    was_scored = Exists(Settlement.objects.filter(match=OuterRef("pk")))
    is_earlier = Q(kickoff_at__lt=this.kickoff_at) | Q(was_scored, kickoff_at=this.kickoff_at)
    others = Match.objects.filter(is_earlier, season=this.season_id, pk__in=open_ids).exclude(pk=match_id)
    return others.exists()
