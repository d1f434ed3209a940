"""Making a question: what is known now, frozen with the prompt before anybody is asked."""

from datetime import datetime

from django.db import transaction

from matches.forecasters import llm
from matches.forecasters.context import Context
from matches.match_context import context_of_matches
from matches.models import Asking, Match


def context_of(match: Match, *, now: datetime) -> Context:
    """What is known of the match at this moment."""
    return context_of_matches([match.pk], now=now)[match.pk]


def existing_question(match: Match, forecaster_id: int) -> Asking | None:
    """The question to this forecaster about this match and kickoff, if there is one."""
    return Asking.objects.filter(match=match, forecaster=forecaster_id, kickoff_at=match.kickoff_at).first()


def create_question(match: Match, forecaster_id: int, *, model: str, now: datetime) -> Asking:
    """Make the question: what is known now, and the prompt. It commits before anybody is asked."""
    with transaction.atomic():
        context = context_of(match, now=now)
        messages = llm.question(context)
        asking, _ = Asking.objects.get_or_create(  # two attempts at once make one question
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
        return asking
