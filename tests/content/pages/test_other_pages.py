"""Forecasters, competitions, roundups, the feed, methodology and status."""

from xml.etree import ElementTree

import pytest
from django.utils import timezone

from content.models import Roundup
from matches.models import Forecaster
from scoring import rules
from tests.content.pages.conftest import count_results, write_roundup
from tests.factories import ForecasterFactory, MatchFactory, TeamFactory, record

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


# --- Forecasters ----------------------------------------------------------------------------------


def test_a_profile_has_the_record_on_every_board(site, see):
    text = see("/forecasters/the-oracle/").text

    for board in (
        "Overall 1 of 3",
        "Premier League 1 of 3",
        "Premier League 2025/26 1 of 3",
        "Ashford 1 of 3",
    ):
        assert board in text
    assert "Ashford - Barrow back-test 2-1 2-1 6" in text


def test_a_forecaster_without_scores_says_when_there_will_be_some(see):
    ForecasterFactory(name="Newcomer")

    assert "No scored predictions yet" in see("/forecasters/newcomer/").text


def test_versions_of_a_model_know_each_other(see):
    first = ForecasterFactory(name="Model 1", kind=Forecaster.Kind.LLM, retired_at=timezone.now())
    ForecasterFactory(name="Model 2", kind=Forecaster.Kind.LLM, parent=first)

    assert "A new version of Model 1" in see("/forecasters/model-2/").text
    assert "Succeeded by Model 2" in see("/forecasters/model-1/").text
    assert "retired" in see("/forecasters/").text


# --- Competitions ---------------------------------------------------------------------------------


def test_a_competition_shows_table_round_and_leaderboard(site, see):
    text = see("/competitions/premier-league/").text

    assert "1 Ashford 1 1 0 0 2:1 +1 3" in text
    assert site.played.round_label in text
    assert "The season&#39;s best by points per match" in text


# --- Roundups -------------------------------------------------------------------------------------


def test_an_article_tells_how_it_was_written(site, see):
    seen = see(site.roundup.get_absolute_url())

    assert "<strong>The Oracle</strong> had said so" in seen.html
    assert "Writer template" in seen.text
    assert "after the result was recorded" in seen.text
    assert "3 numbers were compared with the database" in seen.text


def test_a_score_in_an_article_stays_on_one_line(site, see):
    body = '<p>It ended 2-1 in 2025-26: <a href="https://example.org/1-1">1-1</a>.</p>'
    Roundup.objects.filter(pk=site.roundup.pk).update(body_html=body)

    html = see(site.roundup.get_absolute_url()).html

    assert 'ended <span class="nowrap">2-1</span> in 2025-26' in html
    assert '<a href="https://example.org/1-1"><span class="nowrap">1-1</span></a>' in html


def test_a_superseded_article_stays_and_points_to_the_current_one(site, see):
    record(site.played, 1, 1)
    count_results()
    Roundup.objects.filter(pk=site.roundup.pk).update(
        status="superseded", supersede_reason="The result was corrected."
    )
    site.played.refresh_from_db()
    current = write_roundup(site.played, version=2, title="The Coin after all")

    seen = see(site.roundup.get_absolute_url())

    assert "This is version 1, which is out of date: The result was corrected." in seen.text
    assert f'href="{current.get_absolute_url()}">Read the current version' in seen.html
    assert "noindex" in seen.html
    assert "The Oracle had it" not in see("/roundups/").text
    assert "The Coin after all" in see("/roundups/").text


def test_the_feed_is_valid_atom(site, client):
    response = client.get("/roundups/feed.atom")

    assert response.headers["Content-Type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(response.content)
    assert feed.tag == f"{ATOM}feed"
    for element in (feed, entry := feed.find(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert element.findtext(ATOM + name), name
        assert element.find(f"{ATOM}link").get("href").startswith("http")
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    assert entry.findtext(f"{ATOM}title") == "The Oracle had it"
    assert entry.findtext(f"{ATOM}id").endswith(f"/matches/{site.played.pk}/#roundup")
    assert "<strong>The Oracle</strong>" in entry.findtext(f"{ATOM}summary")


def test_an_empty_feed_is_valid_too(client):
    feed = ElementTree.fromstring(client.get("/roundups/feed.atom").content)

    assert feed.findtext(f"{ATOM}updated")


# --- About ----------------------------------------------------------------------------------------


def test_the_methodology_is_calculated_from_the_rules(see):
    text = see("/methodology/").text

    assert "quotas 2, 5, 6. The match ends 2-1" in text
    for example in (
        "2-1 2 1 3 6",
        "3-2 2 1 0 3",
        "3-1 2 0 0 2",
        "1-1 0 0 0 0",
        "0-1 6 1 3 10",
        "0-0 4 1 3 8",
    ):
        assert example in text
    assert "0 to 2 6 7 10" in text
    assert rules.RULE in text


def test_another_rule_would_change_the_page(see, monkeypatch):
    monkeypatch.setattr(rules, "EXACT_BONUS", 5)

    assert "0-1 6 1 5 12" in see("/methodology/").text


def test_the_status_page_tells_freshness_and_jobs(site, see):
    text = see("/status/").text

    assert "score_match 0 0 1 0 0 0" in text
    assert "stats_leaderboard_live" in text
    assert "From result to leaderboard, median of the last 1" in text
    assert "Ashford - Barrow" in text
    assert "Stages to decide 0" in text


def test_the_pages_work_while_redis_is_down(site, see, settings):
    settings.RQ_QUEUES = {
        name: {**queue, "URL": "redis://127.0.0.1:1/0"} for name, queue in settings.RQ_QUEUES.items()
    }

    assert [see(path).status for path in site.paths] == [200] * len(site.paths)


# --- Lists ----------------------------------------------------------------------------------------


def test_matches_can_be_filtered(site, see):
    assert "Ashford 2-1 Barrow" in see("/matches/?team=barrow").text
    assert "No match fits these filters" in see("/matches/?status=abandoned").text
    assert "Corby v Derby" in see("/matches/?status=scheduled").text
    assert "Ashford 2-1 Barrow" in see("/matches/?from=2025-08-16&to=2025-08-16").text
    assert "No match fits" in see("/matches/?from=2025-08-17&to=2025-08-17").text


def test_a_result_names_who_saw_it_best(site, see):
    assert "Ashford 2-1 Barrow The Oracle 6 points" in see("/").text
    match = MatchFactory(home_team=TeamFactory(name="Corby"), away_team=TeamFactory(name="Derby"))
    record(match, 0, 0)
    count_results()
    assert "Corby 0-0 Derby no predictions" in see("/matches/").text
