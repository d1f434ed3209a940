"""/api/v1/stages/, and the stage of a match in /api/v1/matches/ with the filters `stage` and `group`."""

import csv
import io

import pytest

from matches.models import Stage
from tests.staged_seasons import Game, groups_and_bracket, play, season_of, split_season, stage_of

pytestmark = pytest.mark.django_db


def test_the_stages_of_a_season_are_listed_in_order(get):
    groups, bracket = groups_and_bracket()
    split_season()

    rows = get(f"stages/?season={groups.season_id}")["results"]

    assert [(row["id"], row["name"], row["kind"], row["order"]) for row in rows] == [
        (groups.pk, "Group stage", "groups", 0),
        (bracket.pk, "Knockout stage", "knockout", 1),
    ]
    assert [row["has_table"] for row in rows] == [True, False]
    assert [row["rules"] is None for row in rows] == [False, True]
    assert rows[0]["rules"]["tie_breakers"] == ["goal_difference", "goals"]
    assert (rows[0]["rules"]["compared_place"], rows[0]["rules"]["compared_through"]) == (3, 1)
    assert rows[1]["rules_in_words"] == ""


def test_a_stage_has_the_rules_of_its_table(get):
    first, second = split_season()

    row = get(f"stages/{second.pk}/")

    assert row["season"]["id"] == first.season_id
    assert {name: row["rules"][name] for name in ("points_win", "carries_from", "carries")} == {
        "points_win": 3,
        "carries_from": first.pk,
        "carries": "half_up",
    }
    assert "half of their points (rounded up)" in row["rules_in_words"]


def test_a_split_is_not_decided_until_it_is_known_where_the_points_come_from(get):
    first, second = split_season()
    Stage.objects.filter(pk=second.pk).update(
        ranked_groups=["Top", "Bottom"],
        kind="groups",
        carries_from=None,
        carries="nothing",
        carries_record=False,
    )

    assert get(f"stages/{second.pk}/")["decided"] is False
    assert get(f"stages/{first.pk}/")["decided"] is True


def test_a_stage_of_unknown_kind_is_not_decided(get):
    stage = stage_of(season_of("Cup"), "Phase two", "unknown")

    row = get(f"stages/{stage.pk}/")

    assert (row["decided"], row["has_table"], row["rules"]) == (False, False, None)


def test_lists_of_a_stage_are_one_cell_in_csv(client):
    _, second = split_season()

    text = client.get(f"/api/v1/stages/?season={second.season_id}&format=csv").content.decode()

    row = list(csv.DictReader(io.StringIO(text)))[1]
    assert row["rules.ranked_groups"] == "Championship round, Relegation round"
    assert row["rules.tie_breakers"] == "goal_difference, goals"


def test_a_match_has_its_stage_group_leg_and_game(get):
    groups, bracket = groups_and_bracket()

    first, *_, final = get(f"matches/?season={groups.season_id}")["results"]

    assert first["stage"] == {"id": groups.pk, "name": "Group stage", "kind": "groups"}
    assert (first["group"], first["leg"], first["game"]) == ("A", None, 1)
    assert (final["stage"]["id"], final["group"]) == (bracket.pk, "")
    assert get(f"matches/{final['id']}/")["stage"] == final["stage"]


@pytest.mark.parametrize("group", ["B", "b", "Group B", "GROUP_B"])
def test_matches_are_filtered_by_group(get, group):
    groups, _ = groups_and_bracket()

    rows = get(f"matches/?season={groups.season_id}&group={group}")["results"]

    assert {row["group"] for row in rows} == {"B"}
    assert len(rows) == 3


def test_matches_are_filtered_by_stage(get):
    groups, bracket = groups_and_bracket()

    assert get(f"matches/?stage={bracket.pk}")["count"] == 1
    assert get(f"matches/?stage={groups.pk}&group=A")["count"] == 3


def test_an_unknown_stage_is_refused(get):
    (error,) = get("matches/?stage=999999", status=400)["errors"]

    assert error["detail"] == "No stage with id '999999'; see /api/v1/stages/."


def test_more_stages_need_no_more_queries(get, django_assert_num_queries):
    season = season_of("Cup")
    play(stage_of(season, "First round", "knockout"), [Game("First round", "Ashford", "Barrow")])
    for address in (f"stages/?season={season.pk}", f"matches/?season={season.pk}"):
        with django_assert_num_queries(3):
            get(address)
    play(stage_of(season, "Second round", "knockout"), [Game("Second round", "Ashford", "Corley")])

    for address in (f"stages/?season={season.pk}", f"matches/?season={season.pk}"):
        with django_assert_num_queries(3):
            get(address)
