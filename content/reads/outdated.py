"""Roundups that are known to be out of date: defined here once, for the pages, the feed and the API.

A roundup is out of date if a newer version replaced it, if its match has a newer result or settlement than
the one it was written from, or if `write_roundup` was requested after it was written and has not succeeded
since: a change of an earlier match requests it.
"""

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Concat

from config.pipeline.models import JobRun
from content.models import Roundup
from scoring.models import Settlement

RESULT = "the result has changed since this was written"
SCORES = "the match was scored again after this was written"
EARLIER = "results or points of earlier matches changed after this was written"

GIVEN_UP = (JobRun.State.FAILED, JobRun.State.CANCELLED)


def with_state(roundups: QuerySet[Roundup]) -> QuerySet[Roundup]:
    """Annotate `out_of_date_reason` (empty if up to date), and `given_up`: no new version is on its way."""
    told = Settlement.objects.filter(
        match=OuterRef("match"), pk=OuterRef("settlement_id"), superseded_at__isnull=True
    )
    reason = Case(
        When(status=Roundup.Status.SUPERSEDED, then=F("supersede_reason")),
        When(~Q(result_version=F("match__result_version")), then=Value(RESULT)),
        When(~Exists(told), then=Value(SCORES)),
        When(rewrite_state__in=(*JobRun.OPEN, *GIVEN_UP), then=Value(EARLIER)),
        default=Value(""),
        output_field=CharField(),
    )
    annotated = roundups.alias(rewrite_state=_rewrite_state())
    return annotated.annotate(out_of_date_reason=reason, given_up=Q(rewrite_state__in=GIVEN_UP))


def _rewrite_state() -> Coalesce:
    """The state of the last job since the roundup was written; one on request counts only if it succeeded."""
    subject = Concat(Value("match:"), Cast(OuterRef("match_id"), CharField()), output_field=CharField())
    jobs = JobRun.objects.filter(subject=subject, created_at__gt=OuterRef("written_at")).filter(
        Q(kind="write_roundup") | Q(kind="rewrite_roundup", state=JobRun.State.DONE)
    )
    return Coalesce(Subquery(jobs.order_by("-pk").values("state")[:1]), Value(""))
