"""The page of a match before its kickoff and after its result: form, market, what moved, both legs."""

from datetime import timedelta

import pytest
from django.utils import timezone

from content.pages.selectors import consensus
from matches.models import Forecaster, Match, Stage
from tests.content.pages.conftest import count_results, write_roundup
from tests.factories import (
    ForecasterFactory,
    MatchFactory,
    StageFactory,
    TeamFactory,
    coin,
    oracle,
    predict,
    record,
    upcoming_match,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
LEAGUE = {
    "title": None,
    "new_leader": False,
    "leaders": ["Corby"],
    "rows": [
        {"slug": slug, "name": slug.title(), "position": now, "position_before": former, "points": points}
        | {"plays_here": slug != "corby"}
        for slug, former, now, points in (("corby", 1, 1, 9), ("ashford", 5, 2, 7), ("barrow", 3, 4, 6))
    ],
}


def played(days_ago: int, *sides: str, score: tuple[int, int]) -> Match:
    home, away = (TeamFactory(name=name) for name in sides)
    match = MatchFactory(home_team=home, away_team=away, kickoff_at=timezone.now() - days_ago * DAY)
    record(match, *score)
    return match


def bookmaker(name: str = "The Bookmaker") -> Forecaster:
    return ForecasterFactory(name=name, kind=Forecaster.Kind.BOOKMAKER)


def section(html: str, anchor: str) -> str:
    """The part of the page that begins with this heading."""
    return html.partition(f'id="{anchor}"')[2].partition("</section>")[0]


@pytest.mark.parametrize(
    ("match", "shown"),
    [({}, "in 24\N{NO-BREAK SPACE}h"), ({"kickoff_time_known": False}, ""), ({"status": "postponed"}, "")],
)
def test_it_counts_down_to_a_known_kickoff_of_a_scheduled_match(see, match, shown):
    facts = see(upcoming_match(**match).get_absolute_url()).html.partition('<p class="facts">')[2]
    facts = facts.partition("</p>")[0]

    assert shown in facts
    assert bool(shown) == ("</time>, in " in facts)


def test_before_kickoff_it_shows_places_form_rest_and_meetings(see):
    met = played(20, "Barrow", "Ashford", score=(1, 1))
    played(10, "Ashford", "Corby", score=(2, 0))
    match = upcoming_match(home_team=TeamFactory(name="Ashford"), away_team=TeamFactory(name="Barrow"))

    shown = section(see(match.get_absolute_url()).html, "before")

    assert 'aria-label="Last matches, newest last: drew 1-1 against Barrow, won 2-0 against Corby"' in shown
    assert met.get_absolute_url() in shown
    assert "/teams/ashford/" in shown
    assert ">4</td>" in shown  # points of Ashford
    assert ">11</td>" in shown  # rest days of Ashford, whose next match is tomorrow


def test_a_first_match_has_no_form_and_says_so(see):
    page = see(upcoming_match().get_absolute_url())

    assert "No earlier match of these two teams has been recorded." in page.text


def test_what_is_before_a_match_is_no_part_of_a_match_that_is_over(site, see):
    assert 'id="before"' not in see(site.played.get_absolute_url()).html


def test_a_secret_prediction_changes_nothing_but_the_number(see):
    match = upcoming_match()
    before = see(match.get_absolute_url()).html

    predict(match, bookmaker(), (7, 5), (0.811, 0.123, 0.066), provenance="live")

    after = see(match.get_absolute_url()).html
    assert section(after, "main") != section(before, "main")
    assert "Market" not in after
    assert "81" not in section(after, "before")


def test_the_market_is_the_average_of_the_bookmakers_divided_by_its_sum(see):
    match = MatchFactory()
    predict(match, bookmaker("First"), None, (0.5, 0.3, 0.2))
    predict(match, bookmaker("Second"), None, (0.4004, 0.3, 0.3))
    predict(match, oracle(), (2, 0), (0.9, 0.05, 0.05))

    shown = section(see(match.get_absolute_url()).html, "probabilities")
    market = consensus.field_of(match).market

    assert "The market is the average of 2 bookmakers, divided by its sum (multiplicative method)" in shown
    assert "All 3 forecasters" in shown
    assert market is not None
    assert sum((market.home, market.draw, market.away)) == pytest.approx(1, abs=1e-12)


def test_without_bookmakers_there_is_no_market(see):
    match = MatchFactory()
    predict(match, oracle(), (2, 0), (0.9, 0.05, 0.05))

    assert "Market" not in see(match.get_absolute_url()).text


def test_the_more_probable_the_darker_and_the_number_stays_text(see):
    match = MatchFactory()
    predict(match, oracle(), (2, 0), (0.7, 0.25, 0.05))

    html = see(match.get_absolute_url()).html

    assert '<td class="num shade-4">70\N{NO-BREAK SPACE}%</td>' in html
    assert '<td class="num shade-1">25\N{NO-BREAK SPACE}%</td>' in html
    assert '<td class="num">5\N{NO-BREAK SPACE}%</td>' in html


def test_after_the_match_it_shows_what_moved_from_the_facts_of_the_roundup(see):
    match = MatchFactory()
    predict(match, oracle(), (2, 1))
    record(match, 2, 1)
    count_results()
    match.refresh_from_db()
    move = {"count": 1, "others": None, "rank_before": 4, "rank": 1}
    board = {
        "risers": [move | {"people": [{"slug": "the-oracle", "name": "The <b>Oracle</b>"}]}],
        "fallers": [],
        "leaders": {"count": 1, "others": None, "people": [{"slug": "the-oracle", "name": "The Oracle"}]},
        "new_leader": True,
    }
    write_roundup(match, facts={"league": LEAGUE, "board": board})

    shown = section(see(match.get_absolute_url()).html, "moved")

    assert "/teams/ashford/" in shown
    assert "/teams/corby/" not in shown
    assert shown.count("difference") == 3  # up 3, down 1, up 3
    assert "The &lt;b&gt;Oracle&lt;/b&gt;" in shown
    assert "New leader after the match" in shown


def test_without_a_published_roundup_nothing_moved(see):
    match = MatchFactory()
    predict(match, coin(), (2, 1))
    record(match, 2, 1)

    assert 'id="moved"' not in see(match.get_absolute_url()).html


def test_the_pipeline_comes_last_and_in_order_of_time(site, see):
    html = see(site.played.get_absolute_url()).html

    assert html.index('id="processing"') > html.index('id="predictions"')
    assert html.index('id="processing"') > html.index('id="versions"')
    steps = section(html, "processing")
    order = [steps.index(name) for name in ("Result recorded", "Scored", "Leaderboards", "Roundup")]
    assert order == sorted(order)


def test_a_tie_shows_both_legs_with_links_to_teams_and_matches(see):
    cup = StageFactory(name="Knockout stage", kind=Stage.Kind.KNOCKOUT)
    first = MatchFactory(stage=cup, round_label="Semi-finals", matchday=None, leg=1)
    second = MatchFactory(
        stage=cup,
        round_label="Semi-finals",
        matchday=None,
        leg=2,
        home_team=first.away_team,
        away_team=first.home_team,
        kickoff_at=first.kickoff_at + 7 * DAY,
    )
    record(first, 2, 1)

    shown = section(see(second.get_absolute_url()).html, "tie")

    assert all(
        path in shown
        for path in (first.get_absolute_url(), second.get_absolute_url(), "/teams/ashford/", "/teams/barrow/")
    )


@pytest.mark.parametrize("status", ["postponed", "cancelled", "abandoned", "awarded"])
def test_a_match_without_a_result_is_shown(see, status):
    match = MatchFactory()
    predict(match, oracle(), (2, 1), (0.6, 0.3, 0.1))
    record(match, status=status)
    count_results()

    page = see(match.get_absolute_url())

    assert page.status == 200
    assert ('id="before"' in page.html) == (status == "postponed")
