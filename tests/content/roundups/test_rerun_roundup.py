"""`manage.py rerun_roundup MATCH`."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from content.models import Roundup
from core.pipeline.models import JobRun
from tests.content.roundups.conftest import week
from tests.factories import ForecasterFactory, predict, record
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db


def rerun(*arguments: object) -> str:
    out = StringIO()
    call_command("rerun_roundup", *map(str, arguments), stdout=out)
    return out.getvalue().strip()


@pytest.fixture
def published(match):
    run_waiting()
    return match


def test_it_queues_a_rewrite_that_makes_a_new_version(published):
    said = rerun(published.pk)

    run = JobRun.objects.get(kind="rewrite_roundup")
    assert said.startswith(f"Queued as job #{run.pk}: Ashford 2-1 Barrow")
    assert run.due_at == run.created_at
    run_waiting()
    assert Roundup.objects.get(status="published").version == 2


def test_sync_writes_it_here_and_now(published):
    assert rerun(published.pk, "--sync").startswith("Published version 2: Ashford 2-1 Barrow")
    former, current = Roundup.objects.order_by("version")
    assert (former.supersede_reason, current.status) == ("rewritten on request", "published")


def test_a_dry_run_writes_nothing(published):
    for more in ((), ("--sync",)):
        assert rerun(published.pk, "--dry-run", *more).startswith("Would publish: Ashford 2-1 Barrow")
    assert Roundup.objects.count() == 1
    assert not JobRun.objects.filter(kind="rewrite_roundup").exists()


def test_json_is_one_document(published):
    queued = json.loads(rerun(published.pk, "--json"))
    assert (queued["match"], queued["dry_run"]) == (published.pk, False)
    assert queued["job"] == JobRun.objects.get(kind="rewrite_roundup").pk
    written = json.loads(rerun(published.pk, "--sync", "--json"))
    assert (written["version"], written["roundup"]) == (2, Roundup.objects.get(version=2).pk)


def test_an_unknown_match_is_an_error_that_says_where_to_look():
    with pytest.raises(CommandError, match="No match with id 987654; see /api/v1/matches/") as told:
        rerun(987654)
    assert told.value.returncode == 1


def test_a_match_that_is_not_counted_yet_is_an_error():
    match = week(1)
    with pytest.raises(CommandError, match="is scheduled; its result is not scored"):
        rerun(match.pk)
    record(match, 1, 0)
    run_waiting("score_match")
    with pytest.raises(CommandError, match="views are older than the settlement"):
        rerun(match.pk, "--sync")


@pytest.fixture
def awaits_scoring(published):
    """A prediction was imported after the roundup was published, and is not scored yet."""
    predict(published, ForecasterFactory(name="The Latecomer"), (3, 3))
    return published


def test_a_rewrite_of_a_match_that_is_about_to_be_scored_again_is_queued_and_waits(awaits_scoring):
    said = rerun(awaits_scoring.pk)

    run = JobRun.objects.get(kind="rewrite_roundup")
    waits = f"Match {awaits_scoring.pk} is about to be scored again."
    assert said == f"Queued as job #{run.pk}. The job waits: {waits}"
    run_waiting("rewrite_roundup")
    run_waiting()
    run.refresh_from_db()
    assert run.state == "done"
    assert Roundup.objects.get(status="published").facts["field"]["predictions"] == 4


def test_the_json_of_a_rewrite_that_waits_has_its_job_and_no_title(awaits_scoring):
    queued = json.loads(rerun(awaits_scoring.pk, "--json"))

    job = JobRun.objects.get(kind="rewrite_roundup").pk
    assert queued == {"match": awaits_scoring.pk, "title": None, "dry_run": False, "job": job}


@pytest.mark.parametrize("option", ["--sync", "--dry-run"])
def test_what_writes_here_and_now_cannot_wait_for_scoring(awaits_scoring, option):
    with pytest.raises(CommandError, match="is about to be scored again"):
        rerun(awaits_scoring.pk, option)
    assert not JobRun.objects.filter(kind="rewrite_roundup").exists()


def test_a_word_instead_of_an_id_is_a_usage_error():
    with pytest.raises(CommandError, match="invalid int value"):
        rerun("Arsenal")
