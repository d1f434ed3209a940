"""Atom feeds of a competition, a team and a forecaster."""

from datetime import datetime
from xml.etree import ElementTree

import pytest

from matches.models import Forecaster
from tests.content.pages.conftest import count_results
from tests.factories import CompetitionFactory, MatchFactory, TeamFactory, predict, record

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
COMPETITION = "/competitions/premier-league/feed.atom"
TEAM = "/teams/ashford/feed.atom"
FORECASTER = "/forecasters/the-oracle/feed.atom"
HOSTILE = "<script>alert(1)</script>\n\N{RIGHT-TO-LEFT OVERRIDE}\N{SOCCER BALL}&"


def read_feed(client, path: str) -> ElementTree.Element:
    response = client.get(path)
    assert response.status_code == 200, path
    assert response.headers["Content-Type"].startswith("application/atom+xml")
    return ElementTree.fromstring(response.content)


def entries(client, path: str) -> list[ElementTree.Element]:
    return read_feed(client, path).findall(f"{ATOM}entry")


def ids(client, path: str) -> list[str]:
    return [entry.findtext(f"{ATOM}id") for entry in entries(client, path)]


def moment(element: ElementTree.Element, name: str) -> datetime:
    return datetime.fromisoformat(element.findtext(ATOM + name))


@pytest.mark.parametrize("path", [COMPETITION, TEAM, FORECASTER])
def test_a_page_links_to_its_feed_in_the_head_and_visibly(site, see, path):
    html = see(path.removesuffix("feed.atom")).html

    head, body = html.split("</head>")
    assert f'href="{path}"' in head
    assert f'<a href="{path}">Atom feed</a>' in body


def test_the_feeds_of_competition_and_team_contain_the_roundup_with_its_id(site, client):
    (identity,) = ids(client, "/roundups/feed.atom")

    for path in (COMPETITION, TEAM, "/teams/barrow/feed.atom"):
        assert ids(client, path) == [identity]


def test_a_feed_contains_nothing_about_other_teams_and_competitions(site, client):
    CompetitionFactory(slug="cup", name="Cup")

    assert ids(client, "/teams/corby/feed.atom") == ids(client, "/competitions/cup/feed.atom") == []


def test_an_empty_feed_was_never_updated(client):
    TeamFactory(name="Ashford")

    feed = read_feed(client, TEAM)

    assert moment(feed, "updated").year == 1970


def test_a_correction_is_an_entry_of_the_feeds_of_its_team_and_competition(site, client):
    record(site.played, 1, 1, reason="An own goal.")
    (identity,) = ids(client, "/corrections/feed.atom")

    for path in (COMPETITION, TEAM):
        assert identity in ids(client, path)
        assert "Ashford - Barrow: 2-1 corrected to 1-1" in [
            entry.findtext(f"{ATOM}title") for entry in entries(client, path)
        ]


def test_the_feed_of_a_forecaster_contains_its_scored_predictions(site, client):
    (entry,) = entries(client, FORECASTER)

    title = entry.findtext(f"{ATOM}title").replace("\N{NO-BREAK SPACE}", " ")
    assert title.startswith(
        "Ashford - Barrow, 2-1: 2-1 (home 60 %, draw 25 %, away 15 %); 6 points, RPS 0.0913"
    )
    assert entry.findtext(f"{ATOM}id").endswith(f"/matches/{site.played.pk}/#prediction-{site.forecaster.pk}")
    assert "Back-test: made or imported after the match" in entry.findtext(f"{ATOM}summary")


def test_a_prediction_without_probabilities_has_points_only(site, client):
    (entry,) = entries(client, "/forecasters/the-homer/feed.atom")

    assert entry.findtext(f"{ATOM}title") == "Ashford - Barrow, 2-1: 1-0; 3 points"


def test_secret_predictions_are_in_no_feed(site, client):
    assert "7-5" not in client.get(FORECASTER).content.decode()


def test_a_corrected_match_updates_the_entry_of_a_forecaster(site, client):
    (former,) = entries(client, FORECASTER)

    record(site.played, 1, 1)
    count_results()

    (entry,) = entries(client, FORECASTER)
    assert entry.findtext(f"{ATOM}id") == former.findtext(f"{ATOM}id")
    assert "0 points" in entry.findtext(f"{ATOM}title")
    assert moment(entry, "published") == moment(former, "published")
    assert moment(entry, "updated") > moment(former, "updated")


def test_a_void_match_stays_in_the_feed_without_points(site, client):
    record(site.played, status="cancelled")
    count_results()

    (entry,) = entries(client, FORECASTER)

    assert "match void, no points" in entry.findtext(f"{ATOM}title")


def test_hostile_names_stay_text(client):
    match = MatchFactory(home_team=TeamFactory(name=HOSTILE, slug="ashford"))
    match.season.competition.name = HOSTILE
    match.season.competition.save()
    oracle = Forecaster.objects.create(slug="the-oracle", name=HOSTILE + "\x1b", kind="human")
    predict(match, oracle, (2, 1))
    record(match, 2, 1)
    record(match, 1, 1, reason="x\x00y".replace("\x00", "\x1b"))
    count_results()

    for path in (COMPETITION, TEAM, FORECASTER):
        feed = read_feed(client, path)
        assert "<script>" in feed.findtext(f"{ATOM}title")
        assert all(
            "<script>" not in entry.findtext(f"{ATOM}summary") for entry in feed.findall(f"{ATOM}entry")
        )


@pytest.mark.parametrize("path", [COMPETITION, TEAM, FORECASTER])
def test_an_unknown_subject_is_not_found_and_an_unknown_parameter_is_refused(site, client, path):
    assert (
        client.get(path.replace("league", "x").replace("ashford", "x").replace("oracle", "x")).status_code
        == 404
    )
    assert client.get(f"{path}?colour=red").status_code == 400


def test_an_unchanged_feed_is_not_sent_again(site, client):
    first = client.get(TEAM)

    again = client.get(TEAM, headers={"if-none-match": first.headers["ETag"]})

    assert again.status_code == 304
    assert first.headers["Last-Modified"]
