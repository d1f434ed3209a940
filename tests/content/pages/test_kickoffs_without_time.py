"""Pages, API and roundups show the day of a kickoff whose time is unknown, and never a time."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache

from content.pages.selectors.rounds import round_url
from matches.models import Match
from tests.content.pages.conftest import count_results
from tests.factories import MatchFactory, coin, move, predict, record, upcoming_match

pytestmark = pytest.mark.django_db

BEGINS = datetime(2025, 8, 15, 23, 0, tzinfo=UTC)  # 16 August in London


def day_only(**more: object) -> Match:
    return MatchFactory(kickoff_at=BEGINS, kickoff_time_known=False, **more)


def get(client, path: str) -> str:
    cache.clear()
    return client.get(path).content.decode()


def test_the_page_of_a_match_shows_its_day_and_no_time(client):
    html = get(client, day_only().get_absolute_url())

    assert '<time datetime="2025-08-16">Saturday 16 August 2025</time>, time unknown' in html
    assert "23:00" not in html.split("</header>", 2)[1]


def test_a_round_lists_it_under_its_day(client):
    match = day_only(matchday=3)

    html = get(client, round_url("premier-league", match.stage_id, "Matchday 3"))

    assert "Saturday 16 August 2025" in html
    assert "time unknown" in html


def test_a_match_of_today_is_not_awaited_before_the_day_is_over(client):
    match = day_only()

    with time_machine.travel(datetime(2025, 8, 16, 12, 0, tzinfo=UTC)):
        assert "Result awaited" not in get(client, match.get_absolute_url())
    with time_machine.travel(datetime(2025, 8, 17, 0, 1, tzinfo=UTC)):
        assert "Result awaited" in get(client, match.get_absolute_url())


def test_predictions_are_dated_by_the_beginning_of_its_day(client):
    match = day_only()
    predict(match, coin(), (1, 0))
    record(match, 1, 0)
    count_results()

    assert "after the day of the match began" in get(client, match.get_absolute_url())
    assert "after the day of the match began" in get(client, coin().get_absolute_url())


def test_a_day_is_found_by_its_date(client):
    match = day_only()

    def found(day: str) -> list[int]:
        answer = client.get(f"/api/v1/matches/?from={day}&to={day}").json()
        return [row["id"] for row in answer["results"]]

    assert found("2025-08-16") == [match.pk]
    assert found("2025-08-15") == []
    assert "2025-08-16" in get(client, "/matches/?from=2025-08-16&to=2025-08-16")


def test_the_api_and_the_csv_say_that_the_time_is_unknown(client):
    match = day_only()

    row = client.get(f"/api/v1/matches/{match.pk}/").json()
    csv = client.get("/api/v1/matches/?format=csv").content.decode().splitlines()

    assert (row["kickoff_at"], row["kickoff_time_known"]) == ("2025-08-15T23:00:00Z", False)
    assert dict(zip(csv[0].split(","), csv[1].split(","), strict=False))["kickoff_time_known"] == "false"


def test_a_moved_kickoff_shows_a_time_only_where_it_was_known(client):
    match = upcoming_match(kickoff_time_known=False)

    move(match, match.kickoff_at + timedelta(hours=15))

    html = get(client, match.get_absolute_url())

    assert html.count("time unknown") == 1
