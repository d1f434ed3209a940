"""`import_predictions`: every row is taken or told, no name is guessed, importing again changes nothing."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from core.management.base import Exit
from matches.models import Forecaster, Match, MatchSource, Prediction
from scoring.models import Settlement
from tests.factories import MatchFactory, coin, homer, move, oracle, predict, record, upcoming_match
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db
HEADER = "match_id,forecaster,p_home,p_draw,p_away,predicted_home,predicted_away,predicted_at"


@pytest.fixture
def match() -> Match:
    """Long over; the source `pack` calls it m1."""
    return known(MatchFactory(), "m1")


def known(match: Match, external_id: str, *, source: str = "pack") -> Match:
    MatchSource.objects.create(match=match, source=source, external_id=external_id)
    return match


@pytest.fixture
def file(tmp_path):
    """`file("m1,the-oracle,...", ...)`: a CSV file with these lines."""

    def write(*lines: str, name: str = "forecasts.csv") -> str:
        (tmp_path / name).write_text("\n".join((HEADER, *lines, "")), encoding="utf-8")
        return str(tmp_path / name)

    return write


def test_a_row_is_stored_as_it_was_published(manage, match, file):
    oracle()

    ran = manage("import_predictions", file("m1,The Oracle,0.5,0.3,0.2,2,1,2025-08-15T12:00:00Z"))

    assert (ran.code, ran.complaint) == (0, "")
    assert "match ids of the source pack. Stored: 1 (0 live, 1 archive" in ran.said
    row = Prediction.objects.get()
    assert (row.match, row.home_goals, row.away_goals) == (match, 2, 1)
    assert (row.p_home, row.p_draw, row.p_away) == (0.5, 0.3, 0.2)
    assert row.predicted_at == datetime(2025, 8, 15, 12, tzinfo=UTC)
    assert row.provenance == "archive"


def test_blank_fields_are_missing_values(manage, match, file):
    oracle(), coin()

    manage("import_predictions", file("m1,the-oracle,0.5,0.3,0.2,,,", "m1,the-coin,,,,1,1,"))

    assert list(Prediction.objects.order_by("forecaster__slug").values_list("p_home", "home_goals")) == [
        (None, 1),
        (0.5, None),
    ]


def test_json_lines_are_imported_with_a_rationale(manage, match, tmp_path):
    oracle()
    said = {"match_id": "m1", "forecaster": "the-oracle", "predicted_home": 2, "predicted_away": 1}
    path = tmp_path / "forecasts.jsonl"
    path.write_text(json.dumps({**said, "rationale": "They always win."}) + "\n")

    assert manage("import_predictions", str(path)).code == 0
    assert Prediction.objects.get().rationale == "They always win."


def test_rows_about_open_matches_are_live_and_others_archive(manage, match, file):
    known(upcoming_match(), "m2")
    oracle()

    told = manage("import_predictions", file("m1,the-oracle,,,,1,0,", "m2,the-oracle,,,,2,0,"), "--json").json

    assert (told["stored"], told["live"], told["archive"]) == (2, 1, 1)
    assert set(Prediction.objects.values_list("home_goals", "provenance")) == {(1, "archive"), (2, "live")}


@pytest.mark.parametrize("after", [timedelta(0), timedelta(microseconds=1), timedelta(days=3)])
def test_a_prediction_made_after_the_kickoff_is_refused_unless_hindsight_is_allowed(
    manage, match, file, after
):
    """Equal to the kickoff is after it, as with the lock."""
    oracle(), coin()
    at = match.lock_at + after
    path = file(f"m1,the-oracle,,,,2,1,{at.isoformat()}", "m1,the-coin,,,,1,1,")

    ran = manage("import_predictions", path)
    allowed = manage("import_predictions", path, "--hindsight", "--json")
    again = manage("import_predictions", path, "--hindsight", "--json")

    assert (ran.code, "Stored: 1 (0 live, 1 archive, 0 hindsight" in ran.said) == (Exit.PARTLY, True)
    assert f"Refused row 2 (m1, the-oracle): predicted_at {at} is not before the kickoff" in ran.said
    assert "--hindsight imports it, marked as hindsight" in ran.said
    assert (allowed.code, allowed.json["hindsight"], allowed.json["archive"]) == (0, 1, 0)
    assert (again.code, again.json["unchanged"]) == (0, 2)
    assert set(Prediction.objects.values_list("forecaster__slug", "provenance")) == {
        ("the-oracle", "hindsight"),
        ("the-coin", "archive"),
    }


def test_a_prediction_made_before_the_kickoff_is_archive_with_hindsight_allowed(manage, match, file):
    oracle()
    at = match.lock_at - timedelta(microseconds=1)

    manage("import_predictions", file(f"m1,the-oracle,,,,2,1,{at.isoformat()}"), "--hindsight")

    assert Prediction.objects.get().provenance == "archive"


def test_a_file_of_a_match_that_was_annulled_since_can_be_imported_again(manage, match, file):
    oracle()
    path = file(f"m1,the-oracle,,,,2,1,{(match.lock_at + timedelta(hours=3)).isoformat()}")
    record(match, 2, 1)
    manage("import_predictions", path, "--hindsight")
    record(match, status="cancelled")

    again = manage("import_predictions", path, "--hindsight", "--json")

    assert (again.code, again.json["unchanged"], again.json["refused"]) == (0, 1, [])


@pytest.mark.parametrize("options", [[], ["--hindsight"]])
def test_a_prediction_between_two_kickoffs_in_doubt_is_refused_with_its_row_and_what_to_do(
    manage, file, options
):
    match = known(upcoming_match(), "m1")
    move(match, timezone.now() - timedelta(hours=3), source="football-data", trusted=False)
    oracle()
    at = timezone.now() - timedelta(hours=2)

    ran = manage("import_predictions", file(f"m1,the-oracle,,,,2,1,{at.isoformat()}"), *options)

    assert ran.code == Exit.PARTLY
    assert f"Refused row 2 (m1, the-oracle): predicted_at {at} is not before the earlier reported" in ran.said
    assert (
        "Confirm or reject the kickoff under Doubts and feed problems in the admin, then import the row"
        in ran.said
    )
    assert not Prediction.objects.exists()


def test_a_prediction_dated_in_the_future_is_refused(manage, match, file):
    known(upcoming_match(), "m2")
    oracle()
    path = file("m1,the-oracle,,,,2,1,2199-01-01", "m2,the-oracle,,,,2,1,2199-01-01")

    ran = manage("import_predictions", path, "--hindsight")

    assert ran.said.count("predicted_at 2199-01-01 00:00:00+00:00 is in the future") == 2
    assert not Prediction.objects.exists()


def test_a_settled_match_with_new_predictions_is_settled_again(manage, match, file):
    predict(match, oracle(), (2, 1))
    record(match, 2, 1)
    run_waiting("score_match")
    homer()

    manage("import_predictions", file("m1,the-homer,,,,1,0,"))
    run_waiting("score_match")

    newest = Settlement.objects.get(match=match, superseded_at=None)
    assert (newest.number, newest.predictions) == (2, 2)


def test_importing_again_changes_nothing(manage, match, file):
    oracle()
    words = "import_predictions", file("m1,the-oracle,0.5,0.3,0.2,2,1,"), "--json"
    manage(*words)

    again = manage(*words).json

    assert (again["stored"], again["unchanged"], again["refused"]) == (0, 1, [])


def test_a_dry_run_reports_the_same_and_stores_nothing(manage, match, file):
    path = file("m1,Newcomer,,,,2,1,")

    ran = manage("import_predictions", path, "--create", "human", "--dry-run", "--json")

    assert (ran.json["stored"], ran.json["forecasters_created"]) == (1, ["Newcomer"])
    assert not Prediction.objects.exists()
    assert not Forecaster.objects.exists()


FAULTS = {
    "m9,the-oracle,,,,2,1,": "no match with id 'm9' of the source 'pack'",
    "m1,nobody,,,,2,1,": "no forecaster 'nobody'; use --map-forecaster or --create-forecasters",
    ",the-oracle,,,,2,1,": "match_id is empty",
    "m1,the-oracle,,,,2,,": "goals of both teams",
    "m1,the-oracle,,,,31,0,": "from 0 to 30",
    "m1,the-oracle,,,,two,1,": "predicted_home is 'two', not a whole number",
    "m1,the-oracle,,,,\uff12,1,": "not a whole number",
    "m1,the-oracle,0.5,0.3,0.3,,,": "do not sum to 1",
    "m1,the-oracle,nan,0.3,0.3,,,": "p_home is 'nan', not a number",
    "m1,the-oracle,-0.1,0.6,0.5,,,": "from 0 to 1",
    "m1,the-oracle,0.5,0.5,,,,": "all three probabilities",
    "m1,the-oracle,,,,,,": "neither a score nor",
    "m1,the-oracle,,,,2,1,yesterday": "predicted_at 'yesterday' is not a date and time",
    "m1,the-oracle,,,,2,1,,extra": "9 values for 8 columns",
}


@pytest.mark.parametrize("line", FAULTS)
def test_an_invalid_row_is_reported_with_its_line_and_the_others_are_imported(manage, match, file, line):
    known(MatchFactory(), "m2")
    oracle(), coin()

    ran = manage("import_predictions", file("m2,the-coin,,,,1,1,", line), "--source", "pack", "--json")

    assert ran.code == Exit.PARTLY
    (refused,) = ran.json["refused"]
    assert refused["row"] == 3
    assert FAULTS[line] in refused["reason"]
    assert Prediction.objects.count() == 1


def test_a_refused_row_is_named_by_its_line_its_match_and_its_forecaster(manage, match, file):
    oracle()
    path = file("m1,the-oracle,,,,2,1,", "m1,the-oracle,,,,0,0,", "m1,nobody,,,,2,1,", ",the-oracle,,,,2,1,")

    told = manage("import_predictions", path, "--source", "pack", "--chunk", "2")

    assert told.code == Exit.PARTLY
    assert "Refused row 3 (m1, the-oracle): row 2 contains a different prediction" in told.said
    assert "Refused row 4 (m1, nobody): no forecaster 'nobody'" in told.said
    assert "Refused row 5 (no id, the-oracle): match_id is empty" in told.said


def test_an_identical_row_is_unchanged_and_no_error(manage, match, file):
    oracle()

    ran = manage("import_predictions", file("m1,the-oracle,,,,2,1,", "m1,the-oracle,,,,2,1,"), "--json")

    assert (ran.code, ran.json["stored"], ran.json["unchanged"], ran.json["refused"]) == (0, 1, 1, [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_spreadsheet_export_is_imported_and_its_dialect_reported(manage, match, tmp_path, capsys, encoding):
    oracle()
    header = HEADER.replace(",", ";").replace("match_id", "Match ID")
    path = tmp_path / "forecasts.csv"
    path.write_bytes(f"sep=;\r\n{header}\r\nm1;the-oracle;0,5;0,3;0,2;2;1;\r\n".encode(encoding))

    ran = manage("import_predictions", str(path), "--json")

    assert (ran.code, ran.json["stored"], Prediction.objects.get().p_home) == (0, 1, 0.5)
    said = capsys.readouterr().err.splitlines()
    assert said == ran.json["notes"]
    assert said[-4:] == [
        "Line 1 defines the separator.",
        "Columns are separated by semicolons.",
        "The column 'Match ID' was read as match_id.",
        "p_home, p_draw and p_away have decimal commas in 1 of 1 rows.",
    ]


def test_percentages_are_divided_by_100_and_counted_in_the_report(manage, match, tmp_path, capsys):
    """Each row is read by itself, so rows of both kinds may stand in one file."""
    oracle(), homer(), coin()
    path = tmp_path / "forecasts.csv"
    path.write_text(
        "match_id;forecaster;p_home;p_draw;p_away\n"
        "m1;the-oracle;45,5 %;30 %;24,5 %\n"
        "m1;the-homer;70;20;10\n"
        "m1;the-coin;0,4;0,3;0,3\n"
    )

    ran = manage("import_predictions", str(path), "--json")
    again = manage("import_predictions", str(path), "--json")

    assert (ran.code, ran.json["stored"], again.json["unchanged"]) == (0, 3, 3)
    stored = Prediction.objects.order_by("forecaster__slug").values_list("p_home", "p_draw", "p_away")
    assert list(stored) == [(0.4, 0.3, 0.3), (0.7, 0.2, 0.1), (0.455, 0.3, 0.245)]
    assert ran.json["notes"][-2:] == [
        "p_home, p_draw and p_away are in per cent in 2 of 3 rows; they were divided by 100.",
        "p_home, p_draw and p_away have decimal commas in 2 of 3 rows.",
    ]


def test_an_unquoted_decimal_comma_is_refused_with_what_to_do(manage, match, file):
    oracle()

    ran = manage("import_predictions", file("m1,the-oracle,0,5,0,3,0,2,2,1,"), "--source", "pack")

    assert ran.code == Exit.PARTLY
    assert "11 values for 8 columns; a value that contains ',' must be quoted (or separate the" in ran.said
    assert not Prediction.objects.exists()


def test_a_json_array_is_imported(manage, match, tmp_path):
    oracle()
    path = tmp_path / "forecasts.json"
    said = {"match_id": "m1", "forecaster": "the-oracle", "predicted_home": 2, "predicted_away": 1}
    path.write_text(json.dumps([said], indent=2), encoding="utf-16")

    assert manage("import_predictions", str(path)).code == 0
    assert Prediction.objects.get().home_goals == 2


def test_a_device_is_refused_at_once(manage):
    ran = manage("import_predictions", "/dev/zero", "--format", "csv")

    assert (ran.code, "it is a device" in ran.complaint) == (1, True)


def test_a_second_different_row_about_a_match_is_refused(manage, match, file):
    oracle()

    ran = manage("import_predictions", file("m1,the-oracle,,,,2,1,", "m1,the-oracle,,,,0,0,"), "--json")

    assert "row 2 contains a different prediction" in ran.json["refused"][0]["reason"]


def test_names_are_mapped_or_created_only_on_request(manage, match, file):
    oracle()
    lines = ["m1,delphi,,,,2,1,", "m1,GPT-9,,,,1,0,", "m1,bet_inc,0.5,0.3,0.2,,,"]

    ran = manage(
        "import_predictions",
        file(*lines),
        *("--map", "delphi=the-oracle", "--create", "bookmaker", "--create", "GPT-9=llm"),
    )

    assert ran.code == 0
    assert "Forecasters created: GPT-9, bet_inc." in ran.said
    assert dict(Forecaster.objects.values_list("slug", "kind")) == {
        "the-oracle": "statistical",
        "gpt-9": "llm",
        "bet_inc": "bookmaker",
    }


@pytest.mark.parametrize(
    ("one", "other", "slug"),
    [
        ("GPT 4", "GPT-4", "gpt-4"),
        ("GPT-4", "gpt-4", "gpt-4"),
        ("\uff27pt 4", "Gpt 4", "gpt-4"),
        ("Café Bot", "Cafe Bot", "cafe-bot"),
        ("Łoś Bot", "Los Bot", "los-bot"),
        ("x" * 60, "x" * 61, "x" * 50),
    ],
)
def test_two_new_names_with_one_slug_are_refused_before_anything_is_written(
    manage, match, file, one, other, slug
):
    oracle()
    path = file(f"m1,{one},,,,2,1,", f"m1,{other},,,,1,1,", "m1,the-oracle,,,,2,2,")

    ran = manage("import_predictions", path, "--create", "llm")

    assert (ran.code, Prediction.objects.count(), Forecaster.objects.count()) == (Exit.USAGE, 0, 1)
    for shown in (repr(one), repr(other), f"({slug})", "--map", "Nothing was written."):
        assert shown in ran.complaint


def test_spellings_are_mapped_to_the_slug_of_a_forecaster_that_the_import_creates(manage, match, file):
    known(MatchFactory(), "m2")
    path = file("m1,GPT 4,,,,2,1,", "m2,GPT-4,,,,1,1,")

    ran = manage("import_predictions", path, "--create", "llm", "--map", "GPT 4=gpt-4", "--json")

    assert (ran.code, ran.json["stored"], ran.json["forecasters_created"]) == (0, 2, ["GPT-4"])
    assert set(Prediction.objects.values_list("forecaster__slug", flat=True)) == {"gpt-4"}


@pytest.mark.parametrize("name", ["the oracle", "The-Oracle", "THE ORACLE!"])
def test_a_new_name_with_the_slug_of_another_forecaster_is_refused(manage, match, file, name):
    oracle()

    ran = manage("import_predictions", file(f"m1,{name},,,,2,1,"), "--create", "llm")

    assert (ran.code, Forecaster.objects.count()) == (Exit.USAGE, 1)
    assert f"{name!r} and the existing 'The Oracle' (the-oracle)" in ran.complaint
    assert manage("import_predictions", file(f"m1,{name},,,,2,1,"), "--map", f"{name}=the-oracle").code == 0


def test_one_name_in_two_unicode_forms_is_one_forecaster(manage, match, file):
    known(MatchFactory(), "m2")
    composed, decomposed = "Jos\u00e9", "Jose\u0301"

    ran = manage(
        "import_predictions", file(f"m1,{composed},,,,2,1,", f"m2,{decomposed},,,,1,1,"), "--create", "human"
    )

    assert ran.code == 0
    assert Forecaster.objects.get().name == composed


@pytest.mark.parametrize(("name", "slug"), [("青山", "qingshan"), ("model-5.5", "model-5-5")])
def test_a_name_in_any_script_gives_a_slug(manage, match, file, name, slug):
    assert manage("import_predictions", file(f"m1,{name},,,,2,1,"), "--create", "llm").code == 0
    assert Forecaster.objects.get().slug == slug


@pytest.mark.parametrize("name", ["!!!", "12", "x" * 81])
def test_a_name_that_gives_no_slug_is_refused_by_row(manage, match, file, name):
    oracle()

    ran = manage(
        "import_predictions", file(f"m1,{name},,,,2,1,", "m1,the-oracle,,,,2,2,"), "--create", "llm", "--json"
    )

    assert (ran.code, ran.json["stored"], Forecaster.objects.count()) == (Exit.PARTLY, 1, 1)
    assert "add it in the admin, and use --map" in ran.json["refused"][0]["reason"]


@pytest.mark.parametrize("chunk", ["1", "10000"])
def test_rows_that_are_all_refused_leave_no_new_forecaster(manage, match, file, chunk):
    path = file("m1,Newcomer,,,,31,1,", "m9,Newcomer,,,,1,1,", "m1,Other,0.5,0.5,0.5,,,")

    ran = manage(
        "import_predictions", path, "--create", "llm", "--source", "pack", "--chunk", chunk, "--json"
    )

    assert (ran.code, ran.json["stored"], ran.json["forecasters_created"]) == (Exit.PARTLY, 0, [])
    assert not Forecaster.objects.exists()


@pytest.mark.parametrize("chunk", ["1", "10000"])
def test_a_new_forecaster_is_kept_if_one_of_its_rows_is_stored(manage, match, file, chunk):
    path = file("m1,Newcomer,,,,31,1,", "m1,Newcomer,,,,1,1,", "m1,Other,0.5,0.5,0.5,,,")

    ran = manage("import_predictions", path, "--create", "llm", "--chunk", chunk, "--json")

    assert (ran.json["stored"], ran.json["forecasters_created"]) == (1, ["Newcomer"])
    assert Forecaster.objects.get().name == "Newcomer"


def test_an_import_that_breaks_off_leaves_no_forecaster_without_predictions(manage, match, file):
    path = Path(file("m1,Newcomer,,,,1,1,", "m1,Other,,,,1,1,"))
    path.write_bytes(path.read_bytes().replace(b"m1,Other,,,,1,1,", b'm1,Other,,,,1,"1'))

    ran = manage("import_predictions", str(path), "--create", "llm", "--source", "pack")

    assert (ran.code, Forecaster.objects.count()) == (1, 0)


@pytest.mark.parametrize("odd", ["{}", "00{}", "+{}", "{}.0", "\u0967"])
def test_own_ids_have_one_spelling(manage, file, odd):
    match = MatchFactory()
    oracle()
    written = f"0{match.pk}" if odd == "{}" else odd.format(match.pk)

    ran = manage("import_predictions", file(f"{written},the-oracle,,,,2,1,"), "--own-ids", "--json")

    assert (ran.code, Prediction.objects.count()) == (Exit.PARTLY, 0)
    assert "plain numbers such as 7, not 07" in ran.json["refused"][0]["reason"]


@pytest.mark.parametrize(
    "option", [["--map", "delphi=a", "--map", "delphi=b"], ["--create", "x=llm", "--create", "x=human"]]
)
def test_an_option_with_two_values_for_one_name_is_a_usage_error(manage, match, file, option):
    ran = manage("import_predictions", file("m1,delphi,,,,2,1,"), *option)

    assert ran.code == Exit.USAGE
    assert "has two values for" in ran.complaint


def test_ids_known_to_several_sources_require_a_source(manage, match, file):
    known(MatchFactory(), "m1", source="another")
    oracle()

    ran = manage("import_predictions", file("m1,the-oracle,,,,2,1,"))

    assert (ran.code, Prediction.objects.count()) == (Exit.USAGE, 0)
    assert "another knows 1, pack knows 1" in ran.complaint
    assert "--source" in ran.complaint


def test_ids_not_all_known_to_one_source_require_a_source(manage, match, file):
    oracle()

    ran = manage("import_predictions", file("m1,the-oracle,,,,2,1,", "m2,the-oracle,,,,2,1,"))

    assert ran.code == Exit.USAGE
    assert "these 2 match ids come from: pack knows 1" in ran.complaint


def test_ids_of_this_site_can_be_used_on_request(manage, file):
    match = MatchFactory()
    oracle()
    path = file(f"{match.pk},the-oracle,,,,2,1,")

    assert manage("import_predictions", path).code == Exit.USAGE
    assert manage("import_predictions", path, "--own-ids").code == 0
    assert Prediction.objects.get().match == match


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"match,forecaster\n1,2\n", "lacks columns: match_id. It has match, forecaster"),
        (b"\xff\xfe", "it is empty"),
        (b'match_id,forecaster\n"m1', "is not valid CSV"),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error(manage, match, tmp_path, content, said):
    path = tmp_path / "forecasts.csv"
    path.write_bytes(content)

    ran = manage("import_predictions", str(path))

    assert ran.code == 1
    assert said in ran.complaint
    assert "Nothing was written" in ran.complaint


def test_a_missing_file_or_unknown_extension_is_an_error(manage, tmp_path):
    assert "No such file" in manage("import_predictions", str(tmp_path / "none.csv")).complaint
    assert "--format" in manage("import_predictions", str(tmp_path / "none.xlsx")).complaint


def test_an_interrupted_import_is_completed_by_repeating_it(manage, match, file):
    """Two chunks, the second of which cannot be read: the first stands."""
    second = known(MatchFactory(), "m2")
    oracle()
    path = Path(file("m1,the-oracle,,,,2,1,", "m2,the-oracle,,,,1,1,"))
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"m2,the-oracle,,,,1,1,", b'm2,the-oracle,,,,1,"1'))

    broken = manage("import_predictions", str(path), "--source", "pack", "--chunk", "1")
    assert (broken.code, "is not valid CSV" in broken.complaint) == (1, True)
    path.write_bytes(whole)
    told = manage("import_predictions", str(path), "--source", "pack", "--chunk", "1", "--json").json

    assert told["stored"] + told["unchanged"] == 2
    assert second.predictions.count() == 1


def test_a_retired_forecaster_is_only_imported_for_the_time_before(manage, match, file):
    who = oracle()
    Forecaster.objects.filter(pk=who.pk).update(retired_at=match.lock_at - timedelta(days=1))

    ran = manage("import_predictions", file("m1,the-oracle,,,,2,1,"), "--json")

    assert "had retired before" in ran.json["refused"][0]["reason"]
