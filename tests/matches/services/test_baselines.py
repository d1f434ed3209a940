"""The baselines at work: they see only what the database knew before the kickoff."""

from datetime import timedelta

import pytest
from django.utils import timezone

from matches.forecasters.statistical import BASELINES
from matches.services import baselines
from tests.factories import KICKOFF, MatchFactory, record

pytestmark = pytest.mark.django_db


def test_every_baseline_has_a_row_and_registering_twice_adds_none():
    rows = baselines.register_baselines(active_from=timezone.now())

    assert [row.slug for row in rows] == [baseline.slug for baseline in BASELINES]
    assert baselines.register_baselines(active_from=timezone.now()) == rows
    assert len(rows) >= 6


def test_only_matches_over_before_the_kickoff_are_known():
    over = MatchFactory(kickoff_at=KICKOFF - timedelta(hours=2))
    running = MatchFactory(kickoff_at=KICKOFF - timedelta(hours=1))
    later = MatchFactory(kickoff_at=KICKOFF + timedelta(days=1))
    for match in (over, running, later):
        record(match, 2, 1)

    known = baselines.known_before(KICKOFF, competition_id=over.season.competition_id)

    assert [past.kickoff_at for past in known] == [over.kickoff_at]


def test_a_forecast_does_not_change_when_the_match_itself_is_over():
    baselines.register_baselines(active_from=timezone.now())
    past, match = MatchFactory(kickoff_at=KICKOFF - timedelta(days=7)), MatchFactory()
    record(past, 3, 0)
    before = baselines.forecast([match])

    record(match, 0, 5)

    assert baselines.forecast([match]) == before
    assert len(before) == len(BASELINES)
