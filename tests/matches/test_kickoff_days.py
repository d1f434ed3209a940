"""Kickoffs of which only the day is known."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from matches.kickoff_days import kickoff_day, kickoff_text
from matches.models import KickoffMove, Match
from matches.services import baselines
from tests.factories import KICKOFF, MatchFactory, move, record, upcoming_match

DAY = date(2025, 8, 16)
MIDNIGHT = datetime(2025, 8, 16, tzinfo=UTC)


@pytest.mark.parametrize("hours", [-13, -1, 0, 5, 10])  # Auckland, London, UTC, New York, Honolulu
def test_a_day_without_a_time_is_that_of_the_source(hours):
    begins = MIDNIGHT + timedelta(hours=hours)

    assert kickoff_day(begins, time_known=False) == DAY
    assert kickoff_text(begins, time_known=False) == "2025-08-16, time unknown"


def test_a_kickoff_with_a_time_is_on_its_day_in_utc():
    late = MIDNIGHT - timedelta(hours=1)

    assert kickoff_day(late, time_known=True) == date(2025, 8, 15)
    assert kickoff_text(late, time_known=True) == "2025-08-15 23:00 UTC"


def test_a_move_from_a_day_is_told_with_the_day_of_the_source():
    evening, afternoon = MIDNIGHT - timedelta(hours=1), MIDNIGHT + timedelta(hours=15)
    moved = KickoffMove(
        old_kickoff_at=evening, old_time_known=False, new_kickoff_at=afternoon, new_time_known=True
    )

    assert moved.days == "2025-08-16, time unknown to 2025-08-16 15:00 UTC"


@pytest.mark.django_db
def test_a_move_to_a_day_forgets_the_time_and_the_history_says_so():
    match = upcoming_match()
    midnight = match.kickoff_at.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=3)

    move(match, midnight, time_known=False)
    move(match, midnight + timedelta(hours=15))

    match.refresh_from_db()
    assert match.kickoff_time_known
    moves = KickoffMove.objects.order_by("pk").values_list("old_time_known", "new_time_known")
    assert list(moves) == [(True, False), (False, True)]


@pytest.mark.django_db
def test_a_time_that_is_midnight_completes_the_kickoff_without_a_move():
    match = upcoming_match(kickoff_time_known=False)

    assert move(match, match.kickoff_at) is None

    match.refresh_from_db()
    assert match.kickoff_time_known
    assert match.lock_at == match.kickoff_at


@pytest.mark.django_db
def test_a_kickoff_in_doubt_keeps_whether_its_time_is_known_until_it_is_decided():
    match = upcoming_match()
    far = match.kickoff_at.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=60)

    move(match, far, time_known=False, source="a file", trusted=False)
    match.refresh_from_db()
    assert match.kickoff_time_known  # the reported day is only held
    record(match, status="postponed")
    move(match, far, time_known=False, source="a file", trusted=False)

    match.refresh_from_db()
    assert (match.kickoff_at, match.kickoff_time_known) == (far, False)


@pytest.mark.django_db
def test_a_match_that_begins_in_doubt_keeps_the_time_that_was_reported():
    match = upcoming_match()
    today = timezone.now() - timedelta(hours=3)
    move(match, today, time_known=False, source="a file", trusted=False)

    record(match, status="live")

    match.refresh_from_db()
    assert (match.kickoff_at, match.kickoff_time_known) == (today, False)


@pytest.mark.django_db
def test_baselines_know_a_result_of_a_day_only_when_the_day_is_over():
    same_day = MatchFactory(kickoff_at=MIDNIGHT, kickoff_time_known=False)
    day_before = MatchFactory(kickoff_at=MIDNIGHT - timedelta(days=1), kickoff_time_known=False)
    for match in (same_day, day_before):
        record(match, 2, 1)
    league = same_day.season.competition_id

    assert [past.kickoff_at for past in baselines.known_before(KICKOFF, competition_id=league)] == [
        day_before.kickoff_at
    ]
    assert [past.kickoff_at for past in baselines.known_before(MIDNIGHT, competition_id=league)] == [
        day_before.kickoff_at
    ]


@pytest.mark.django_db
def test_the_name_of_a_match_has_the_day_of_the_source():
    match = MatchFactory(kickoff_at=MIDNIGHT - timedelta(hours=1), kickoff_time_known=False)

    assert str(match) == "Ashford - Barrow (2025-08-16)"
    assert Match.objects.get().kickoff_on == DAY
