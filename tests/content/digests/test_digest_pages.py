"""Digests on the site, in the Atom feed and in the API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from content.models import Digest
from matches.models import Match
from tests.content.digests.conftest import matchday, play, publish
from tests.factories import TeamFactory, record
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def digest(db) -> Digest:
    TeamFactory(name="Ashford", slug="ashford", short_name="<b>Ash")
    for match in matchday(1):
        play(match, (2, 1), [(2, 1), (1, 0), (1, 1)])
    return publish()


def get(client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def test_a_digest_is_listed_among_roundups_and_on_the_page_of_its_season(client, digest):
    link = f'href="/roundups/digests/{digest.pk}/"'
    season = digest.stage.season
    for path in ("/roundups/", "/roundups/digests/", f"/competitions/{season.competition.slug}/"):
        assert link in get(client, path)


def test_the_page_shows_text_and_sources_and_escapes_names(client, digest):
    page = get(client, digest.get_absolute_url())
    assert "Where every number comes from" in page
    assert f'href="/api/v1/matches/{digest.match_ids[0]}/"' in page
    assert "<b>Ash" not in page


def test_every_source_of_a_digest_is_a_page_of_the_api(client, digest):
    spans = client.get(f"/api/v1/digests/{digest.pk}/").json()["spans"]
    assert {span["text"] for span in spans} == {"title", "summary", "body"}
    for path in {path for span in spans for path in span["sources"]}:
        get(client, path)


def test_a_superseded_digest_links_to_the_current_one(client, digest):
    record(Match.objects.get(pk=digest.match_ids[0]), 0, 0)
    second = publish()
    page = get(client, digest.get_absolute_url())
    assert "which is out of date" in page
    assert f'href="{second.get_absolute_url()}"' in page


def test_the_feed_contains_digests_and_roundups(client, digest):
    feed = get(client, "/roundups/feed.atom")
    assert feed.count("<entry>") == 3
    assert digest.title in feed


def test_the_list_has_filters(client, digest):
    season, stage = digest.stage.season_id, digest.stage_id
    for query, count in (
        (f"season={season}", 1),
        (f"stage={stage}&round=Matchday+1", 1),
        ("round=Matchday+2", 0),
        ("competition=premier-league&status=all", 1),
        ("status=superseded", 0),
        ("from=2999-01-01", 0),
    ):
        assert client.get(f"/api/v1/digests/?{query}").json()["count"] == count, query
    assert client.get("/api/v1/digests/?stage=99999").status_code == 400


def test_a_digest_is_out_of_date_while_a_new_version_is_due(client, digest):
    record(Match.objects.get(pk=digest.match_ids[0]), 5, 5)
    run_waiting("score_match", "refresh_views")
    assert client.get(f"/api/v1/digests/{digest.pk}/").json()["out_of_date"] is True
    assert "This digest is out of date" in get(client, digest.get_absolute_url())


def test_a_digest_is_secret_while_predictions_of_its_match_are(client, digest):
    later = timezone.now() + timedelta(days=1)
    Match.objects.filter(pk=digest.match_ids[0]).update(
        status="scheduled", home_score=None, away_score=None, kickoff_at=later, lock_at=later
    )
    assert client.get(digest.get_absolute_url()).status_code == 404
    assert client.get(f"/api/v1/digests/{digest.pk}/").status_code == 404
