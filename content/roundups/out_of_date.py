"""Public roundups for the pages, the feed and the API, and whether each is out of date.

A roundup is out of date if a newer version replaced it; if its match has a newer result or settlement; if its
match is to be scored again, e.g. because predictions were imported; or if `write_roundup` was requested after
it was written (e.g. because an earlier match changed) and has not succeeded since.
"""

from django.db.models import BooleanField, QuerySet, TextField
from django.db.models.expressions import RawSQL
from django.utils import timezone

from content.models import Roundup
from core.db import sql
from core.pipeline.models import JobRun, match_subject_sql, states_sql
from scoring.services import outdated_condition

RESULT = "the result has changed since this was written"
SCORES = "the match was scored again after this was written"
SCORING = "the match will be scored again, e.g. because predictions were imported after this was written"
EARLIER = "results or points of earlier matches changed after this was written"

_STATE = sql.read("content/sql/out_of_date.sql")
_REASON = """
CASE WHEN content_roundup.status = 'superseded' THEN content_roundup.supersede_reason
     WHEN content_roundup.result_version <> m.result_version THEN %s
     WHEN current_settlement.id IS NULL THEN %s
     WHEN scoring.state IS NOT NULL THEN %s
     WHEN rewrite.state IN {unfinished} THEN %s
     ELSE '' END
"""
_GIVEN_UP = """
coalesce(scoring.state IN {given_up}, rewrite.state IN {given_up}, false)
"""


def with_state(roundups: QuerySet[Roundup]) -> QuerySet[Roundup]:
    """Annotate `out_of_date_reason` ("" if up to date) and `given_up`.

    `given_up` is True if a job that leads to a new version failed or was cancelled. The annotations are raw
    SQL, because compiling this query in the ORM takes longer than running it.
    """
    reasons = (RESULT, SCORES, SCORING, EARLIER)
    return roundups.annotate(
        out_of_date_reason=RawSQL(_select(_REASON), reasons, output_field=TextField()),
        given_up=RawSQL(_select(_GIVEN_UP), (), output_field=BooleanField()),
    )


def _select(column: str) -> str:
    unfinished, given_up = states_sql((*JobRun.OPEN, *JobRun.GIVEN_UP)), states_sql(JobRun.GIVEN_UP)
    return _STATE.format(
        column=column.format(unfinished=unfinished, given_up=given_up),
        unfinished=unfinished,
        subject=match_subject_sql("m.id"),
        outdated=outdated_condition("content_roundup.settlement_id"),
    )


def readable() -> QuerySet[Roundup]:
    """Return all versions of the public roundups, annotated by `with_state`.

    Roundups contain predictions, so none is public before the match's `reveal_at`. If a result was withdrawn
    and the match has a new kickoff, its roundups are secret again until its new `reveal_at`.
    """
    return with_state(Roundup.objects.filter(match__reveal_at__lte=timezone.now()))


def roundups() -> QuerySet[Roundup]:
    """Return the public roundups; match, teams, season and competition are fetched in the same query."""
    return readable().select_related("match__season__competition", "match__home_team", "match__away_team")


def published() -> QuerySet[Roundup]:
    """Return the published (current) roundups, newest first."""
    return roundups().filter(status=Roundup.Status.PUBLISHED).order_by("-published_at", "-pk")
