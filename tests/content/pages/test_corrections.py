"""The page and the feed of corrected results, and how other pages speak of a correction."""

from datetime import datetime
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from matches.models import Match
from matches.result import Result
from matches.services.results import record_result
from tests.content.pages.conftest import Site, count_results, write_roundup
from tests.factories import (
    CompetitionFactory,
    ForecasterFactory,
    MatchFactory,
    SeasonFactory,
    TeamFactory,
    oracle,
    predict,
    record,
)

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
FEED = "/corrections/feed.atom"
HOSTILE = "<script>alert(1)</script> & \x0b]]>"


def correct(match: Match, home: int, away: int, reason: str = "An own goal.") -> None:
    result = Result(status="finished", home_score=home, away_score=away)
    record_result(
        match_id=match.pk, result=result, source="league", recorded_at=timezone.now(), reason=reason
    )


@pytest.fixture
def corrected(site) -> Site:
    """Ashford 2-1 Barrow became 1-1, and the boards show it."""
    correct(site.played, 1, 1)
    count_results()
    site.played.refresh_from_db()
    return site


def entries(client) -> list[ElementTree.Element]:
    return ElementTree.fromstring(client.get(FEED).content).findall(f"{ATOM}entry")


# --- The page ----------------------------------------------------------------------------------------


def test_it_tells_what_became_of_what_and_why(corrected, see):
    seen = see("/corrections/")

    assert "Ashford - Barrow 2-1 corrected to 1-1" in seen.text
    assert "by league" in seen.text
    assert "Reason: An own goal." in seen.text
    assert "The points of 3 forecasters changed, by 16 in total." in seen.text
    assert f'href="{corrected.played.get_absolute_url()}#revision-2"' in seen.html
    assert 'id="revision-2"' in see(corrected.played.get_absolute_url()).html


def test_the_page_and_the_feed_count_changed_scores_of_probabilities(site, see, client):
    match = MatchFactory()
    for number in range(8):
        predict(match, ForecasterFactory(name=f"Bookmaker {number}", kind="bookmaker"), None, (0.6, 0.3, 0.1))
    record(match, 2, 1)
    count_results()
    correct(match, 1, 1)
    count_results()

    words = "points changed. RPS changed for 8 forecasters, Brier score for 8, log score for 8."
    assert words in see("/corrections/").text
    assert words in see(match.get_absolute_url()).text
    assert words in entries(client)[0].findtext(f"{ATOM}summary")


def test_one_that_the_boards_do_not_show_yet_says_so(site, see):
    correct(site.played, 1, 1)

    text = see("/corrections/").text

    assert "The predictions are about to be scored again. The leaderboards, updated" in text
    assert ", do not show this yet." in text


def test_without_any_it_says_so_in_plain_words(see):
    assert "No result has been corrected so far." in see("/corrections/").text


def test_it_is_filtered_by_competition(corrected, see):
    cup = CompetitionFactory(slug="cup", name="The Cup")
    other = MatchFactory(season=SeasonFactory(competition=cup), home_team=TeamFactory(name="Yeovil"))
    record(other, 1, 0)
    record(other, 2, 0)

    text = see("/corrections/?competition=cup").text

    assert "Yeovil - Barrow" in text
    assert "Ashford - Barrow" not in text
    assert see("/corrections/?competition=nowhere").status == 400
    assert see("/corrections/?team=ashford").status == 400


def test_it_is_cut_into_pages(site, see):
    for number in range(27):
        correct(site.played, number % 9, 3)

    assert "Page 1 of 2" in see("/corrections/").text
    assert "8-3 corrected to 0-3" in see("/corrections/?page=1").text
    assert see("/corrections/?page=3").status == 404


def test_more_corrections_ask_no_more_queries(corrected, client):
    def ask(path: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        return len(asked)

    paths = ["/corrections/", FEED, corrected.played.get_absolute_url(), "/matches/"]
    for path in paths:
        client.get(path)
    before = [ask(path) for path in paths]
    for number in range(4):
        correct(corrected.played, number, 3)
        match = MatchFactory(home_team=TeamFactory(name=f"Home {number}"))
        predict(match, oracle(), (1, 0))
        record(match, 1, 0)
        count_results()
        correct(match, 2, 0)
        count_results()

    assert [ask(path) for path in paths] == before


def test_hostile_reasons_are_shown_and_not_run(site, see):
    correct(site.played, 1, 1, reason=HOSTILE)

    for path in ("/corrections/", site.played.get_absolute_url()):
        html = see(path).html
        assert "<script>" not in html, path
        assert "&lt;script&gt;alert(1)" in html, path


# --- The feed ----------------------------------------------------------------------------------------


def test_the_feed_has_an_entry_that_keeps_its_id(corrected, client):
    response = client.get(FEED)
    assert response.headers["Content-Type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(response.content)
    for name in ("id", "title", "updated"):
        assert feed.findtext(ATOM + name), name
    assert all(link.get("href").startswith("http") for link in feed.iter(f"{ATOM}link"))

    (entry,) = entries(client)
    assert entry.findtext(f"{ATOM}title") == "Ashford - Barrow: 2-1 corrected to 1-1"
    assert entry.findtext(f"{ATOM}id").endswith(f"/matches/{corrected.played.pk}/#revision-2")
    summary = entry.findtext(f"{ATOM}summary")
    assert "Reason: <q>An own goal.</q>" in summary
    assert "The points of 3 forecasters changed, by 16 in total." in summary

    correct(corrected.played, 3, 1)

    newest, former = entries(client)
    assert former.findtext(f"{ATOM}id") == entry.findtext(f"{ATOM}id")
    assert newest.findtext(f"{ATOM}id").endswith("#revision-3")


def test_an_entry_is_updated_when_its_match_has_been_scored_again(site, client):
    correct(site.played, 1, 1)
    (waiting,) = entries(client)
    count_results()
    (scored,) = entries(client)

    assert waiting.findtext(f"{ATOM}published") == scored.findtext(f"{ATOM}published")
    moments = [datetime.fromisoformat(entry.findtext(f"{ATOM}updated")) for entry in (waiting, scored)]
    assert moments == sorted(moments)
    assert "about to be scored again" in waiting.findtext(f"{ATOM}summary")


def test_hostile_text_stays_text_in_the_feed(site, client):
    site.played.home_team.name = "<b>Ashford</b>"
    site.played.home_team.save()
    correct(site.played, 1, 1, reason=HOSTILE)

    (entry,) = entries(client)

    assert entry.findtext(f"{ATOM}title").startswith("<b>Ashford</b> - Barrow")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in entry.findtext(f"{ATOM}summary")


def test_an_empty_feed_is_valid_too(client):
    assert ElementTree.fromstring(client.get(FEED).content).findtext(f"{ATOM}updated")


# --- Other pages -------------------------------------------------------------------------------------


def test_every_page_leads_to_them(site, see):
    for path in site.paths:
        html = see(path).html
        assert '<a href="/corrections/">Corrections</a>' in html, path
        assert f'title="Corrected results" href="{FEED}"' in html, path
    assert "All corrections are listed with the reason" in see("/methodology/").text


def test_lists_mark_a_corrected_match(corrected, see):
    for path in ("/", "/matches/", corrected.played.season.competition.get_absolute_url()):
        assert '<span class="badge badge-corrected">corrected</span>' in see(path).html, path


def test_a_list_does_not_show_who_was_best_by_the_former_result(site, see):
    correct(site.played, 1, 1)

    text = see("/matches/").text

    assert "corrected being scored" in text
    assert "The Oracle 6 points" not in text


def test_the_freshness_line_says_when_it_was_corrected_and_when_the_boards_were_updated(site, see):
    assert "Up to date." in see("/leaderboard/").text
    correct(site.played, 1, 1)

    text = see("/leaderboard/").text

    assert "Updating: a result was corrected" in text
    assert "and the leaderboards do not show it yet. Leaderboards updated" in text

    count_results()
    assert "Up to date." in see("/leaderboard/").text


def test_the_boards_are_not_up_to_date_while_they_have_points_of_a_match_that_goes_on(site, see):
    record(site.played, 2, 1, status="live")

    assert "Updating: a result was corrected" in see("/leaderboard/").text


def test_an_article_about_the_former_result_says_so(site, see):
    correct(site.played, 1, 1)

    text = see(site.roundup.get_absolute_url()).text

    assert "This roundup is out of date: the result has changed since this was written." in text
    assert "A new version is being written." in text


def test_versions_of_an_article_say_what_replaced_them(corrected, see):
    old = corrected.roundup
    old.status, old.supersede_reason = "superseded", "result corrected from 2-1 to 1-1"
    old.save()
    new = write_roundup(corrected.played, version=2)

    text = see(new.get_absolute_url()).text

    assert "Version 1 , for version 1 of the result; replaced: result corrected from 2-1 to 1-1" in text
    assert "out of date: Result corrected from 2-1 to 1-1." in see(old.get_absolute_url()).text
    assert "Versions of the roundup Version 2 (current)" in see(corrected.played.get_absolute_url()).text
