"""Store the outcome of a step: a prediction, another request, or a miss. Runs in the transaction of the job.

The answer and the prediction commit together; a database trigger decides whether the prediction is in time.
"""

from datetime import datetime
from typing import Any

import structlog
from django.db import IntegrityError, transaction

from matches.forecasters.context import one_line
from matches.llm import usage_limits
from matches.llm.requests import response_policy
from matches.llm.requests.response_policy import NextRequest, ResponseOutcome
from matches.llm.requests.types import Miss, RetryLater, SentRequest, Step
from matches.llm.usage_limits import LONGEST_DETAIL
from matches.models import LLMQuestion, Match, Prediction
from matches.services.predictions import NewPrediction, submit_predictions

log = structlog.get_logger("matches")
Reason, State = LLMQuestion.Reason, LLMQuestion.State
LONGEST_VERSION = 80
TOO_LATE = ResponseOutcome(fault=Reason.LATE, detail="the match had locked when the answer came")


def conclude(step: Step, *, now: datetime) -> datetime | None:
    """Store the outcome of the step. Return the due time of the question's next request, or None."""
    if isinstance(step, RetryLater):
        return step.until
    if isinstance(step, Miss):
        _close_question(step.question, State.MISSED, now=now, reason=step.reason, detail=step.detail)
        return None
    verdict = response_policy.evaluate_reply(step.reply, step.terms.accepted)
    prediction = None if verdict.fault else _submit(step.question, verdict, now)
    if prediction is None and not verdict.fault:
        verdict = ResponseOutcome(verdict.completion, fault=TOO_LATE.fault, detail=TOO_LATE.detail)
    usage_limits.record_usage(step.call, step.reply, verdict, step.terms, now=now)
    if prediction:
        usage_limits.note_success(step.call.endpoint_id)
        _close_question(step.question, State.ANSWERED, now=now, prediction=prediction)
        return None
    if following := _next_request(step, verdict, now):
        return following.at
    _record_miss(step, verdict, now)
    return None


def _submit(question: LLMQuestion, verdict: ResponseOutcome, now: datetime) -> Prediction | None:
    """Submit the prediction. Return None if the match has locked."""
    pick = verdict.pick
    assert pick is not None, "without a fault there is a pick"
    fields = {name: getattr(pick, name) for name in pick.__dataclass_fields__}
    fields["model_version"] = verdict.completion.model[:LONGEST_VERSION] if verdict.completion else ""
    new = NewPrediction(match_id=question.match_id, forecaster_id=question.forecaster_id, **fields)
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


def _next_request(step: SentRequest, verdict: ResponseOutcome, now: datetime) -> NextRequest | None:
    made = list(step.question.requests.order_by("pk").values_list("purpose", flat=True))
    lock_at = Match.objects.values_list("lock_at", flat=True).get(pk=step.question.match_id)
    return response_policy.next_request(verdict, step.reply, made, now=now, lock_at=lock_at)


def _record_miss(step: SentRequest, verdict: ResponseOutcome, now: datetime) -> None:
    if verdict.fault in LLMQuestion.FAULTS:
        usage_limits.note_failure(step.call.endpoint_id, now=now)
    else:
        usage_limits.end_trial(step.call, now=now)
    _close_question(step.question, State.MISSED, now=now, reason=verdict.fault, detail=verdict.detail)


def _close_question(question: LLMQuestion, state: str, *, now: datetime, **how: Any) -> None:
    ended = {"state": state, "ended_at": now, **how}
    for name, value in ended.items():
        setattr(question, name, one_line(value, LONGEST_DETAIL) if name == "detail" else value)
    question.save(update_fields=None if question.pk is None else list(ended))
    log.info("question ended", state=state, reason=question.reason, forecaster=question.forecaster_id)
