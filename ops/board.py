"""Pipeline board: progress of every recent result.

The number of queries does not grow with the number of matches.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import Exact

from content.models import Roundup
from core.pipeline.models import JobRun, match_subject, match_subject_of
from matches.models import Match, ResultRevision
from matches.statuses import SETTLED
from ops.overdue import Overdue, overdue
from ops.steps import URGENCY, MatchProgress, PipelineStep, most_urgent, pipeline_steps
from scoring.models import Settlement
from stats.refresh import latency

RECENT_PERIOD = timedelta(days=7)
ROWS = 100
OVERDUE_ROWS = 20


@dataclass(frozen=True, slots=True)
class MatchOnBoard:
    """Match with its pipeline steps, as shown on the board."""

    match: Match
    recorded_at: datetime
    steps: list[PipelineStep]

    @property
    def state(self) -> str:
        return most_urgent(self.steps)

    @property
    def error(self) -> PipelineStep | None:
        """Return the first step that has an error message, or None."""
        return next((step for step in self.steps if step.error), None)


def board(*, now: datetime, competition: str = "", state: str = "", limit: int = ROWS) -> list[MatchOnBoard]:
    """Return the rows of the board: the most urgent state first, within a state the newest result first.

    The board contains the first `limit` matches of recent_matches(). With `state`, only those of them that
    have this MatchOnBoard.state are returned. `competition` is a slug. Empty strings mean all competitions
    and all states.
    """
    rows = [*rows_of(recent_matches(now=now, competition=competition)[:limit], now=now)]
    rows = [row for row in rows if not state or row.state == state]
    return sorted(rows, key=lambda row: (URGENCY.index(row.state), -row.recorded_at.timestamp()))


def overdue_rows(*, now: datetime, competition: str = "", state: str = "") -> list[Overdue]:
    """Return the overdue matches that the board shows with these filters.

    The state of overdue matches is "stuck", so the list is empty if the board is filtered by another state.
    """
    return overdue(now, limit=OVERDUE_ROWS, competition=competition) if state in ("", "stuck") else []


def recent_matches(*, now: datetime, competition: str = "") -> QuerySet[Match]:
    """Return ended matches whose newest result was recorded in the last week, the newest result first.

    Matches that are not scored yet, or whose newest job failed, come before the others.
    """
    matches = Match.objects.filter(status__in=SETTLED).annotate(
        recorded_at=result_time(), in_trouble=_in_trouble()
    )
    if competition:
        matches = matches.filter(season__competition__slug=competition)
    recent = matches.filter(recorded_at__gte=now - RECENT_PERIOD).select_related(
        "season__competition", "home_team", "away_team"
    )
    return recent.order_by("-in_trouble", "-recorded_at", "-pk")


def result_time() -> Subquery:
    """Return a subquery for annotating matches with the time at which their newest result was recorded."""
    newest = ResultRevision.objects.filter(match=OuterRef("pk"), version=OuterRef("result_version"))
    return Subquery(newest.values("recorded_at")[:1])


def _in_trouble() -> Q:
    """Return a condition for matches: the newest result is not settled, or the newest job failed."""
    settled = Settlement.objects.filter(
        match=OuterRef("pk"), superseded_at__isnull=True, result_version=OuterRef("result_version")
    )
    about = JobRun.objects.filter(subject=match_subject_of("pk"))
    newest_job = Subquery(about.order_by("-pk").values("state")[:1])
    return ~Exists(settled) | Q(Exact(newest_job, JobRun.State.FAILED))


def rows_of(matches: Sequence[Any] | QuerySet[Match], *, now: datetime) -> list[MatchOnBoard]:
    """Return board rows for matches annotated with `recorded_at`."""
    matches = list(matches)
    ids = [match.pk for match in matches]
    settlements = {
        row.match_id: row for row in Settlement.objects.filter(match__in=ids, superseded_at__isnull=True)
    }
    first = _first_times(ids)
    roundups = {row.match_id: row for row in _roundups(ids)}
    runs = {(run.kind, run.subject): run for run in newest_runs(ids)}
    refresh_run = JobRun.objects.filter(kind="refresh_views").defer("traceback").order_by("-pk").first()
    rows = []
    for match in matches:
        subject = match_subject(match.pk)
        progress = MatchProgress(
            result_version=match.result_version,
            recorded_at=match.recorded_at,
            settlement=settlements.get(match.pk),
            roundup=roundups.get(match.pk),
            **first.get((match.pk, match.result_version), {}),
            score_run=runs.get(("score_match", subject)),
            refresh_run=refresh_run,
            roundup_run=runs.get(("write_roundup", subject)),
        )
        rows.append(MatchOnBoard(match, match.recorded_at, pipeline_steps(progress, now=now)))
    return rows


def _first_times(ids: list[int]) -> dict[tuple[int, int], dict[str, datetime | None]]:
    """Return when each result of these matches was first scored, counted and published.

    Keys are (match id, result version); values are the `first_*_at` fields of MatchProgress.
    """
    first: dict[tuple[int, int], dict[str, datetime | None]] = defaultdict(dict)
    settled = Settlement.objects.filter(match__in=ids).order_by("-number")
    shown = latency.ever_counted().filter(match__in=ids).order_by("-number")
    published = Roundup.objects.filter(match__in=ids).order_by("-version")
    for name, rows, moment in (
        ("first_settled_at", settled, "settled_at"),
        ("first_fresh_at", shown, "fresh_at"),
        ("first_published_at", published, "published_at"),
    ):
        for match_id, version, at in rows.values_list("match_id", "result_version", moment):
            first[match_id, version][name] = at
    return first


def _roundups(ids: list[int]) -> QuerySet[Roundup]:
    published = Roundup.objects.filter(match__in=ids, status=Roundup.Status.PUBLISHED)
    return published.defer("body", "body_html", "facts", "spans", "checks")


def newest_runs(ids: list[int]) -> QuerySet[JobRun]:
    """Return the newest job of each kind for each of these matches."""
    about = JobRun.objects.filter(subject__in=[match_subject(pk) for pk in ids])
    return about.defer("traceback").order_by("kind", "subject", "-pk").distinct("kind", "subject")
