"""ETags follow the code: a changed serializer changes them by itself, on all processes of a release alike."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from core.api import etags
from core.api.etags import FOLDERS, fingerprint

CHANGED = [
    "stats/api/leaderboards.py",
    "core/api/serializers.py",
    "stats/sql/version.sql",
    "requirements.txt",
]


@pytest.fixture
def copied(tmp_path):
    """The project's sources in another folder, with other times."""
    for folder in FOLDERS:
        shutil.copytree(settings.BASE_DIR / folder, tmp_path / folder, copy_function=shutil.copyfile)
    shutil.copyfile(settings.BASE_DIR / "requirements.txt", tmp_path / "requirements.txt")
    return tmp_path


def test_every_app_that_serves_is_part_of_it():
    paths = [Path(app.path) for app in apps.get_app_configs()]
    ours = {path.relative_to(settings.BASE_DIR).parts[0] for path in paths if is_ours(path)}

    assert ours - {"tools"} <= set(FOLDERS)
    assert "matches" in ours


def is_ours(path: Path) -> bool:
    return path.is_relative_to(settings.BASE_DIR) and ".venv" not in path.parts


def test_the_same_code_elsewhere_is_the_same_release(copied):
    assert fingerprint(copied) == etags.release_fingerprint()


@pytest.mark.parametrize("path", CHANGED)
def test_a_changed_source_is_another_release(copied, path):
    with (copied / path).open("a") as source:
        source.write("\n")

    assert fingerprint(copied) != etags.release_fingerprint()


def test_a_renamed_source_is_another_release(copied):
    (copied / "stats/api/standings.py").rename(copied / "stats/api/tables.py")

    assert fingerprint(copied) != etags.release_fingerprint()


def test_compiled_files_do_not_matter(copied):
    (copied / "stats/__pycache__").mkdir(exist_ok=True)
    (copied / "stats/__pycache__/models.cpython-311.pyc").write_bytes(b"compiled")

    assert fingerprint(copied) == etags.release_fingerprint()


def test_another_process_has_the_same_fingerprint():
    code = "import config.wsgi; from core.api import etags; print(etags.release_fingerprint())"
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True
    )

    assert ran.stdout.splitlines()[-1] == etags.release_fingerprint(), ran.stderr


@pytest.mark.parametrize("path", ["leaderboard/", "standings/?season={season}"])
def test_the_etag_of_a_list_is_another_one_in_another_release(db, client, monkeypatch, path):
    from tests.factories import SeasonFactory

    address = "/api/v1/" + path.format(season=SeasonFactory().pk)
    before = client.get(address)["ETag"]
    assert client.get(address)["ETag"] == before

    monkeypatch.setattr(etags, "release_fingerprint", lambda: "another")
    after = client.get(address, headers={"If-None-Match": before})

    assert (after.status_code, after["ETag"] == before) == (200, False)
