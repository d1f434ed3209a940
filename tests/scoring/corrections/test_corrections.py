"""What became of the results of a match: which corrected another, and whose points moved."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matches.models import Match
from scoring.corrections import (
    Moved,
    ResultChange,
    State,
    changes_of,
    corrected,
    corrections,
    summed,
    with_moves,
)
from tests.factories import (
    ForecasterFactory,
    MatchFactory,
    coin,
    homer,
    oracle,
    predict,
    predicted_live,
    record,
)
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def match() -> Match:
    """The Oracle says 2-1, the Homer 1-0, the Coin 1-1."""
    match = MatchFactory()
    predict(match, oracle(), (2, 1))
    predict(match, homer(), (1, 0))
    predict(match, coin(), (1, 1))
    return match


def settle(match: Match, home: int | None = None, away: int | None = None, status: str = "finished") -> None:
    record(match, home, away, status=status)
    run_waiting("score_match")


def told(match: Match) -> list[ResultChange]:
    return with_moves(changes_of(match))


def moves(change: ResultChange) -> list[tuple[str, int | None, int | None]]:
    assert change.moved is not None
    return [(each.forecaster.name, each.before, each.after) for each in change.moved.moves]


def test_a_first_result_moves_nothing_and_corrects_nothing(match):
    settle(match, 2, 1)

    (first,) = told(match)

    assert (first.state, first.is_correction, first.moved) == (State.SETTLED, False, None)
    assert first.settlement.number == 1


def test_a_corrected_score_moves_points_from_those_who_had_it_to_those_who_have_it(match):
    settle(match, 2, 1)
    settle(match, 1, 1)

    first, second = told(match)

    assert (second.is_correction, second.former.pk, second.before) == (
        True,
        first.revision.pk,
        first.settlement,
    )
    assert moves(second) == [("The Coin", 0, 7), ("The Oracle", 6, 0), ("The Homer", 3, 0)]
    assert [each.difference for each in second.moved.moves] == [7, -6, -3]
    assert (second.moved.forecasters, second.moved.points, second.moved.unchanged) == (3, 16, 0)


def test_moved_points_have_the_provenance_of_their_prediction(match):
    predict(match, ForecasterFactory(name="The Prophet"), (2, 1), provenance="hindsight")
    predicted_live(match, ForecasterFactory(name="The Sage"), (2, 1))
    settle(match, 2, 1)
    settle(match, 1, 1)

    assert provenances(told(match)[-1]) == {
        "The Coin": "archive",
        "The Homer": "archive",
        "The Oracle": "archive",
        "The Prophet": "hindsight",
        "The Sage": "live",
    }


def test_if_another_prediction_counts_after_the_change_the_label_of_the_one_in_hindsight_stays():
    match = MatchFactory()
    prophet, reader = ForecasterFactory(name="The Prophet"), ForecasterFactory(name="The Reader")
    predict(match, prophet, (2, 1), provenance="hindsight")
    predict(match, reader, (2, 1))
    settle(match, 2, 1)
    record(match, status="scheduled")  # it is played again before its points are taken back
    for each in (prophet, reader):
        predicted_live(match, each, (0, 0))
    settle(match, 1, 1)

    last = told(match)[-1]

    assert moves(last) == [("The Prophet", 6, 3), ("The Reader", 6, 3)]
    assert provenances(last) == {"The Prophet": "hindsight", "The Reader": "archive"}


def provenances(change: ResultChange) -> dict[str, str]:
    assert change.moved is not None
    return {each.forecaster.name: each.provenance for each in change.moved.moves}


def test_who_kept_the_same_points_is_counted_but_not_named(match):
    settle(match, 2, 0)
    settle(match, 3, 1)

    second = told(match)[-1]

    assert (moves(second), second.moved.unchanged) == ([], 3)


def test_who_gave_only_probabilities_has_no_points_that_could_move(match):
    predict(match, ForecasterFactory(name="The Bookmaker"), None, (0.5, 0.3, 0.2))
    settle(match, 2, 0)
    settle(match, 3, 1)

    assert told(match)[-1].moved.unchanged == 3


def bookmakers(match: Match, count: int) -> None:
    """Forecasters with probabilities and without a predicted score."""
    for number in range(count):
        predict(match, ForecasterFactory(name=f"Bookmaker {number}", kind="bookmaker"), None, (0.6, 0.3, 0.1))


def counted(moved: Moved) -> tuple[int, int, int, int, int]:
    return moved.forecasters, moved.points, moved.rps, moved.brier, moved.log_score


def test_changed_rps_brier_and_log_scores_are_counted_apart_from_points(match):
    bookmakers(match, 8)
    settle(match, 2, 1)
    settle(match, 1, 1)

    second = told(match)[-1]

    assert counted(second.moved) == (3, 16, 8, 8, 8)
    assert counted(summed(corrections())[0].moved) == (3, 16, 8, 8, 8)


def test_a_correction_that_only_bookmakers_feel_moves_their_scores_and_no_points():
    match = MatchFactory()
    bookmakers(match, 8)
    settle(match, 2, 1)
    settle(match, 1, 1)

    second = told(match)[-1]

    assert counted(second.moved) == (0, 0, 8, 8, 8)
    assert (second.moved.moves, second.moved.unchanged) == ((), 0)


def test_the_same_outcome_changes_no_rps_brier_or_log_score(match):
    bookmakers(match, 2)
    settle(match, 2, 1)
    settle(match, 3, 1)

    assert counted(told(match)[-1].moved)[2:] == (0, 0, 0)


def test_a_log_score_at_its_floor_stays_the_same_while_rps_and_brier_change():
    match = MatchFactory()
    predict(match, ForecasterFactory(name="The Bookmaker"), None, (0.0002, 0.9994, 0.0004))
    settle(match, 1, 0)
    settle(match, 0, 1)

    last = told(match)[-1]

    assert (last.moved.rps, last.moved.brier, last.moved.log_score) == (1, 1, 0)


def test_equal_scores_in_another_order_of_summation_are_no_change():
    match = MatchFactory()
    predict(match, ForecasterFactory(name="The Bookmaker"), None, (0.35, 0.3, 0.35))
    settle(match, 1, 0)
    settle(match, 0, 1)

    assert counted(told(match)[-1].moved)[2:] == (0, 0, 0)


def test_a_void_match_takes_the_scores_of_probabilities_too(match):
    bookmakers(match, 2)
    settle(match, 2, 1)
    settle(match, status="cancelled")

    assert counted(told(match)[-1].moved) == (3, 9, 2, 2, 2)


def test_a_void_match_takes_all_points_and_a_match_that_is_void_no_more_gives_them_back(match):
    settle(match, 2, 1)
    settle(match, status="cancelled")
    settle(match, 2, 1)

    _, void, back = told(match)

    assert void.settlement.voided
    assert moves(void) == [("The Oracle", 6, None), ("The Homer", 3, None), ("The Coin", 0, None)]
    assert (void.moved.forecasters, void.moved.points) == (3, 9)
    assert moves(back) == [("The Oracle", None, 6), ("The Homer", None, 3), ("The Coin", None, 0)]
    assert void.is_correction
    assert back.is_correction


def test_a_match_that_goes_on_after_all_loses_its_points_until_it_is_over_again(match):
    settle(match, 2, 1)
    settle(match, 2, 1, status="live")
    settle(match, 3, 1)

    _, back_to_live, over = told(match)

    assert (back_to_live.state, back_to_live.is_correction, back_to_live.settlement) == (
        State.WITHDRAWN,
        True,
        None,
    )
    assert moves(back_to_live)[0] == ("The Oracle", 6, None)
    assert (over.state, over.is_correction, over.before) == (State.SETTLED, False, None)
    assert moves(over) == [("The Homer", None, 2), ("The Oracle", None, 2), ("The Coin", None, 0)]


def test_a_result_that_was_overtaken_before_it_was_scored_moved_nothing(match):
    settle(match, 2, 1)
    record(match, 5, 0)
    settle(match, 1, 1)

    first, overtaken, last = told(match)

    assert (overtaken.state, overtaken.is_correction, overtaken.moved) == (State.OVERTAKEN, True, None)
    assert last.before == first.settlement
    assert moves(last) == [("The Coin", 0, 7), ("The Oracle", 6, 0), ("The Homer", 3, 0)]


def test_a_match_that_was_live_again_for_a_moment_kept_its_points_until_the_new_result(match):
    settle(match, 2, 1)
    record(match, 2, 1, status="live")
    settle(match, 1, 1)

    _, live, last = told(match)

    assert (live.state, live.moved) == (State.OVERTAKEN, None)
    assert moves(last)[0] == ("The Coin", 0, 7)


def test_a_correction_waits_until_it_is_scored(match):
    settle(match, 2, 1)
    record(match, 1, 1)

    waiting = told(match)[-1]

    assert (waiting.state, waiting.is_settled, waiting.settled_at, waiting.moved) == (
        State.WAITING,
        False,
        None,
        None,
    )


def test_a_match_taken_back_waits_until_its_points_are_gone(match):
    settle(match, 2, 1)
    record(match, status="scheduled")
    assert told(match)[-1].state == State.WAITING

    run_waiting("score_match")

    taken_back = told(match)[-1]
    assert (taken_back.state, taken_back.settled_at) == (State.WITHDRAWN, taken_back.before.superseded_at)


def test_reports_of_a_match_that_goes_on_are_open(match):
    record(match, 1, 0, status="live")
    record(match, 1, 1, status="live")

    assert [each.state for each in told(match)] == [State.OPEN, State.OPEN]


def test_a_match_without_results_has_no_changes(match):
    assert told(match) == []


def test_late_archive_picks_count_with_the_result_that_they_came_to(match):
    settle(match, 2, 1)
    predict(match, ForecasterFactory(name="The Contrarian"), (0, 2))
    run_waiting("score_match")
    settle(match, 0, 2)

    first, second = told(match)

    assert [each.number for each in first.settlements] == [1, 2]
    assert second.before == first.settlement
    assert moves(second)[0] == ("The Contrarian", 0, 8)


def test_a_correction_is_counted_once_the_boards_show_it(match):
    settle(match, 2, 1)
    run_waiting("refresh_views")
    settle(match, 1, 1)
    assert not told(match)[-1].is_counted

    run_waiting("refresh_views")

    assert told(match)[-1].is_counted


def test_points_taken_back_are_counted_once_the_boards_lack_them(match):
    settle(match, 2, 1)
    run_waiting("refresh_views")
    settle(match, 2, 1, status="live")
    assert not told(match)[-1].is_counted

    run_waiting("refresh_views")

    assert told(match)[-1].is_counted


def test_the_sites_corrections_are_those_that_replaced_a_result_in_force_newest_first(match):
    other, untouched = MatchFactory(), MatchFactory()
    settle(untouched, 0, 0)
    record(other, 1, 0, status="live")
    settle(other, 1, 0)
    settle(match, 2, 1)
    settle(match, 1, 1)
    settle(other, 1, 1)

    found = summed(corrections())

    assert [(each.revision.match_id, each.revision.version) for each in found] == [
        (other.pk, 3),
        (match.pk, 2),
    ]
    assert found[1].moved == Moved(forecasters=3, points=16, unchanged=0)
    assert corrected([match.pk, other.pk, untouched.pk]) == {match.pk, other.pk}


def test_more_corrections_ask_no_more_queries(match):
    settle(match, 2, 1)
    settle(match, 1, 1)
    few = ask(match)

    for home in range(4):
        settle(match, home, 0)
        another = MatchFactory()
        predict(another, oracle(), (2, 1))
        settle(another, 2, 1)
        settle(another, home, 2)

    assert ask(match) == few


def ask(match: Match) -> int:
    with CaptureQueriesContext(connection) as asked:
        told(match)
        summed(corrections())
    return len(asked)
