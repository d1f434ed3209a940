"""The language model as a writer of roundups, with the client, limits and history of LLM forecasts.

Requests are sent while a draft is made, outside any transaction. content/roundups/generate.py checks the
text, and uses the template if it is refused.
"""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from content.roundups.facts import Document
from content.roundups.writers import llm_prompt
from content.roundups.writers.article import Article, WriterFailed
from content.roundups.writers.llm_prompt import Prose
from matches.forecasters.llm import InvalidAnswer, Messages
from matches.llm import chat_client, usage_limits
from matches.llm.chat_client import Reply
from matches.llm.endpoint_config import EndpointConfig
from matches.llm.response_policy import ResponseOutcome, invalid_answer, parse_reply
from matches.llm.secrets import NotConfigured
from matches.llm.usage_limits import UsageRefused
from matches.models import Endpoint, LLMQuestion, LLMRequest

NAME = "llm"
RESERVED = 20  # seconds of a job that are not for waiting; two texts share the rest
HOPELESS = (LLMQuestion.Reason.REFUSAL, LLMQuestion.Reason.OTHER_MODEL)  # another request would not help


class Assignment:
    """State of one article: its last text, the tokens used, and the endpoint if a request was sent."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._endpoint: Endpoint | None = None
        self._answer, self._tokens = "", 0

    def write(self) -> Article:
        """Return the first text. Raises WriterFailed."""
        return self._text(llm_prompt.question(self._document))

    def correct(self, why: str) -> Article:
        """Return a second text, requested with the reason why the first was refused. Raises WriterFailed."""
        return self._text(llm_prompt.correction(llm_prompt.question(self._document), self._answer, why))

    def learn(self, *, accepted: bool) -> None:
        """Record a success or failure; five failures in a row pause the endpoint, as for forecasters."""
        if self._endpoint is None:
            return
        with transaction.atomic():
            if accepted:
                usage_limits.record_success(self._endpoint.pk)
            else:
                usage_limits.record_failure(self._endpoint.pk, now=timezone.now())

    def _text(self, messages: Messages) -> Article:
        config = _config()
        call = self._reserve(config, messages)
        reply = self._send(config, call)
        outcome, text = _parse(reply, config)
        self._store(config, call, reply, outcome)
        if text is None:
            hopeless = outcome.fault in HOPELESS or ((reply.status or 0) >= 400 and not reply.is_transient)
            raise WriterFailed(f"{outcome.fault}: {outcome.detail}", for_good=hopeless)
        model = outcome.completion.model if outcome.completion else ""
        return Article(
            title=text.title,
            summary=text.summary,
            body=text.body,
            writer=NAME,
            model=model[:80],
            tokens=self._tokens,
        )

    def _reserve(self, config: EndpointConfig, messages: Messages) -> LLMRequest:
        call = LLMRequest(
            purpose=LLMRequest.Purpose.WRITE, messages=messages, match_id=self._document.facts["match"]["id"]
        )
        ignore_pause = self._endpoint is not None
        try:
            usage_limits.reserve_request(config, call, now=timezone.now(), ignore_pause=ignore_pause)
        except UsageRefused as refused:
            raise WriterFailed(f"{refused.reason}: {refused.detail}", for_good=True) from refused
        self._endpoint = config.endpoint
        return call

    def _send(self, config: EndpointConfig, call: LLMRequest) -> Reply:
        seconds = (settings.JOB_TIMEOUT - RESERVED) / 2
        return chat_client.send(config.request(call.messages, schema=llm_prompt.SCHEMA, seconds=seconds))

    def _store(
        self, config: EndpointConfig, call: LLMRequest, reply: Reply, outcome: ResponseOutcome
    ) -> None:
        with transaction.atomic():
            usage_limits.record_usage(call, reply, outcome, config, now=timezone.now())
        if completion := outcome.completion:
            self._answer = completion.text
            self._tokens += (completion.tokens_in or 0) + (completion.tokens_out or 0)


def _config() -> EndpointConfig:
    """Return the configuration of the roundup writer's endpoint. Raises WriterFailed."""
    endpoint = Endpoint.objects.filter(purpose=Endpoint.Purpose.ROUNDUPS, enabled=True).first()
    if endpoint is None:
        raise WriterFailed(
            "There is no endpoint for the roundup writer: add one in the admin.", for_good=True
        )
    try:
        return EndpointConfig.of(endpoint)
    except NotConfigured as error:
        raise WriterFailed(str(error), for_good=True) from error


def _parse(reply: Reply, config: EndpointConfig) -> tuple[ResponseOutcome, Prose | None]:
    outcome = parse_reply(reply, config.accepted)
    if outcome.completion is None or outcome.fault:
        return outcome, None
    try:
        return outcome, llm_prompt.read_prose(outcome.completion.text)
    except InvalidAnswer as invalid:
        return invalid_answer(outcome.completion, invalid), None
