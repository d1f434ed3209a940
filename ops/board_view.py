"""Admin page of the pipeline board. It works while Redis is down."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from core.admin.site import AdminPage
from core.pipeline import health
from core.pipeline.admin import seconds
from matches.feeds.sync.issues import open_doubts, open_problems
from matches.models import Competition, Endpoint, FeedProblem, FeedSubscription, UnknownTeam
from matches.services.stages import undecided
from ops import board
from ops.conflicts import conflicts
from ops.overdue import overdue_matches
from ops.steps import URGENCY
from stats.admin import freshness_lines
from stats.refresh import matviews
from stats.refresh.latency import whistle_to_leaderboard
from stats.refresh.view_state import view_states

REFRESH_EVERY = 10  # seconds


@dataclass(frozen=True, slots=True)
class Kpi:
    """Key figure shown above the board."""

    label: str
    value: str
    note: str = ""
    alarm: bool = False


def kpis(*, now: datetime, loads: list[health.QueueLoad]) -> list[Kpi]:
    """Return the key figures in display order."""
    lines = (
        _latency(now),
        _jobs(now, loads),
        [_overdue(now)],
        _doubts(),
        _feeds(),
        _stages(),
        [_reconciler(now)],
        _language_models(),
    )
    return [kpi for line in lines for kpi in line]


def _latency(now: datetime) -> list[Kpi]:
    latency = whistle_to_leaderboard(since=now - board.RECENT_PERIOD)
    if not latency.count:
        return [Kpi("Whistle to leaderboard", "-", "no result in 7 days")]
    note = f"{latency.count} results in 7 days"
    return [
        Kpi("Whistle to leaderboard, median", seconds(latency.median or 0), note),
        Kpi("Whistle to leaderboard, p95", seconds(latency.p95 or 0), note),
    ]


def _jobs(now: datetime, loads: list[health.QueueLoad]) -> list[Kpi]:
    failed = sum(load.failed_today for load in loads)
    late = max((load.overdue_by(now) for load in loads), default=0.0)
    overdue = any(load.is_overdue(now) for load in loads)
    return [
        Kpi("Waiting jobs", str(sum(load.waiting for load in loads)), _in_redis(loads)),
        Kpi("Failed jobs, 24 h", str(failed), alarm=failed > 0),
        Kpi("Oldest waiting job", f"{seconds(late)} late" if late else "none late", alarm=overdue),
    ]


def _in_redis(loads: list[health.QueueLoad]) -> str:
    lengths = [load.in_redis for load in loads if load.in_redis is not None]
    return f"{sum(lengths)} in Redis" if lengths else "Redis is down"


def _overdue(now: datetime) -> Kpi:
    late = overdue_matches(now).count()
    return Kpi("Results overdue", str(late), "4 h after kickoff", alarm=late > 0)


def _doubts() -> list[Kpi]:
    """Return the key figure "Doubts to decide" in a list, or [] if no kickoff or result is in doubt."""
    doubts = open_doubts().count()
    return [Kpi("Doubts to decide", str(doubts), "kickoffs and results", alarm=True)] if doubts else []


def _feeds() -> list[Kpi]:
    """Return the key figure "Feed problems" in a list, or [] if no feed subscription is active.

    Kickoffs and results in doubt are not counted.
    """
    if not FeedSubscription.objects.filter(active=True).exists():
        return []
    problems = open_problems().filter(kind=FeedProblem.Kind.RESPONSE).count()
    names = UnknownTeam.objects.filter(mapped_at__isnull=True).count()
    return [Kpi("Feed problems", str(problems), f"{names} unknown teams", alarm=problems > 0)]


def _stages() -> list[Kpi]:
    """Return the key figure "Stages to decide" in a list, or [] if there are none to decide."""
    count = undecided().count()
    return [Kpi("Stages to decide", str(count), "no table yet; see Stages", alarm=True)] if count else []


def _reconciler(now: datetime) -> Kpi:
    silent = health.reconciler_silent_for(now=now)
    if silent is None:
        return Kpi("Reconciler", "has never run", "start manage.py reconcile_jobs --loop", alarm=True)
    alarm = silent > health.RECONCILER_SILENT.total_seconds()
    return Kpi("Reconciler", f"{seconds(silent)} ago", "its last pass", alarm=alarm)


def _language_models() -> list[Kpi]:
    """Return the key figure "Language models paused" in a list, or [] if no LLM endpoint is enabled."""
    paused = [endpoint.is_paused for endpoint in Endpoint.objects.filter(enabled=True)]
    note = f"of {len(paused)}, after failures in a row"
    return [Kpi("Language models paused", str(sum(paused)), note, alarm=any(paused))] if paused else []


def view(request: HttpRequest) -> HttpResponse:
    """Render the board. `?auto=off` stops the automatic reload."""
    now = timezone.now()
    chosen = {name: request.GET.get(name, "") for name in ("competition", "state", "auto")}
    loads = health.queue_loads(now=now)
    context = {
        **admin.site.each_context(request),
        "title": "Pipeline board",
        "is_nav_sidebar_enabled": False,
        "rows": board.board(now=now, competition=chosen["competition"], state=chosen["state"]),
        "overdue": board.overdue_rows(now=now, competition=chosen["competition"], state=chosen["state"]),
        "provisional": conflicts(now=now, competition=chosen["competition"])
        if chosen["state"] in ("", "stuck")
        else [],
        "kpis": kpis(now=now, loads=loads),
        "loads": [(load, seconds(late) if (late := load.overdue_by(now)) else "") for load in loads],
        "redis_is_down": any(load.in_redis is None for load in loads),
        "freshness": freshness_lines(view_states(now=now), now=now),
        "data_version": matviews.data_version(),
        "competitions": Competition.objects.all(),
        "states": URGENCY,
        "chosen": chosen,
        "refresh_every": 0 if chosen["auto"] == "off" else REFRESH_EVERY,
        "limit": board.ROWS,
        "now": now,
    }
    return TemplateResponse(request, "admin/pipeline/board.html", context)


PAGE = AdminPage(
    route="pipeline/board/",
    name="pipeline_board",
    title="Pipeline board",
    about="Every recent result: scored, counted, published, and what is stuck.",
    permission="pipeline.view_jobrun",
    view=view,
)
