"""Reference and guide of the API on the site."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from content.pages.api_docs import guide
from core.api import schema
from tests.factories import ForecasterFactory, new_key, upcoming_match

pytestmark = pytest.mark.django_db
LIMIT = 400_000  # bytes of all that a browser loads
ARTICLE = re.compile(r'<article class="operation">(.*?)</article>', re.DOTALL)

CODE = re.compile(r"<pre[^>]*><code>(.*?)</code></pre>", re.DOTALL)


@pytest.fixture
def reference(see) -> str:
    return see("/api/docs/").html


def operations() -> dict[str, dict]:
    paths = schema.document()["paths"].values()
    return {each["operationId"]: each for path in paths for each in path.values()}


def test_every_operation_is_there_once_with_an_example(reference):
    articles = ARTICLE.findall(reference)
    anchors = [re.search(r'<h3 id="([^"]+)"', each)[1] for each in articles]

    assert sorted(anchors) == sorted(operations())
    for article in articles:
        assert "<code>curl " in article
        assert "Errors: 4" in article


def test_public_reads_come_first_and_need_no_key(reference):
    articles = {re.search(r'<h3 id="([^"]+)"', each)[1]: each for each in ARTICLE.findall(reference)}
    accesses = [operations()[anchor]["security"] for anchor in articles]

    order = [(each != [], {} not in each, "cronSecret" in str(each)) for each in accesses]
    assert order == sorted(order)
    for anchor, article in articles.items():
        needs_key = "key required" in article or "secret required" in article
        security = operations()[anchor]["security"]
        assert needs_key == (security != [] and {} not in security), anchor
        assert ("Authorization: Bearer" in article) == (security != []), anchor


def test_the_schema_has_a_key_only_where_it_makes_a_difference():
    keyed = {anchor for anchor, each in operations().items() if "apiKey" in str(each["security"])}

    assert keyed == {
        *("matches_predictions_update", "predictions_bulk_create"),
        *("matches_predictions_retrieve", "forecasters_predictions_list"),
    }


def test_example_responses_are_json_with_the_fields_of_the_schema(reference):
    articles = {re.search(r'<h3 id="([^"]+)"', each)[1]: each for each in ARTICLE.findall(reference)}
    _request, response = CODE.findall(articles["leaderboard_list"])

    row = json.loads(unescape(response))["results"][0]
    fields = schema.document()["components"]["schemas"]["LeaderboardRow"]["properties"]
    assert list(row) == list(fields)


def test_the_example_of_a_submission_is_accepted_by_the_api(client, reference):
    match = upcoming_match()
    key = new_key(ForecasterFactory(name="The Oracle"))
    article = next(each for each in ARTICLE.findall(reference) if 'id="matches_predictions_update"' in each)
    body = re.search(r"-d '(.*?)'</code>", unescape(article), re.DOTALL)[1]

    response = client.put(
        f"/api/v1/matches/{match.pk}/predictions/the-oracle/",
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}"},
    )

    assert response.status_code == 201, response.content


def test_the_guide_is_docs_api_md_with_working_links(see, settings):
    settings.SITE_URL = "https://whistle.example.org"
    guide.guide.cache_clear()
    html = see("/api/docs/guide/").html
    guide.guide.cache_clear()

    assert "curl 'https://whistle.example.org/api/v1/status/'" in html

    assert 'id="submitting-predictions"' in html
    assert "An operator creates an API key for your forecasters" in html
    assert ".md" not in re.sub(r"<code>.*?</code>", "", "".join(re.findall(r'href="[^"]+"', html)))
    anchors = set(re.findall(r'id="([^"]+)"', html))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= anchors
    assert see("/api/docs/").html.count("/api/docs/guide/#submitting-predictions") == 1


@pytest.mark.parametrize("path", ["/api/docs/", "/api/docs/guide/"])
def test_the_docs_are_pages_of_the_site_and_small(client, path):
    response = client.get(path)
    html = response.content.decode()

    assert 'class="site"' in html
    assert re.findall("<script[^>]*/([a-z-]+)[^/]*>", html) == ["local-time"]
    assert 'aria-current="page">API</a>' in html
    style = Path(finders.find("content/site.css")).stat().st_size
    assert len(response.content) + style < LIMIT
