"""A season is closed once and stays closed."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.pipeline.models import JobRun
from matches.services.seasons import close_season
from tests.factories import SeasonFactory

pytestmark = pytest.mark.django_db


def test_closing_a_closed_season_changes_nothing_and_asks_for_no_refresh():
    season, at = SeasonFactory(), timezone.now()
    assert close_season(season, closed_at=at)

    assert not close_season(season, closed_at=at + timedelta(days=1))

    season.refresh_from_db()
    assert season.closed_at == at
    assert JobRun.objects.filter(kind="refresh_views").count() == 1


def test_a_season_read_before_it_was_closed_keeps_the_first_day_too():
    season, at = SeasonFactory(), timezone.now()
    close_season(SeasonFactory(), closed_at=at)

    assert not close_season(season, closed_at=at + timedelta(days=1))

    assert season.closed_at == at


def test_the_operation_refuses_and_says_since_when(operator):
    season = SeasonFactory()
    url = reverse("admin:matches_season_do", args=[season.pk, "close"])
    asked = {"confirmed": "yes", "reason": "over"}
    assert operator.post(url, asked).status_code == 302
    season.refresh_from_db()
    first = season.closed_at

    refused = operator.post(url, asked)

    assert f"was closed at {first:%Y-%m-%d %H:%M} UTC already" in refused.content.decode()
    season.refresh_from_db()
    assert season.closed_at == first
