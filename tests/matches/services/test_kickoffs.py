"""Kickoffs that move: the lock goes with them, the move is kept, and what was said is kept too."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.pipeline.models import JobRun
from matches.models import KickoffMove, Match, Prediction, ResultRevision
from matches.result import InvalidResult
from matches.services import predictions
from matches.services.kickoffs import InvalidKickoff
from matches.services.results import UnknownMatch
from tests.factories import (
    KICKOFF,
    MatchFactory,
    coin,
    homer,
    move,
    oracle,
    predict,
    predicted_live,
    record,
    upcoming_match,
)

pytestmark = pytest.mark.django_db

LIVE = Prediction.Provenance.LIVE
HOUR = timedelta(hours=1)


def test_a_move_is_kept_with_its_source_and_reason(django_user_model):
    ada = django_user_model.objects.create_user("ada")
    match = MatchFactory()

    kept = move(match, KICKOFF + HOUR, reason="television", moved_by=ada)

    match.refresh_from_db()
    assert (match.kickoff_at, match.lock_at) == (KICKOFF + HOUR, KICKOFF + HOUR)
    assert (kept.old_kickoff_at, kept.new_kickoff_at) == (KICKOFF, KICKOFF + HOUR)
    assert (kept.source, kept.reason, kept.moved_by) == ("test", "television", ada)


def test_the_same_kickoff_again_is_a_no_op():
    assert move(MatchFactory(), KICKOFF) is None
    assert not KickoffMove.objects.exists()


@pytest.mark.parametrize(
    "change",
    ["UPDATE matches_kickoffmove SET new_kickoff_at = now()", "DELETE FROM matches_kickoffmove"],
)
def test_a_move_is_history_even_in_sql(change):
    move(MatchFactory(), KICKOFF + HOUR)

    with pytest.raises(IntegrityError, match="kickoff-move-append-only"), transaction.atomic():
        connection.cursor().execute(change)


def test_an_operator_who_leaves_leaves_the_move(django_user_model):
    ada = django_user_model.objects.create_user("ada")
    move(MatchFactory(), KICKOFF + HOUR, moved_by=ada)

    ada.delete()

    assert KickoffMove.objects.get().moved_by is None


@pytest.mark.parametrize("status", ["live", "finished", "abandoned", "awarded"])
def test_a_match_that_has_begun_or_is_decided_does_not_kick_off_in_the_future(status):
    match = MatchFactory()
    record(match, 1, 0, status=status)

    with pytest.raises(InvalidKickoff, match=f"is {status}, so its kickoff cannot be in the future"):
        move(match, timezone.now() + HOUR)

    assert move(match, KICKOFF - HOUR), "but the time at which it began may be corrected"


def test_a_cancelled_match_has_no_kickoff_to_move():
    match = MatchFactory()
    record(match, status="cancelled")

    with pytest.raises(InvalidKickoff, match="record it as scheduled first"):
        move(match, KICKOFF + HOUR)


def test_a_kickoff_without_a_time_zone_is_refused():
    with pytest.raises(InvalidKickoff, match="no time zone"):
        move(MatchFactory(), datetime(2026, 1, 1, 15))  # noqa: DTZ001 - that is the point


def test_an_unknown_match_is_refused():
    with pytest.raises(UnknownMatch, match="4711"):
        move(Match(pk=4711), KICKOFF)


def test_a_refused_move_writes_nothing():
    match = MatchFactory(status="cancelled", round_label="Matchday 9")
    MatchFactory(round_label="Matchday 9")

    with pytest.raises(InvalidResult, match="replaces this one"):
        move(match, timezone.now() + HOUR, reschedule=True)

    assert not KickoffMove.objects.exists()
    assert not ResultRevision.objects.exists()


# --- Postponed ----------------------------------------------------------------------------------------


def test_a_postponed_match_stays_locked_at_its_old_kickoff_until_it_has_a_new_one():
    match = MatchFactory()
    kept = predicted_live(match, oracle(), (1, 0))
    record(match, status="postponed")

    with pytest.raises(IntegrityError, match="prediction-locked"), transaction.atomic():
        predict(match, coin(), (0, 0), provenance=LIVE)

    assert list(Prediction.objects.current()) == [kept]


def test_a_postponed_match_with_a_date_is_scheduled_and_open_in_one_step():
    match = MatchFactory()
    kept = predicted_live(match, oracle(), (1, 0))
    record(match, status="postponed")

    move(match, timezone.now() + timedelta(days=3), reschedule=True, reason="snow")
    later = predict(match, coin(), (0, 0), provenance=LIVE)

    match.refresh_from_db()
    assert (match.status, match.result_version) == ("scheduled", 2)
    assert ResultRevision.objects.get(version=2).reason == "snow"
    assert set(Prediction.objects.current()) == {kept, later}


def test_a_feed_may_tell_the_date_and_the_status_one_after_the_other():
    match = MatchFactory()
    record(match, status="postponed")

    move(match, timezone.now() + timedelta(days=3))
    assert Match.objects.get().status == "postponed"
    predict(match, oracle(), (2, 0), provenance=LIVE)
    record(match, status="scheduled")

    assert Prediction.objects.current().count() == 1


def test_a_prediction_made_before_a_postponement_can_be_superseded_after_it():
    match = MatchFactory()
    first = predicted_live(match, oracle(), (1, 0))
    record(match, status="postponed")
    move(match, timezone.now() + timedelta(days=3), reschedule=True)

    second = predict(match, oracle(), (0, 2), provenance=LIVE)

    first.refresh_from_db()
    assert first.superseded_at is not None
    assert list(Prediction.objects.current()) == [second]


def test_moving_a_match_that_was_never_settled_queues_no_scoring():
    move(MatchFactory(), KICKOFF + HOUR)

    assert not JobRun.objects.exists()


def test_a_submission_and_a_move_of_many_kickoffs_in_one_list_keep_the_order_of_the_list():
    matches = [upcoming_match(), upcoming_match()]
    new = [
        predictions.NewPrediction(match_id=match.pk, forecaster_id=homer().pk, home_goals=1, away_goals=0)
        for match in reversed(matches)
    ]

    rows = predictions.submit_predictions(new, provenance=LIVE, now=timezone.now())

    assert [row.match_id for row in rows] == [match.pk for match in reversed(matches)]
