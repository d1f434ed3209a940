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

from matches.commitments import prediction_log
from matches.models import Match, Prediction
from tests.factories import coin, homer, new_key, oracle, predict, time_passes, upcoming_match

pytestmark = pytest.mark.django_db
SCRIPT = Path(settings.BASE_DIR) / "docs" / "examples" / "verify.py"
LIVE = Prediction.Provenance.LIVE


def verify(root: str, *files: Path) -> tuple[int, str]:
    """As a stranger runs it: another process, with nothing of ours to import."""
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), root, *map(str, files)],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def verify_files(*files: Path) -> tuple[int, str]:
    """Without a root."""
    first, *others = files
    return verify(str(first), *others) if others else verify(str(first))


@pytest.fixture
def match() -> Match:
    """Locked and committed to: five predictions, one of them superseded."""
    match = upcoming_match()
    predict(match, oracle(), (2, 1), (0.5, 0.3, 0.2), provenance=LIVE)
    predict(match, coin(), None, (1 / 3, 1 / 3, 1 / 3), provenance=LIVE)
    predict(match, oracle(), (3, 1), (0.6, 0.3, 0.1), provenance=LIVE)
    predict(match, homer(), (1, 0), provenance=LIVE)
    time_passes(match, timedelta(days=1))
    prediction_log.commit(match.pk, at=timezone.now())
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
    assert "it is not a proof, log or receipt" in said


def test_an_answer_that_says_a_thing_twice_is_caught(stranger):
    file = stranger.proof()
    file.write_text(file.read_text().replace('"position":', '"position": 1, "position":', 1))

    code, words = verify(stranger.root, file)
    assert code == 1
    assert "occurs twice" in words


def test_what_cannot_be_checked_is_said(stranger, tmp_path):
    code, said = verify(stranger.root, tmp_path / "nowhere.json")
    assert code == 2
    assert "nowhere.json cannot be read" in said

    code, said = verify("0x12", stranger.proof())
    assert code == 2
    assert "'0x12' is not a root" in said


# --- Receipts --------------------------------------------------------------------------------------------


@pytest.fixture
def receipt(db, tmp_path) -> Path:
    """The receipt of a live prediction, as the API answered it."""
    match, who = upcoming_match(), oracle()
    answer = Client().put(
        f"/api/v1/matches/{match.pk}/predictions/{who.slug}/",
        json.dumps(PICK),
        content_type="application/json",
        headers={"Authorization": f"Bearer {new_key()}"},
    )
    assert answer.status_code == 201, answer.content
    file = tmp_path / "receipt.json"
    file.write_bytes(answer.content)
    return file


PICK = {
    "home_goals": 2,
    "away_goals": 1,
    "probabilities": {"home": 1 / 3, "draw": 0.3, "away": 1 - 0.3 - 1 / 3},
    "rationale": "They won the last six; “form”, as they say.",
    "model_version": "1.2",
}


def test_a_receipt_is_checked_alone(receipt):
    code, said = verify_files(receipt)

    assert code == 0, said
    assert said.startswith("OK      ")
    assert "receipt of the-oracle, number 1 of match" in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("home_goals", 3),
        ("match", 987654321),
        ("forecaster_id", 987654321),
        ("predicted_at", "2020-01-01T00:00:00Z"),
        ("submitted_at", "2020-01-01T00:00:00Z"),
        ("probabilities", {"home": 0.3, "draw": 0.3, "away": 0.4}),
        ("probabilities", None),
        ("rationale", "I knew it."),
        ("model_version", "9"),
        ("provenance", "archive"),
        ("salt", "0d2d9c3e-6b1f-4f57-9d0a-3c1e6b7f8a90"),
        ("digest", "0" * 64),
    ],
)
def test_a_receipt_that_was_tampered_with_is_caught(receipt, name, value):
    receipt.write_text(json.dumps(json.loads(receipt.read_text()) | {name: value}))

    code, said = verify_files(receipt)

    assert code == 1
    assert "the prediction has the digest" in said


def test_every_receipt_of_a_bulk_answer_is_checked(receipt):
    good = json.loads(receipt.read_text())
    items = [{"index": 0, "status": 201, "receipt": good}, {"index": 1, "status": 409, "error": {}}]
    receipt.write_text(json.dumps({"taken": 1, "refused": 1, "results": items}))
    assert verify_files(receipt)[0] == 0

    items.append({"index": 2, "status": 201, "receipt": good | {"away_goals": 9}})
    receipt.write_text(json.dumps({"taken": 2, "refused": 1, "results": items}))
    assert verify_files(receipt)[0] == 1


def test_a_dry_run_and_an_answer_without_receipts_are_none(receipt):
    receipt.write_text(json.dumps(json.loads(receipt.read_text()) | {"dry_run": True}))
    assert "a dry run is not a receipt" in verify_files(receipt)[1]

    receipt.write_text(json.dumps({"taken": 0, "refused": 0, "results": []}))
    assert verify_files(receipt)[0] == 1


def test_a_receipt_is_looked_up_in_the_log_of_its_match(receipt, tmp_path):
    said = json.loads(receipt.read_text())
    match = Match.objects.get(pk=said["match"])
    predict(match, homer(), (1, 0), provenance=LIVE)
    commitment = prediction_log.commit(match.pk, at=timezone.now())
    log = tmp_path / "log.txt"
    log.write_text("".join(f"{line}\n" for line in prediction_log.log_lines(match.pk, commitment.size)))

    code, words = verify(commitment.root, receipt, log)
    assert code == 0, words
    assert f"number 1 of match {match.pk}, in the log" in words

    receipt.write_text(json.dumps(said | {"position": 2}))
    code, words = verify(commitment.root, receipt, log)
    assert code == 1
    assert "the log has no line 2 the-oracle" in words


def test_a_proof_or_a_log_needs_a_root(stranger):
    code, said = verify_files(stranger.log())

    assert code == 1
    assert "requires a root" in said


def test_it_stands_alone():
    text = SCRIPT.read_text()
    imported = {
        line.split()[1].split(".")[0] for line in text.splitlines() if line.startswith(("import ", "from "))
    }
    assert imported <= {"json", "struct", "sys", "datetime", "hashlib"}
