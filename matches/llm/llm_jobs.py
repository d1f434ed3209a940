"""The matches app's job: ask a language model for its pick."""

from django.utils import timezone

from core.pipeline import ledger, registry
from core.pipeline.models import JobRun
from core.pipeline.runner import Skip
from matches.llm import prepare, schedule
from matches.llm.conclude import conclude
from matches.llm.requests.chat_client import Client, OpenAIClient
from matches.llm.requests.types import Step, send

client: Client = OpenAIClient()


def _ask(run: JobRun) -> Step:
    """What comes before the transaction: the frozen question, its share of the budget, and the request."""
    client.require()
    try:
        step = prepare.prepare(*schedule.pair_of(run.key), now=timezone.now())
    except prepare.NothingToAsk as reason:
        raise Skip(str(reason)) from reason
    return send(step, client)


IMPORTS = ("openai.resources.chat", "cryptography.fernet")  # the optional extra of requirements-llm.txt


@registry.job(queue=schedule.QUEUE, prepare=_ask, longest_wait=None, imports=IMPORTS)
def predict_match(*, run: JobRun, prepared: Step) -> None:
    """Store the pick, or the miss; or wait for the next request of the same question."""
    now = timezone.now()
    if until := conclude(prepared, now=now):
        ledger.postpone(run, until=until, now=now)
