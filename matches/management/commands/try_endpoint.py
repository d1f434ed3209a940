"""`manage.py try_endpoint SLUG`: send a question about a fictitious match to an LLM forecaster's endpoint."""

from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone

from core.management.base import Command as BaseCommand
from matches.forecasters import llm
from matches.forecasters.context import SCHEMA, Context
from matches.llm import chat_client, usage_limits
from matches.llm.endpoint_config import EndpointConfig
from matches.llm.response_policy import ResponseOutcome, evaluate_reply
from matches.llm.secrets import NotConfigured
from matches.llm.usage_limits import UsageRefused
from matches.models import Endpoint, LLMRequest

ROUNDUPS = "roundups"


def example(now: datetime) -> Context:
    """Return the context of a fictitious match, so that the trial is not a forecast of a real match."""
    side = {"played": 1, "won": 0, "drawn": 1, "lost": 0, "goals_for": 1, "goals_against": 1, "points": 1}
    return {
        "schema": SCHEMA,
        "known_at": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "match": {
            "competition": "Example League",
            "season": "example",
            "stage": "Regular season",
            "stage_kind": "league",
            "round": "Matchday 2",
            "kickoff_at": f"{now + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}",
            "home": "Example United",
            "away": "Example City",
            "score_that_counts": "after 90 minutes",
        },
        "table": [{"place": 1, "team": team, **side} for team in ("Example United", "Example City")],
        "form": {"home": [], "away": []},
        "meetings": [],
        "rest_days": {"home": 7.0, "away": 7.0},
    }


class Command(BaseCommand):
    """Send one real request to the endpoint. It counts against the daily limits.

    The request is stored as an LLMRequest, but there is no LLMQuestion for it.
    """

    help = (
        "Check the endpoint of a forecaster: send a question about a fictitious match, show answer and cost."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "slug",
            metavar="SLUG",
            help=f"slug of the forecaster, or {ROUNDUPS!r} for the endpoint of the roundup writer",
        )
        self.add_dry_run(parser)

    def handle(self, *, slug: str, dry_run: bool, **options: Any) -> None:
        endpoint = _endpoint_of(slug)
        messages = llm.build_prompt(example(timezone.now()))
        try:
            config = EndpointConfig.of(endpoint)
            if dry_run:
                text = f"Would ask {config.model} at {config.base_url}:\n\n{messages[0]['content']}"
                self.answer({"model": config.model, "host": config.host, "dry_run": True}, text)
                return
            call, outcome = self._send(config, messages)
        except (NotConfigured, UsageRefused) as fault:
            raise CommandError(str(fault)) from fault
        self._report(call, outcome)

    def _send(self, config: EndpointConfig, messages: llm.Messages) -> tuple[LLMRequest, ResponseOutcome]:
        """Send the request, store the response, and return both. Ignores a pause of the endpoint.

        Raises UsageRefused if the request would exceed a daily limit.
        """
        call = LLMRequest(purpose=LLMRequest.Purpose.TRIAL, messages=messages)
        usage_limits.reserve_request(config, call, now=timezone.now(), ignore_pause=True)
        self.progress(f"Asking {config.model} at {config.host} ...")
        seconds = config.endpoint.timeout_seconds
        reply = chat_client.send(config.request(messages, schema=llm.SCHEMA, seconds=seconds))
        outcome = evaluate_reply(reply, config.accepted)
        with transaction.atomic():
            usage_limits.record_usage(call, reply, outcome, config, now=timezone.now())
        call.refresh_from_db()
        return call, outcome

    def _report(self, call: LLMRequest, outcome: ResponseOutcome) -> None:
        report = {
            "ok": not outcome.fault,
            "model": call.model,
            "fault": call.fault,
            "detail": call.detail,
            **{name: getattr(call, name) for name in ("tokens_in", "tokens_out", "latency_ms")},
            "cost": None if call.cost is None else float(call.cost),
            "answer": call.text,
        }
        cost = "cost unknown" if call.cost is None else f"cost {call.cost:.6f}"
        used = f"{call.latency_ms} ms, tokens {call.tokens_in} in and {call.tokens_out} out, {cost}"
        if outcome.fault:
            self.answer(report, f"No prediction ({call.fault}): {call.detail}. {used}.")
            raise CommandError("The endpoint did not return a prediction.")
        self.answer(report, f"{call.model} returned a prediction. {used}.\n{call.text}")


def _endpoint_of(slug: str) -> Endpoint:
    found = (
        Endpoint.objects.filter(purpose=Endpoint.Purpose.ROUNDUPS)
        if slug == ROUNDUPS
        else Endpoint.objects.filter(forecaster__slug=slug)
    )
    endpoint = found.select_related("forecaster").first()
    if endpoint is None:
        raise CommandError(f"No endpoint of {slug!r}; add one in the admin.")
    return endpoint
