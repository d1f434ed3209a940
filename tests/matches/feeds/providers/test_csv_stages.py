"""Stages in CSV and JSON lines: from the round, or from the columns stage, stage_kind and group."""

import io
import json

import pytest

from matches.feeds.providers.csv_format import TableRow, read_csv, read_json_lines
from matches.imports.text_files import FileNotes
from matches.result import Result
from matches.stage_hints import StageHint
from tests.matches.feeds.providers.test_csv_format import ROW

COLUMNS = ("stage", "stage_kind", "group", "leg", "game", "award", "reason")


def rows(*changes: dict[str, str]) -> list[TableRow]:
    header = [*ROW, *COLUMNS]
    lines = [",".join({**dict.fromkeys(header, ""), **ROW, **change}.values()) for change in changes]
    text = "".join(f"{line}\n" for line in (",".join(header), *lines))
    return list(read_csv(io.StringIO(text, newline=""), FileNotes()))


def stage(**change: str) -> StageHint | None:
    (row,) = rows(change)
    assert row.fault == ""
    return row.match.stage


def fault(**change: str) -> str:
    (row,) = rows(change)
    assert row.match is None
    return row.fault


@pytest.mark.parametrize(
    ("columns", "hint"),
    [
        ({"round": "Group A"}, StageHint("Group stage", "groups", "A")),
        ({"round": "1"}, StageHint("Regular season", "league")),
        ({"round": "1", "group": "b"}, StageHint("Group stage", "groups", "B")),
        ({"round": "First Round"}, StageHint("Rounds")),
        ({"round": "First Round", "stage_kind": "knockout"}, StageHint("Knockout stage", "knockout")),
        ({"round": "1", "stage": "GROUP_STAGE", "group": "GROUP_C"}, StageHint("Group stage", "groups", "C")),
        ({"round": "1", "stage": "Main", "group": "A"}, StageHint("Main", "groups", "A")),
        ({"round": "1", "stage": "Main"}, StageHint("Main")),
        ({"round": "1", "stage": "Main", "stage_kind": "League"}, StageHint("Main", "league")),
        ({"round": "1", "stage": "Final", "stage_kind": "league"}, StageHint("Final", "league")),
        ({"round": "1", "stage": "First Round"}, StageHint("First Round")),
    ],
)
def test_the_columns_are_the_stage(columns, hint):
    assert stage(**columns) == hint


def test_a_split_has_ranked_groups_under_any_name():
    hint = stage(round="23", stage="Split", group="Championship round")

    assert (hint.name, hint.kind, hint.group) == ("Split", "groups", "Championship round")
    assert hint.ranked_groups == ("Championship round", "Relegation round")


def test_one_row_is_enough_for_the_kind_of_a_stage():
    first, second = rows({"stage": "Finals"}, {"id": "2", "stage": "Finals", "stage_kind": "league"})

    assert first.match.stage == second.match.stage == StageHint("Finals", "league")


def test_a_kind_that_contradicts_an_earlier_row_of_the_stage_is_refused():
    cup = {"stage": "Main", "stage_kind": "knockout"}
    first, other_season, second = rows(
        cup,
        {**cup, "id": "2", "season": "2026/27", "stage_kind": "league"},
        {**cup, "id": "3", "stage_kind": "league"},
    )

    assert first.match is not None
    assert other_season.match is not None
    assert second.match is None
    assert "row 4 has the stage_kind league for the stage 'Main', and row 2 has knockout" in second.fault


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"stage_kind": "cup"}, "stage_kind is 'cup'; use league, groups, knockout, friendly"),
        ({"stage_kind": "knockout", "group": "A"}, "stage_kind is knockout, and the group is 'A'"),
        ({"stage_kind": "groups"}, "has groups, and the group is empty"),
        ({"group": "x" * 41}, "group has 41 characters; the maximum is 40"),
        ({"leg": "3"}, "leg is '3'; use 1 to 2"),
        ({"game": "0"}, "game is '0'; use 1 to 99"),
        ({"award": "home"}, "award is 'home', and the status is finished"),
        ({"award": "guests", "status": "awarded"}, "award is 'guests'; use home, away or both"),
        ({"reason": "x" * 201}, "reason has 201 characters; the maximum is 200"),
    ],
)
def test_an_invalid_value_names_its_column(columns, said):
    assert said in fault(**columns)


def test_leg_and_game_are_numbers():
    (row,) = rows({"round": "Semi-finals", "leg": "2", "game": "3"})

    assert (row.match.leg, row.match.game) == (2, 3)


def test_the_leg_may_be_in_the_round_of_a_knockout_only():
    cup, league = rows({"round": "Semi-final 2nd leg"}, {"id": "2", "round": "Giornata 3 - ritorno"})

    assert (cup.match.leg, league.match.leg) == (2, None)


@pytest.mark.parametrize("award", ["home", "away", "Both"])
def test_a_match_is_awarded_to_a_side_or_lost_by_both(award):
    (row,) = rows(
        {"status": "awarded", "award": award, "home_score": "", "away_score": "", "reason": "No pitch"}
    )

    assert row.match.result == Result(status="awarded", award=award.lower())
    assert row.match.reason == "No pitch"


def test_json_lines_have_the_same_columns():
    entry = {**ROW, "round": "Final", "stage": "Cup", "stage_kind": "knockout", "leg": 2, "game": None}

    (row,) = read_json_lines([json.dumps(entry)], FileNotes())

    assert (row.match.stage, row.match.leg) == (StageHint("Cup", "knockout"), 2)


@pytest.mark.parametrize("label", [f"Group {'a' * 95}", f"{'Promotion ' * 10}and"])
def test_a_round_that_is_too_long_is_refused_with_its_limit(label):
    assert fault(round=label) == f"round has {len(label)} characters; the maximum is 100"


def test_a_score_of_31_goals_is_read():
    (row,) = rows({"home_score": "31", "away_score": "0"})

    assert row.match.result.home_score == 31
