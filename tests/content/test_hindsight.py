"""Roundups leave predictions made in hindsight out, and say so."""

import pytest

from content.models import Roundup
from tests.content.conftest import count, play, tell, week
from tests.factories import ForecasterFactory, coin, homer, oracle, predict
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
    assert (
        "No forecaster had predicted this match before the kickoff; three predictions were made after"
        in roundup.body
    )
