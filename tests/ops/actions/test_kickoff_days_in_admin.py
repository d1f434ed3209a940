"""Operators enter kickoffs of which only the day is known, and complete them later."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from matches.models import KickoffMove, Match
from ops.actions.stale_form import match_state
from tests.factories import MatchFactory

pytestmark = pytest.mark.django_db


def move(client, match: Match, **answers: object) -> str:
    match.refresh_from_db()
    sent = {"confirmed": "yes", "reason": "the league says so", "seen": match_state(match), **answers}
    path = reverse("admin:matches_match_do", args=[match.pk, "kickoff"])
    return client.post(path, sent, follow=True).content.decode()


def noon(**more: object) -> Match:
    """A match at noon in two days."""
    kickoff_at = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=2)
    return MatchFactory(kickoff_at=kickoff_at, **more)


def when(match: Match) -> dict[str, str]:
    return {"kickoff_at_0": f"{match.kickoff_at:%Y-%m-%d}", "kickoff_at_1": f"{match.kickoff_at:%H:%M:%S}"}


def test_a_move_to_a_day_makes_the_time_unknown(admin_client):
    match = noon()

    page = move(admin_client, match, kickoff_at_0="2026-12-24", kickoff_at_1="00:00:00", day_only="on")

    match.refresh_from_db()
    assert not match.kickoff_time_known
    assert "Kickoff is 2026-12-24, time unknown." in page


def test_the_time_is_completed_without_a_move(admin_client):
    match = noon(kickoff_time_known=False)

    move(admin_client, match, **when(match))

    match.refresh_from_db()
    assert match.kickoff_time_known
    assert not KickoffMove.objects.exists()


def test_the_same_kickoff_again_changes_nothing(admin_client):
    match = noon(kickoff_time_known=False)

    page = move(admin_client, match, **when(match), day_only="on")

    assert "The match already has this kickoff; nothing was changed." in page
