"""Admin of the job ledger: read-only, except for the actions retry and cancel."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django_rq.models import Dashboard

from core.admin.actions import ActionsAdmin, ConfirmedAction, Outcome, ReadOnlyAdmin
from core.pipeline import health, ledger
from core.pipeline.models import Heartbeat, JobRun, match_id_of
from core.pipeline.rq_admin import SuperuserQueueAdmin

ICONS = {"queued": "…", "running": "▶", "done": "✓", "failed": "✗", "cancelled": "⊘", "skipped": "-"}

admin.site.register(Dashboard, SuperuserQueueAdmin)


def badge(state: str, text: str = "") -> SafeString:
    """Return a state as icon and text, so that users need not tell states apart by colour alone."""
    return format_html(
        '<span class="fw-badge fw-{}">{} {}</span>', state, ICONS.get(state, ""), text or state
    )


def subject_link(subject: str) -> SafeString | str:
    """Return the subject of a job, e.g. `match:42`, as a link to the match's page in the admin.

    A subject without such a page is returned as text, an empty one as "-".
    """
    pk = match_id_of(subject)
    if not pk:
        return subject or "-"
    try:
        return format_html('<a href="{}">{}</a>', reverse("admin:matches_match_change", args=[pk]), subject)
    except NoReverseMatch:
        return subject


def seconds(value: float) -> str:
    """Format a duration for people: 850 ms, 12.3 s, 4 min, 3 h, 2 d."""
    for limit, size, unit in ((1, 0.001, "ms"), (120, 1, "s"), (7200, 60, "min"), (172_800, 3600, "h")):
        if value < limit:
            return f"{value / size:.{1 if unit == 's' else 0}f} {unit}"
    return f"{value / 86_400:.0f} d"


class _PerRunAction(ConfirmedAction):
    """Base class of actions that call a ledger function, `change`, for each selected run.

    If the function refuses a run, the action continues with the other runs.
    """

    change: Callable[..., None]
    summary = ""

    def run(self, rows: Sequence[JobRun], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        done: list[JobRun] = []
        problems: list[str] = []
        for run in rows:
            try:
                type(self).change(run, now=at)
            except ledger.NotAllowed as refusal:
                problems.append(str(refusal))
            else:
                done.append(run)
        return Outcome(done, f"{self.summary}: {len(done)}." if done else "", problems)


class Retry(_PerRunAction):
    name, label, summary = "retry", "Retry", "Runs queued again"
    change = staticmethod(ledger.retry)

    def effects(self, rows: Sequence[JobRun]) -> list[str]:
        possible = sum(self.offered_for(run) for run in rows)
        return [
            f"{possible} of {len(rows)} can be retried: those that are failed, cancelled or skipped.",
            "Each is queued again now, with three more attempts. Its tracebacks are kept.",
            "If a newer run of the same job is queued, this one ends as skipped.",
        ]

    def offered_for(self, row: JobRun) -> bool:
        return row.state in JobRun.RETRYABLE


class Cancel(_PerRunAction):
    name, label, summary = "cancel", "Cancel", "Runs cancelled"
    change = staticmethod(ledger.cancel)

    def effects(self, rows: Sequence[JobRun]) -> list[str]:
        possible = sum(self.offered_for(run) for run in rows)
        return [
            f"{possible} of {len(rows)} are queued and can be cancelled. A run that has started cannot.",
            "A cancelled run can be retried. The reconciler queues missing work again.",
        ]

    def offered_for(self, row: JobRun) -> bool:
        return row.state == JobRun.State.QUEUED


@admin.register(JobRun)
class JobRunAdmin(ReadOnlyAdmin, ActionsAdmin):
    """Admin of jobs. Jobs that are done or skipped are deleted after thirty days, others never."""

    operations = [Retry(), Cancel()]
    change_list_template = "admin/pipeline/jobrun/change_list.html"
    list_display = ["run", "about", "state_badge", "attempts", "due", "took", "queue", "error_head"]
    list_filter = ["state", "kind", "queue", "created_at"]
    search_fields = ["=subject", "=key", "kind"]
    search_help_text = "A match as match:42, a key like 42, or a kind of job."
    date_hierarchy = None
    ordering = ["-pk"]
    fieldsets = [
        (None, {"fields": ["kind", "about", "state_badge", "attempts", "error", "took", "rq_page"]}),
        ("Chain", {"fields": ["triggered_by", "triggered"]}),
        (
            "Times",
            {
                "fields": [
                    *("created_at", "due_at", "postponed_at", "pushed_at"),
                    *("started_at", "lease_until", "finished_at"),
                ]
            },
        ),
        ("Delivery", {"fields": ["queue", "priority", "key", "rq_job_id"]}),
        ("Tracebacks", {"fields": ["traceback_text"]}),
    ]

    @admin.display(description="job", ordering="pk")
    def run(self, row: JobRun) -> str:
        return f"{row.kind} #{row.pk}"

    @admin.display(description="about", ordering="subject")
    def about(self, row: JobRun) -> SafeString | str:
        return subject_link(row.subject)

    @admin.display(description="state", ordering="state")
    def state_badge(self, row: JobRun) -> SafeString:
        return badge(row.state)

    @admin.display(description="attempt", ordering="attempt")
    def attempts(self, row: JobRun) -> str:
        return f"{row.tries}/{row.ATTEMPTS}"

    @admin.display(description="due", ordering="due_at")
    def due(self, row: JobRun) -> str:
        late = (timezone.now() - row.due_at).total_seconds()
        if row.state != JobRun.State.QUEUED:
            return f"{row.due_at:%d %b %H:%M:%S}"
        return f"in {seconds(-late)}" if late < 0 else f"{seconds(late)} ago"

    @admin.display(description="took")
    def took(self, row: JobRun) -> str:
        """Return how long the last attempt took or has been running."""
        if row.started_at is None:
            return "-"
        end = row.finished_at or (timezone.now() if row.state == JobRun.State.RUNNING else None)
        return seconds((end - row.started_at).total_seconds()) if end and end >= row.started_at else "-"

    @admin.display(description="error")
    def error_head(self, row: JobRun) -> str:
        return row.error.partition("\n")[0][:100]

    @admin.display(description="triggered")
    def triggered(self, row: JobRun) -> SafeString | str:
        links = (
            (reverse("admin:pipeline_jobrun_change", args=[run.pk]), run) for run in row.triggered.all()[:50]
        )
        return format_html_join(", ", '<a href="{}">{}</a>', links) or "-"

    @admin.display(description="in RQ")
    def rq_page(self, row: JobRun) -> SafeString | str:
        url = health.rq_job_url(row)
        return (
            format_html('<a href="{}">{}</a>', url, row.rq_job_id)
            if url
            else "no longer in Redis, or Redis is down"
        )

    @admin.display(description="tracebacks")
    def traceback_text(self, row: JobRun) -> SafeString | str:
        return format_html('<pre class="fw-traceback">{}</pre>', row.traceback) if row.traceback else "none"

    def get_queryset(self, request: HttpRequest) -> QuerySet[JobRun]:
        rows: QuerySet[JobRun] = super().get_queryset(request)
        is_list = (
            request.resolver_match is not None
            and request.resolver_match.url_name == "pipeline_jobrun_changelist"
        )
        return rows.defer("traceback") if is_list else rows

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(
            request, {"title": "Jobs", "is_nav_sidebar_enabled": False, **(extra_context or {})}
        )


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    list_display = ["name", "beat_at"]
