"""Roundups leave predictions made in hindsight out, and say so."""

import pytest

from content.models import Roundup
from tests.content.roundups.conftest import count, play, tell, week
from tests.factories import ForecasterFactory, coin, homer, oracle, predict, record
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db


def test_no_figure_of_a_roundup_counts_them_but_their_own(match):
    before, _ = tell(match)
    predict(match, ForecasterFactory(name="The Prophet"), (2, 1), (1, 0, 0), provenance="hindsight")
    count()

    after, article = tell(match)

    assert after["field"] == {**before["field"], "hindsight": 1}
    assert after["board"] == before["board"]
    assert "One prediction was made after the kickoff and is left out here" in article.body
    assert "Prophet" not in article.body


def test_a_match_with_nothing_but_hindsight_is_said_to_have_no_prediction_before_the_kickoff():
    match = week(1)
    for forecaster in (oracle(), homer(), coin()):
        predict(match, forecaster, (2, 1), provenance="hindsight")
    play(match, (2, 1))

    run_waiting("write_roundup")

    roundup = Roundup.objects.get(match=match)
    assert roundup.status == "published", roundup.checks
    assert roundup.title == "Ashford 2-1 Barrow"
    assert roundup.summary == (
        "No one predicted this match before the kickoff, so the forecasters' leaderboard stays as it was."
    )
    assert "Who gained" not in roundup.body
    assert "No one predicted this match before the kickoff; three predictions were made after" in roundup.body


def test_a_void_match_with_nothing_but_hindsight_was_not_predicted_before_the_kickoff():
    match = week(1)
    predict(match, oracle(), (2, 1), provenance="hindsight")
    record(match, status="cancelled")

    run_waiting()

    roundup = Roundup.objects.get(match=match)
    assert roundup.summary == "The match does not count, and no one predicted it before the kickoff."


def test_predictions_in_hindsight_complete_an_article_without_predictions_in_place():
    match = week(1)
    record(match, 2, 1)
    run_waiting()
    predict(match, oracle(), (2, 1), provenance="hindsight")
    run_waiting()

    (roundup,) = Roundup.objects.all()
    assert (roundup.version, roundup.status) == (1, "published")
    assert "before the kickoff; one prediction was made after" in roundup.body


def test_predictions_in_hindsight_that_are_not_scored_yet_are_not_told():
    match = week(1)
    play(match, (2, 1))
    predict(match, oracle(), (2, 1), provenance="hindsight")
    assert tell(match)[0]["field"]["hindsight"] == 0

    count()
    assert tell(match)[0]["field"]["hindsight"] == 1


def test_predictions_after_an_article_that_told_of_some_in_hindsight_are_a_new_version():
    match = week(1)
    predict(match, oracle(), (2, 1), provenance="hindsight")
    record(match, 2, 1)
    run_waiting()
    predict(match, homer(), (1, 0))
    run_waiting()

    first, second = Roundup.objects.order_by("version")
    assert (first.supersede_reason, second.status) == ("predictions were added", "published")
