"""Predictions that are received after others of their match had been public are marked by the database."""

import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from matches.models import Match, Prediction
from matches.services.kickoff_doubts import KickoffDoubt
from tests.example_counts import examples
from tests.factories import (
    ForecasterFactory,
    MatchFactory,
    homer,
    move,
    oracle,
    predict,
    record,
    time_passes,
    upcoming_match,
)

pytestmark = pytest.mark.django_db

LIVE = Prediction.Provenance.LIVE
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def public() -> Match:
    """A match with a live prediction that kicked off an hour ago, so the prediction is public."""
    match = upcoming_match()
    predict(match, homer(), (1, 0), provenance=LIVE)
    time_passes(match, DAY + HOUR)
    return match


def is_marked(match: Match, forecaster=None) -> bool:
    """Submit a prediction and return if it is marked, in the database and in what the service returns."""
    made = predict(match, forecaster or oracle(), (2, 1), provenance=LIVE)
    stored = Prediction.objects.get(pk=made.pk).after_exposure
    assert made.after_exposure == stored
    return stored


def tomorrow():
    return timezone.now() + DAY


def test_a_prediction_of_a_match_that_opens_again_is_marked(public):
    move(public, tomorrow())

    assert is_marked(public)
    public.refresh_from_db()
    assert timezone.now() - HOUR < public.exposed_at <= timezone.now()
    assert not Prediction.objects.get(forecaster=homer()).after_exposure, "it was there before"


def test_a_prediction_of_a_match_that_was_never_public_is_not_marked():
    match = upcoming_match()
    predict(match, homer(), (1, 0), provenance=LIVE)
    move(match, match.kickoff_at + DAY)

    assert not is_marked(match)


def test_a_match_without_predictions_showed_nothing():
    match = MatchFactory()
    move(match, tomorrow())

    assert not is_marked(match)


def test_an_archive_prediction_is_not_marked(public):
    move(public, tomorrow())

    assert not predict(public, oracle(), (2, 1)).after_exposure


def test_the_mark_stays_when_the_kickoff_moves_again(public):
    move(public, tomorrow())
    assert is_marked(public)
    exposed_at = Match.objects.get().exposed_at

    move(public, timezone.now() - HOUR)
    move(public, tomorrow())

    assert Prediction.objects.get(forecaster=oracle()).after_exposure
    assert Match.objects.get().exposed_at == exposed_at


@pytest.mark.parametrize("status", ["postponed", "suspended"])
def test_a_postponed_match_with_a_new_date_was_public(public, status):
    record(public, status=status)
    move(public, tomorrow(), reschedule=True)

    assert is_marked(public)


def test_a_postponement_before_the_kickoff_with_a_new_date_was_never_public():
    match = upcoming_match()
    predict(match, homer(), (1, 0), provenance=LIVE)
    record(match, status="postponed")
    move(match, match.kickoff_at + 9 * DAY, reschedule=True)

    assert not is_marked(match)


def test_a_match_that_was_live_and_is_scheduled_again_was_public(public):
    record(public, 0, 0, status="live")
    record(public, status="scheduled")
    move(public, tomorrow())

    assert is_marked(public)


def test_a_rejected_doubt_exposes_nothing_before_the_later_kickoff():
    match = upcoming_match()
    predict(match, homer(), (1, 0), provenance=LIVE)
    planned = match.kickoff_at
    move(match, timezone.now() - HOUR, source="football-data", trusted=False)
    move(match, planned, source="admin")

    assert not is_marked(match)


def test_a_doubt_that_is_decided_after_the_later_kickoff_exposed_the_predictions():
    match = upcoming_match()
    predict(match, homer(), (1, 0), provenance=LIVE)
    move(match, timezone.now() - HOUR, source="football-data", trusted=False)
    time_passes(match, DAY + HOUR)
    move(match, tomorrow(), source="admin")

    assert is_marked(match)


def test_predictions_that_are_hidden_again_by_a_doubt_had_been_public(public):
    delayed = timezone.now() + timedelta(minutes=40)
    move(public, delayed, source="football-data", trusted=False)
    public.refresh_from_db()
    assert public.is_kickoff_in_doubt

    move(public, delayed, source="admin")

    assert is_marked(public)


def test_a_move_to_the_past_by_an_operator_shows_the_predictions_at_once():
    match = upcoming_match()
    predict(match, homer(), (1, 0), provenance=LIVE)
    move(match, timezone.now())
    move(match, tomorrow())

    assert is_marked(match)


# --- Code can neither set nor clear it --------------------------------------------------------------------


def test_a_new_prediction_cannot_be_marked_by_code():
    row = Prediction(match=upcoming_match(), forecaster=oracle(), home_goals=1, away_goals=0, provenance=LIVE)
    row.after_exposure = True

    with pytest.raises(IntegrityError, match="prediction-stamped"), transaction.atomic():
        row.save()


@pytest.mark.parametrize("value", [True, False])
def test_a_mark_cannot_be_changed(public, value):
    move(public, tomorrow())
    assert is_marked(public)
    rows = Prediction.objects.filter(after_exposure=not value)

    with pytest.raises(IntegrityError, match="prediction-immutable"), transaction.atomic():
        rows.update(after_exposure=value)


def test_the_exposure_of_a_match_cannot_be_set_or_cleared(public):
    Match.objects.update(exposed_at=timezone.now())
    assert Match.objects.get().exposed_at is None

    move(public, tomorrow())
    Match.objects.update(exposed_at=None)
    assert Match.objects.get().exposed_at is not None

    assert MatchFactory(exposed_at=timezone.now()).exposed_at
    assert Match.objects.filter(exposed_at=None).count() == 1


@pytest.mark.parametrize("how", ["orm", "bulk", "sql"])
def test_all_code_gets_the_mark(public, how):
    move(public, tomorrow())
    row = Prediction(match=public, forecaster=oracle(), home_goals=1, away_goals=0, provenance=LIVE)
    insert = (
        "INSERT INTO matches_prediction (match_id, forecaster_id, home_goals, away_goals, provenance,"
        " rationale) VALUES (%s, %s, 1, 0, 'live', '')"
    )
    ways = {
        "orm": row.save,
        "bulk": lambda: Prediction.objects.bulk_create([row]),
        "sql": lambda: connection.cursor().execute(insert, [public.pk, oracle().pk]),
    }

    ways[how]()

    assert Prediction.objects.get(forecaster=oracle()).after_exposure


def test_one_statement_marks_only_predictions_of_the_matches_that_had_been_public(public):
    move(public, tomorrow())
    other = upcoming_match()
    Prediction.objects.bulk_create(
        Prediction(match=match, forecaster=oracle(), home_goals=1, away_goals=0, provenance=LIVE)
        for match in (public, other)
    )

    assert list(Prediction.objects.filter(after_exposure=True).values_list("match", flat=True)) == [public.pk]


# --- Whatever happens -------------------------------------------------------------------------------------

ACTIONS = st.one_of(
    st.tuples(st.just("submit"), st.integers(0, 2)),
    st.tuples(st.just("wait"), st.sampled_from([1, 5, 30])),
    st.tuples(st.just("operator"), st.sampled_from([-30, -1, 1, 20, 60])),
    st.tuples(st.just("feed"), st.sampled_from([-3000, -30, -1, 0, 20, 60, 3000])),
    st.tuples(st.sampled_from(["confirm", "reject"]), st.just(0)),
    st.tuples(st.sampled_from(["postponed", "scheduled", "live"]), st.just(0)),
)


@examples(200)
@given(actions=st.lists(ACTIONS, min_size=3, max_size=14))
def test_a_prediction_is_marked_exactly_if_predictions_were_public_before_it(actions):
    match = upcoming_match()
    forecasters = [ForecasterFactory(name=name) for name in ("Anna", "Berta", "Carl")]
    marked: dict[int, bool] = {}
    was_public = False

    for action, number in [("submit", 0), *actions]:
        with suppress(IntegrityError, ValueError), transaction.atomic():  # what is refused
            act(action, number, match, forecasters, marked, was_public)
        match.refresh_from_db()
        was_public = was_public or (match.reveal_at <= timezone.now() and bool(marked))

    stored = dict(Prediction.objects.filter(match=match).values_list("pk", "after_exposure"))
    assert stored == marked


def act(action, number, match, forecasters, marked, was_public) -> None:
    now = timezone.now()
    if action == "submit":
        made = predict(match, forecasters[number], (1, 0), provenance=LIVE)
        marked[made.pk] = was_public
    elif action == "wait":
        time_passes(match, number * timedelta(minutes=77))  # so that no kickoff is exactly now
    elif action in ("operator", "feed"):
        move(match, now + number * HOUR, source=action, trusted=action == "operator")
    elif action in ("confirm", "reject") and match.is_kickoff_in_doubt:
        doubt = KickoffDoubt.about(match)
        move(match, doubt.reported if action == "confirm" else doubt.other, source="admin")
    elif action in ("postponed", "scheduled", "live"):
        record(match, status=action)


# --- A move and a submission at the same moment -----------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_submission_waits_for_a_move_that_opens_the_match_and_is_marked():
    match = upcoming_match()
    predict(match, homer(), (1, 0), provenance=LIVE)
    time_passes(match, DAY + HOUR)
    moved, submitted, made = threading.Event(), threading.Event(), []

    def submit() -> None:
        moved.wait(timeout=30)
        try:
            made.append(predict(match, oracle(), (2, 1), provenance=LIVE))
        finally:
            submitted.set()
            connection.close()

    oracle()
    thread = threading.Thread(target=submit)
    thread.start()
    with transaction.atomic():
        move(match, tomorrow())
        moved.set()
        assert not submitted.wait(timeout=1), "it waits for the end of this transaction"
    thread.join(timeout=30)

    assert made[0].after_exposure
    assert Prediction.objects.get(pk=made[0].pk).after_exposure
