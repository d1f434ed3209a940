"""The home page: who forecasts, who leads, the last matchday, what comes next, the last upset."""

from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from matches.models import Forecaster, Match
from tests.content.pages.conftest import count_results, write_roundup
from tests.factories import (
    ForecasterFactory,
    MatchFactory,
    TeamFactory,
    coin,
    digest_of,
    homer,
    oracle,
    predict,
    record,
    time_passes,
    upcoming_match,
)

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def home(see):
    def read():
        cache.clear()
        return see("/")

    return read


def play_live(match: Match) -> None:
    """The Oracle predicts the match in time, and it is played."""
    predict(match, oracle(), (2, 1), (0.6, 0.3, 0.1), provenance="live")
    time_passes(match, 3 * DAY)
    match.refresh_from_db()
    record(match, 2, 1)
    count_results()


def part(html: str, heading: str) -> str:
    """The part of the page from this heading to the next one."""
    return html.partition(f">{heading}</h2>")[2].partition("<h2")[0]


def test_an_empty_installation_says_what_to_do(home):
    page = home()

    assert "This installation is new." in page.text
    assert "No results yet." in page.text
    assert "No match is scheduled at the moment." in page.text
    assert 'class="leader"' not in page.html
    assert "before kickoff" not in page.text


def test_registered_forecasters_are_named_before_the_first_result(home):
    ForecasterFactory(name="A model", kind=Forecaster.Kind.LLM)
    ForecasterFactory(name="Another model", kind=Forecaster.Kind.LLM)
    ForecasterFactory(name="Ann", kind=Forecaster.Kind.HUMAN)

    assert "Two language models and one person forecast football matches here." in home().text


def test_one_match_is_enough_for_every_part(home):
    match = MatchFactory()
    predict(match, oracle(), (2, 1))
    record(match, 2, 1)
    count_results()

    page = home()

    assert "One statistical model forecasts football matches here." in page.text
    assert "16 August 2025" in part(page.html, "Last matchday")
    assert "/forecasters/the-oracle/" in part(page.html, "Last matchday")
    assert "points per match in 1 match" in page.text


def test_back_tests_are_never_said_to_be_made_before_kickoff(site, home):
    page = home()

    assert "The predictions behind this page were made or imported after the match" in page.text
    assert "received before kickoff" not in page.text


def test_live_predictions_are_said_to_be_live(home):
    play_live(upcoming_match())

    page = home()

    assert "All predictions were received before kickoff." in page.text
    assert "badge-archive" not in page.html


def test_a_mix_of_both_is_said_to_be_one(site, home):
    play_live(upcoming_match(home_team=TeamFactory(name="Epsom"), away_team=TeamFactory(name="Fulham")))

    page = home()

    assert "Some predictions behind this page were made or imported after the match" in page.text
    assert "received before kickoff" not in page.text


def test_a_shared_lead_is_not_given_to_one(home):
    for number in range(12):
        match = MatchFactory(kickoff_at=timezone.now() - number * DAY - DAY)
        for forecaster in (oracle(), homer()):
            predict(match, forecaster, (1, 0))
        record(match, 1, 0)
    count_results()

    page = home()

    assert "Shared lead" in page.text
    assert "and one other" in page.text


def test_the_last_matchday_has_its_dates_and_who_was_right(home):
    teams = [TeamFactory(name=f"Team {number}") for number in range(4)]
    for number, (score, tip) in enumerate([((1, 0), (1, 0)), ((0, 2), (2, 2))]):
        match = MatchFactory(
            home_team=teams[2 * number],
            away_team=teams[2 * number + 1],
            matchday=9,
            kickoff_at=datetime.fromisoformat(f"2025-08-{30 + number}T14:00:00+00:00"),
        )
        predict(match, oracle(), tip)
        predict(match, coin(), (3, 3))
        record(match, *score)
    count_results()

    shown = part(home().html, "Last matchday")

    assert "30 to 31 August 2025" in shown
    assert 'The Oracle</a> <span class="nowrap">(7 in 2 matches)' in shown
    assert "no forecaster got points" in shown


def test_a_match_that_is_cancelled_in_advance_is_not_the_last_matchday(site, home):
    record(site.to_come, status="cancelled")

    shown = part(home().html, "Last matchday")

    assert site.played.get_absolute_url() in shown
    assert site.to_come.get_absolute_url() not in shown


@pytest.mark.parametrize("status", ["cancelled", "abandoned", "awarded"])
def test_a_void_match_is_shown_as_what_it_is(home, status):
    match = MatchFactory()
    predict(match, oracle(), (2, 1))
    record(match, status=status)
    count_results()

    page = home()

    assert page.status == 200
    assert "pill-void" in part(page.html, "Last matchday")


def test_what_comes_next_has_a_countdown_and_keeps_the_secret(site, home):
    shown = part(home().html, "What comes next")

    assert "in 24\N{NO-BREAK SPACE}h" in shown
    assert "1 prediction" in shown
    assert "81" not in shown


def test_a_revealed_match_that_waits_for_its_result_shows_what_was_expected(home):
    match = upcoming_match()
    predict(match, oracle(), (2, 1), (0.61, 0.28, 0.11), provenance="live")
    time_passes(match, match.kickoff_at - timezone.now() + HOUR)

    shown = part(home().html, "What comes next")

    assert "61\N{NO-BREAK SPACE}% / 28\N{NO-BREAK SPACE}% / 11\N{NO-BREAK SPACE}%" in shown
    assert "Result awaited" in shown


def test_a_kickoff_of_which_only_the_day_is_known_has_no_countdown(home):
    upcoming_match(kickoff_time_known=False)

    shown = part(home().html, "What comes next")

    assert "time unknown" in shown
    assert " h ·" not in shown


def test_a_postponed_match_is_shown(home):
    record(upcoming_match(), status="postponed")

    assert "Postponed" in part(home().html, "What comes next")


def test_the_last_upset_is_the_newest_roundup_of_one(site, home):
    assert "Last upset" not in home().text
    older = MatchFactory(kickoff_at=site.played.kickoff_at - DAY)
    for match, title in ((older, "An older upset"), (site.played, "Nobody <i>saw</i> it")):
        if match == older:
            predict(match, oracle(), (2, 1))
            record(match, 0, 1)
            count_results()
            match.refresh_from_db()
            write_roundup(match, title=title, facts={"field": {"upset": True}})
        else:
            site.roundup.delete()
            write_roundup(match, title=title, facts={"field": {"upset": True}})

    shown = part(home().html, "Last upset")

    assert "Nobody &lt;i&gt;saw&lt;/i&gt; it" in shown
    assert site.played.get_absolute_url() in shown
    assert "An older upset" not in shown


def test_the_newest_digest_is_on_it(site, home):
    digest = digest_of(site.played)

    assert digest.get_absolute_url() in part(home().html, "Newest digest")


def test_hostile_names_are_escaped(home):
    evil = ForecasterFactory(name="<script>alert(1)</script>", slug="evil")
    match = MatchFactory(home_team=TeamFactory(name="<img src=x>", slug="img"), round_label="<b>Round</b>")
    predict(match, evil, (2, 1))
    record(match, 2, 1)
    count_results()

    html = home().html

    assert "<script>" not in html
    assert "<img" not in html
    assert "<b>Round" not in html
