"""The language model as a writer of roundups: the same client, gate and history as for forecasts.

It is asked while a draft is made, outside any transaction. Who checks the text, and who takes over where it
is of no use, stands in content/roundups/generate.py.
"""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from content.roundups.facts import Facts
from content.roundups.writers import llm_prompt
from content.roundups.writers.llm_prompt import Prose
from content.roundups.writers.registry import Article, WriterFailed
from matches.forecasters.llm import Messages, Unusable
from matches.llm import usage_limits
from matches.llm.endpoint_config import EndpointConfig, NotConfigured
from matches.llm.requests.builder import request_to
from matches.llm.requests.chat_client import Client, ClientMissing, OpenAIClient, Reply
from matches.llm.requests.response_policy import ResponseOutcome, read_reply, unusable_text
from matches.llm.secrets import KeyUnusable, Secret, key_of
from matches.llm.usage_limits import RequestToReserve, UsageRefused
from matches.models import Endpoint, LLMQuestion, LLMRequest

SPARE = 20  # seconds of a job's time that are not for waiting; two texts share the rest
HOPELESS = (LLMQuestion.Reason.REFUSAL, LLMQuestion.Reason.OTHER_MODEL)  # a second try would only cost


@dataclass(frozen=True, slots=True)
class _Ready:
    """An endpoint that can be asked."""

    endpoint: Endpoint
    terms: EndpointConfig
    key: Secret | None


class LlmWriter:
    """Facts in, prose out."""

    name, fallback = "llm", "template"

    def __init__(self, client: Client | None = None) -> None:
        self.client: Client = client or OpenAIClient()

    def assign(self, facts: Facts) -> "LlmAssignment":
        return LlmAssignment(self.client, facts)


class LlmAssignment:
    """One article: its texts so far, what they took, and whether anybody was asked at all."""

    def __init__(self, client: Client, facts: Facts) -> None:
        self._client, self._facts = client, facts
        self._asked: Endpoint | None = None
        self._said, self._tokens = "", 0

    def write(self) -> Article:
        """The first text. Raises WriterFailed."""
        return self._text(llm_prompt.question(self._facts))

    def correct(self, why: str) -> Article:
        """The second one, asked for with what was wrong. Raises WriterFailed."""
        return self._text(llm_prompt.correction(llm_prompt.question(self._facts), self._said, why))

    def learn(self, *, accepted: bool) -> None:
        """Five articles in a row that came to nothing pause the endpoint, as with a forecaster."""
        if self._asked is None:
            return
        with transaction.atomic():
            if accepted:
                usage_limits.note_success(self._asked.pk)
            else:
                usage_limits.note_failure(self._asked.pk, now=timezone.now())

    def _text(self, messages: Messages) -> Article:
        ready = _ready(self._client)
        call = self._let_through(ready, messages)
        reply = self._ask(ready, call)
        verdict, text = _read(reply, ready.terms)
        self._store(ready, call, reply, verdict)
        if text is None:
            hopeless = verdict.fault in HOPELESS or ((reply.status or 0) >= 400 and not reply.is_transient)
            raise WriterFailed(f"{verdict.fault}: {verdict.detail}", for_good=hopeless)
        model = verdict.completion.model if verdict.completion else ""
        return Article(
            title=text.title,
            summary=text.summary,
            body=text.body,
            writer=LlmWriter.name,
            model=model[:80],
            tokens=self._tokens,
        )

    def _let_through(self, ready: _Ready, messages: Messages) -> LLMRequest:
        goes_on = self._asked is not None
        match_id = self._facts["match"]["id"]
        wanted = RequestToReserve(
            purpose=LLMRequest.Purpose.WRITE, messages=messages, match_id=match_id, goes_on=goes_on
        )
        try:
            call = usage_limits.reserve_request(ready.endpoint.pk, wanted, ready.terms, now=timezone.now())
        except UsageRefused as refused:
            raise WriterFailed(f"{refused.reason}: {refused.detail}", for_good=True) from refused
        self._asked = ready.endpoint
        return call

    def _ask(self, ready: _Ready, call: LLMRequest) -> Reply:
        request = request_to(
            ready.endpoint,
            ready.terms,
            ready.key,
            call.messages,
            schema=llm_prompt.SCHEMA,
            seconds=(settings.JOB_TIMEOUT - SPARE) / 2,
        )
        return self._client.ask(request)

    def _store(self, ready: _Ready, call: LLMRequest, reply: Reply, verdict: ResponseOutcome) -> None:
        with transaction.atomic():
            usage_limits.record_usage(call, reply, verdict, ready.terms, now=timezone.now())
        if completion := verdict.completion:
            self._said = completion.text
            self._tokens += (completion.tokens_in or 0) + (completion.tokens_out or 0)


def _ready(client: Client) -> _Ready:
    """The endpoint of the roundup writer. Raises WriterFailed."""
    endpoint = Endpoint.objects.filter(purpose=Endpoint.Purpose.ROUNDUPS, enabled=True).first()
    if endpoint is None:
        raise WriterFailed(
            "There is no endpoint for the roundup writer: add one in the admin.", for_good=True
        )
    try:
        client.require()
        return _Ready(endpoint, EndpointConfig.of(endpoint), key_of(endpoint))
    except (ClientMissing, NotConfigured, KeyUnusable) as missing:
        raise WriterFailed(str(missing), for_good=True) from missing


def _read(reply: Reply, terms: EndpointConfig) -> tuple[ResponseOutcome, Prose | None]:
    verdict = read_reply(reply, terms.accepted)
    if verdict.completion is None or verdict.fault:
        return verdict, None
    try:
        return verdict, llm_prompt.read_prose(verdict.completion.text)
    except Unusable as unusable:
        return unusable_text(verdict.completion, unusable), None
