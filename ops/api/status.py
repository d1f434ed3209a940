"""GET /api/v1/status/: freshness of results and statistics, cheap enough to poll every few seconds."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from redis.exceptions import RedisError
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from content.pages.selectors import freshness
from core.api.renderers import JSONRenderer
from core.api.serializers import ReadOnlySerializer
from core.api.views import PublicView
from core.pipeline import rq_backend
from core.pipeline.models import JobRun
from ops import problem
from ops.counts import jobs_by_state
from stats.models import ViewRefresh
from stats.refresh.view_state import view_states

STATES = [("fresh", "fresh"), ("updating", "updating"), ("late", "late"), ("empty", "empty")]


class ViewStatusSerializer(ReadOnlySerializer):
    """Newest refresh of a view; all fields but `name` are null before the first refresh."""

    name = serializers.CharField()
    data_version = serializers.IntegerField(allow_null=True)
    refreshed_at = serializers.DateTimeField(allow_null=True)
    refresh_seconds = serializers.FloatField(allow_null=True, help_text="How long the refresh took.")
    rows = serializers.IntegerField(allow_null=True)
    through_settlement = serializers.IntegerField(
        allow_null=True, help_text="The newest settlement it counts."
    )


class LastCountedSerializer(ReadOnlySerializer):
    """The last result that reached the leaderboards."""

    match = serializers.IntegerField(help_text="The match's id.")
    recorded_at = serializers.DateTimeField(allow_null=True)
    counted_at = serializers.DateTimeField(allow_null=True)
    whistle_to_leaderboard_seconds = serializers.FloatField(allow_null=True)


class PipelineProblemSerializer(ReadOnlySerializer):
    """Current problem of the pipeline, as shown on the status page."""

    text = serializers.CharField(help_text="One sentence, with the time.")
    since = serializers.DateTimeField(allow_null=True)


class StatusSerializer(ReadOnlySerializer):
    """Freshness of the statistics and load of the pipeline."""

    state = serializers.ChoiceField(
        choices=STATES,
        help_text="`updating`: a result is not yet on the leaderboards; `late`: for more than a minute.",
    )
    problem = PipelineProblemSerializer(allow_null=True, help_text="Null if everything works.")
    data_version = serializers.IntegerField(help_text="Of the leaderboards; 0 before their first refresh.")
    last_counted = LastCountedSerializer(allow_null=True)
    views = ViewStatusSerializer(many=True)
    queues = serializers.DictField(
        child=serializers.IntegerField(),
        allow_null=True,
        help_text="Jobs in each Redis queue; null while Redis is down.",
    )
    queues_unavailable = serializers.CharField(allow_null=True, help_text="Why `queues` is null.")
    jobs = serializers.DictField(child=serializers.IntegerField(), help_text="Jobs in the ledger by state.")


class StatusView(PublicView):
    """Freshness of each view, last delay from result to leaderboard, queues and jobs.

    Available while Redis is down; `queues` is null then.
    """

    renderer_classes = [JSONRenderer]

    @extend_schema(summary="Status", responses=StatusSerializer)
    def get(self, request: Request) -> Response:
        queues, unavailable = _queues()
        now = timezone.now()
        boards = freshness.current(now)
        status = {
            "state": boards.state,
            "problem": problem.current(now, view_states(now=now)),
            "data_version": boards.data_version,
            "last_counted": _last_counted(),
            "views": [_view(name, newest) for name, newest in freshness.newest_refreshes()],
            "queues": queues,
            "queues_unavailable": unavailable,
            "jobs": _jobs(),
        }
        return Response(StatusSerializer(status).data, headers={"Cache-Control": "no-cache"})


def _last_counted() -> dict[str, Any] | None:
    last: Any = freshness.settled_by_results().first()
    if last is None:
        return None
    seconds = freshness.seconds_between(last.recorded_at, last.fresh_at)
    return {
        "match": last.match_id,
        "recorded_at": last.recorded_at,
        "counted_at": last.fresh_at,
        "whistle_to_leaderboard_seconds": seconds,
    }


def _view(name: str, newest: ViewRefresh | None) -> dict[str, Any]:
    seconds = freshness.seconds_between(newest.started_at, newest.finished_at) if newest else None
    return {
        "name": name,
        "data_version": newest and newest.pk,
        "refreshed_at": newest and newest.finished_at,
        "refresh_seconds": seconds,
        "rows": newest and newest.rows,
        "through_settlement": newest and newest.through_settlement,
    }


def _queues() -> tuple[dict[str, int] | None, str | None]:
    """Return (length of each Redis queue, None), or (None, error message) if Redis does not respond."""
    try:
        return rq_backend.queue_depths(), None
    except RedisError:
        return (
            None,
            "Redis does not respond. Results are recorded all the same; their jobs wait in the ledger.",
        )


def _jobs() -> dict[str, int]:
    """Return the number of jobs in the ledger for each state, zeros included."""
    counts = jobs_by_state().values()
    return {state: sum(by_state.get(state, 0) for by_state in counts) for state in JobRun.State.values}
