"""Archive predictions are never shown without their label, live ones never with it."""

import re
from datetime import timedelta

import pytest

from content.models import Roundup
from tests.content.pages.conftest import count_results
from tests.factories import (
    ForecasterFactory,
    MatchFactory,
    TeamFactory,
    oracle,
    predict,
    record,
    time_passes,
    upcoming_match,
)
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db

LABEL = (
    "made or imported after the match. They should use only data from before kickoff, which cannot be "
    "verified. Such predictions are not proof of foresight"
)


def play_live() -> object:
    """A match that the Oracle predicted before its kickoff."""
    match = upcoming_match(home_team=TeamFactory(name="Corby"), away_team=TeamFactory(name="Derby"))
    predict(match, oracle(), (1, 0), provenance="live")
    time_passes(match, timedelta(days=1, hours=2))
    record(match, 1, 0)
    count_results()
    return match


def test_wherever_archive_predictions_appear_the_page_says_so(site, see):
    about_them = [
        *["/", "/leaderboard/", "/matches/", "/forecasters/"],
        site.played.get_absolute_url(),
        site.played.season.competition.get_absolute_url(),
        site.roundup.get_absolute_url(),
    ]
    for path in about_them:
        assert LABEL in see(path).text, path
    profile = see("/forecasters/the-homer/").text
    assert f"1 of its predictions was {LABEL}" in profile


def test_a_page_with_archive_predictions_only_in_its_matches_is_no_part_back_test(see):
    match = MatchFactory(season__competition__slug="friendlies", season__competition__name="Friendlies")
    predict(match, oracle(), (1, 0), provenance="archive")
    record(match, 1, 0)
    run_waiting("score_match")  # the leaderboard is still empty

    for path in (match.season.competition.get_absolute_url(), "/", "/matches/"):
        html = see(path).html
        assert "badge-archive" in html, path
        assert "part back-test" not in html, path


def test_a_page_of_back_tests_says_so_once_and_not_in_every_row(site, see):
    paths = ["/leaderboard/", "/forecasters/", "/forecasters/the-homer/", site.played.get_absolute_url()]

    for path in paths:
        html = see(path).html
        assert html.count("badge-archive") == 1, path
        assert "badge-archive" not in html.partition("<table")[2], path
    assert "back-test," not in see(site.played.get_absolute_url()).text


def test_rows_of_a_mixed_board_have_labels(site, see):
    play_live()
    predict(site.played, ForecasterFactory(name="The Newcomer"), (1, 0), provenance="archive")
    count_results()

    boards = [see("/leaderboard/?min_matches=1").html, see("/forecasters/").html]

    for html in boards:
        assert html.partition("<table")[2].count("badge-archive") >= 2


def test_live_predictions_carry_no_label(see):
    match = play_live()

    for path in ("/", "/leaderboard/", "/matches/", "/forecasters/the-oracle/", match.get_absolute_url()):
        seen = see(path)
        assert "The Oracle" in seen.text, path
        assert "badge-archive" not in seen.html, path


def test_a_mixed_record_is_said_to_be_mixed(site, see):
    play_live()

    seen = see("/leaderboard/")

    assert "Some predictions behind this leaderboard were made or imported after the match" in seen.text
    assert "part back-test" in seen.text


HINDSIGHT = "made after kickoff, when the result could be known"


def test_wherever_a_prediction_in_hindsight_appears_the_page_says_so(site, see):
    predict(site.played, ForecasterFactory(name="The Prophet"), (2, 1), provenance="hindsight")
    count_results()

    match, profile = see(site.played.get_absolute_url()), see("/forecasters/the-prophet/")
    own_board = see("/leaderboard/?provenance=hindsight")

    assert f"1 of these predictions was {HINDSIGHT}" in match.text
    assert f"1 of its predictions was {HINDSIGHT}" in profile.text
    assert "So far only predictions made after kickoff have been scored. They are on the" in profile.text
    assert f"The predictions behind this leaderboard were {HINDSIGHT}" in own_board.text
    for seen in (match, profile, own_board):
        assert "The Prophet" in seen.text
        assert '">hindsight</span>' in seen.html
    assert "hindsight, " in match.text, "when it was received"
    for path in ("/", "/leaderboard/", "/matches/", site.roundup.get_absolute_url()):
        assert "The Prophet" not in see(path).text, path


def test_points_that_a_correction_moved_carry_the_label_of_their_prediction(site, see):
    predict(site.played, ForecasterFactory(name="The Prophet"), (2, 1), provenance="hindsight")
    count_results()
    record(site.played, 1, 1)
    count_results()

    page = see(site.played.get_absolute_url()).html

    assert labels_of_moves(page) == {
        "The Prophet": "hindsight",
        "The Oracle": "back-test",
        "The Homer": "back-test",
        "The Coin": "back-test",
    }


def test_points_of_live_predictions_that_a_correction_moved_carry_no_label(see):
    match = play_live()
    record(match, 0, 1)
    count_results()

    assert labels_of_moves(see(match.get_absolute_url()).html) == {"The Oracle": ""}


def labels_of_moves(page: str) -> dict[str, str]:
    """The badge of each forecaster in the list of moved points; "" without one."""
    (listed,) = re.findall(r'<ul class="moves">(.*?)</ul>', page, re.DOTALL)
    return {
        re.search(r">(The \w+)</a>", each)[1]: (re.search(r'">([\w-]+)</span></span>', each) or ["", ""])[1]
        for each in re.findall(r"<li .*?</li>", listed, re.DOTALL)
    }


def test_a_match_with_nothing_but_hindsight_is_said_to_have_no_prediction_before_the_kickoff(site, see):
    match = MatchFactory(
        home_team=TeamFactory(name="Corley"),
        away_team=TeamFactory(name="Denby"),
        round_label=site.played.round_label,
        matchday=site.played.matchday,
    )
    predict(match, ForecasterFactory(name="The Prophet"), (2, 1), provenance="hindsight")
    record(match, 2, 1)
    count_results()

    for path in ("/", "/matches/", site.played.season.competition.get_absolute_url()):
        (line,) = re.findall(r'<li class="line">(?:(?!</li>).)*Corley.*?</li>', see(path).html, re.DOTALL)
        assert "no predictions before kickoff" in line, path
        assert "point" not in line, path
    assert "No one predicted this match before the kickoff." in see(match.get_absolute_url()).text
    assert "No one predicted" not in see(site.played.get_absolute_url()).text


def test_a_match_without_predictions_has_the_same_words(see):
    match = MatchFactory(home_team=TeamFactory(name="Corley"), away_team=TeamFactory(name="Denby"))
    record(match, 2, 1)
    count_results()
    run_waiting("write_roundup")

    assert "No one predicted this match before the kickoff." in see(match.get_absolute_url()).text
    article = see(Roundup.objects.get(match=match).get_absolute_url()).text
    assert "No one predicted this match before the kickoff, so the forecasters" in article


def test_a_match_whose_predictions_before_the_kickoff_got_nothing_shows_no_points(site, see):
    match = MatchFactory(home_team=TeamFactory(name="Corley"), away_team=TeamFactory(name="Denby"))
    predict(match, ForecasterFactory(name="The Prophet"), (2, 1), provenance="hindsight")
    predict(match, ForecasterFactory(name="The Pessimist"), (0, 1))
    record(match, 2, 1)
    count_results()

    assert "no forecaster got points" in see("/matches/").text
    assert "no predictions before kickoff" not in see("/matches/").text


def test_the_field_of_a_match_is_that_before_the_kickoff(site, see):
    before = see(site.played.get_absolute_url()).html
    predict(site.played, ForecasterFactory(name="The Prophet"), (5, 5), (0, 1, 0), provenance="hindsight")
    count_results()

    after = see(site.played.get_absolute_url()).html

    stakes = re.compile(r'<div class="columns">.*?<table class="grid">.*?</table>', re.DOTALL)
    assert stakes.search(after)[0] == stakes.search(before)[0]


def test_a_board_of_one_provenance_says_only_what_it_is_made_of(site, see):
    play_live()

    live = see("/leaderboard/?provenance=live")
    archive = see("/leaderboard/?provenance=archive")

    assert "The Oracle" in live.text
    assert "The Homer" not in live.text
    assert "badge-archive" not in live.html
    assert "The predictions behind this leaderboard were made or imported after the match" in archive.text
    assert "part back-test" not in archive.text
