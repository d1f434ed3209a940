"""Create questions: context and prompt are frozen in the database before the first request."""

from datetime import datetime

from django.db import transaction

from matches.forecasters import llm
from matches.forecasters.context import Context
from matches.match_context import context_of_matches
from matches.models import LLMQuestion, Match


def context_of(match: Match, *, now: datetime) -> Context:
    """Return the prompt context of the match as known at `now`."""
    return context_of_matches([match.pk], now=now)[match.pk]


def existing_question(match: Match, forecaster_id: int) -> LLMQuestion | None:
    """Return the forecaster's question about this match at its current kickoff, or None."""
    return LLMQuestion.objects.filter(
        match=match, forecaster=forecaster_id, kickoff_at=match.kickoff_at
    ).first()


def create_question(match: Match, forecaster_id: int, *, model: str, now: datetime) -> LLMQuestion:
    """Create the question with its context and prompt. Commits before the first request is sent."""
    with transaction.atomic():
        context = context_of(match, now=now)
        messages = llm.question(context)
        question, _ = LLMQuestion.objects.get_or_create(  # concurrent attempts must share one question
            match=match,
            forecaster_id=forecaster_id,
            kickoff_at=match.kickoff_at,
            defaults={
                "model": model,
                "context": context,
                "messages": messages,
                "prompt_hash": llm.prompt_hash(messages),
                "frozen_at": now,
            },
        )
        return question
