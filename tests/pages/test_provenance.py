"""Archive predictions are never shown without their label, live ones never with it."""

from datetime import timedelta

import pytest

from tests.factories import TeamFactory, oracle, predict, record, time_passes, upcoming_match
from tests.pages.conftest import count_results

pytestmark = pytest.mark.django_db

LABEL = "made after the match from data before it; not proof of foresight"


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
    assert (
        "1 of its predictions were made after the match from data before it: not proof of foresight"
        in profile
    )


def test_live_predictions_carry_no_label(see):
    match = play_live()

    for path in ("/", "/leaderboard/", "/matches/", "/forecasters/the-oracle/", match.get_absolute_url()):
        seen = see(path)
        assert "The Oracle" in seen.text, path
        assert "badge-archive" not in seen.html, path


def test_a_mixed_record_is_said_to_be_mixed(site, see):
    play_live()

    seen = see("/leaderboard/")

    assert "Some predictions behind this board were made after the match" in seen.text
    assert "part archive" in seen.text


def test_a_board_of_one_provenance_says_only_what_it_is_made_of(site, see):
    play_live()

    live = see("/leaderboard/?provenance=live")
    archive = see("/leaderboard/?provenance=archive")

    assert "The Oracle" in live.text
    assert "The Homer" not in live.text
    assert "badge-archive" not in live.html
    assert "The predictions behind this board were made after the match" in archive.text
    assert "part archive" not in archive.text
