"""`import_matches`: files of every format, row by row, the same however often, and honest exit codes."""

import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from matches.models import Competition, Match, MatchSource, Season, Team
from matches.result import score_text
from tests.factories import SeasonFactory, TeamFactory
from tests.matches.feeds.providers import documents
from tests.matches.feeds.providers.documents import Told
from tests.matches.feeds.providers.test_csv_format import HEADER, ROW, line
from tests.real_data import HAVE_PACK, PACK

pytestmark = pytest.mark.django_db

WON = Told(status="finished", ninety=(2, 1))
LEAGUE = {"competition": "Premier League"}


@pytest.fixture(autouse=True)
def _season(db):
    SeasonFactory()
    TeamFactory(name="Ashford")
    TeamFactory(name="Barrow")


def csv_file(tmp_path: Path, *lines: str, name: str = "pack.csv") -> str:
    path = tmp_path / name
    path.write_text("\n".join((HEADER, *lines, "")), encoding="utf-8")
    return str(path)


def test_rows_of_csv_become_matches_with_their_own_ids(manage, tmp_path):
    ran = manage("import_matches", csv_file(tmp_path, line(**LEAGUE)), "--format", "csv")

    assert (ran.code, ran.complaint) == (0, "")
    assert "added 1, linked 0, moved 0, recorded 1, unchanged 0" in ran.said
    link = MatchSource.objects.get()
    assert (link.source, link.external_id) == ("pack", "l1-001"), "the file's name without its ending"
    assert score_text(Match.objects.get()) == "2-1"


def test_the_source_may_be_named(manage, tmp_path):
    manage("import_matches", csv_file(tmp_path, line(**LEAGUE)), "--format", "csv", "--source", "league-one")

    assert MatchSource.objects.get().source == "league-one"


def test_json_lines_are_read_alike(manage, tmp_path):
    path = tmp_path / "pack.jsonl"
    path.write_text(json.dumps({**ROW, **LEAGUE, "home_score": 2, "away_score": 1}) + "\n")

    assert manage("import_matches", str(path), "--format", "jsonl").code == 0
    assert Match.objects.get().status == "finished"


@pytest.mark.parametrize(
    ("kind", "document", "more"),
    [
        ("football-data", documents.football_data([WON]), ()),
        ("api-football", documents.api_football([WON]), ()),
        ("openligadb", documents.openligadb([WON]), ()),
        ("openfootball", documents.openfootball([WON]), ("--zone", "Europe/London")),
    ],
)
def test_a_file_in_a_feeds_format_is_of_the_season_that_is_named(manage, tmp_path, kind, document, more):
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(document))
    words = [
        "import_matches",
        str(path),
        "--format",
        kind,
        "--competition",
        "premier-league",
        "--season",
        "2025/26",
    ]

    ran = manage(*words, *more)

    assert (ran.code, ran.complaint) == (0, "")
    assert MatchSource.objects.get().source == kind
    assert Match.objects.get().kickoff_at == documents.KICKOFF
    assert "unchanged 1" in manage(*words, *more).said


def test_importing_again_is_a_no_op(manage, tmp_path):
    words = "import_matches", csv_file(tmp_path, line(**LEAGUE)), "--format", "csv", "--json"
    manage(*words)

    again = manage(*words).json

    assert {word: again[word] for word in ("added", "linked", "moved", "recorded", "unchanged")} == {
        "added": 0,
        "linked": 0,
        "moved": 0,
        "recorded": 0,
        "unchanged": 1,
    }
    assert Match.objects.count() == 1


def test_a_dry_run_says_the_same_and_writes_nothing(manage, tmp_path):
    path = csv_file(tmp_path, line(**LEAGUE), line(**LEAGUE, id="l1-002", home="Elmswell"))

    ran = manage("import_matches", path, "--format", "csv", "--dry-run", "--create-teams", "--json")

    assert (ran.json["dry_run"], ran.json["added"], ran.json["teams_created"]) == (True, 2, ["Elmswell"])
    assert (Match.objects.count(), Team.objects.count()) == (0, 2)


def test_what_is_refused_is_told_by_row_and_the_rest_is_taken(manage, tmp_path):
    path = csv_file(
        tmp_path,
        line(**LEAGUE),
        line(**LEAGUE, id="l1-002", home="Ashford FC"),
        line(**LEAGUE, id="l1-003", kickoff="soon"),
        line(**LEAGUE, home_score="3"),
    )

    ran = manage("import_matches", path, "--format", "csv")

    assert (ran.code, ran.complaint) == (
        3,
        "Rows refused: 3; existing values kept: 0. Everything else was imported.",
    )
    assert "Refused row 3 (l1-002): no team is called 'Ashford FC' (source pack)" in ran.said
    assert "Refused row 4 (l1-003): kickoff 'soon' is not a date and time" in ran.said
    assert "Refused row 5 (l1-001): row 2 has the same id, l1-001, and other values" in ran.said
    assert "Unknown teams: Ashford FC." in ran.said
    assert Match.objects.count() == 1


def test_the_report_has_every_row(manage, tmp_path):
    path = csv_file(tmp_path, *(line(**LEAGUE, id=f"x{number}", home="Nobody") for number in range(60)))

    ran = manage("import_matches", path, "--format", "csv", "--json")
    people = manage("import_matches", path, "--format", "csv")

    assert len(ran.json["refused"]) == 60
    assert ran.json["refused"][0]["row"] == 2
    assert ran.json["unknown_teams"] == ["Nobody"]
    assert "... and 10 more; --json has them all." in people.said


def test_teams_and_seasons_are_made_where_that_is_wished(manage, tmp_path):
    path = csv_file(tmp_path, line(competition="County Cup", season="2026", home="Elmswell", away="Fordham"))
    words = "import_matches", path, "--format", "csv"

    assert "There is no competition 'County Cup'" in manage(*words).said
    ran = manage(*words, "--create-teams", "--create-seasons")

    assert ran.code == 0
    assert "Teams created: Elmswell, Fordham." in ran.said
    assert "Seasons created: County Cup 2026." in ran.said
    assert Competition.objects.filter(slug="county-cup").exists()


def test_a_competition_may_be_mapped(manage, tmp_path):
    path = csv_file(tmp_path, line(competition="English Premier League"))

    ran = manage("import_matches", path, "--format", "csv", "--map", "English Premier League=premier-league")

    assert ran.code == 0


def test_the_report_shows_the_stages_and_tables_of_the_matches(manage, tmp_path):
    cup = {"competition": "County Cup", "season": "2026"}
    groups = {f"Group {name}": [(f"{name}1 Town", f"{name}2 Town")] for name in "AB"}
    rounds = groups | {"Charity day": [("A2 Town", "B2 Town")], "Final": [("A1 Town", "B1 Town")]}
    games = [(label, *pair) for label, pairs in rounds.items() for pair in pairs]
    path = csv_file(
        tmp_path,
        *(
            line(**cup, id=f"c{number}", round=label, home=home, away=away)
            for number, (label, home, away) in enumerate(games)
        ),
    )
    words = "import_matches", path, "--format", "csv", "--create-teams", "--create-seasons", "--dry-run"

    ran = manage(*words)

    assert (
        "\n".join(
            (
                "Stages:",
                "  County Cup 2026, Group stage: groups; 2 matches, 4 teams.",
                "    Groups: A, B (each 1 match, 2 teams).",
                "    Points 3-1-0. Ranked by points, then goal difference, then goals scored. Teams equal in"
                " all three share a position.",
                "  County Cup 2026, Charity day: kind not known, so no table yet; 1 match, 2 teams.",
                "  County Cup 2026, Knockout stage: knockout, no table; 1 match, 2 teams.",
            )
        )
        in ran.said
    )
    assert [stage["kind"] for stage in manage(*words, "--json").json["stages"]] == [
        *("groups", "unknown", "knockout")
    ]


def test_columns_that_mean_nothing_to_us_are_told(manage, tmp_path):
    path = tmp_path / "pack.csv"
    path.write_text(f"{HEADER},venue\n{line(**LEAGUE)},Mill Lane\n")

    assert "Columns not read: venue." in manage("import_matches", str(path), "--format", "csv").said


def test_what_we_have_is_kept_unless_it_is_to_be_overwritten(manage, tmp_path):
    words = "import_matches", csv_file(tmp_path, line(**LEAGUE)), "--format", "csv"
    manage(*words)
    manage("record_result", str(Match.objects.get().pk), "3-1")

    ran = manage(*words)

    assert ran.code == 3
    assert (
        "Kept row 2 (l1-001): Reported finished 2-1; the recorded result, finished 3-1 from admin, was kept."
        in ran.said
    )
    assert manage(*words, "--overwrite").code == 0
    assert score_text(Match.objects.get()) == "2-1"


def test_a_kickoff_that_is_moved_to_the_past_is_reported_and_reveals_nothing(manage, tmp_path):
    now = timezone.now().replace(second=0, microsecond=0)
    days = timedelta(days=60)
    SeasonFactory(label="now", starts_on=(now - days).date(), ends_on=(now + days).date())
    scheduled = {**LEAGUE, "season": "now", "status": "scheduled", "home_score": "", "away_score": ""}
    planned, past = now + timedelta(days=2), now - timedelta(hours=3)

    def imported(kickoff):
        said = line(**scheduled, kickoff=f"{kickoff:%Y-%m-%dT%H:%MZ}")
        return manage("import_matches", csv_file(tmp_path, said), "--format", "csv")

    assert imported(planned).code == 0
    ran = imported(past)

    assert ran.code == 3
    assert f"pack reports the kickoff {past:%Y-%m-%d %H:%M} UTC" in ran.said
    assert "it is in the past or less than an hour ahead" in ran.said
    match = Match.objects.get()
    assert (match.lock_at, match.reveal_at) == (past, planned)
    taken_back = imported(planned)
    assert taken_back.code == 3
    assert "the match had this kickoff before, so one of the reports is wrong" in taken_back.said
    match.refresh_from_db()
    assert (match.kickoff_at, match.lock_at, match.reveal_at) == (planned, past, planned)


# --- Files and options that are no good -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "kind", "said"),
    [
        (b"", "csv", "it is empty; the first line must contain the column names"),
        (b"\xff\xfe\x00", "csv", "is not in UTF-16"),
        (b"{", "football-data", "is not JSON"),
        (b"{}", "football-data", "it has no list of matches"),
        (
            b'{"errors": {"token": "missing"}}',
            "api-football",
            "contains an error instead of matches: token: missing",
        ),
    ],
)
def test_a_file_that_is_not_what_it_is_said_to_be(manage, tmp_path, content, kind, said):
    path = tmp_path / "file"
    path.write_bytes(content)
    season = () if kind == "csv" else ("--competition", "premier-league", "--season", "2025/26")

    ran = manage("import_matches", str(path), "--format", kind, *season)

    assert ran.code == 1
    assert said in ran.complaint
    assert ran.complaint.endswith("Nothing was written.")


def test_text_that_no_database_holds_is_refused_by_row(manage, tmp_path):
    path = tmp_path / "pack.jsonl"
    odd = [{**ROW, **LEAGUE, "id": "a\0b"}, {**ROW, **LEAGUE, "home": "\ud800"}, {**ROW, **LEAGUE}]
    path.write_text("\n".join(json.dumps(each) for each in odd))

    ran = manage("import_matches", str(path), "--format", "jsonl", "--json")

    assert (ran.code, ran.json["added"]) == (3, 1)
    assert [refused["row"] for refused in ran.json["refused"]] == [1, 2]


def test_a_file_with_a_byte_order_mark_is_read(manage, tmp_path):
    path = tmp_path / "pack.csv"
    path.write_bytes(b"\xef\xbb\xbf" + f"{HEADER}\n{line(**LEAGUE)}\n".encode())

    assert manage("import_matches", str(path), "--format", "csv").code == 0


@pytest.mark.parametrize("kind", ["csv", "jsonl", "football-data"])
@pytest.mark.parametrize("path", ["/dev/zero", "/dev/random"])
def test_a_device_is_refused_at_once(manage, path, kind):
    season = () if kind != "football-data" else ("--competition", "premier-league", "--season", "2025/26")

    ran = manage("import_matches", path, "--format", kind, "--source", "lab", *season)

    assert ran.code == 1
    assert (
        ran.complaint
        == f"{path} cannot be read: it is a device; a regular file is required. Nothing was written."
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_from_a_spreadsheet_is_imported_and_what_was_recognised_is_said(
    manage, tmp_path, capsys, separator, encoding
):
    header = HEADER.replace("kickoff", " Kickoff ").replace("home_score", "Home Score")
    text = "\r\n".join(("", header, line(**LEAGUE), "")).replace(",", separator)
    path = tmp_path / "pack.csv"
    path.write_bytes(text.encode(encoding))

    ran = manage("import_matches", str(path), "--format", "csv", "--json")

    assert (ran.code, ran.json["added"], ran.json["recorded"]) == (0, 1, 1)
    said = capsys.readouterr().err
    assert "The header is in line 2; the lines above it are blank." in said
    assert "The column 'Home Score' was read as home_score." in said
    assert ("Columns are separated by" in said) == (separator != ",")
    assert ran.json["notes"] == said.splitlines()


def test_a_file_in_another_encoding_is_refused_until_it_is_named(manage, tmp_path):
    TeamFactory(name="Málaga")
    path = tmp_path / "pack.csv"
    path.write_bytes(f"{HEADER}\n{line(**LEAGUE, home='Málaga')}\n".encode("latin-1"))
    words = "import_matches", str(path), "--format", "csv"

    ran = manage(*words)

    assert (ran.code, Match.objects.count()) == (1, 0)
    assert "line 2, column" in ran.complaint
    assert "in which this is 'Málaga', repeat with --encoding windows-1252" in ran.complaint
    assert manage(*words, "--encoding", "windows-1252").code == 0
    assert "'klingon' is not an encoding" in manage(*words, "--encoding", "klingon").complaint


def test_an_identical_row_is_unchanged_and_no_error(manage, tmp_path):
    ran = manage(
        "import_matches", csv_file(tmp_path, line(**LEAGUE), line(**LEAGUE)), "--format", "csv", "--json"
    )

    assert (ran.code, ran.json["added"], ran.json["unchanged"], ran.json["refused"]) == (0, 1, 1, [])


# --- Names that are nearly known --------------------------------------------------------------------------


@pytest.fixture
def misspelt(tmp_path) -> tuple[str, ...]:
    """A file in which Eintracht Frankfurt, a known team, has a letter too many."""
    TeamFactory(name="Eintracht Frankfurt")
    rows = line(**LEAGUE), line(**LEAGUE, id="l1-002", home="Eintracht Frankfurtt")
    return "import_matches", csv_file(tmp_path, *rows), "--format", "csv", "--create-teams"


NEAR = "'Eintracht Frankfurtt' is similar to 'Eintracht Frankfurt' (eintracht-frankfurt)"


def test_a_name_that_is_nearly_known_is_refused_with_what_to_do(manage, misspelt):
    ran = manage(*misspelt)

    assert (ran.code, Match.objects.count(), Team.objects.count()) == (3, 1, 3)
    assert f"Refused row 3 (l1-002): {NEAR}" in ran.said
    assert '--map-team "Eintracht Frankfurtt=eintracht-frankfurt"' in ran.said
    assert '--new-team "Eintracht Frankfurtt"' in ran.said


def test_it_may_be_mapped_for_this_import_and_later_ones(manage, misspelt):
    ran = manage(*misspelt, "--map-team", "Eintracht Frankfurtt=eintracht-frankfurt")

    assert (ran.code, Team.objects.count()) == (0, 3)
    assert Match.objects.filter(home_team__slug="eintracht-frankfurt").count() == 1
    assert "unchanged 2" in manage(*misspelt).said


def test_it_may_be_a_new_team(manage, misspelt):
    assert manage(*misspelt, "--new-team", "Eintracht Frankfurtt").code == 0
    assert Team.objects.filter(slug="eintracht-frankfurtt").exists()


@pytest.mark.parametrize(("answer", "code", "teams"), [("y", 0, 3), ("n", 0, 4), ("", 3, 3), (None, 3, 3)])
def test_a_person_at_the_terminal_is_asked(manage, misspelt, monkeypatch, capsys, answer, code, teams):
    terminal = io.StringIO("" if answer is None else f"{answer}\n")
    terminal.isatty = lambda: True
    monkeypatch.setattr("sys.stdin", terminal)

    ran = manage(*misspelt)

    assert (ran.code, Team.objects.count()) == (code, teams)
    assert f"{NEAR}. Is it the same team?" in capsys.readouterr().err
    assert manage(*misspelt, "--no-input").code == code
    assert "Is it the same team?" not in capsys.readouterr().err


def test_two_new_names_of_one_file_that_are_nearly_the_same_are_not_both_created(manage, tmp_path):
    rows = line(**LEAGUE, home="Elmswell Town"), line(**LEAGUE, id="l1-002", home="Elmswel Town")
    words = "import_matches", csv_file(tmp_path, *rows), "--format", "csv", "--create-teams"

    ran = manage(*words, "--dry-run")

    assert "Refused row 3 (l1-002): 'Elmswel Town' is similar to 'Elmswell Town' (elmswell-town)" in ran.said
    ran = manage(*words, "--map-team", "Elmswell Town=elmswel-town")
    assert (ran.code, Team.objects.filter(name__startswith="Elmsw").get().slug) == (3, "elmswel-town"), (
        "the rows are one match now"
    )


def test_a_team_that_is_mapped_to_nothing_is_refused(manage, misspelt):
    ran = manage(*misspelt, "--map-team", "Eintracht Frankfurtt=nowhere")

    assert "there is no team 'nowhere', which --map-team names; see /api/v1/teams/." in ran.said
    both = "--map-team", "Eintracht Frankfurtt=ashford"
    assert (
        "has two values for"
        in manage(*misspelt, *both, "--map-team", "Eintracht Frankfurtt=barrow").complaint
    )


@pytest.mark.parametrize("path", ["nowhere.csv", "."])
def test_a_file_that_is_not_there(manage, tmp_path, path):
    ran = manage("import_matches", str(tmp_path / path), "--format", "csv")

    assert ran.code == 1
    assert "cannot be read" in ran.complaint


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--format", "football-data"], "requires --competition and --season"),
        (["--format", "csv", "--season", "2025/26"], "each row names them"),
        (["--format", "csv", "--zone", "Mars"], "Mars is not a time zone"),
    ],
)
def test_options_that_make_no_sense_are_usage_errors(manage, tmp_path, words, said):
    ran = manage("import_matches", csv_file(tmp_path), *words)

    assert ran.code == 2
    assert said in ran.complaint


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--format", "excel"], "argument --format: invalid choice"),
        ([], "the following arguments are required: --format"),
        (["--format", "csv", "--chunk", "0"], "argument --chunk: must be 1 or more"),
        (["--format", "csv", "--source", "former"], "not a valid source"),
        (["--format", "csv", "--source", "x" * 41], "not a valid source"),
        (["--format", "csv", "--map", "League"], "is not NAME=SLUG, e.g. 'English Premier League="),
    ],
)
def test_words_that_cannot_be_read_are_usage_errors(manage, tmp_path, words, said):
    assert said in manage("import_matches", csv_file(tmp_path), *words).complaint


def test_a_season_that_is_not_there_names_those_that_are(manage, tmp_path):
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(documents.football_data([WON])))
    words = "import_matches", str(path), "--format", "football-data"

    ran = manage(*words, "--competition", "premier-league", "--season", "1999/00")
    assert "There is no season 1999/00 of premier-league; it has 2025/26" in ran.complaint
    ran = manage(*words, "--competition", "nowhere", "--season", "2025/26")
    assert "competitions: premier-league" in ran.complaint


def test_a_file_of_several_competitions_wants_to_know_which(manage, tmp_path):
    other = {**documents.football_data_match(Told(number=2)), "competition": {"code": "CL"}}
    path = tmp_path / "answer.json"
    path.write_text(json.dumps({"matches": [documents.football_data_match(WON), other]}))
    words = ["import_matches", str(path), "--format", "football-data"]
    words += ["--competition", "premier-league", "--season", "2025/26"]

    ran = manage(*words)
    assert (ran.code, ran.complaint) == (2, "The file has matches of CL, PL; choose one with --code.")
    assert manage(*words, "--code", "PL").code == 0
    assert MatchSource.objects.get().external_id == "1"


@pytest.mark.skipif(not HAVE_PACK, reason="REAL_PACK names no pack")
def test_a_pack_of_two_competitions_is_imported_whole_and_again_without_a_change(manage):
    words = "import_matches", str(PACK / "matches.csv"), "--format", "csv", "--source", "pack_dev", "--json"

    first = manage(*words, "--create-teams", "--create-seasons")
    again = manage(*words)

    assert (first.code, first.json["added"], first.json["recorded"]) == (0, 452, 452)
    assert (again.code, again.json["unchanged"]) == (0, 452)
    assert MatchSource.objects.filter(source="pack_dev").count() == 452
    season = Season.objects.get(competition__name="English Premier League")
    assert (str(season.starts_on), str(season.ends_on)) == ("2022-08-05", "2023-05-28")
