"""Season forecast of a stage: places, what each team needs, important matches, and the back-test."""

import re

import pytest
from django.utils import timezone

from content.pages.charts.forecast_charts import place_shade
from content.pages.filters import chance, figure
from content.pages.forecast_words import needs_in_words
from stats.season_forecasts import places_backtest
from stats.season_forecasts.forecast_reads import NeedOfTeam, NeedsOfGroup, NeedsOfTeam
from tests.factories import TeamFactory, oracle, predict
from tests.stats.season_forecasts.leagues import kick_off, league, open_matches, play_next, simulated


def url(stage) -> str:
    return f"/season-forecasts/{stage.pk}/"


@pytest.mark.django_db
def test_the_page_shows_every_place_of_every_team(see):
    stage = league(8)
    simulated(stage)

    seen = see(url(stage))

    assert "The remaining 4 matches simulated 10,000 times" in seen.text
    table = seen.html.split('class="board pinned-first places"')[1].split("</table>")[0]
    assert re.findall(r">([1-4])</th>", table) == ["1", "2", "3", "4"]
    assert table.count('<th scope="row">') == 4
    assert "Title" in table
    assert "Relegated" in table
    assert "Through" not in table
    assert f'/api/v1/season-forecasts/?season={stage.season_id}&amp;stage={stage.pk}"' in seen.html


@pytest.mark.django_db
def test_a_played_out_season_shows_certainties(see):
    stage = league(12)
    simulated(stage)

    seen = see(url(stage))
    assert "All matches have been played." in seen.text
    assert "100\N{NO-BREAK SPACE}%" in seen.html
    assert "Who needs what" not in seen.text
    assert "Importance" not in seen.text


@pytest.mark.django_db
def test_near_the_end_the_page_says_who_needs_what(see):
    stage = league(11)
    simulated(stage)

    seen = see(url(stage))

    assert "Counted exactly over all 3 outcomes" in seen.text
    assert "Alder : 1st in any case. Title: certain. Avoiding relegation: certain." in seen.text
    assert "Damson (1 match left): 3rd to 4th. Title: no longer possible." in seen.text
    assert "impossible with one or fewer points, otherwise tie-breakers decide." in seen.text


@pytest.mark.django_db
def test_a_forecaster_is_shown_only_while_its_predictions_are_public(see):
    stage = league(11)
    match = open_matches(stage)[0]
    predict(match, oracle(), probabilities=(0.9, 0.05, 0.05), provenance="live")
    simulated(stage)
    secret = see(f"{url(stage)}?forecaster=the-oracle")
    assert "The Oracle has no public probabilities for open matches here" in secret.text
    assert "predictions are secret until the kickoff" in secret.text

    kick_off(match)
    simulated(stage)

    assert "The Oracle (1 of 1 matches)" in see(url(stage)).text
    own = see(f"{url(stage)}?forecaster=the-oracle")
    assert "As The Oracle sees it : its own probabilities for 1 of 1 open match." in own.text
    assert "&amp;forecaster=the-oracle" in own.html


@pytest.mark.django_db
def test_the_important_match_links_to_its_page(see):
    stage = league(8)
    for _ in range(2):
        play_next(stage, 0, 3)
    simulated(stage)

    seen = see(url(stage))
    rows = seen.html.split('aria-labelledby="importance"')[1]
    assert f'href="{open_matches(stage)[0].get_absolute_url()}"' in rows


@pytest.mark.django_db
def test_the_competition_page_links_to_the_forecast(see):
    stage = league(8)
    assert url(stage) not in see(stage.season.competition.get_absolute_url()).html

    simulated(stage)
    assert f'href="{url(stage)}"' in see(stage.season.competition.get_absolute_url()).html


@pytest.mark.django_db
def test_a_stage_without_a_forecast_has_no_page(see, client):
    assert see("/season-forecasts/9999/").status == 404
    assert see(url(league(3))).status == 404
    simulated(stage := league(3, ["Elm", "Fir", "Gum"]))
    assert client.get(f"{url(stage)}?forecaster=nobody").status_code == 400


@pytest.mark.django_db
def test_the_chart_of_the_back_test_is_made_of_the_rows_of_its_table(see, monkeypatch):
    stage = league(12)
    monkeypatch.setattr(places_backtest, "RUNS", 200)
    run = places_backtest.compute(stage, at=timezone.now())
    places_backtest.store(run)

    seen = see("/season-forecasts/backtest/")

    lines = re.findall(r'<polyline class="\w+" points="([^"]+)"', seen.html)
    assert [len(line.split()) for line in lines] == [12, 12, 12]
    assert figure(run.rows[3].rps, 4) in seen.text
    assert seen.html.count('<th scope="row" class="num">') == 12
    assert see(f"/season-forecasts/backtest/?season={stage.season_id}").status == 200


@pytest.mark.django_db
def test_without_a_complete_season_the_back_test_says_when_it_appears(see):
    assert "No complete season has been tested yet" in see("/season-forecasts/backtest/").text


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "\N{EN DASH}"), (3, "<1 %"), (50, "1 %"), (5000, "50 %"), (9999, ">99 %"), (10_000, "100 %")],
)
def test_a_rare_place_is_never_shown_as_impossible_nor_a_likely_one_as_certain(count, shown):
    assert chance(count, 10_000).replace("\N{NO-BREAK SPACE}", " ") == shown


def test_the_darkest_cells_are_the_most_frequent():
    assert [place_shade(count, 100) for count in (0, 1, 25, 26, 75, 76, 100)] == [0, 1, 1, 2, 3, 4, 4]


def result(gained: int, secured: int, level: int = 0) -> dict[str, int]:
    return {"gained": gained, "outcomes": 9, "secured": secured, "level": level}


@pytest.mark.parametrize(
    ("results", "sentence"),
    [
        ([result(0, 9), result(3, 9)], "Title: certain."),
        ([result(0, 0), result(3, 0)], "Title: no longer possible."),
        (
            [result(0, 0), result(1, 4, 2), result(3, 9)],
            "Title: certain with three or more points, impossible with no points, otherwise it depends on the"
            " other matches.",
        ),
        (
            [result(0, 0), result(3, 9)],
            "Title: certain with three or more points, impossible with no points.",
        ),
        (
            [result(0, 1), result(3, 8)],
            "Title: not certain with any number of points, it depends on the other matches.",
        ),
    ],
)
@pytest.mark.django_db
def test_what_a_team_needs_in_words(results, sentence):
    needs = NeedsOfTeam(TeamFactory(), True, 1, 1, 3, [NeedOfTeam("title", 1, results)])

    (team,) = needs_in_words(NeedsOfGroup("", 2, 27, [needs]))
    assert (team.reach, team.goals[0].sentence) == ("1st to 3rd", sentence)
