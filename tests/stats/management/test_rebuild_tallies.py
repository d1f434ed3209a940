"""`rebuild_tallies`: finds what is wrong in the tallies, and puts it right."""

import pytest
from django.utils import timezone

from matches.services.seasons import close_season
from scoring.models import Settlement
from stats.models import LeaderboardRow, Tally
from stats.signals import views_refreshed
from stats.tallies import fold
from tests.factories import record
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def counted(match):
    record(match, 2, 1)
    run_waiting("score_match", "refresh_views")
    return match


def spoil() -> None:
    Tally.objects.filter(scope="overall", forecaster__name="The Oracle").update(points=99)


def test_right_tallies_pass_the_check(manage, counted):
    ran = manage("rebuild_tallies", "--check")
    assert (ran.code, ran.complaint) == (0, "")
    assert "The tallies agree with the scores" in ran.said


def test_a_wrong_tally_fails_the_check_and_is_shown(manage, counted):
    spoil()
    ran = manage("rebuild_tallies", "--check")
    assert ran.code == 4
    assert "overall  The Oracle: points 99, counted 6" in ran.said
    assert Tally.objects.filter(points=99).exists()


def test_the_check_as_json_is_one_document(manage, counted):
    spoil()
    (difference,) = manage("rebuild_tallies", "--check", "--json").json["differences"]
    assert difference["stored"]["points"] == 99
    assert difference["counted"]["points"] == 6


def test_a_missing_tally_is_a_difference(manage, counted):
    Tally.objects.filter(scope="team").delete()
    ran = manage("rebuild_tallies", "--check")
    assert "the row is missing" in ran.said


def test_rebuilding_puts_it_right_on_the_boards_too(manage, counted):
    spoil()
    ran = manage("rebuild_tallies", "--json")
    assert (ran.code, ran.json["rebuilt"], len(ran.json["differences"])) == (0, True, 1)
    assert manage("rebuild_tallies", "--check").code == 0
    assert (
        LeaderboardRow.objects.get(provenance="all", scope="overall", forecaster__name="The Oracle").points
        == 6
    )


def test_the_boards_of_closed_seasons_are_put_right_as_well(manage, counted):
    close_season(counted.season, closed_at=timezone.now())
    run_waiting("refresh_views")
    Tally.objects.filter(scope="season", forecaster__name="The Oracle").update(points=99)
    manage("rebuild_tallies")
    assert (
        LeaderboardRow.objects.get(provenance="all", scope="season", forecaster__name="The Oracle").points
        == 6
    )


def test_a_dry_run_only_tells(manage, counted):
    spoil()
    ran = manage("rebuild_tallies", "--dry-run")
    assert ran.code == 0
    assert "nothing was changed" in ran.said
    assert Tally.objects.filter(points=99).exists()


def test_what_only_waits_for_the_next_refresh_is_no_difference(manage, counted):
    record(counted, 0, 0)
    run_waiting("score_match")
    assert manage("rebuild_tallies", "--check").code == 0
    assert fold.to_fold().exists()
    assert fold.to_unfold().exists()


def test_rebuilding_takes_in_what_waited_and_announces_it(manage, counted):
    record(counted, 0, 0)
    run_waiting("score_match")
    heard: list[int] = []

    def hear(match_ids, **_):
        heard.extend(match_ids)

    views_refreshed.connect(hear)
    try:
        manage("rebuild_tallies")
    finally:
        views_refreshed.disconnect(hear)

    assert heard == [counted.pk]
    assert manage("rebuild_tallies", "--check").code == 0
    assert not Settlement.objects.filter(superseded_at=None, folded_at=None).exists()
    run_waiting("refresh_views")
    assert manage("rebuild_tallies", "--check").code == 0
