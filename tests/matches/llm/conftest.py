"""The Sage, a language model that answers on this machine, and matches that it is asked about."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from core.pipeline import runner
from core.pipeline.models import JobRun
from matches.models import Endpoint, Forecaster, LLMQuestion, Match
from tests.factories import EndpointFactory, MatchFactory
from tests.loopback_llm import LoopbackEndpoint, loopback_endpoint

KIND = "predict_match"


@pytest.fixture
def endpoint_server() -> Iterator[LoopbackEndpoint]:
    """An OpenAI-compatible endpoint that answers as the test tells it."""
    with loopback_endpoint() as server:
        yield server


@pytest.fixture
def endpoint(db, endpoint_server) -> Endpoint:
    """Where The Sage answers."""
    return EndpointFactory(base_url=endpoint_server.url)


@pytest.fixture
def sage(endpoint) -> Forecaster:
    return endpoint.forecaster


@pytest.fixture
def match(sage) -> Match:
    """Ashford - Barrow in twenty minutes: The Sage is to be asked about it by now."""
    return soon()


def soon(minutes: float = 20, **more: object) -> Match:
    return MatchFactory(kickoff_at=timezone.now() + timedelta(minutes=minutes), **more)


def waiting(**about: object) -> JobRun:
    """The one job that waits to ask (about this)."""
    return JobRun.objects.get(kind=KIND, state=JobRun.State.QUEUED, **about)


def run_once(run: JobRun | None = None) -> JobRun:
    """Run the job that waits, once, whenever it is due."""
    run = run or waiting()
    JobRun.objects.filter(pk=run.pk).update(due_at=timezone.now())
    runner.run_job(run.pk)
    run.refresh_from_db()
    return run


@pytest.fixture
def ask(match, endpoint_server) -> Callable[..., LLMQuestion]:
    """`ask(first, second, ...)`: put the question to an endpoint that behaves like this, to the end."""

    def to_the_end(*behaviours) -> LLMQuestion:
        endpoint_server.behave(*behaviours)
        for _ in range(6):
            run_once()
            question = LLMQuestion.objects.get(match=match)
            if question.state != LLMQuestion.State.OPEN:
                return question
        raise AssertionError("the question does not end")

    return to_the_end
