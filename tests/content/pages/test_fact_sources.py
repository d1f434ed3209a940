"""Numbers in a roundup can be followed to their sources, without JavaScript."""

import re

import pytest

from content.models import Roundup
from content.pages.selectors.fact_sources import END, START
from matches.models import Team
from tests.content.roundups.conftest import play, publish, week
from tests.factories import coin, oracle, predict

pytestmark = pytest.mark.django_db


@pytest.fixture
def roundup() -> Roundup:
    match = week(1)
    Team.objects.filter(pk=match.home_team_id).update(name="Ashford & Sons")
    predict(match, oracle(), (2, 1), (0.6, 0.25, 0.15))
    predict(match, coin(), (1, 1), (0.3, 0.4, 0.3))
    return publish(play(match, (2, 1)))


def page(client, roundup: Roundup) -> str:
    return client.get(roundup.get_absolute_url()).content.decode()


def test_numbers_in_the_text_are_links_to_their_sources(roundup, client):
    html = page(client, roundup)

    source = f"/api/v1/matches/{roundup.match_id}/predictions/"
    assert f'<a class="fact" rel="nofollow" href="{source}">45 per cent</a>' in html
    table = re.search(r'<td class="num"><a class="fact"[^>]*href="([^"]+)">3</a></td>', html)
    assert table is not None
    assert "team=ashford&" in table[1].replace("&amp;", "&")
    assert client.get(table[1].replace("&amp;", "&")).status_code == 200


def test_the_headline_has_links_and_keeps_its_words(roundup, client):
    heading = re.search(r"<h1>(.*?)</h1>", page(client, roundup))
    assert heading is not None
    assert '<span class="nowrap">2-1</span></a>' in heading[1]
    assert re.sub(r"<[^>]*>", "", heading[1]) == roundup.title.replace("&", "&amp;")


def test_the_linked_text_is_the_stored_text(roundup, client):
    body = page(client, roundup).split('<div class="prose">')[1].split("</div>")[0]
    without = re.sub(r'<a class="fact"[^>]*>(.*?)</a>', r"\1", body)
    assert re.sub(r'<span class="nowrap">(.*?)</span>', r"\1", without) == roundup.body_html
    assert START not in body


def test_all_numbers_are_listed_once_with_their_facts(roundup, client):
    html = page(client, roundup)
    listed = html.split("Where every number comes from</summary>")[1].split("</details>")[0]
    addresses = re.findall(r"<code>([\w.]+)</code>", listed)
    assert len(addresses) == len(set(addresses)) > 25
    assert "field.chances.home_percent" in addresses


def test_versions_without_spans_are_shown_as_they_were(roundup, client):
    Roundup.objects.update(spans={}, facts={"schema": 4}, checks={"numbers": 3, "names": 1, "sentences": 2})
    html = page(client, roundup)
    assert roundup.body_html.split("\n")[0] in html
    assert "Where every number comes from" not in html
    assert "3 numbers and 1 name in 2 sentences were compared with the database" in html


@pytest.mark.parametrize("mark", [START, END])
def test_a_name_with_a_mark_leaves_the_body_without_links(client, mark):
    match = week(1)
    Team.objects.filter(pk=match.home_team_id).update(name=f"Ash{mark}ford")
    roundup = publish(play(match, (2, 1)))
    body = page(client, roundup).split('<div class="prose">')[1].split("</div>")[0]
    assert 'class="fact"' not in body
