"""docs/examples/bot.py against the live server: from a key to receipts to points."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from matches.models import ApiKey, Prediction
from matches.services import api_keys
from scoring.models import Score
from tests.factories import MatchFactory, oracle, record, time_passes, upcoming_match
from tests.pipeline_helpers import run_waiting

SCRIPT = Path(settings.BASE_DIR) / "docs" / "examples" / "bot.py"


@pytest.fixture
def key(transactional_db) -> str:
    return api_keys.create(
        name="bot", maker="Ann", forecasters=[oracle()], scopes=ApiKey.Scope.values, now=timezone.now()
    )[1]


def bot(site: str, key: str) -> tuple[list[dict], str]:
    """Its receipts, and what it complains about."""
    done = subprocess.run(
        [sys.executable, str(SCRIPT), site, "the-oracle"],
        env={**os.environ, "FINAL_WHISTLE_KEY": key},
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_the_bot_predicts_every_open_match_once_and_gets_its_points(live_server, key, redis_queues):
    record(MatchFactory(), 3, 0)
    record(MatchFactory(), 2, 0)
    match = upcoming_match()

    (receipt,), complaints = bot(live_server.url, key)
    assert (receipt["match"], receipt["state"], receipt["position"]) == (match.pk, "created", 1)
    assert (receipt["home_goals"], receipt["away_goals"]) == (2, 1), "Ashford has won so far"
    assert complaints == ""

    (again,), _ = bot(live_server.url, key)
    assert again["state"] == "unchanged"
    assert Prediction.objects.count() == 1

    time_passes(match, timedelta(days=1))
    record(match, 2, 1)
    run_waiting()
    assert Score.objects.get(prediction=receipt["id"]).points == 6
    assert bot(live_server.url, key) == ([], "")


def test_the_bot_says_what_it_is_refused(live_server, key):
    upcoming_match()
    api_keys.revoke(ApiKey.objects.get(), at=timezone.now())

    with pytest.raises(subprocess.CalledProcessError, match="returned non-zero"):
        bot(live_server.url, key)


def test_the_bot_is_short_and_needs_httpx_alone():
    lines = SCRIPT.read_text().splitlines()
    imported = {line.split()[1] for line in lines if line.startswith(("import ", "from "))}

    assert len(lines) <= 60
    assert imported <= {"json", "os", "sys", "httpx"}
