"""Signal receivers and reconciler checks that keep the LLM prediction jobs and questions up to date.

Signals cover services and the admin alike. Bulk creation sends none, so `services.add_matches` schedules
its own jobs. The reconciler finds questions without a scheduled job, and open questions that no job will
close.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone

from core.pipeline import reconciler, scheduling
from core.pipeline.models import JobRun
from matches.llm import schedule
from matches.llm.schedule import (
    KIND,
    active_endpoints,
    job_key,
    parse_key,
    predictable_matches,
    scheduled_runs,
)
from matches.models import Endpoint, Forecaster, KickoffMove, LLMQuestion, Match
from matches.statuses import PLAYED

KICKOFF_FIELDS = {"kickoff_at", "lock_at", "status"}
HORIZON = timedelta(days=2)  # later matches are covered by later runs of the reconciler


@receiver(post_save, sender=Match)
def on_match_saved(instance: Match, raw: bool, update_fields: frozenset[str] | None, **_: Any) -> None:
    """Reschedule the match's prediction jobs when it is added, moved, called off or reinstated.

    Does nothing for a live or finished match. Its jobs check the status when they run.
    """
    touched = update_fields is None or not KICKOFF_FIELDS.isdisjoint(update_fields)
    if not raw and touched and instance.status not in PLAYED:
        schedule.reschedule_matches([instance.pk], now=timezone.now())


@receiver(post_save, sender=Forecaster)
def on_forecaster_saved(instance: Forecaster, raw: bool, **_: Any) -> None:
    """Reschedule the forecaster's jobs: its start, its retirement or its kind may have changed."""
    if not raw:
        schedule.reschedule_forecaster(instance.pk, now=timezone.now())


@receiver(post_save, sender=Endpoint)
def on_endpoint_saved(instance: Endpoint, raw: bool, **_: Any) -> None:
    """Schedule or cancel jobs of upcoming matches when an endpoint is added, enabled or disabled."""
    if not raw and instance.forecaster_id:
        schedule.reschedule_forecaster(instance.forecaster_id, now=timezone.now())


def schedule_missing_jobs(now: datetime) -> int:
    """Schedule missing prediction jobs of matches that kick off soon. Return the number of jobs scheduled.

    A job that failed permanently or was cancelled is not scheduled again unless the kickoff moved afterwards.
    """
    endpoints = list(active_endpoints())
    if not endpoints:
        return 0
    soon = predictable_matches().filter(
        lock_at__gt=now, kickoff_at__lt=now + settings.PREDICT_BEFORE + HORIZON
    )
    expected = scheduled_runs(soon, endpoints)
    runs = JobRun.objects.filter(kind=KIND, key__in=list(expected))
    known = set(runs.filter(state__in=JobRun.OPEN).values_list("key", flat=True)) | _keys_not_to_reschedule(
        runs
    )
    missing = {key: each for key, each in expected.items() if key not in known}
    return len(scheduling.reschedule(KIND, missing, now=now))


def _keys_not_to_reschedule(runs: QuerySet[JobRun]) -> set[str]:
    """Return the keys of failed or cancelled jobs whose match was not moved after the job ended."""
    ended = runs.filter(state__in=[JobRun.State.FAILED, JobRun.State.CANCELLED])
    found = list(ended.values_list("key", "finished_at"))
    moves = KickoffMove.objects.filter(match__in={parse_key(key)[0] for key, _ in found})
    moved_at = dict(moves.order_by("moved_at").values_list("match_id", "moved_at"))
    return {key for key, at in found if at and at >= moved_at.get(parse_key(key)[0], at)}


def close_abandoned_questions(now: datetime) -> int:
    """Close open questions that no job will close. Return the number of questions closed.

    These are questions about an earlier kickoff if their job is not running, and questions about a locked
    match if their job is neither queued nor running.
    """
    moved = ~Q(kickoff_at=F("match__kickoff_at"))
    unended = LLMQuestion.objects.filter(moved | Q(match__lock_at__lte=now), state=LLMQuestion.State.OPEN)
    left = list(unended.annotate(moved=moved))
    keys = {job_key(question.match_id, question.forecaster_id) for question in left}
    runs = JobRun.objects.filter(kind=KIND, key__in=keys, state__in=JobRun.OPEN)
    states = list(runs.values_list("key", "state"))
    running = {key for key, state in states if state == JobRun.State.RUNNING}
    unfinished = {key for key, _ in states}
    return sum(
        _close_question(question, now)
        for question in left
        if job_key(question.match_id, question.forecaster_id)
        not in (running if question.moved else unfinished)
    )


def _close_question(question: LLMQuestion, now: datetime) -> int:
    reason = LLMQuestion.Reason.MOVED if question.moved else LLMQuestion.Reason.LOST  # type: ignore[attr-defined]
    detail = "" if reason == LLMQuestion.Reason.MOVED else "its job had failed before the match locked"
    still_open = LLMQuestion.objects.filter(pk=question.pk, state=LLMQuestion.State.OPEN)
    return still_open.update(state=LLMQuestion.State.MISSED, reason=reason, detail=detail, ended_at=now)


reconciler.register("questions not asked", schedule_missing_jobs)
reconciler.register("questions left open", close_abandoned_questions)
