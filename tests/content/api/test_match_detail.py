"""GET /api/v1/matches/{id}/ and its predictions: the story of a match, and no pick before the lock."""

from datetime import timedelta

import pytest
from django.utils import timezone

from matches.models import Prediction
from tests.factories import ForecasterFactory, coin, homer, move, oracle, predict, record
from tests.pipeline_helpers import run_waiting


def test_a_counted_match_tells_its_whole_story(world, get):
    match = get(f"matches/{world.won.pk}/")

    assert (match["status"], match["home_score"], match["away_score"], match["void"]) == (
        "finished",
        2,
        1,
        False,
    )
    assert match["quotas"] == {"home": 2, "draw": 3, "away": 6}
    assert match["result_version"] == 1
    assert match["predictions"] == {"live": 0, "archive": 3, "hindsight": 0}
    assert match["roundup"] == world.roundup.pk
    assert match["kickoff_at"] == match["lock_at"] == "2025-08-16T14:00:00Z"
    pipeline = match["pipeline"]
    moments = [pipeline[f"{name}_at"] for name in ("recorded", "scored", "counted", "published")]
    assert moments == sorted(moments)
    waits = [pipeline[f"{name}_after_seconds"] for name in ("scored", "counted", "published")]
    assert waits == sorted(waits)
    assert 0 <= waits[0] < 60


def test_a_coming_match_has_no_quotas_and_no_pipeline_times(world, get):
    match = get(f"matches/{world.coming.pk}/")

    assert match["quotas"] is None
    assert set(match["pipeline"].values()) == {None}
    assert match["predictions"] == {"live": 1, "archive": 0, "hindsight": 0}


def test_a_correction_starts_anew(world, get):
    record(world.won, 2, 2)

    match = get(f"matches/{world.won.pk}/")
    assert match["result_version"] == 2
    assert match["pipeline"]["recorded_at"] is not None
    assert match["pipeline"]["scored_at"] is None

    run_waiting("score_match", "refresh_views")
    assert get(f"matches/{world.won.pk}/")["pipeline"]["counted_at"] is not None


def test_the_pipeline_times_of_a_result_that_an_import_settled_again_are_in_order(world, get):
    before = get(f"matches/{world.won.pk}/")["pipeline"]
    predict(world.won, ForecasterFactory(name="The Import"), (2, 1))
    run_waiting("score_match", "refresh_views")

    assert get(f"matches/{world.won.pk}/")["pipeline"] == before
    assert before["scored_at"] <= before["counted_at"] <= before["published_at"]


def test_a_void_match_has_no_quotas(world, get):
    match = get(f"matches/{world.void.pk}/")

    assert (match["void"], match["quotas"]) == (True, None)


def test_before_the_lock_nobody_sees_a_pick(world, get, client):
    answer = get(f"matches/{world.coming.pk}/predictions/")

    assert (answer["count"], answer["results"]) == (0, [])
    assert answer["meta"]["locked"] is False
    assert answer["meta"]["submitted"] == 1
    as_csv = client.get(f"/api/v1/matches/{world.coming.pk}/predictions/?format=csv").content.decode()
    assert len(as_csv.splitlines()) == 1


def test_at_the_lock_the_picks_are_shown_without_points(world, get, time_machine):
    time_machine.move_to(world.coming.lock_at, tick=False)

    (pick,) = get(f"matches/{world.coming.pk}/predictions/")["results"]

    assert (pick["home_goals"], pick["away_goals"], pick["provenance"]) == (3, 0, "live")
    assert (pick["points"], pick["breakdown"], pick["rps"]) == (None, None, None)


def test_a_postponed_match_hides_its_picks_again(world, get):
    move(world.drawn, timezone.now() + timedelta(days=3), reschedule=True)

    assert get(f"matches/{world.drawn.pk}/predictions/")["results"] == []


def test_after_the_match_every_pick_has_its_points(world, get):
    answer = get(f"matches/{world.won.pk}/predictions/")

    best = answer["results"][0]
    assert [(row["forecaster"]["name"], row["points"]) for row in answer["results"]] == [
        ("The Oracle", 6),
        ("The Homer", 3),
        ("The Coin", 0),
    ]
    assert best["breakdown"] == {"tendency_points": 2, "goal_difference_points": 1, "exact_points": 3}
    assert (best["rps"], best["p_home"], best["provenance"]) == (0.09125, 0.6, "archive")
    assert best["submitted_at"].endswith("Z")


def test_only_the_last_pick_of_each_forecaster_counts(world, get, time_machine):
    predict(world.coming, oracle(), (0, 4), provenance=Prediction.Provenance.LIVE)
    time_machine.move_to(world.coming.lock_at, tick=False)

    (pick,) = get(f"matches/{world.coming.pk}/predictions/")["results"]

    assert (pick["home_goals"], pick["away_goals"]) == (0, 4)


def test_picks_of_a_void_match_have_no_points(world, get):
    answer = get(f"matches/{world.void.pk}/predictions/")

    assert answer["meta"]["void"] is True
    assert {row["points"] for row in answer["results"]} == {None}
    assert {row["forecaster"]["slug"] for row in answer["results"]} == {
        forecaster.slug for forecaster in (oracle(), homer(), coin())
    }


@pytest.mark.parametrize("path", ["matches/987654321/", "matches/987654321/predictions/"])
def test_an_unknown_match_is_a_404(world, get, path):
    assert get(path, status=404)["status"] == 404
