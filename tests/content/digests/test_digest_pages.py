"""Digests on the site, in the Atom feed and in the API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from content.models import Digest
from matches.models import Match
from tests.content.digests.conftest import matchday, play, publish
from tests.factories import StageFactory, TeamFactory, record
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
    source = f"/api/v1/matches/{digest.match_ids[0]}/"
    assert f'<a class="fact" rel="nofollow" href="{source}"><span class="nowrap">2-1</span></a>' in page
    assert "field.top.0.points" in page
    assert "<b>Ash" not in page


def test_every_source_of_a_digest_is_a_page_of_the_api(client, digest):
    spans = client.get(f"/api/v1/digests/{digest.pk}/").json()["spans"]
    assert {span["text"] for span in spans} == {"title", "summary", "body"}
    for path in {path for span in spans for path in span["sources"]}:
        get(client, path)


def test_the_rows_behind_a_number_add_up_to_it(client, digest):
    rows = {
        span["address"]: client.get(span["sources"][0]).json()
        for span in client.get(f"/api/v1/digests/{digest.pk}/").json()["spans"]
    }
    facts = digest.facts
    points = [row["points"] for row in rows["field.top.0.points"]["results"]]
    assert sum(points) == facts["field"]["top"][0]["points"]
    assert len(points) == facts["field"]["top"][0]["picks"] == 2
    assert rows["round.matches"]["count"] == facts["round"]["matches"] == 2
    assert len(rows["field.picks"]["results"]) == facts["field"]["picks"] == 6
    first = facts["tables"][0]["rows"][0]
    played = rows["tables.0.rows.0.played"]["results"]
    assert all(first["slug"] in (row["home_team"]["slug"], row["away_team"]["slug"]) for row in played)
    assert len(played) == first["played"]


def test_a_number_in_a_table_of_a_group_leads_to_the_matches_of_the_group(client, db):
    stage = StageFactory(name="Groups", kind="groups")
    for match, group in zip(matchday(1, stage=stage), "AB", strict=True):
        Match.objects.filter(pk=match.pk).update(group=group)
        play(match, (2, 1), [(2, 1), (1, 0), (1, 1)])
    publish()
    digest = Digest.objects.get()
    spans = client.get(f"/api/v1/digests/{digest.pk}/").json()["spans"]
    found = next(span for span in spans if span["address"] == "tables.1.rows.0.points")
    assert found["kind"] == "points"
    (row,) = client.get(found["sources"][0]).json()["results"]
    assert row["group"] == "B"


def test_matches_and_predictions_of_a_round_can_be_listed(client, digest):
    (later, _) = matchday(2)
    play(later, (1, 0), [(1, 0), None, None])
    publish()
    for query, matches, picks in (("Matchday 1", 2, 6), ("Matchday 2", 2, 1), ("Final", 0, 0)):
        params = {"stage": digest.stage_id, "round": query}
        assert client.get("/api/v1/matches/", params).json()["count"] == matches
        assert len(client.get("/api/v1/predictions/", params).json()["results"]) == picks


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
