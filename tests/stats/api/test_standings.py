"""GET /api/v1/standings/: all tables of a season, one row for each team of each table."""

import csv
import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from matches.models import DrawnLot, Season, Stage
from matches.services.seasons import adjust_points
from stats import jobs
from tests.factories import SeasonFactory, TeamFactory
from tests.staged_seasons import Game, count, groups_and_bracket, play, season_of, split_season, stage_of

pytestmark = pytest.mark.django_db


def path(season: Season, more: str = "") -> str:
    return f"standings/?season={season.pk}{more}"


def order(rows: list[dict]) -> list[tuple]:
    return [(row["stage"]["name"], row["group"], row["position"], row["team"]["name"]) for row in rows]


def refresh() -> None:
    """Compute the tables after a change that has no signal in these tests."""
    jobs.request_refresh(now=timezone.now())
    count()


def test_every_group_has_a_table_and_a_knockout_has_none(get):
    groups, bracket = groups_and_bracket()

    answer = get(path(groups.season))

    assert order(answer["results"]) == [
        ("Group stage", "A", 1, "Ashford"),
        ("Group stage", "A", 2, "Barrow"),
        ("Group stage", "A", 3, "Epsom"),
        ("Group stage", "B", 1, "Corley"),
        ("Group stage", "B", 2, "Denby"),
        ("Group stage", "B", 3, "Frome"),
    ]
    assert answer["results"][3] == {
        "stage": {"id": groups.pk, "name": "Group stage"},
        "group": "B",
        "position": 1,
        "team": {"slug": "corley", "name": "Corley", "short_name": "Corley"},
        **{"played": 2, "won": 2, "drawn": 0, "lost": 0, "shootouts_won": None, "shootouts_lost": None},
        **{"goals_for": 6, "goals_against": 0, "goal_difference": 6},
        **{"carried": 0, "adjustment": 0, "points": 6},
    }
    assert answer["meta"]["without_table"] == [
        {
            "stage": {"id": bracket.pk, "name": "Knockout stage", "kind": "knockout"},
            "reason": "A knockout stage has no table.",
        }
    ]


def test_meta_describes_each_table(get):
    groups, _ = groups_and_bracket()
    play(groups, [Game("Matchday 4", "Ashford", "Barrow", None, "A")])
    count()

    tables = get(path(groups.season))["meta"]["tables"]

    assert [(each["group"], each["teams"], each["complete"]) for each in tables] == [
        ("A", 3, False),
        ("B", 3, True),
    ]
    assert tables[0]["stage"] == {"id": groups.pk, "name": "Group stage", "kind": "groups"}
    assert tables[0]["rules_in_words"] == (
        "3 points for a win, 1 for a draw, 0 for a loss. "
        "Ranked by points, then goal difference, then goals scored. "
        "Teams equal in all three share a position. "
        "Of the teams in place 3, the best one goes through."
    )


def test_third_placed_teams_are_ranked_across_the_groups(get):
    groups, _ = groups_and_bracket()

    (compared,) = get(path(groups.season))["meta"]["compared"]

    assert (compared["stage"]["id"], compared["place"], compared["through"]) == (groups.pk, 3, 1)
    assert [
        (row["position"], row["team"]["name"], row["group"], row["goal_difference"], row["goes_through"])
        for row in compared["rows"]
    ] == [(1, "Epsom", "A", -4, True), (2, "Frome", "B", -7, False)]


@pytest.mark.parametrize("group", ["A", "a", "Group A", "GROUP_A"])
def test_a_group_is_selected_by_any_usual_name(get, group):
    groups, _ = groups_and_bracket()

    answer = get(path(groups.season, f"&group={group}"))

    assert [row["team"]["name"] for row in answer["results"]] == ["Ashford", "Barrow", "Epsom"]
    assert [table["group"] for table in answer["meta"]["tables"]] == ["A"]
    assert answer["meta"]["without_table"] == answer["meta"]["compared"] == []


def test_a_stage_is_selected_by_its_id(get):
    first, second = split_season()

    assert get(path(first.season))["count"] == 8
    answer = get(path(first.season, f"&stage={first.pk}"))

    assert order(answer["results"]) == [
        ("Regular season", "", 1, "Ashford"),
        ("Regular season", "", 2, "Barrow"),
        ("Regular season", "", 3, "Corley"),
        ("Regular season", "", 4, "Denby"),
    ]
    selected = get(path(first.season, f"&stage={second.pk}&group=Relegation%20round"))["results"]
    assert [(row["position"], row["team"]["name"], row["carried"], row["points"]) for row in selected] == [
        (3, "Denby", 1, 4),
        (4, "Corley", 1, 1),
    ]


def test_the_groups_of_a_split_rank_below_one_another(get):
    first, second = split_season()

    answer = get(path(first.season, f"&stage={second.pk}"))

    assert order(answer["results"]) == [
        ("Final rounds", "Championship round", 1, "Barrow"),
        ("Final rounds", "Championship round", 2, "Ashford"),
        ("Final rounds", "Relegation round", 3, "Denby"),
        ("Final rounds", "Relegation round", 4, "Corley"),
    ]
    words = answer["meta"]["tables"][0]["rules_in_words"]
    assert "Teams take along half of their points (rounded up) from Regular season." in words
    assert "Championship round, then Relegation round" in words


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("knockout", "A knockout stage has no table."),
        ("friendly", "Friendlies have no table."),
        (
            "unknown",
            "The kind of this stage is not decided yet. Its tables follow once an operator decides it.",
        ),
    ],
)
def test_a_season_without_a_table_has_no_rows_and_a_reason(get, kind, reason):
    stage = stage_of(season_of("Cup"), "Main draw", kind)
    play(stage, [Game("Final", "Ashford", "Barrow", (1, 0))])
    count()

    answer = get(path(stage.season))

    assert (answer["count"], answer["meta"]["tables"]) == (0, [])
    assert [(each["stage"]["id"], each["reason"]) for each in answer["meta"]["without_table"]] == [
        (stage.pk, reason)
    ]


def test_a_season_without_matches_has_a_reason_too(get):
    answer = get(path(SeasonFactory()))

    assert answer["meta"]["without_table"] == [{"stage": None, "reason": "This season has no matches yet."}]


def test_a_stage_whose_kind_becomes_knockout_loses_its_table_at_once(get):
    stage = stage_of(season_of("Cup"), "Main draw", "league")
    play(stage, [Game("Final", "Ashford", "Barrow", (1, 0))])
    count()
    assert get(path(stage.season))["count"] == 2

    stage.kind = Stage.Kind.KNOCKOUT
    stage.save()

    assert get(path(stage.season))["count"] == 0


def test_every_team_has_a_row_from_its_first_fixture_on(get):
    stage = stage_of(season_of("League"), "Regular season", "league")
    play(stage, [Game("Matchday 1", "Ashford", "Barrow"), Game("Matchday 1", "Corley", "Denby")])
    adjust_points(
        stage=stage,
        team=TeamFactory(name="Corley"),
        points=-6,
        decided_on=date(2025, 8, 1),
        reason="Unpaid debts",
        source="League statement",
        recorded_at=timezone.now(),
    )
    count()

    answer = get(path(stage.season))

    assert [(row["position"], row["team"]["name"], row["points"]) for row in answer["results"]] == [
        (1, "Ashford", 0),
        (1, "Barrow", 0),
        (1, "Denby", 0),
        (4, "Corley", -6),
    ]
    (adjustment,) = answer["meta"]["adjustments"]
    assert adjustment["stage"] == {"id": stage.pk, "name": "Regular season"}
    assert answer["meta"]["tables"][0]["complete"] is False


def test_shootouts_are_listed_if_the_stage_counts_them(get):
    stage = stage_of(
        season_of("League"), "Regular season", "league", points_shootout_win=2, points_shootout_loss=1
    )
    play(stage, [Game("Matchday 1", "Ashford", "Barrow", (1, 0))])
    count()

    answer = get(path(stage.season))

    assert {(row["shootouts_won"], row["shootouts_lost"]) for row in answer["results"]} == {(0, 0)}
    words = answer["meta"]["tables"][0]["rules_in_words"]
    assert words.startswith(
        "3 points for a win, 2 for a draw won on penalties, 1 for a draw lost on penalties, "
    )


def test_drawn_lots_are_listed_once_a_refresh_has_counted_them(get):
    groups, _ = groups_and_bracket()
    DrawnLot.objects.create(
        stage=groups,
        team=TeamFactory(name="Barrow"),
        number=1,
        source="Organiser",
        recorded_at=timezone.now(),
    )
    assert get(path(groups.season))["meta"]["lots"] == []

    refresh()

    (lot,) = get(path(groups.season))["meta"]["lots"]
    assert (lot["stage"]["id"], lot["team"]["name"], lot["number"], lot["source"]) == (
        *(groups.pk, "Barrow", 1),
        "Organiser",
    )
    assert get(path(groups.season, "&group=B"))["meta"]["lots"] == []


@pytest.mark.parametrize(
    ("more", "parameter", "allowed"),
    [
        ("&group=C", "group", ["A", "B"]),
        ("&stage=999999", "stage", None),
        ("&stage=first", "stage", None),
    ],
)
def test_an_unknown_stage_or_group_is_refused(get, more, parameter, allowed):
    groups, _ = groups_and_bracket()

    (error,) = get(path(groups.season, more), status=400)["errors"]

    assert error["parameter"] == parameter
    assert allowed in (None, error["allowed"])


def test_a_stage_of_another_season_is_refused(get):
    groups, bracket = groups_and_bracket()
    other = stage_of(season_of("Other"), "Regular season", "league")

    (error,) = get(path(groups.season, f"&stage={other.pk}"), status=400)["errors"]

    assert (error["parameter"], error["allowed"]) == ("stage", [str(groups.pk), str(bracket.pk)])


def test_all_tables_are_one_table_in_csv(client):
    groups, _ = groups_and_bracket()

    text = client.get(f"/api/v1/{path(groups.season)}&format=csv").content.decode()

    header, *_ = text.splitlines()
    assert header == (
        "stage.id,stage.name,group,position,team.slug,team.name,team.short_name,played,won,drawn,lost,"
        "shootouts_won,shootouts_lost,goals_for,goals_against,goal_difference,carried,adjustment,points"
    )
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["group"], row["team.slug"], row["points"]) for row in rows][2:4] == [
        ("A", "epsom", "0"),
        ("B", "corley", "6"),
    ]


def test_more_stages_and_groups_need_no_more_queries(get):
    def queries(season: Season) -> int:
        with CaptureQueriesContext(connection) as asked:
            get(path(season))
        return len(asked)

    one = stage_of(season_of("League"), "Regular season", "league")
    play(one, [Game("Matchday 1", "Ashford", "Barrow", (1, 0))])
    count()
    groups, _ = groups_and_bracket()
    split, _ = split_season()

    assert queries(one.season) == queries(groups.season) == queries(split.season)


def test_a_renamed_stage_changes_the_etag(client):
    groups, _ = groups_and_bracket()
    address = f"/api/v1/{path(groups.season)}"
    etag = client.get(address)["ETag"]
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304

    groups.name = "First phase"
    groups.save()

    answer = client.get(address, headers={"If-None-Match": etag})
    assert answer.status_code == 200
    assert answer.json()["results"][0]["stage"]["name"] == "First phase"
