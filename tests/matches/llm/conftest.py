"""Fixtures of an LLM forecaster, The Sage, with an endpoint on this machine, and of matches to predict."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from core.pipeline.models import JobRun
from matches.models import Endpoint, Forecaster, LLMQuestion, Match
from tests.factories import EndpointFactory, MatchFactory
from tests.loopback_llm import LoopbackEndpoint, loopback_endpoint
from tests.pipeline_helpers import run_job

KIND = "predict_match"


@pytest.fixture
def endpoint_server() -> Iterator[LoopbackEndpoint]:
    """OpenAI-compatible endpoint whose responses are set by the test."""
    with loopback_endpoint() as server:
        yield server


@pytest.fixture
def endpoint(db, endpoint_server) -> Endpoint:
    """Endpoint row of The Sage."""
    return EndpointFactory(base_url=endpoint_server.url)


@pytest.fixture
def sage(endpoint) -> Forecaster:
    return endpoint.forecaster


@pytest.fixture
def match(sage) -> Match:
    """Ashford - Barrow in twenty minutes: The Sage's prediction job is due."""
    return soon()


def soon(minutes: float = 20, **more: object) -> Match:
    return MatchFactory(kickoff_at=timezone.now() + timedelta(minutes=minutes), **more)


def waiting(**about: object) -> JobRun:
    """Return the only queued prediction job (with these attributes)."""
    return JobRun.objects.get(kind=KIND, state=JobRun.State.QUEUED, **about)


def run_once(run: JobRun | None = None) -> JobRun:
    """Run the queued job once, also if it is due later."""
    run = run or waiting()
    JobRun.objects.filter(pk=run.pk).update(due_at=timezone.now())
    run_job(run.pk)
    run.refresh_from_db()
    return run


@pytest.fixture
def ask(match, endpoint_server) -> Callable[..., LLMQuestion]:
    """`ask(first, second, ...)`: run jobs against these behaviours until the question is closed."""

    def to_the_end(*behaviours) -> LLMQuestion:
        endpoint_server.behave(*behaviours)
        for _ in range(6):
            run_once()
            question = LLMQuestion.objects.get(match=match)
            if question.state != LLMQuestion.State.OPEN:
                return question
        raise AssertionError("the question does not end")

    return to_the_end
