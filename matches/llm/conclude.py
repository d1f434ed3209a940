"""Pipeline job `predict_match`, and its outcome: a prediction, another request, or a miss (no prediction).

The response and the prediction are saved in the transaction of the job. A database trigger refuses a
prediction that is too late.
"""

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import structlog
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.pipeline import ledger, registry
from core.pipeline.models import JobRun
from core.pipeline.runner import Skip
from matches.forecasters.context import one_line
from matches.llm import chat_client, schedule, usage_limits
from matches.llm.prepare import Miss, NoQuestionDue, PreparedRequest, RetryLater, Step, prepare
from matches.llm.response_policy import ResponseOutcome, evaluate_reply, next_request_at
from matches.llm.usage_limits import MAX_DETAIL
from matches.models import LLMQuestion, Match, Prediction
from matches.services.predictions import NewPrediction, submit_predictions

log = structlog.get_logger("matches")
Reason, State = LLMQuestion.Reason, LLMQuestion.State
MAX_VERSION_LENGTH = 80
IMPORTS = ("cryptography.fernet",)  # the optional extra of requirements-llm.txt
TOO_LATE = "the match had locked when the response arrived"


def _send_request(run: JobRun) -> Step:
    """Return the next step, after sending its request if it has one. Runs before the transaction of the job.

    Raises Skip if no question is due.
    """
    try:
        step = prepare(*schedule.parse_key(run.key), now=timezone.now())
    except NoQuestionDue as reason:
        raise Skip(str(reason)) from reason
    return replace(step, reply=chat_client.send(step.request)) if isinstance(step, PreparedRequest) else step


@registry.job(queue=schedule.QUEUE, prepare=_send_request, longest_wait=None, imports=IMPORTS)
def predict_match(*, run: JobRun, prepared: Step) -> None:
    """Store the question's outcome, a prediction or a miss. If another request follows, postpone the job."""
    now = timezone.now()
    if until := conclude(prepared, now=now):
        ledger.postpone(run, until=until, now=now)


def conclude(step: Step, *, now: datetime) -> datetime | None:
    """Store the outcome of the step. Return when the next request is due, or None if none follows."""
    if isinstance(step, RetryLater):
        return step.until
    if isinstance(step, Miss):
        _close_question(step.question, State.MISSED, now=now, reason=step.reason, detail=step.detail)
        return None
    outcome = evaluate_reply(step.reply, step.config.accepted)
    prediction = None if outcome.fault else _submit(step.question, outcome, now)
    if prediction is None and not outcome.fault:
        outcome = ResponseOutcome(outcome.completion, fault=Reason.LATE, detail=TOO_LATE)
    usage_limits.record_usage(step.call, step.reply, outcome, step.config, now=now)
    if prediction:
        usage_limits.record_success(step.call.endpoint_id)
        _close_question(step.question, State.ANSWERED, now=now, prediction=prediction)
        return None
    if due_at := _next_request_at(step, outcome, now):
        return due_at
    _record_miss(step, outcome, now)
    return None


def _submit(question: LLMQuestion, outcome: ResponseOutcome, now: datetime) -> Prediction | None:
    """Store the prediction and return it, or return None if the match has locked."""
    completion, forecast = outcome.completion, outcome.forecast
    assert completion is not None
    assert forecast is not None  # as there is no fault
    new = NewPrediction(
        match_id=question.match_id,
        forecaster_id=question.forecaster_id,
        model_version=completion.model[:MAX_VERSION_LENGTH],
        **asdict(forecast),
    )
    try:
        with transaction.atomic():
            (prediction,) = submit_predictions([new], provenance=Prediction.Provenance.LIVE, now=now)
    except IntegrityError as refused:
        if _violated_constraint(refused) != "prediction_lock":
            raise
        return None
    return prediction


def _violated_constraint(error: IntegrityError) -> str | None:
    """Return the name of the violated constraint, if the database reported one."""
    name: str | None = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    return name


def _next_request_at(step: PreparedRequest, outcome: ResponseOutcome, now: datetime) -> datetime | None:
    purposes = list(step.question.requests.order_by("pk").values_list("purpose", flat=True))
    lock_at = Match.objects.values_list("lock_at", flat=True).get(pk=step.question.match_id)
    return next_request_at(outcome, step.reply, purposes, now=now, lock_at=lock_at)


def _record_miss(step: PreparedRequest, outcome: ResponseOutcome, now: datetime) -> None:
    if outcome.fault in LLMQuestion.FAULTS:
        usage_limits.record_failure(step.call.endpoint_id, now=now)
    else:
        usage_limits.end_trial(step.call, now=now)
    _close_question(step.question, State.MISSED, now=now, reason=outcome.fault, detail=outcome.detail)


def _close_question(
    question: LLMQuestion, state: str, *, now: datetime, detail: str = "", **values: Any
) -> None:
    values |= {"state": state, "ended_at": now, "detail": one_line(detail, MAX_DETAIL)}
    for name, value in values.items():
        setattr(question, name, value)
    question.save(update_fields=None if question.pk is None else list(values))
    log.info("question ended", state=state, reason=question.reason, forecaster=question.forecaster_id)
