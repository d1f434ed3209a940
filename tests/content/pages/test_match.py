"""The page of a match: what was said, what it was worth, and how the result came to be counted."""

from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from matches.result import Result
from matches.services.results import record_result
from tests.content.pages.conftest import count_results
from tests.factories import (
    MatchFactory,
    TeamFactory,
    coin,
    homer,
    move,
    oracle,
    predict,
    record,
    time_passes,
    upcoming_match,
)
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db


def test_before_the_lock_it_tells_only_how_many_there_are(site, see):
    seen = see(site.to_come.get_absolute_url())

    assert "1 prediction so far, secret until" in seen.text
    for secret in ("The Oracle", "7-5", "81 %", "Points"):
        assert secret not in seen.text


def test_no_page_tells_a_secret(site, see):
    for path in site.paths:
        assert "7-5" not in see(path).text, path
    assert "1 more prediction is secret until kickoff" in see("/forecasters/the-oracle/").text


def test_after_the_lock_everything_is_shown(see):
    match = upcoming_match()
    predict(match, oracle(), (2, 0), provenance="live")
    predict(match, homer(), (1, 0), provenance="live")
    predict(match, coin(), (1, 1), provenance="live")
    time_passes(match, timedelta(days=1, minutes=1))

    seen = see(match.get_absolute_url())

    assert "Locked. Predictions closed at" in seen.text
    assert "The Oracle 2-0" in seen.text
    assert "Ashford 2 2 67 %" in seen.text.replace("\N{NO-BREAK SPACE}", " "), (
        "quota 2, two picks, two thirds"
    )


def test_points_are_taken_apart(site, see):
    text = see(site.played.get_absolute_url()).text

    assert "The Oracle 2-1 6 2 + 1 + 3" in text
    assert "The Homer 1-0 3 2 + 1 + 0" in text


def test_it_shows_the_way_through_the_pipeline(site, see):
    text = see(site.played.get_absolute_url()).text

    for step in ("Result recorded", "Scored after", "Leaderboards updated after", "Roundup published after"):
        assert step in text
    assert "Roundup: The Oracle had it" in text


def test_a_result_on_its_way_says_what_is_still_to_come(see):
    match = MatchFactory()
    predict(match, oracle(), (2, 1))
    record(match, 2, 1)

    text = see(match.get_absolute_url()).text

    assert "Scored not yet" in text
    assert "Updating: a new result is being added to the leaderboards" in text


def test_a_void_match_gives_no_points_and_says_why(see):
    match = MatchFactory()
    predict(match, oracle(), (2, 1))
    record(match, 1, 0, status="abandoned")
    count_results()

    text = see(match.get_absolute_url()).text

    assert "Abandoned: no points. The match is void: predictions get no points" in text
    assert "it is not included in any average." in text
    assert "void" in see("/forecasters/the-oracle/").text


def test_an_awarded_match_counts_in_the_table_only(see):
    match = MatchFactory()
    record(match, 3, 0, status="awarded")
    count_results()

    assert (
        "It counts in the league table, but predictions get no points." in see(match.get_absolute_url()).text
    )


def test_a_postponed_match_waits(see):
    match = upcoming_match()
    record(match, status="postponed")

    assert "Postponed. Predictions stay open until" in see(match.get_absolute_url()).text


def test_a_corrected_result_shows_both_versions(site, see):
    record(site.played, 1, 1)
    count_results()

    text = see(site.played.get_absolute_url()).text

    assert "Result corrected: 2-1 corrected to 1-1" in " ".join(text.split())
    assert "Every prediction was scored again. The leaderboards have shown it since" in text
    assert "Versions of the result" in text
    assert "The Coin 1-1 7 3 + 1 + 3" in text


def test_a_correction_says_who_gained_and_who_lost_how_many_points(site, see):
    record(site.played, 1, 1)
    count_results()

    text = see(site.played.get_absolute_url()).text

    assert "The points of 3 forecasters changed, by 16 in total." in text
    for moved in (
        "+7 The Coin 0 → to 7",
        "−6 The Oracle 6 → to 0",  # noqa: RUF001
        "−3 The Homer 3 → to 0",  # noqa: RUF001
    ):
        assert moved in text


def test_a_correction_that_the_boards_do_not_show_yet_says_so(site, see):
    record(site.played, 1, 1)

    text = see(site.played.get_absolute_url()).text

    assert "The predictions are about to be scored again. The leaderboards, updated" in text
    assert ", do not show this yet" in text
    assert "These points are for version 1 of the result; version 2 is not scored yet." in text
    assert "Roundup: The Oracle had it out of date" in text

    run_waiting("score_match")
    text = see(site.played.get_absolute_url()).text

    assert "Every prediction was scored again. The leaderboards, updated" in text
    assert ", do not show this yet" in text


def test_a_match_taken_back_has_no_points_and_says_why(site, see):
    record(site.played, 2, 1, status="live")
    count_results()

    text = see(site.played.get_absolute_url()).text

    assert "Result corrected: 2-1 withdrawn (live at 2-1 )" in text
    assert "The points were withdrawn and removed from the leaderboards." in text


def test_a_single_result_takes_one_line(site, see):
    text = see(site.played.get_absolute_url()).text

    assert "One result was reported: 2-1" in text
    assert "by test . It has not been changed." in text.replace("test.", "test .")
    assert "Versions of the roundup" not in text


def test_reports_during_the_match_are_folded_away(see):
    match = MatchFactory()
    for home in range(3):
        record(match, home, 0, status="live")
    record(match, 2, 0)

    assert "3 reports before the match was over" in see(match.get_absolute_url()).text


def test_the_time_of_kickoff_is_said_to_be_that(site, see):
    assert "Finished Kickoff Saturday 16 August 2025, 14:00 UTC" in see(site.played.get_absolute_url()).text


def test_a_moved_kickoff_and_the_picks_that_came_too_late_are_told(see):
    match = upcoming_match()
    predict(match, oracle(), (7, 5), provenance="live")
    move(match, match.kickoff_at + timedelta(days=1), reason="Fog & ice.")

    ahead = see(match.get_absolute_url())
    assert "Kickoff changes" in ahead.text
    assert "Reason: Fog &amp; ice." in ahead.text
    assert "The Oracle" not in ahead.text

    move(match, timezone.now() - timedelta(hours=1))

    text = see(match.get_absolute_url()).text
    assert "1 prediction was received after the corrected kickoff and does not count: The Oracle" in text


def test_who_of_the_operators_did_it_is_not_told(site, see):
    operator = get_user_model().objects.create(username="mallory")
    now = timezone.now()
    result = Result(status="finished", home_score=1, away_score=1)
    record_result(
        match_id=site.played.pk, result=result, source="admin", recorded_at=now, recorded_by=operator
    )

    for path in (site.played.get_absolute_url(), "/corrections/"):
        html = see(path).html
        assert "an operator (admin)" in html
        assert "mallory" not in html


def test_a_match_that_is_open_again_names_nobody(see):
    match = MatchFactory()
    predict(match, oracle(), (2, 1))
    record(match, 2, 1)
    count_results()
    record(match, status="scheduled")
    count_results()
    move(match, timezone.now() + timedelta(days=3))

    text = see(match.get_absolute_url()).text

    assert "One forecaster's points changed, by 6 in total." in unescape(text)
    assert "The Oracle" not in text


def test_extra_time_and_penalties_are_told(see):
    match = MatchFactory()
    record(match, 1, 1, home_score_aet=2, away_score_aet=2, home_penalties=4, away_penalties=3)

    text = see(match.get_absolute_url()).text

    assert "after 90 minutes 1-1, after extra time 2-2, penalties 4-3" in text


def test_the_grid_outlines_what_happened(site, see):
    html = see(site.played.get_absolute_url()).html

    assert '<td class="shade-1 happened">1<span class="hidden"> (the result)</span></td>' in html


def test_hostile_names_are_escaped_everywhere(see):
    hostile = '<img src=x onerror=alert(1)>"'
    match = MatchFactory(home_team=TeamFactory(name=hostile, slug="hostile", short_name=hostile[:30]))
    predict(match, oracle(), (2, 1))
    record(match, 2, 1)
    count_results()

    for path in ("/", "/matches/", "/leaderboard/", match.get_absolute_url(), "/forecasters/the-oracle/"):
        html = see(path).html
        assert "<img" not in html, path
        assert "&lt;img src=x" in html, path


@pytest.mark.parametrize(
    ("award", "words"),
    [
        ("home", "Awarded to the home team. The result was decided off the pitch."),
        ("both", "Lost by both teams. The result was decided off the pitch."),
        ("", "The result was decided off the pitch."),
    ],
)
def test_an_awarded_match_shows_to_whom_and_why(see, award, words):
    match = MatchFactory()
    record(match, status="awarded", award=award, reason="Ineligible player.")

    text = see(match.get_absolute_url()).text

    assert f"Awarded: no points. {words}" in text
    assert "Reason: Ineligible player." in text


@pytest.mark.parametrize(
    ("award", "score", "words"),
    [
        ("home", (), "Awarded to Ashford"),
        ("away", (0, 3), "Awarded to Barrow (0-3)"),
        ("both", (), "Lost by both teams"),
        ("", (3, 0), "Awarded (3-0)"),
    ],
)
def test_an_awarded_match_in_a_list_shows_to_whom(see, award, score, words):
    record(MatchFactory(), *score, status="awarded", award=award)

    assert words in see("/matches/").text


@pytest.mark.parametrize("status", ["postponed", "suspended", "cancelled"])
def test_the_reason_of_a_delay_is_shown(see, status):
    match = MatchFactory()
    record(match, status=status, reason="Floods in the town.")

    assert (
        "Reason: Floods in the town." in see(match.get_absolute_url()).text.split("Versions of the result")[0]
    )
