"""`manage.py export_commitments`: a file for each, written once."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from matches.commitments import prediction_log
from matches.models import Commitment, Prediction
from tests.factories import oracle, predict, time_passes, upcoming_match

pytestmark = pytest.mark.django_db


def committed() -> Commitment:
    match = upcoming_match()
    predict(match, oracle(), (2, 1), provenance=Prediction.Provenance.LIVE)
    time_passes(match, timedelta(days=1))
    return prediction_log.commit(match.pk, at=timezone.now())


def export(folder, *arguments: str, capsys) -> dict:
    call_command("export_commitments", str(folder), "--json", *arguments)
    return json.loads(capsys.readouterr().out)


def test_each_commitment_is_a_file_that_is_written_once(tmp_path, capsys):
    first = committed()
    assert export(tmp_path, capsys=capsys)["written"] == 1
    (file,) = tmp_path.rglob("*.json")
    said = json.loads(file.read_text())
    assert (said["root"], said["match"]["home"], said["size"]) == (first.root, "ashford", 1)
    before = file.stat().st_mtime_ns

    committed()
    assert export(tmp_path, capsys=capsys)["written"] == 1
    assert file.stat().st_mtime_ns == before
    assert export(tmp_path, capsys=capsys)["written"] == 0


def test_a_file_that_differs_is_reported_and_not_overwritten(tmp_path, capsys):
    committed()
    export(tmp_path, capsys=capsys)
    (file,) = tmp_path.rglob("*.json")
    file.write_text("{}")

    with pytest.raises(CommandError, match="differ from the database"):
        export(tmp_path, capsys=capsys)
    assert file.read_text() == "{}"


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path, capsys):
    committed()
    (tmp_path / "taken").write_text("")
    with pytest.raises(CommandError, match="taken"):
        export(tmp_path / "taken", capsys=capsys)


def test_a_dry_run_writes_nothing(tmp_path, capsys):
    committed()
    assert export(tmp_path, "--dry-run", capsys=capsys)["written"] == 1
    assert list(tmp_path.iterdir()) == []
