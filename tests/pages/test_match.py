"""The page of a match: what was said, what it was worth, and how the result came to be counted."""

from datetime import timedelta

import pytest
from django.utils import timezone

from matches.services import move_kickoff
from tests.factories import MatchFactory, TeamFactory, coin, homer, oracle, predict, record, upcoming_match
from tests.pages.conftest import count_results

pytestmark = pytest.mark.django_db


def test_before_the_lock_it_tells_only_how_many_there_are(site, see):
    seen = see(site.to_come.get_absolute_url())

    assert "1 prediction so far, kept secret until" in seen.text
    for secret in ("The Oracle", "7-5", "81 %", "Points"):
        assert secret not in seen.text


def test_no_page_tells_a_secret(site, see):
    for path in site.paths:
        assert "7-5" not in see(path).text, path
    assert "1 more prediction kept secret until kickoff" in see("/forecasters/the-oracle/").text


def test_after_the_lock_everything_is_shown(see):
    match = upcoming_match()
    predict(match, oracle(), (2, 0), provenance="live")
    predict(match, homer(), (1, 0), provenance="live")
    predict(match, coin(), (1, 1), provenance="live")
    move_kickoff(match_id=match.pk, kickoff_at=timezone.now() - timedelta(minutes=1))

    seen = see(match.get_absolute_url())

    assert "Locked. Predictions closed at" in seen.text
    assert "The Oracle 2-0" in seen.text
    assert "Ashford 2 2 67 %" in seen.text.replace("\N{NO-BREAK SPACE}", " "), (
        "quota 2, two picks, two thirds"
    )


def test_points_are_taken_apart(site, see):
    text = see(site.played.get_absolute_url()).text

    assert "The Oracle archive 2-1 6 2 + 1 + 3" in text
    assert "The Homer archive 1-0 3 2 + 1 + 0" in text


def test_it_shows_the_way_through_the_pipeline(site, see):
    text = see(site.played.get_absolute_url()).text

    for step in ("Result recorded", "Scored after", "Counted after", "Roundup published after"):
        assert step in text
    assert "Roundup: The Oracle had it" in text


def test_a_result_on_its_way_says_what_is_still_to_come(see):
    match = MatchFactory()
    predict(match, oracle(), (2, 1))
    record(match, 2, 1)

    text = see(match.get_absolute_url()).text

    assert "Scored still to come" in text
    assert "Updating: a new result is being counted" in text


def test_a_void_match_gives_no_points_and_says_why(see):
    match = MatchFactory()
    predict(match, oracle(), (2, 1))
    record(match, 1, 0, status="abandoned")
    count_results()

    text = see(match.get_absolute_url()).text

    assert "Abandoned: no points. The match is void: it gives no points and is out of every average." in text
    assert "void" in see("/forecasters/the-oracle/").text


def test_an_awarded_match_counts_in_the_table_only(see):
    match = MatchFactory()
    record(match, 3, 0, status="awarded")
    count_results()

    assert (
        "It counts in the league table, but no forecast is judged by it."
        in see(match.get_absolute_url()).text
    )


def test_a_postponed_match_waits(see):
    match = upcoming_match()
    record(match, status="postponed")

    assert "Postponed. Predictions stay open until" in see(match.get_absolute_url()).text


def test_a_corrected_result_shows_both_versions(site, see):
    record(site.played, 1, 1)
    count_results()

    text = see(site.played.get_absolute_url()).text

    assert "Result corrected from 2-1 to 1-1 on" in text
    assert "Every prediction was scored again." in text
    assert "Versions of the result" in text
    assert "The Coin archive 1-1 7 3 + 1 + 3" in text


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
