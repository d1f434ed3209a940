"""The page of a round: its matches, its best forecasters, and the way to the next round."""

import pytest

from content.pages.selectors import rounds
from tests.content.pages.conftest import count_results
from tests.factories import MatchFactory, TeamFactory, coin, homer, oracle, predict, record

pytestmark = pytest.mark.django_db
ROUNDS = "/competitions/premier-league/rounds/"


def test_a_round_has_a_page_of_its_own(site, see):
    url = rounds.round_url("premier-league", site.to_come.stage_id, site.to_come.round_label)

    assert "Corby" in see(url).text
    assert f'href="{url.replace("&", "&amp;")}"' in see(site.to_come.get_absolute_url()).html
    assert see(f"{ROUNDS}?round=Matchday%20999").status == 404


def test_without_a_round_the_page_shows_the_one_in_play(site, see):
    assert f"{site.played.round_label} Premier League 2025/26" in see(ROUNDS).text


def test_former_addresses_of_rounds_lead_to_their_pages(site, client):
    response = client.get(f"/competitions/premier-league/?round={site.played.round_label}", follow=True)

    assert response.redirect_chain[0][0].startswith(ROUNDS)
    assert response.status_code == 200


def test_the_best_of_a_round_are_ranked_by_points_over_all_its_matches(site, see):
    second = MatchFactory(
        home_team=TeamFactory(name="Corby"),
        away_team=TeamFactory(name="Derby"),
        round_label=site.played.round_label,
    )
    for forecaster, score in ((oracle(), (0, 1)), (homer(), (1, 0)), (coin(), (2, 1))):
        predict(second, forecaster, score)
    record(second, 1, 0)
    count_results()

    best = rounds.best_of(site.played.stage_id, site.played.round_label, 10)

    found = [(row.rank, row.sharing, row.forecaster.name, row.matches, row.exact) for row in best]
    assert found[0] == (1, 1, "The Homer", 2, 1)
    assert {row[2] for row in found} == {"The Homer", "The Oracle", "The Coin"}
    assert [row.points for row in best] == sorted((row.points for row in best), reverse=True)
    assert (
        "1 The Homer"
        in see(rounds.round_url("premier-league", site.played.stage_id, site.played.round_label)).text
    )


def test_equal_points_share_a_rank(site):
    alone = rounds.best_of(site.played.stage_id, site.played.round_label, 10)
    predict(site.played, oracle().successors.create(name="The Twin", slug="the-twin", kind="llm"), (2, 1))
    count_results()

    best = rounds.best_of(site.played.stage_id, site.played.round_label, 10)

    assert (alone[0].rank, alone[0].sharing) == (1, 1)
    assert [(row.rank, row.sharing) for row in best][:3] == [(1, 2), (1, 2), (3, 1)]
