"""A feed or file that moves a kickoff to the past or the next hour locks the match and shows nothing."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from core.pipeline.models import JobRun
from matches.commitments import prediction_log
from matches.models import Commitment, FeedProblem, KickoffMove, Match, Prediction
from tests.factories import MatchFactory, coin, move, oracle, predict, record, upcoming_match
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db

LIVE = Prediction.Provenance.LIVE
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def reported(match: Match, kickoff_at: datetime, **more: object) -> KickoffMove | None:
    """A feed reports this kickoff."""
    moved = move(match, kickoff_at, source="football-data", trusted=False, **more)
    match.refresh_from_db()
    return moved


def times(match: Match) -> tuple[datetime, datetime, datetime]:
    match.refresh_from_db()
    return match.kickoff_at, match.lock_at, match.reveal_at


def is_problem_open() -> bool:
    return FeedProblem.objects.filter(kind="kickoff", ended_at=None).exists()


@pytest.fixture
def match() -> Match:
    return upcoming_match()


def test_a_kickoff_in_the_past_locks_there_and_reveals_at_the_later_one(match):
    planned, past = match.kickoff_at, timezone.now() - 3 * HOUR

    reported(match, past)

    assert times(match) == (past, past, planned)
    problem = FeedProblem.objects.get()
    assert (problem.kind, problem.match, problem.ended_at) == ("kickoff", match, None)
    assert f"from {planned:%Y-%m-%d %H:%M} to {past:%Y-%m-%d %H:%M} UTC" in problem.text


@pytest.mark.parametrize(
    ("ahead", "in_doubt"), [(59 * MINUTE, True), (HOUR - timedelta(seconds=1), True), (HOUR, False)]
)
def test_a_kickoff_is_in_doubt_less_than_an_hour_ahead(match, time_machine, ahead, in_doubt):
    time_machine.move_to(timezone.now(), tick=False)

    reported(match, timezone.now() + ahead)

    assert match.is_kickoff_in_doubt is in_doubt
    assert is_problem_open() is in_doubt


def test_a_move_between_two_future_times_is_taken_at_once(match):
    later = match.kickoff_at + DAY

    reported(match, later)

    assert times(match) == (later, later, later)
    assert not FeedProblem.objects.exists()


def test_an_operators_move_is_taken_at_once(match):
    past = timezone.now() - HOUR

    move(match, past, source="admin")

    assert times(match) == (past, past, past)
    assert not FeedProblem.objects.exists()


def test_no_prediction_is_taken_while_the_kickoff_is_in_doubt(match):
    reported(match, timezone.now() - HOUR)

    with pytest.raises(IntegrityError, match="prediction-locked"), transaction.atomic():
        predict(match, coin(), (0, 0), provenance=LIVE)


def test_predictions_count_again_once_the_move_is_taken_back(match):
    planned, kept = match.kickoff_at, predict(match, oracle(), (2, 1), provenance=LIVE)
    reported(match, timezone.now() - HOUR)
    kept.refresh_from_db()
    assert kept.late

    reported(match, planned)

    kept.refresh_from_db()
    assert (kept.late, kept.superseded_at) == (False, None)
    assert times(match) == (planned, planned, planned)
    assert not is_problem_open()
    assert predict(match, coin(), (0, 0), provenance=LIVE)


def test_a_kickoff_soon_that_is_taken_back_to_one_that_is_sooner_than_an_hour_is_no_doubt():
    match = MatchFactory(kickoff_at=timezone.now() + 40 * MINUTE)
    planned = match.kickoff_at
    reported(match, timezone.now() - HOUR)

    reported(match, planned)

    assert times(match) == (planned, planned, planned)
    assert not is_problem_open()


def test_several_moves_keep_the_earliest_lock_and_the_latest_reveal_in_one_problem(match):
    planned, now = match.kickoff_at, timezone.now()
    for hours in (3, 5, 4):
        reported(match, now - hours * HOUR)

    assert times(match) == (now - 4 * HOUR, now - 5 * HOUR, planned)
    assert FeedProblem.objects.get().times == 3
    reported(match, planned)
    assert times(match) == (planned, planned, planned)


def test_a_kickoff_further_ahead_ends_the_doubt(match):
    reported(match, timezone.now() - HOUR)
    later = timezone.now() + 5 * DAY

    reported(match, later)

    assert times(match) == (later, later, later)
    assert not is_problem_open()


@pytest.mark.parametrize("status", ["live", "suspended", "finished", "abandoned", "awarded"])
def test_a_match_that_has_begun_or_has_a_result_confirms_the_kickoff(match, status):
    now = timezone.now()
    reported(match, now - 5 * HOUR)
    reported(match, now - 3 * HOUR)

    record(match, 2, 1, status=status)

    assert times(match) == (now - 3 * HOUR,) * 3
    assert not is_problem_open()


@pytest.mark.parametrize("status", ["postponed", "cancelled"])
def test_a_match_that_is_called_off_confirms_nothing(match, status):
    planned, past = match.kickoff_at, timezone.now() - HOUR
    reported(match, past)

    record(match, status=status)

    assert times(match) == (past, past, planned)
    assert is_problem_open()


def test_the_same_kickoff_by_an_operator_confirms_it(match):
    past = timezone.now() - HOUR
    reported(match, past)

    assert move(match, past, source="admin") is None

    assert times(match) == (past, past, past)
    assert not is_problem_open()


def test_a_short_delay_after_the_kickoff_does_not_open_a_match_whose_predictions_were_public():
    began = timezone.now() - 10 * MINUTE
    match = MatchFactory(kickoff_at=began)
    delayed = timezone.now() + 30 * MINUTE

    reported(match, delayed)

    assert times(match) == (delayed, began, delayed)
    reported(match, began)
    assert times(match) == (began, began, began)
    assert not is_problem_open()


def test_a_correction_between_two_past_times_is_taken_at_once_as_everything_is_public():
    match = MatchFactory()
    earlier = match.kickoff_at - HOUR

    reported(match, earlier)

    assert times(match) == (earlier, earlier, earlier)
    assert not FeedProblem.objects.exists()


def test_a_postponed_match_is_opened_by_its_new_date_as_before():
    match = MatchFactory()
    record(match, status="postponed")
    later = timezone.now() + 3 * DAY

    reported(match, later, reschedule=True)

    assert times(match) == (later, later, later)
    assert match.status == "scheduled"


def test_a_postponed_match_with_a_date_within_the_hour_stays_locked():
    match = MatchFactory()
    locked_at = match.lock_at
    record(match, status="postponed")
    soon = timezone.now() + 30 * MINUTE

    reported(match, soon, reschedule=True)

    assert times(match) == (soon, locked_at, soon)


def test_the_commitment_is_made_at_the_earlier_kickoff_and_a_second_one_after_the_match_opened_again(match):
    planned, _ = match.kickoff_at, predict(match, oracle(), (2, 1), provenance=LIVE)
    past = timezone.now() - HOUR

    reported(match, past)
    run_waiting("commit_predictions")

    first = Commitment.objects.get()
    assert (first.number, first.size, first.locked_at) == (1, 1, past)
    reported(match, planned)
    predict(match, coin(), (0, 0), provenance=LIVE)
    (job,) = JobRun.objects.filter(kind="commit_predictions", state="queued")
    assert job.due_at == planned
    assert prediction_log.commit(match.pk, at=planned).size == 2


# --- The database -----------------------------------------------------------------------------------------


def test_the_database_reveals_a_plain_match_at_its_lock(match):
    Match.objects.filter(pk=match.pk).update(lock_at=match.lock_at - HOUR)

    match.refresh_from_db()
    assert match.reveal_at == match.lock_at


@pytest.mark.parametrize(
    "change", ["reveal_at = lock_at - interval '1 hour'", "sealed_until = lock_at", "sealed_until = now()"]
)
def test_the_database_refuses_to_reveal_before_the_lock(match, change):
    with pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute(f"UPDATE matches_match SET {change}")


def test_the_database_reveals_a_match_that_is_live_whatever_code_says_so(match):
    reported(match, timezone.now() - HOUR)

    connection.cursor().execute("UPDATE matches_match SET status = 'live'")

    match.refresh_from_db()
    assert match.reveal_at == match.lock_at
