"""Pipeline job `predict_match`: request a prediction from an LLM forecaster."""

from django.utils import timezone

from core.pipeline import ledger, registry
from core.pipeline.models import JobRun
from core.pipeline.runner import Skip
from matches.llm import prepare, schedule
from matches.llm.conclude import conclude
from matches.llm.requests.chat_client import Client, OpenAIClient
from matches.llm.requests.types import Step, send

client: Client = OpenAIClient()


def _send_request(run: JobRun) -> Step:
    """Freeze the question, reserve its usage and send the request, before the job's transaction begins."""
    client.require()
    try:
        step = prepare.prepare(*schedule.pair_of(run.key), now=timezone.now())
    except prepare.NothingToAsk as reason:
        raise Skip(str(reason)) from reason
    return send(step, client)


IMPORTS = ("openai.resources.chat", "cryptography.fernet")  # the optional extra of requirements-llm.txt


@registry.job(queue=schedule.QUEUE, prepare=_send_request, longest_wait=None, imports=IMPORTS)
def predict_match(*, run: JobRun, prepared: Step) -> None:
    """Store the prediction or the miss, or postpone the job until the question's next request."""
    now = timezone.now()
    if until := conclude(prepared, now=now):
        ledger.postpone(run, until=until, now=now)
