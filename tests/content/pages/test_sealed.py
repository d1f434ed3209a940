"""What pages and feed say of commitments, and of how a prediction was received."""

from xml.etree import ElementTree

import pytest
from django.db import connection

from tests.factories import committed, upcoming_match

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def test_the_page_of_a_match_shows_the_root_that_was_published(see):
    commitment = committed(upcoming_match())

    seen = see(f"/matches/{commitment.match_id}/")

    assert "Hash of the only received prediction, published" in seen.text
    assert "before any score was known" in seen.text
    assert commitment.root in seen.text
    assert f"/api/v1/matches/{commitment.match_id}/commitment/log/" in seen.html


def test_a_match_without_live_predictions_has_none(site, see):
    assert "Proof that no prediction was changed" not in see(f"/matches/{site.played.pk}/").text


def test_every_prediction_says_how_and_how_long_before_kickoff_it_came(site, see):
    live = committed(upcoming_match()).match

    assert "live, 24 h before kickoff" in see(f"/matches/{live.pk}/").text.replace("\N{NO-BREAK SPACE}", " ")
    assert "live, 24 h before kickoff" in see("/forecasters/the-oracle/").text.replace(
        "\N{NO-BREAK SPACE}", " "
    )
    assert "back-test The predictions behind this page" in see(f"/matches/{site.played.pk}/").text
    assert "after kickoff" in see(f"/matches/{site.played.pk}/").text


def test_the_api_says_the_same_in_seconds(site, client):
    live = committed(upcoming_match()).match

    (row,) = client.get(f"/api/v1/matches/{live.pk}/predictions/").json()["results"]
    assert row["provenance"] == "live"
    assert row["seconds_before_kickoff"] == pytest.approx(86_400, abs=120)
    archive = client.get(f"/api/v1/matches/{site.played.pk}/predictions/").json()["results"]
    assert all(row["seconds_before_kickoff"] < 0 for row in archive)
    own = client.get("/api/v1/forecasters/the-oracle/predictions/").json()["results"]
    assert {row["provenance"] for row in own} == {"live", "archive"}
    assert all("seconds_before_kickoff" in row for row in own)


def test_the_feed_has_an_entry_for_each_root(client):
    commitment = committed(upcoming_match())

    feed = ElementTree.fromstring(client.get("/commitments/feed.atom").content)

    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == f"ashford - barrow: {commitment.root}"
    assert entry.findtext(f"{ATOM}id").endswith(f"/matches/{commitment.match_id}/#commitment-1")
    assert commitment.root in entry.findtext(f"{ATOM}summary")


def test_an_empty_feed_is_valid_too(client):
    feed = ElementTree.fromstring(client.get("/commitments/feed.atom").content)

    assert feed.findall(f"{ATOM}entry") == []
    assert feed.findtext(f"{ATOM}updated")


def test_a_second_commitment_stands_beside_the_first(see):
    commitment = committed(upcoming_match())
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO matches_commitment (match_id, number, size, root, locked_at, before_result, about)"
            " SELECT match_id, 2, 2, repeat('ab', 32), locked_at, false, about FROM matches_commitment"
        )

    seen = see(f"/matches/{commitment.match_id}/")

    assert commitment.root in seen.text
    assert "ab" * 32 in seen.text
    assert "after a score was known" in seen.text
