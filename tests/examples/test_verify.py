"""docs/examples/verify.py against what the API really answers, and against four ways to tamper with it."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from matches import commitments
from matches.models import Match, Prediction
from tests.factories import coin, homer, oracle, predict, time_passes, upcoming_match

pytestmark = pytest.mark.django_db
SCRIPT = Path(settings.BASE_DIR) / "docs" / "examples" / "verify.py"
LIVE = Prediction.Provenance.LIVE


def verify(root: str, *files: Path) -> tuple[int, str]:
    """As a stranger runs it: another process, with nothing of ours to import."""
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), root, *map(str, files)],
        capture_output=True,
        text=True,
        cwd=files[0].parent,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def match() -> Match:
    """Locked and committed to: five predictions, one of them superseded."""
    match = upcoming_match()
    predict(match, oracle(), (2, 1), (0.5, 0.3, 0.2), provenance=LIVE)
    predict(match, coin(), None, (1 / 3, 1 / 3, 1 / 3), provenance=LIVE)
    predict(match, oracle(), (3, 1), (0.6, 0.3, 0.1), provenance=LIVE)
    predict(match, homer(), (1, 0), provenance=LIVE)
    time_passes(match, timedelta(days=1))
    commitments.commit(match.pk, at=timezone.now())
    return match


class Stranger:
    """Keeps what the API answers as files, and the root from before."""

    def __init__(self, match: Match, folder: Path) -> None:
        self.base, self.folder = f"/api/v1/matches/{match.pk}", folder
        self.root = Client().get(f"{self.base}/commitment/").json()["root"]

    def keep(self, path: str, name: str) -> Path:
        answer = Client().get(f"{self.base}/{path}")
        assert answer.status_code == 200, answer.content
        file = self.folder / name
        file.write_bytes(answer.content)
        return file

    def proof(self, who: str = "the-oracle") -> Path:
        return self.keep(f"predictions/{who}/proof/", f"{who}.json")

    def log(self) -> Path:
        return self.keep("commitment/log/", "log.txt")


@pytest.fixture
def stranger(match, tmp_path) -> Stranger:
    return Stranger(match, tmp_path)


def test_proofs_and_log_hold(stranger):
    files = [stranger.proof(who) for who in ("the-oracle", "the-coin", "the-homer")]

    code, said = verify(stranger.root, *files, stranger.log())

    assert code == 0, said
    assert "the-oracle 3-1: number 3 of 4" in said
    assert "all 4 predictions" in said


def test_a_proof_does_not_hold_against_another_root(stranger):
    code, said = verify("0" * 64, stranger.proof())

    assert code == 1
    assert "BROKEN" in said


def tampered(statement: str, *values: object) -> None:
    """As only the operator of the database can."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


CURRENT = """
WHERE superseded_at IS NULL AND forecaster_id = (SELECT id FROM matches_forecaster WHERE slug = 'the-oracle')
"""


@pytest.mark.parametrize(
    ("what", "statement"),
    [
        ("one goal", f"UPDATE matches_prediction SET away_goals = 2 {CURRENT}"),
        ("one probability", f"UPDATE matches_prediction SET p_home = p_home + 1e-9 {CURRENT}"),
        (
            "one timestamp",
            f"UPDATE matches_prediction SET submitted_at = submitted_at - interval '1 us' {CURRENT}",
        ),
    ],
)
def test_a_database_that_was_tampered_with_is_caught(stranger, what, statement):
    tampered(statement)

    code, said = verify(stranger.root, stranger.proof())
    assert code == 1, what
    assert "the path leads to the root" in said
    assert verify(stranger.root, stranger.log())[0] == 1


def test_a_missing_row_is_caught(stranger):
    tampered("DELETE FROM matches_predictionlogentry WHERE position = 2")

    code, said = verify(stranger.root, stranger.log())
    assert code == 1
    assert "line 2 is not entry 2" in said

    tampered("UPDATE matches_predictionlogentry SET position = position - 1 WHERE position > 2")
    code, said = verify(stranger.root, stranger.log())
    assert code == 1
    assert "the 3 lines lead to the root" in said
    client = Client(raise_request_exception=False)
    assert client.get(f"{stranger.base}/predictions/the-homer/proof/").status_code == 500


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("prediction", "home_goals"), 4),
        (("prediction", "p_draw"), 0.31),
        (("prediction", "submitted_at"), "2020-01-01T00:00:00Z"),
        (("prediction", "rationale"), "I knew it."),
        (("position",), 1),
        (("digest",), "0" * 64),
        (("path",), []),
        (("commitment", "size"), 9),
        (("commitment", "size"), 1),
        (("commitment", "root"), "0" * 64),
        (("form",), "final-whistle prediction 1\n"),
        (("prediction", "p_home"), "0.5"),
    ],
)
def test_an_answer_that_was_tampered_with_is_caught(stranger, path, value):
    file = stranger.proof()
    said = json.loads(file.read_text())
    *parents, last = path
    inner = said
    for name in parents:
        inner = inner[name]
    inner[last] = value
    file.write_text(json.dumps(said))

    code, words = verify(stranger.root, file)
    assert code == 1, words
    assert "BROKEN" in words


def test_a_file_that_is_neither_is_said(stranger, tmp_path):
    file = tmp_path / "page.html"
    file.write_text("<html>")
    assert verify(stranger.root, file)[0] == 1

    file.write_text("{}")
    code, said = verify(stranger.root, file)
    assert code == 1
    assert "neither a proof nor a log" in said


def test_an_answer_that_says_a_thing_twice_is_caught(stranger):
    file = stranger.proof()
    file.write_text(file.read_text().replace('"position":', '"position": 1, "position":', 1))

    code, words = verify(stranger.root, file)
    assert code == 1
    assert "stands twice" in words


def test_what_cannot_be_checked_is_said(stranger, tmp_path):
    code, said = verify(stranger.root, tmp_path / "nowhere.json")
    assert code == 2
    assert "nowhere.json cannot be read" in said

    code, said = verify("0x12", stranger.proof())
    assert code == 2
    assert "'0x12' is no root" in said


def test_it_stands_alone():
    text = SCRIPT.read_text()
    imported = {
        line.split()[1].split(".")[0] for line in text.splitlines() if line.startswith(("import ", "from "))
    }
    assert imported <= {"json", "struct", "sys", "datetime", "hashlib"}
