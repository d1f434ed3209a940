"""Pipeline job `predict_match`: request a prediction from an LLM forecaster."""

from dataclasses import replace

from django.utils import timezone

from core.pipeline import ledger, registry
from core.pipeline.models import JobRun
from core.pipeline.runner import Skip
from matches.llm import chat_client, schedule
from matches.llm.conclude import conclude
from matches.llm.prepare import NoQuestionDue, PreparedRequest, Step, prepare

IMPORTS = ("cryptography.fernet",)  # the optional extra of requirements-llm.txt


def _send_request(run: JobRun) -> Step:
    """Create the question, reserve its usage and send the request, before the job's transaction begins."""
    try:
        step = prepare(*schedule.parse_key(run.key), now=timezone.now())
    except NoQuestionDue as reason:
        raise Skip(str(reason)) from reason
    return replace(step, reply=chat_client.send(step.request)) if isinstance(step, PreparedRequest) else step


@registry.job(queue=schedule.QUEUE, prepare=_send_request, longest_wait=None, imports=IMPORTS)
def predict_match(*, run: JobRun, prepared: Step) -> None:
    """Store the prediction or the miss, or postpone the job until the question's next request."""
    now = timezone.now()
    if until := conclude(prepared, now=now):
        ledger.postpone(run, until=until, now=now)
