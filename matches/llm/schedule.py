"""Schedule of LLM predictions: one job per match and forecaster, at kickoff minus PREDICT_BEFORE.

Jobs are updated in the transaction that changes a match, a forecaster or an endpoint. The reconciler adds any
that are missing.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from core.pipeline import scheduling
from core.pipeline.models import match_subject
from core.pipeline.scheduling import ScheduledRun
from matches.models import Endpoint, Forecaster, KickoffMove, LLMQuestion, Match, ResultRevision
from matches.statuses import POSTPONED_OR_SUSPENDED, Status

KIND, QUEUE = "predict_match", "forecasts"
NOT_DUE = "The match has no valid kickoff, or the forecaster has no enabled endpoint (any more)."


def active_endpoints() -> QuerySet[Endpoint]:
    """Return the enabled endpoints of LLM forecasters that are not retired."""
    return Endpoint.objects.filter(
        purpose=Endpoint.Purpose.FORECASTS,
        enabled=True,
        forecaster__kind=Forecaster.Kind.LLM,
        forecaster__retired_at=None,
    ).select_related("forecaster")


def is_active_for(endpoint: Endpoint, match: Match) -> bool:
    """Return True if the endpoint's forecaster is active by the kickoff of the match."""
    forecaster = endpoint.forecaster
    return forecaster is not None and (
        forecaster.active_from is None or forecaster.active_from <= match.kickoff_at
    )


def predictable_matches() -> QuerySet[Match]:
    """Return the matches about which LLM forecasters can be asked: those with a valid kickoff.

    These are scheduled matches, and postponed or suspended matches whose kickoff was moved after that status
    was recorded.
    """
    newest = ResultRevision.objects.filter(
        match=OuterRef(OuterRef("pk")), version=OuterRef(OuterRef("result_version"))
    )
    moved_since = KickoffMove.objects.filter(
        match=OuterRef("pk"),
        new_kickoff_at=OuterRef("kickoff_at"),
        moved_at__gte=Subquery(newest.values("recorded_at")[:1]),
    )
    return Match.objects.filter(
        Q(status=Status.SCHEDULED) | Q(status__in=POSTPONED_OR_SUSPENDED) & Exists(moved_since)
    )


def job_key(match_id: int, forecaster_id: int) -> str:
    return f"{match_id}-{forecaster_id}"


def parse_key(key: str) -> tuple[int, int]:
    """Return the match id and the forecaster id of a job's key."""
    match_id, _, forecaster_id = key.partition("-")
    return int(match_id), int(forecaster_id)


def reschedule_matches(match_ids: Collection[int], *, now: datetime) -> None:
    """Reschedule the jobs of these matches for their current kickoffs, or cancel them."""
    endpoints = list(Endpoint.objects.filter(purpose=Endpoint.Purpose.FORECASTS))
    if endpoints:
        _update_jobs(Match.objects.filter(pk__in=match_ids), endpoints, now)


def reschedule_forecaster(forecaster_id: int, *, now: datetime) -> None:
    """Reschedule or cancel the forecaster's jobs for all matches that have not locked."""
    endpoints = list(Endpoint.objects.filter(forecaster=forecaster_id))
    if endpoints:
        _update_jobs(Match.objects.filter(lock_at__gt=now), endpoints, now)


def _update_jobs(matches: QuerySet[Match], endpoints: list[Endpoint], now: datetime) -> None:
    active = set(active_endpoints().filter(pk__in=[each.pk for each in endpoints]))
    open_matches = matches.filter(pk__in=predictable_matches().filter(lock_at__gt=now).values("pk"))
    expected = scheduled_runs(open_matches, active)
    all_keys = {
        job_key(pk, each.forecaster_id)
        for pk in matches.values_list("pk", flat=True)
        for each in endpoints
        if each.forecaster_id
    }
    scheduling.unschedule(KIND, all_keys - expected.keys(), why=NOT_DUE, now=now)
    scheduling.reschedule(KIND, expected, now=now)


def scheduled_runs(matches: Iterable[Match], endpoints: Iterable[Endpoint]) -> dict[str, ScheduledRun]:
    """Return the due time of each forecaster's question about each match, by job key.

    Leaves out closed questions, and forecasters that are not active by the kickoff.
    """
    matches = list(matches)
    ended = LLMQuestion.objects.filter(match__in=[match.pk for match in matches]).exclude(
        state=LLMQuestion.State.OPEN
    )
    closed = set(ended.values_list("match_id", "forecaster_id", "kickoff_at"))
    return {
        job_key(match.pk, endpoint.forecaster_id): ScheduledRun(
            match_subject(match.pk), match.kickoff_at - settings.PREDICT_BEFORE
        )
        for endpoint in endpoints
        for match in matches
        if endpoint.forecaster_id
        and is_active_for(endpoint, match)
        and (match.pk, endpoint.forecaster_id, match.kickoff_at) not in closed
    }
