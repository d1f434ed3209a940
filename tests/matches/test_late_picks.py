"""A kickoff moved earlier than submitted picks: they are late, and nothing that anybody said is lost."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from matches.models import Match, Prediction
from scoring.models import Score, Settlement
from tests.example_counts import examples
from tests.factories import (
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
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db

LIVE = Prediction.Provenance.LIVE
MOMENT = timedelta(microseconds=1)


@pytest.fixture
def match() -> Match:
    """Kicks off tomorrow, as far as is known."""
    return upcoming_match()


def received(prediction: Prediction) -> datetime:
    return Prediction.objects.get(pk=prediction.pk).submitted_at


def current(match: Match) -> list[Prediction]:
    return list(Prediction.objects.current().filter(match=match).order_by("pk"))


def late(match: Match) -> list[Prediction]:
    return list(Prediction.objects.filter(match=match, late=True).order_by("pk"))


def test_the_last_pick_before_the_new_kickoff_counts_instead_of_the_late_one(match):
    first, second, third = (predict(match, oracle(), (goals, 0), provenance=LIVE) for goals in (1, 2, 3))

    move(match, received(third))

    assert (current(match), late(match)) == ([second], [third])
    assert Prediction.objects.count() == 3
    first.refresh_from_db()
    assert first.superseded_at is not None


def test_a_pick_at_the_very_moment_of_the_kickoff_is_late_and_one_before_it_is_not(match):
    pick = predict(match, oracle(), (1, 0), provenance=LIVE)

    move(match, received(pick))
    assert current(match) == []
    move(match, received(pick) + MOMENT)
    assert current(match) == [pick]


def test_a_forecaster_with_only_late_predictions_has_no_current_one(match):
    early = predict(match, homer(), (1, 0), provenance=LIVE)
    tardy = predict(match, oracle(), (2, 0), provenance=LIVE)

    move(match, received(tardy))

    assert (current(match), late(match)) == ([early], [tardy])


def test_moved_back_the_later_pick_counts_again(match):
    kickoff = match.kickoff_at
    first = predict(match, oracle(), (1, 0), provenance=LIVE)
    second = predict(match, oracle(), (2, 0), provenance=LIVE)
    move(match, received(second))
    assert current(match) == [first]

    move(match, kickoff)

    assert (current(match), late(match)) == ([second], [])


def test_raw_sql_that_moves_the_lock_is_followed_too(match):
    pick = predict(match, oracle(), (1, 0), provenance=LIVE)

    Match.objects.filter(pk=match.pk).update(lock_at=received(pick))

    assert late(match) == [pick]


def test_archive_picks_are_never_late_and_step_in_where_nothing_else_is_in_time(match):
    archive = predict(match, oracle(), (0, 0))
    alone = predict(match, coin(), (1, 1))
    live = predict(match, oracle(), (2, 0), provenance=LIVE)

    move(match, received(archive) - MOMENT)
    assert (current(match), late(match)) == ([archive, alone], [live])
    move(match, timezone.now() + timedelta(days=1))
    assert (current(match), late(match)) == ([alone, live], [])


def test_an_archive_import_after_the_lock_yields_to_a_live_pick_that_counts_again(match):
    kickoff = match.kickoff_at
    live = predict(match, oracle(), (2, 0), provenance=LIVE)
    move(match, received(live))
    archive = predict(match, oracle(), (1, 1))
    assert current(match) == [archive]

    move(match, kickoff)
    assert current(match) == [archive], "it was received before that kickoff too, and later"
    move(match, received(archive))
    assert current(match) == [live], "of the two, the live one was in time"


def test_predictions_of_two_forecasters_are_independent(match):
    predict(match, oracle(), (1, 0), provenance=LIVE)
    tardy = predict(match, homer(), (5, 5), provenance=LIVE)

    move(match, received(tardy))

    assert [pick.forecaster for pick in current(match)] == [oracle()]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE matches_prediction SET late = false",
        "UPDATE matches_prediction SET late = false, superseded_at = NULL",
        "UPDATE matches_prediction SET home_goals = 9",
        "DELETE FROM matches_prediction",
    ],
)
def test_late_cannot_be_unset_by_hand(match, change):
    pick = predict(match, oracle(), (1, 0), provenance=LIVE)
    move(match, received(pick))

    with pytest.raises(IntegrityError, match="prediction-locked"), transaction.atomic():
        connection.cursor().execute(change)


def test_late_cannot_be_set_before_the_lock(match):
    predict(match, oracle(), (1, 0), provenance=LIVE)

    with pytest.raises(IntegrityError, match="prediction-immutable"), transaction.atomic():
        Prediction.objects.update(late=True, superseded_at=timezone.now())


def test_a_new_prediction_cannot_be_late(match):
    pick = Prediction(
        match=match, forecaster=oracle(), home_goals=1, away_goals=0, provenance=LIVE, late=True
    )

    with pytest.raises(IntegrityError, match="prediction_late_does_not_count"), transaction.atomic():
        pick.save()
    pick.superseded_at = timezone.now()
    with pytest.raises(IntegrityError, match="prediction-stamped"), transaction.atomic():
        pick.save()


def test_a_settled_match_is_settled_again_after_each_move():
    match = MatchFactory()
    kickoff = match.kickoff_at
    predicted_live(match, oracle(), (0, 0), before=timedelta(hours=5))
    predicted_live(match, homer(), (1, 0), before=timedelta(hours=5))
    last = predicted_live(match, oracle(), (2, 1), before=timedelta(minutes=30))
    record(match, 2, 1)
    run_waiting()
    assert points() == {"The Oracle": 6, "The Homer": 3}

    move(match, kickoff - timedelta(hours=1), reason="the feed was an hour late")
    run_waiting()
    assert points() == {"The Oracle": 0, "The Homer": 3 + 1}
    assert last in late(match)

    move(match, kickoff)
    run_waiting()
    assert points() == {"The Oracle": 6, "The Homer": 3}
    assert Settlement.objects.filter(match=match).count() == 3


def points() -> dict[str, int | None]:
    return dict(Score.objects.values_list("prediction__forecaster__name", "points"))


# --- As if the lock had always been there -----------------------------------------------------------------


@examples(40)
@given(
    said=st.lists(st.sampled_from(["oracle", "homer"]), min_size=1, max_size=6),
    moves=st.lists(st.integers(0, 6), min_size=1, max_size=4),
)
def test_wherever_the_lock_goes_the_last_pick_before_it_counts(said, moves):
    match = upcoming_match()
    cast = {"oracle": oracle(), "homer": homer()}
    picks = [predict(match, cast[name], (1, 0), provenance=LIVE) for name in said]
    ends = [*(received(pick) for pick in picks), match.lock_at]

    for place in moves:
        place = min(place, len(picks))
        Match.objects.filter(pk=match.pk).update(lock_at=ends[place])

    in_time = dict(zip(said[:place], picks[:place], strict=True))
    assert set(current(match)) == set(in_time.values())
    assert late(match) == picks[place:]


# --- A move and a submission at the same moment -----------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_submission_and_a_move_at_the_same_moment_wait_for_each_other():
    """The kickoff jumps to and fro over the picks, so both sides want the same rows: no deadlock."""
    match = upcoming_match()
    tomorrow, first = match.kickoff_at, received(predict(match, oracle(), (9, 9), provenance=LIVE))
    errors: list[BaseException] = []

    def submit(turn: int) -> None:
        try:
            predict(match, oracle(), (turn, 0), provenance=LIVE)
        except IntegrityError as refused:
            if "prediction-locked" not in str(refused):
                raise

    def jump(turn: int) -> None:
        move(match, tomorrow if turn % 2 else first + MOMENT)

    threads = [in_turns(submit, 30, errors), in_turns(jump, 30, errors)]
    for thread in threads:
        thread.join(timeout=60)

    assert errors == []
    assert current(match) == [Prediction.objects.order_by("-submitted_at").first()]


def in_turns(work: Callable[[int], object], turns: int, errors: list[BaseException]) -> threading.Thread:
    """Work in a thread with a connection of its own; whatever it raises is told to the test."""

    def run() -> None:
        try:
            for turn in range(turns):
                work(turn)
        except BaseException as error:  # noqa: BLE001 - told to the test
            errors.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread
