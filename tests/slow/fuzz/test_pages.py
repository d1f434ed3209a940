"""No name, label, reason or article becomes markup: each is shown as the text that it is."""

import json
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree

import pytest
from django.apps import apps
from django.db.models import CharField, TextField
from django.test import Client
from django.urls import reverse

from content.models import Roundup
from content.pages.syndication import REPLACEMENT
from core.pipeline.models import JobRun
from matches.models import Forecaster, Team
from tests.slow.fuzz import routes, strings
from tests.slow.fuzz.reader import Reader, squeezed

PAGES = [route for route in routes.routes() if not routes.is_api(route)]
FEEDS = [route for route in PAGES if route.endswith(".atom")]
pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def read(client: Client, address: str, query: dict[str, str] | None = None) -> Reader:
    """The page as a browser reads it; what is downloaded is empty."""
    response = client.get(address, query, follow=True)
    is_page = response["Content-Type"].startswith("text/html")
    page = Reader(response.content.decode() if is_page else "", admin=address.startswith("/admin/"))
    allowed = (200,) if query is None and not page.admin else (200, 400, 403, 404, 405)
    if response.status_code not in allowed:
        page.faults.append(f"status {response.status_code}")
    return page


def faults(client: Client, addresses: Iterable[str]) -> dict[str, list[str]]:
    """What is wrong, by address."""
    pages = {address: read(client, address).faults for address in addresses}
    assert pages
    return {address: found for address, found in pages.items() if found}


APPS = ("pipeline", "matches", "scoring", "stats", "content")
# Columns whose values we choose ourselves, or make from others: nobody can write there.
OURS = {"slug", "digest", "status", "state", "kind", "queue", "view", "rule", "scope", "provenance", "form"}
OURS |= {"purpose", "answer_format", "token_parameter", "fault", "matches.LLMQuestion.reason"}
OURS |= {
    "award",
    "carries",
    "category",
    "input_hash",
    "prefix",
    "root",
    "time_zone",
    "matches.Feed.name",
    "matches.StoredResponse.request",
}
OURS |= {"cells_hash", "outcome", "role", "ordering", "target"}
OURS |= {"form_before", "letters", "score_basis", "object_id", "http_accept", "codename", "session_hash"}


def test_every_column_of_text_holds_an_attack(world):
    """So that a new column cannot be forgotten here: write to it in world.py."""
    models = [model for app in APPS for model in apps.get_app_config(app).get_models() if model._meta.managed]
    harmless = []
    for model in models:
        for field in model._meta.concrete_fields:
            names = {field.name, f"{model._meta.label}.{field.name}"}
            if isinstance(field, CharField | TextField) and names.isdisjoint(OURS):
                harmed = model.objects.filter(**{f"{field.name}__contains": "pwn"})
                if not harmed.exists():
                    harmless.append(f"{model._meta.label}.{field.name}")
    assert harmless == []


@pytest.mark.parametrize("route", PAGES)
def test_no_public_page_takes_a_text_for_markup(world, client, route):
    assert faults(client, routes.addresses(route)) == {}


def test_no_list_of_the_admin_takes_a_text_for_markup(world, operator):
    assert faults(operator, routes.admin_lists()) == {}


@pytest.mark.parametrize("model", routes.registered(), ids=lambda model: model._meta.label)
def test_no_row_of_the_admin_takes_a_text_for_markup(world, operator, model):
    assert faults(operator, routes.admin_pages(model)) == {}


def test_a_selection_is_confirmed_without_markup(world, operator):
    chosen = {"action": "rescore", "_selected_action": [match.pk for match in world.matches]}

    page = operator.post(reverse("admin:matches_match_changelist"), chosen).content.decode()

    assert "Effects" in page
    assert Reader(page, admin=True).faults == []


def test_names_are_shown_letter_by_letter(world, client):
    board, matches = read(client, "/leaderboard/").text, read(client, "/matches/").text

    for row in Forecaster.objects.filter(predictions__score__isnull=False)[:40]:
        assert squeezed(row.name) in board
    for team in Team.objects.all()[:10]:
        assert squeezed(team.short_name) in matches


def test_an_article_shows_raw_html_letter_by_letter(world, client):
    for text in ("<script>pwn()</script>", "<svg/onload=pwn()>", "{{ request.META }}{% debug %}"):
        roundup = Roundup.objects.filter(summary=text).last()
        if roundup:
            assert read(client, roundup.get_absolute_url()).text.count(text) >= 6


def test_tracebacks_and_history_are_shown_letter_by_letter(world, operator):
    history = read(operator, reverse("admin:matches_match_history", args=[world.matches[0].pk])).text

    for run in JobRun.objects.exclude(traceback="").filter(error__in=world.texts):
        page = read(operator, reverse("admin:pipeline_jobrun_change", args=[run.pk])).text
        assert squeezed(run.traceback) in page
        assert squeezed(run.error) in history


@pytest.mark.parametrize("route", FEEDS)
def test_a_feed_is_well_formed_whatever_the_names_are(world, client, route):
    feeds = [ElementTree.fromstring(client.get(each).content) for each in routes.addresses(route, limit=20)]

    assert any(feed.findall(f"{ATOM}entry") for feed in feeds)
    for part in (part for feed in feeds for part in feed.iter()):
        if part.get("type") == "html":
            assert Reader(part.text or "").faults == []
        assert part.get("href", "http:").startswith(("http:", "https:"))


def test_a_character_that_xml_cannot_carry_is_replaced_in_the_feed(world, client):
    text = strings.CHARACTERS["control characters"]
    article = Roundup.objects.filter(status="published").first()
    Roundup.objects.filter(pk=article.pk).update(title=text, body_html=f"<p>{text}</p>")

    feed = ElementTree.fromstring(client.get("/roundups/feed.atom").content)

    titles = [title.text for title in feed.iter(f"{ATOM}title")]
    assert f"Ash{REPLACEMENT * 6}[31m\x7f\x9fford" in titles


PLAIN = ("application/json", "application/problem+json", "application/timestamp-reply", "text/plain")


def json_answers(client: Client) -> Iterator[tuple[str, object]]:
    for route in filter(routes.is_api, routes.routes()):
        for address in routes.addresses(route, limit=20):
            response = client.get(address)
            if "html" not in response["Content-Type"] and "javascript" not in response["Content-Type"]:
                yield address, response


def test_no_answer_of_the_api_can_be_taken_for_a_page(world, client):
    for address, response in json_answers(client):
        assert response["X-Content-Type-Options"] == "nosniff", address
        assert response["Content-Type"].startswith(PLAIN) or address == "/api/schema/", address


def test_the_api_carries_the_texts_unchanged(world, client):
    teams = json.loads(client.get("/api/v1/teams/?page_size=200").content)["results"]

    assert {team["name"] for team in teams} == {text[:100] for text in world.texts}


@pytest.mark.parametrize("text", strings.FOR_READERS)
def test_what_was_asked_for_is_not_taken_for_markup(world, client, operator, text):
    for query in ({"page": text}, {text: "x"}, {"utm_source": text}, {"season": text}):
        for address in ("/leaderboard/", "/matches/", "/competitions/c1/", "/status/"):
            assert read(client, address, query).faults == [], (address, query)
    assert read(operator, reverse("admin:pipeline_board"), {"competition": text, "state": text}).faults == []
    for model in ("matches_match", "pipeline_jobrun"):
        assert read(operator, reverse(f"admin:{model}_changelist"), {"q": text, "state": text}).faults == []
