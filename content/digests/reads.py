"""Public digests for the pages, the feed and the API, and whether each is out of date."""

from django.db.models import BooleanField, QuerySet, TextField
from django.db.models.expressions import RawSQL
from django.utils import timezone

from content.models import Digest
from core.pipeline.models import JobRun, states_sql

CHANGED = "results, points or predictions changed after this was written"
# The newest job of the round that was requested after the digest was written has not succeeded yet.
_REASON = """
CASE WHEN content_digest.status = 'superseded' THEN content_digest.supersede_reason
     WHEN (SELECT j.state FROM pipeline_jobrun j
           WHERE j.subject = left(
               'stage ' || content_digest.stage_id || ', ' || content_digest.round_label, 80)
           AND j.kind = 'write_digest' AND j.created_at > content_digest.published_at
           ORDER BY j.id DESC LIMIT 1) IN {unfinished} THEN %s
     ELSE '' END
"""
_IS_PUBLIC = """
NOT EXISTS (SELECT FROM matches_match m WHERE m.id = ANY(content_digest.match_ids) AND m.reveal_at > %s)
"""


def readable() -> QuerySet[Digest]:
    """Return all versions of the public digests, annotated with `out_of_date_reason` ("" if up to date).

    Digests contain predictions. If the result of one of its matches was withdrawn, a digest is secret until
    the predictions of this match are revealed again.
    """
    unfinished = states_sql((*JobRun.OPEN, *JobRun.GIVEN_UP))
    is_public = RawSQL(_IS_PUBLIC, (timezone.now(),), output_field=BooleanField())
    reason = RawSQL(_REASON.format(unfinished=unfinished), (CHANGED,), output_field=TextField())
    rows = Digest.objects.filter(is_public).annotate(out_of_date_reason=reason)
    return rows.select_related("stage__season__competition")


def published() -> QuerySet[Digest]:
    """Return the published (current) digests, newest first."""
    return readable().filter(status=Digest.Status.PUBLISHED).order_by("-published_at", "-pk")
