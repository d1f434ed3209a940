"""`import_matches`: a file fills in stages and reasons, and changes known stages only with --overwrite."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from matches.models import KickoffMove, Match, ResultRevision
from tests.factories import SeasonFactory, TeamFactory

pytestmark = pytest.mark.django_db

ROW = {
    "id": "1",
    "competition": "Premier League",
    "season": "2025/26",
    "round": "First Round",
    "kickoff": "2026-01-10T15:00Z",
    "home": "Ashford",
    "away": "Barrow",
    "status": "scheduled",
}


@pytest.fixture
def imports(manage, tmp_path: Path) -> Callable[..., str]:
    """`imports("--overwrite", stage="Cup")`: import one row with these columns."""
    SeasonFactory()
    for name in ("Ashford", "Barrow"):
        TeamFactory(name=name)

    def run(*options: str, **columns: str) -> str:
        path = tmp_path / "cup.jsonl"
        path.write_text(json.dumps(ROW | columns) + "\n")
        return str(manage("import_matches", str(path), "--format", "jsonl", *options).said)

    return run


def place() -> tuple[str, str, str]:
    match = Match.objects.select_related("stage").get()
    return match.stage.name, match.stage.kind, match.group


def test_a_file_fills_in_a_stage_but_changes_it_only_with_overwrite(imports):
    assert "added 1, linked 0, moved 0" in imports()
    assert place() == ("Rounds", "unknown", "")
    assert "added 0, linked 0, assigned 1, moved 0" in imports(stage="Cup", stage_kind="knockout")
    assert place() == ("Cup", "knockout", "")
    assert "unchanged 1" in imports(stage="League", stage_kind="league")
    assert place() == ("Cup", "knockout", "")
    assert "assigned 1" in imports("--overwrite", stage="League", stage_kind="league")
    assert place() == ("League", "league", "")


def test_a_group_and_a_leg_that_are_imported_later_are_added(imports):
    imports(round="Semi-finals")
    assert Match.objects.get().leg is None

    assert "assigned 1" in imports(round="Semi-finals", leg="1")
    assert "unchanged 1" in imports(round="Semi-finals", leg="1")
    assert Match.objects.get().leg == 1


def test_the_reason_in_a_file_is_kept_with_result_and_kickoff(imports):
    for columns in ({}, {"kickoff": "2026-01-11T15:00Z"}, {"status": "postponed"}):
        imports(round="7", reason="Frozen pitch", **columns)

    assert KickoffMove.objects.first().reason == "Frozen pitch"
    assert ResultRevision.objects.get().reason == "Frozen pitch"


def test_a_match_lost_by_both_is_imported(imports):
    imports(round="7", status="awarded")

    assert "recorded 1" in imports(round="7", status="awarded", award="both", reason="Two ineligible players")

    match, revision = Match.objects.get(), ResultRevision.objects.last()
    assert (match.award, match.home_score, revision.reason) == ("both", None, "Two ineligible players")
