"""A feed or file that reports a doubtful kickoff locks the match early and shows its predictions late."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from core.pipeline.models import JobRun
from matches.commitments import prediction_log
from matches.models import Commitment, FeedProblem, KickoffMove, Match, Prediction, Season
from matches.services.kickoff_doubts import KickoffDoubt
from tests.factories import (
    MatchFactory,
    SeasonFactory,
    coin,
    move,
    oracle,
    predict,
    record,
    time_passes,
    upcoming_match,
)
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
    assert f"football-data reports the kickoff {past:%Y-%m-%d %H:%M} UTC" in problem.text
    assert f"Confirm it, or reject it for {planned:%Y-%m-%d %H:%M} UTC." in problem.text


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


def test_a_report_that_is_taken_back_leaves_the_match_locked_until_a_decision(match):
    planned, past = match.kickoff_at, timezone.now() - HOUR
    kept = predict(match, oracle(), (2, 1), provenance=LIVE)
    reported(match, past)

    reported(match, planned)

    assert times(match) == (planned, past, planned)
    assert "the match had this kickoff before" in FeedProblem.objects.get().text
    with pytest.raises(IntegrityError, match="prediction-locked"), transaction.atomic():
        predict(match, coin(), (0, 0), provenance=LIVE)
    kept.refresh_from_db()
    assert kept.late

    move(match, planned, source="admin")

    kept.refresh_from_db()
    assert (kept.late, kept.superseded_at) == (False, None)
    assert times(match) == (planned, planned, planned)
    assert not is_problem_open()
    assert not predict(match, coin(), (0, 0), provenance=LIVE).after_exposure, "nothing was shown"


def test_a_plain_move_that_is_taken_back_is_in_doubt(match):
    planned, later = match.kickoff_at, match.kickoff_at + 2 * DAY
    reported(match, later)
    assert not is_problem_open()

    move(match, planned, source="openligadb", trusted=False)

    assert times(match) == (planned, planned, later)
    assert is_problem_open()


def test_an_operator_may_take_a_move_back(match):
    planned = match.kickoff_at
    reported(match, planned + DAY)

    move(match, planned, source="admin")

    assert times(match) == (planned, planned, planned)


@pytest.mark.parametrize(
    ("days", "in_doubt"), [(-8, True), (-7, False), (30, False), (31, True), (365, True)]
)
def test_a_kickoff_far_from_the_known_one_is_in_doubt(days, in_doubt):
    match = MatchFactory(kickoff_at=timezone.now() + 20 * DAY)
    known, far = match.kickoff_at, match.kickoff_at + days * DAY

    reported(match, far)

    assert match.is_kickoff_in_doubt is in_doubt
    if in_doubt:
        assert times(match) == (known, min(known, far), max(known, far))
        assert "the match is not postponed" in FeedProblem.objects.get().text


@pytest.mark.parametrize("status", ["postponed", "suspended"])
def test_a_match_that_was_called_off_may_be_played_at_any_later_time(status):
    now = timezone.now()
    match = MatchFactory(kickoff_at=now - 2 * DAY, season=season_around(now))
    record(match, status=status)
    later = now + 90 * DAY

    reported(match, later, reschedule=True)

    assert times(match) == (later, later, later)


def test_a_new_date_of_a_postponed_match_ends_a_doubt(match):
    reported(match, timezone.now() - HOUR)
    record(match, status="postponed")
    later = match.kickoff_at + 50 * DAY

    reported(match, later, reschedule=True)

    assert times(match) == (later, later, later)
    assert not is_problem_open()


def season_around(now: datetime) -> Season:
    return SeasonFactory(label="now", starts_on=(now - 60 * DAY).date(), ends_on=(now + 60 * DAY).date())


def test_a_kickoff_that_leaves_its_season_is_in_doubt_even_if_the_match_was_postponed():
    match = upcoming_match(season=season_around(timezone.now()))
    planned, outside = match.kickoff_at, timezone.now() + 400 * DAY
    record(match, status="postponed")

    reported(match, outside, reschedule=True)

    assert times(match) == (planned, planned, outside)
    assert match.status == "postponed"
    assert "it is outside Premier League now" in FeedProblem.objects.get().text


def test_a_held_kickoff_is_confirmed_or_rejected_by_an_operator():
    match = MatchFactory(kickoff_at=timezone.now() + 20 * DAY)
    known, far = match.kickoff_at, match.kickoff_at + 90 * DAY
    reported(match, far)
    doubt = KickoffDoubt.about(match)
    assert (doubt.reported, doubt.other) == (far, known)

    move(match, doubt.reported, source="admin")

    assert times(match) == (far, far, far)
    assert not is_problem_open()


def test_a_kickoff_that_was_rejected_is_not_held_again():
    match = MatchFactory(kickoff_at=timezone.now() + 20 * DAY)
    known, far = match.kickoff_at, match.kickoff_at + 90 * DAY
    reported(match, far)
    move(match, known, source="admin")

    assert reported(match, far) is None

    assert times(match) == (known, known, known)
    assert not is_problem_open()


def test_a_held_kickoff_and_a_plausible_one_are_in_one_doubt():
    match = MatchFactory(kickoff_at=timezone.now() + 20 * DAY)
    known, far, near = match.kickoff_at, match.kickoff_at + 90 * DAY, match.kickoff_at - DAY
    reported(match, far)

    reported(match, near)

    assert times(match) == (near, near, far)
    doubt = KickoffDoubt.about(match)
    assert (doubt.reported, doubt.other) == (near, known)


def test_a_match_that_lies_outside_its_season_already_may_move_there(match):
    """The dates of a season are approximate, and the kickoff may have been confirmed."""
    later = match.kickoff_at + DAY

    reported(match, later)

    assert times(match) == (later, later, later)


def test_several_moves_keep_the_earliest_lock_and_the_latest_reveal_in_one_problem(match):
    planned, now = match.kickoff_at, timezone.now()
    for hours in (3, 5, 4):
        reported(match, now - hours * HOUR)

    assert times(match) == (now - 4 * HOUR, now - 5 * HOUR, planned)
    assert FeedProblem.objects.get().times == 3


def test_a_third_kickoff_further_ahead_does_not_end_the_doubt(match):
    past, later = timezone.now() - HOUR, timezone.now() + 5 * DAY
    reported(match, past)

    reported(match, later)

    assert times(match) == (later, past, later)
    assert "another kickoff of this match is in doubt already" in FeedProblem.objects.get().text


@pytest.mark.parametrize("status", ["live", "suspended", "finished", "abandoned", "awarded"])
def test_a_match_that_has_begun_or_has_a_result_confirms_the_kickoff(match, status):
    now = timezone.now()
    reported(match, now - 5 * HOUR)
    reported(match, now - 3 * HOUR)

    record(match, 2, 1, status=status)

    assert times(match) == (now - 3 * HOUR,) * 3
    assert not is_problem_open()


def test_a_match_that_has_begun_has_the_latest_kickoff_that_has_passed(match):
    """The feed reported this morning, then tomorrow again; as the match is live, this morning was right."""
    planned, past = match.kickoff_at, timezone.now() - 2 * HOUR
    reported(match, past)
    reported(match, planned)

    record(match, 0, 0, status="live", source="openligadb")

    assert times(match) == (past, past, past)
    assert not is_problem_open()
    assert KickoffMove.objects.order_by("pk").last().source == "openligadb"


@pytest.mark.parametrize("days", [-300, 300])
def test_a_result_does_not_confirm_a_kickoff_in_another_year(days):
    match = MatchFactory(kickoff_at=timezone.now() + HOUR)
    known, kept = match.kickoff_at, predict(match, oracle(), (2, 1), provenance=LIVE)
    reported(match, known + days * DAY)
    time_passes(match, 4 * HOUR)

    record(match, 2, 1)

    assert times(match) == (known - 4 * HOUR,) * 3
    kept.refresh_from_db()
    assert (kept.late, kept.superseded_at) == (False, None)


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


def test_a_correction_between_two_past_times_is_taken_at_once_as_everything_is_public():
    match = MatchFactory()
    earlier = match.kickoff_at - HOUR

    reported(match, earlier)

    assert times(match) == (earlier, earlier, earlier)
    assert not FeedProblem.objects.exists()


def test_a_postponed_match_is_opened_by_its_new_date_as_before():
    now = timezone.now()
    match = MatchFactory(kickoff_at=now - 2 * DAY, season=season_around(now))
    record(match, status="postponed")
    later = now + 3 * DAY

    reported(match, later, reschedule=True)

    assert times(match) == (later, later, later)
    assert match.status == "scheduled"


def test_a_postponed_match_with_a_date_within_the_hour_stays_locked():
    now = timezone.now()
    match = MatchFactory(kickoff_at=now - 2 * DAY, season=season_around(now))
    locked_at = match.lock_at
    record(match, status="postponed")
    soon = now + 30 * MINUTE

    reported(match, soon, reschedule=True)

    assert times(match) == (soon, locked_at, soon)


def test_the_commitment_is_made_at_the_earlier_kickoff_and_a_second_one_after_the_match_opened_again(match):
    planned, _ = match.kickoff_at, predict(match, oracle(), (2, 1), provenance=LIVE)
    past = timezone.now() - HOUR

    reported(match, past)
    run_waiting("commit_predictions")

    first = Commitment.objects.get()
    assert (first.number, first.size, first.locked_at) == (1, 1, past)
    move(match, planned, source="admin")
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
