"""The league table where it is not the sum of results, on every face that shows it."""

from datetime import date

import pytest
from django.utils import timezone

from core.pipeline.models import JobRun
from matches.models import Season
from matches.services.seasons import adjust_points
from stats import jobs
from stats.refresh.view_state import view_states
from stats.standings import standings
from tests.factories import MatchFactory, SeasonFactory, TeamFactory, record
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db

DECISIONS = (
    ("Everton", -10, date(2023, 11, 17), "Breach of the profit and sustainability rules"),
    ("Everton", 4, date(2024, 2, 26), "Reduced to six points on appeal"),
    ("Nottingham Forest", -4, date(2024, 3, 18), "Breach of the profit and sustainability rules"),
    ("Everton", -2, date(2024, 4, 8), "Second breach of the profit and sustainability rules"),
)


@pytest.fixture
def season(db) -> Season:
    """A corner of the Premier League 2023/24: three wins for Everton, two for Forest, one for Luton."""
    season = SeasonFactory(label="2023/24", starts_on=date(2023, 8, 11), ends_on=date(2024, 5, 19))
    for winner, wins in (("Everton", 3), ("Nottingham Forest", 2), ("Luton Town", 1)):
        for _ in range(wins):
            teams = {"home_team": TeamFactory(name=winner), "away_team": TeamFactory(name="Burnley")}
            record(MatchFactory(season=season, **teams), 1, 0)
    run_waiting()
    return season


def decide(season: Season, team: str, points: int, day: date, reason: str) -> None:
    adjust_points(
        stage=season.stages.get(),
        team=TeamFactory(name=team),
        points=points,
        decided_on=day,
        reason=reason,
        source="Premier League statement",
        recorded_at=timezone.now(),
    )


def table(season: Season) -> list[tuple[int, str, int, int]]:
    return [(row.position, row.team.name, row.adjustment, row.points) for row in standings(season.pk)]


def test_a_deduction_counts_in_points_and_position(season):
    assert table(season)[0] == (1, "Everton", 0, 9)
    decide(season, *DECISIONS[0])

    run_waiting("refresh_views")

    assert table(season) == [
        (1, "Nottingham Forest", 0, 6),
        (2, "Luton Town", 0, 3),
        (3, "Burnley", 0, 0),
        (4, "Everton", -10, -1),
    ]


def test_the_table_after_the_whole_affair(season):
    for decision in DECISIONS:
        decide(season, *decision)

    run_waiting("refresh_views")

    assert table(season) == [
        (1, "Luton Town", 0, 3),
        (2, "Nottingham Forest", -4, 2),
        (3, "Everton", -8, 1),
        (4, "Burnley", 0, 0),
    ]


def test_a_decision_asks_for_one_refresh_and_waits_for_it(season):
    before = JobRun.objects.filter(kind="refresh_views").count()
    decide(season, *DECISIONS[0])
    decide(season, *DECISIONS[1])

    assert JobRun.objects.filter(kind="refresh_views").count() == before + 1
    state = next(view for view in view_states(now=timezone.now()) if view.view == "stats_standings")
    assert (state.state, state.waiting) == ("waiting", 3)


def test_a_refresh_that_got_lost_is_asked_for_again(season):
    decide(season, *DECISIONS[0])
    JobRun.objects.filter(state="queued").delete()

    assert jobs.sweep_unfolded(timezone.now()) == 1
    run_waiting("refresh_views")
    assert jobs.sweep_unfolded(timezone.now()) == 0


def test_the_api_says_who_how_many_why_and_when(season, client):
    for decision in DECISIONS:
        decide(season, *decision)
    url = f"/api/v1/standings/?season={season.pk}"
    assert client.get(url).json()["meta"]["adjustments"] == [], "none of them is in these rows yet"

    run_waiting("refresh_views")
    answer = client.get(url).json()

    rows = {row["team"]["name"]: (row["adjustment"], row["points"]) for row in answer["results"]}
    assert rows["Everton"] == (-8, 1)
    assert [
        (each["team"]["name"], each["points"], date.fromisoformat(each["decided_on"]), each["reason"])
        for each in answer["meta"]["adjustments"]
    ] == list(DECISIONS)
    assert "adjustment" in client.get(f"{url}&format=csv").content.decode().splitlines()[0]


def test_the_page_has_a_footnote(season, client):
    page = f"/competitions/{season.competition.slug}/"
    assert "Points adjustments" not in client.get(page).content.decode()
    decide(season, *DECISIONS[0])

    run_waiting("refresh_views")

    text = client.get(page).content.decode()
    assert "Everton: -10 on 17 November 2023. Breach of the profit and sustainability rules" in text
    assert text.count('<sup><a href="#adjustments"') == 1
