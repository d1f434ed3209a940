"""`import_competition`: a whole competition in one command, with one report and a question for each gap."""

from pathlib import Path

import pytest

from core.management.base import Exit
from matches.models import Competition, Forecaster, Match, Prediction, Season, Stage, Team
from tests.factories import TeamFactory
from tests.matches.imports.world_cup import CupFiles, cup_files, small_cup, world_cup
from tests.real_data import HAVE_PACK, PACK

pytestmark = pytest.mark.django_db

CREATE = ("--create-seasons", "--create-teams", "--create-forecasters", "statistical")
DECIDE = ("--stage-kind", "Charity day=friendly", "--table-rules", "Group stage=uefa-club-groups")


@pytest.fixture
def small(tmp_path) -> CupFiles:
    return cup_files(tmp_path, small_cup())


def words(cup: CupFiles, *more: str) -> tuple[str, ...]:
    files = ("--matches", cup.matches, "--forecasts", cup.forecasts, "--source", "cup")
    return "import_competition", *files, *more


def rows() -> list[int]:
    return [
        model.objects.count() for model in (Competition, Season, Stage, Team, Match, Prediction, Forecaster)
    ]


def test_a_world_cup_is_imported_with_its_groups_knockouts_rules_and_forecasts(manage, tmp_path):
    cup = cup_files(tmp_path, world_cup())

    ran = manage(*words(cup, *CREATE, "--table-rules", "Group stage=fifa-2026"))

    assert (ran.code, ran.complaint) == (0, "")
    assert "104 rows" in ran.said
    assert "Cup of All Lands 2022, Group stage: groups; 72 matches, 48 teams." in ran.said
    assert "Groups: A, B, C, D, E, F, G, H, I, J, K, L (each 6 matches, 4 teams)." in ran.said
    assert "Points 3-1-0. Ranked by points, then points, goal difference and goals scored in the" in ran.said
    assert "knockout, no table; 32 matches, 32 teams." in ran.said
    assert "in per cent in 104 of 208 rows; they were divided by 100." in ran.said
    assert "Questions" not in ran.said
    assert rows() == [1, 1, 2, 48, 104, 208, 2]
    groups = Stage.objects.get(kind="groups")
    assert (groups.compared_place, groups.compared_through) == (3, 8)
    assert groups.matches.values("group").distinct().count() == 12


def test_importing_again_changes_nothing(manage, small):
    manage(*words(small, *CREATE, *DECIDE))
    before, stages = rows(), list(Stage.objects.values())

    again = manage(*words(small, *CREATE, *DECIDE, "--json"))

    assert (again.code, again.json["matches"]["unchanged"], again.json["forecasts"]["unchanged"]) == (
        0,
        5,
        10,
    )
    assert (rows(), list(Stage.objects.values())) == (before, stages)


def test_a_dry_run_reports_the_same_and_writes_nothing(manage, small):
    told = manage(*words(small, *CREATE, *DECIDE, "--dry-run", "--json"))
    written = manage(*words(small, *CREATE, *DECIDE, "--json")).json

    assert told.code == 0
    assert told.json["dry_run"] is True
    assert rows() == [1, 1, 3, 5, 5, 10, 2], "of the second run alone"
    for part in ("matches", "forecasts"):
        assert told.json[part] | {"dry_run": False} == written[part]


def test_without_options_the_report_asks_for_each_option_that_is_missing(manage, small):
    ran = manage(*words(small))

    assert (ran.code, rows()) == (Exit.PARTLY, [0] * 7)
    assert "Rows refused: 15; existing values kept: 0; open questions: 4." in ran.complaint
    assert "Refused rows 2, 3, 4, 5, 6: see question 1." in ran.said
    assert "Refused rows 2, 3, 4, 5, 6 and 5 more: no match with this id of the source 'cup'" in ran.said
    assert "1. There is no competition 'Cup of All Lands'" in ran.said
    assert "Stages: none." in ran.said
    asked = ran.said.partition("Questions:\n")[2]
    for option in ("--create-seasons", "--create-teams", "--create-forecasters KIND; KIND is llm,"):
        assert option in asked
    assert "Match ids in the forecasts without a match of the source cup: w1, w2, w3, w4, w5." in asked


def test_a_stage_of_unknown_kind_is_asked_about_and_decided_later(manage, small):
    asked = manage(*words(small, *CREATE))
    assert asked.code == Exit.PARTLY
    assert "Charity day: kind not known, so no table yet; 1 match, 2 teams." in asked.said
    assert "What kind of stage is 'Charity day'? Add --stage-kind \"Charity day=KIND\"; KIND is" in asked.said

    answered = manage(*words(small, *CREATE, "--stage-kind", "Charity day=friendly"))

    assert answered.code == 0
    assert Stage.objects.get(name="Charity day").kind == "friendly"


def split_league(tmp_path: Path) -> str:
    """Four teams of a league that splits in two after three matchdays."""
    lines = ["id,competition,season,round,kickoff,home,away,home_score,away_score,status"]
    fixtures = [("Matchday 1", "Ardvia", "Belland"), ("Matchday 1", "Corstan", "Dunmark")]
    fixtures += [("Matchday 2", "Ardvia", "Corstan"), ("Matchday 2", "Belland", "Dunmark")]
    fixtures += [("Matchday 3", "Dunmark", "Ardvia"), ("Matchday 3", "Belland", "Corstan")]
    fixtures += [
        ("Championship Round - 1", "Ardvia", "Belland"),
        ("Relegation Round - 1", "Corstan", "Dunmark"),
    ]
    for number, (label, home, away) in enumerate(fixtures):
        day = f"2025-08-{number + 1:02}T18:00Z"
        lines.append(f"s{number},Split League,2025,{label},{day},{home},{away},2,1,finished")
    path = tmp_path / "split.csv"
    path.write_text("\n".join([*lines, ""]))
    return str(path)


@pytest.mark.parametrize(
    ("answer", "carries", "record"),
    [
        (["--table-rules", "Final round=scotland"], "full", True),
        (["--table-rules", "Final round=belgium"], "half_up", False),
        (["--carries", "Final round=nothing"], "nothing", False),
        (["--table-rules", "Final round=la-liga", "--carries", "Final round=half_down"], "half_down", False),
    ],
)
def test_the_points_that_a_split_takes_along_are_asked_about(manage, tmp_path, answer, carries, record):
    command = "import_competition", "--matches", split_league(tmp_path), *CREATE[:2]

    asked = manage(*command)

    assert asked.code == Exit.PARTLY
    assert "'Final round' continues an earlier stage: which points do its teams take along?" in asked.said
    for _ in ("answered", "again"):
        ran = manage(*command, *answer)
        assert (ran.code, ran.complaint) == (0, "")
    final = Stage.objects.get(name="Final round")
    assert (final.carries_from.name, final.carries, final.carries_record) == (
        "Regular season",
        carries,
        record,
    )
    assert ("from Regular season." in ran.said) == (carries != "nothing")


def test_rules_that_compare_places_need_more_groups(manage, small):
    ran = manage(*words(small, *CREATE, *DECIDE[:2], "--table-rules", "Group stage=fifa-2026"))

    assert ran.code == Exit.PARTLY
    assert "the best 8 teams in place 3 go through, but Group stage has only 2 groups" in ran.said
    assert Stage.objects.get(name="Group stage").compared_place is None


def test_away_goals_are_an_option_of_knockouts(manage, small):
    wrong = manage(*words(small, *CREATE, *DECIDE, "--table-rules", "Knockout stage=uefa-club-groups-2020"))
    assert '--away-goals "Knockout stage"' in wrong.said

    ran = manage(*words(small, *CREATE, *DECIDE, "--away-goals", "Knockout stage", "--no-input"))

    assert (ran.code, Stage.objects.get(name="Knockout stage").away_goals) == (0, True)


def test_a_wrong_letter_and_a_larger_group_are_mentioned(manage, tmp_path):
    fixtures = [fixture for fixture in world_cup() if fixture[0] in ("Group A", "Group B", "Group C")]
    misspelt = [("Group A", "Ardmerk", "Ardvia"), *fixtures]
    cup = cup_files(tmp_path, misspelt)

    asked = manage(*words(cup, *CREATE))
    assert "'Ardmark' is similar to 'Ardmerk' (ardmerk), distance 2." in asked.said

    two = manage(*words(cup, *CREATE, "--new-team", "Ardmark"))
    assert two.code == 0
    assert "Most groups have 4 teams, but not A (5): check that no team of theirs has two" in two.said
    assert manage(*words(cup, *CREATE, "--dry-run")).code == 0, "both names are known now"


def test_what_may_be_a_mistake_is_noted(manage, tmp_path):
    path = tmp_path / "remarks.csv"
    header = "id,competition,season,round,kickoff,home,away,status\n"
    path.write_text(header)
    assert "The file has no rows." in manage("import_competition", "--matches", str(path)).said

    path.write_text(f"{header}r1,Vale,2025,1,2025-09-15,Ardvia,Belland,scheduled\n")
    ran = manage("import_competition", "--matches", str(path), *CREATE[:2])

    assert ran.code == 0
    assert (
        "Row 2: the kickoff has no time, so predictions lock at the beginning of that day (00:00" in ran.said
    )
    assert "Row 2: the match is scheduled, but its kickoff has passed. Is its result missing?" in ran.said


def test_refused_rows_are_not_counted_under_stages(manage, small):
    manage(*words(small, *CREATE, *DECIDE))
    text = Path(small.matches).read_text()
    Path(small.matches).write_text(
        text.replace("w2;Cup of All Lands;2022;Group A", f"w2;Cup of All Lands;2022;{'A' * 120}")
    )

    ran = manage(*words(small, *CREATE, *DECIDE))

    assert "Refused row 3: round has 120 characters; the maximum is 100" in ran.said
    assert "Group stage: groups; 2 matches, 4 teams." in ran.said


def test_the_rules_of_tables_without_a_preset_are_shown_with_the_option_that_changes_them(manage, small):
    ran = manage(*words(small, *CREATE))

    assert "Points 3-1-0. Ranked by points, then goal difference, then goals scored." in ran.said
    assert '--table-rules "Group stage=RULES"; RULES is ' in ran.said
    assert "--table-rules" not in manage(*words(small, *CREATE, *DECIDE)).said


@pytest.mark.parametrize(
    ("option", "question"),
    [
        (
            ("--stage-kind", "Group stge=groups"),
            "No stage is called 'Group stge'. The stages of these matches are: 'Group stage', 'Charity day'",
        ),
        (
            ("--table-rules", "Charity day=fifa-2026"),
            "Charity day has no table (unknown), so it needs no table",
        ),
        (("--stage-kind", "Charity day=groups"), "have no group"),
    ],
)
def test_a_decision_that_cannot_be_applied_is_reported_and_the_rest_is_imported(
    manage, small, option, question
):
    ran = manage(*words(small, *CREATE, *option))

    assert ran.code == Exit.PARTLY
    assert question in ran.said
    assert Match.objects.count() == 5


def test_a_stage_name_that_two_seasons_have_needs_the_season(manage, tmp_path):
    cup = cup_files(tmp_path, small_cup())
    text = Path(cup.matches).read_text()
    other = text.partition("\n")[2].replace("\nw", "\nx").replace("2022;", "2021;").replace("w1;", "x1;")
    Path(cup.matches).write_text(text + other.replace("2022-", "2021-"))
    options = (*CREATE, "--table-rules")

    unclear = manage(*words(cup, *options, "Group stage=la-liga")).said
    clear = manage(*words(cup, *options, "Cup of All Lands 2021, Group stage=la-liga")).said

    assert "Several seasons have a stage 'Group stage'; use one of: 'Cup of All Lands 2021, Group" in unclear
    assert "Several seasons" not in clear
    assert Stage.objects.get(season__label="2021", name="Group stage").head_to_head_when_complete
    assert not Stage.objects.get(season__label="2022", name="Group stage").head_to_head_when_complete


def test_similar_names_are_asked_about_with_both_answers(manage, small):
    TeamFactory(name="Ardmarkk")

    ran = manage(*words(small, *CREATE, *DECIDE))

    asked = ran.said.partition("Questions:\n")[2]
    assert '--map-team "Ardmark=ardmarkk"; if not, use --new-team "Ardmark".' in asked
    assert manage(*words(small, *CREATE, *DECIDE, "--map-team", "Ardmark=ardmarkk")).code == 0


@pytest.mark.parametrize(
    ("options", "answer"),
    [
        (["--create-seasons"], "Create them with --create-teams, or map each to an existing team"),
        (["--create-seasons", "--create-teams"], "The refused rows show why they were not created. Map each"),
    ],
)
def test_unknown_teams_are_asked_about(manage, tmp_path, options, answer):
    cup = cup_files(tmp_path, [("Group A", "!!!", "???")])

    ran = manage("import_competition", "--matches", cup.matches, *options)

    assert ran.code == Exit.PARTLY
    assert f"Unknown teams: !!!, ???. {answer}" in ran.said


def test_forecasts_of_matches_that_the_file_lacks_are_asked_about(manage, small):
    with Path(small.forecasts).open("a") as file:
        file.write("w77;Delphi;0,5;0,3;0,2\n")

    ran = manage(*words(small, *CREATE, *DECIDE))

    assert "Match ids in the forecasts without a match of the source cup: w77." in ran.said
    assert Prediction.objects.count() == 10


@pytest.mark.parametrize("text", ["", "nothing;of;this\n", "match_id;forecaster\nw1;GPT 4\nw1;GPT-4\n"])
def test_an_unusable_file_of_forecasts_is_refused_before_anything_is_written(manage, small, text):
    Path(small.forecasts).write_text(text)

    ran = manage(*words(small, *CREATE))

    assert ran.code in (Exit.ERROR, Exit.USAGE)
    assert ran.complaint.endswith("Nothing was written.")
    assert rows() == [0] * 7


def test_matches_alone_are_imported_without_forecasts(manage, small):
    ran = manage("import_competition", "--matches", small.matches, *CREATE, *DECIDE, "--json")

    assert (ran.code, ran.json["forecasts"], Match.objects.count()) == (0, None, 5)


def test_the_format_of_a_json_file_must_be_given(manage, tmp_path):
    path = tmp_path / "matches.json"
    path.write_text("{}")

    ran = manage("import_competition", "--matches", str(path))

    assert (ran.code, "set it with --format (football-data," in ran.complaint) == (Exit.USAGE, True)


@pytest.mark.parametrize("option", [("--stage-kind", "A=cup"), ("--table-rules", "A=nowhere")])
def test_an_unknown_kind_or_preset_is_a_usage_error_with_the_choices(manage, small, option):
    ran = manage(*words(small, *option))

    assert "must be a name, = and one of" in ran.complaint
    assert rows() == [0] * 7


@pytest.mark.skipif(not HAVE_PACK, reason="REAL_PACK names no pack")
def test_a_real_league_and_a_real_world_cup_are_understood(manage):
    pack = CupFiles(str(PACK / "matches.csv"), str(PACK / "forecasts.csv"))

    ran = manage(*words(pack, *CREATE))

    assert ran.code == 0
    assert "English Premier League 2022/23, Regular season: league; 380 matches, 20 teams." in ran.said
    assert "FIFA World Cup 2026, Group stage: groups; 72 matches, 48 teams." in ran.said
    assert Season.objects.count() == 2
