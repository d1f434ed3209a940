"""When a roundup is asked for, written, refused, left alone and taken back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from content.models import Roundup
from content.roundups import jobs
from content.roundups.writers import template
from content.roundups.writers.article import Article
from core.pipeline import clock, ledger, reconciler, registry, runner
from core.pipeline.models import JobRun
from matches.models import Match
from scoring import services as scoring
from stats.jobs import refresh_now
from tests.content.roundups.conftest import count, week
from tests.factories import MatchFactory, oracle, predict, record, upcoming_match
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def counted(match):
    """The match is counted, and its request was lost."""
    JobRun.objects.filter(kind="write_roundup").delete()
    return match


def run_of(match) -> JobRun:
    return JobRun.objects.filter(kind="write_roundup", key=str(match.pk)).latest("pk")


def sweep() -> int:
    return jobs.sweep_unwritten(timezone.now())


def test_a_refresh_asks_for_the_roundup_in_half_a_minute(match, settings):
    run = run_of(match)
    assert (run.queue, run.subject, run.triggered_by.kind) == (
        "content",
        f"match:{match.pk}",
        "refresh_views",
    )
    assert run.due_at - run.created_at == settings.ROUNDUP_DELAY


def test_todays_matches_go_before_archive_work(match):
    today = MatchFactory(kickoff_at=timezone.now() - timedelta(hours=2))
    record(today, 1, 0)
    count()
    assert run_of(today).priority > run_of(match).priority


def test_the_job_publishes_once(match):
    (ran,) = run_waiting("write_roundup")
    assert ran.state == "done"
    jobs.request_roundup([match.pk], now=timezone.now())
    (again,) = run_waiting("write_roundup")
    assert (again.state, again.error) == ("skipped", "The published roundup is already up to date.")
    assert Roundup.objects.count() == 1


def test_a_rewrite_publishes_in_any_case(match):
    run_waiting()
    jobs.request_rewrite([match.pk], now=timezone.now())
    (ran,) = run_waiting("rewrite_roundup")
    assert ran.state == "done"
    assert list(Roundup.objects.order_by("version").values_list("version", "status")) == [
        (1, "superseded"),
        (2, "published"),
    ]


def test_the_job_refuses_views_older_than_the_settlement():
    match = week(1)
    record(match, 2, 1)
    run_waiting("score_match")
    jobs.request_roundup([match.pk], now=timezone.now())

    (ran,) = run_waiting("write_roundup")

    assert ran.state == "skipped"
    assert "views are older than the settlement" in ran.error
    assert "The next refresh will schedule its roundup." in ran.error
    ran = run_waiting("refresh_views", "write_roundup")
    assert [run.state for run in ran] == ["done", "done"]
    assert Roundup.objects.filter(match=match, status="published").exists()


def test_a_result_that_comes_while_the_roundup_is_written_wins(match):
    run = run_of(match)
    JobRun.objects.filter(pk=run.pk).update(due_at=timezone.now())
    run = ledger.claim(run.pk, now=timezone.now())
    prepared = registry.get("write_roundup").prepare(run)
    record(match, 0, 0)
    count()

    with pytest.raises(runner.Skip, match="settled again while its roundup was written"):
        registry.get("write_roundup").effect(run=run, prepared=prepared)

    assert not Roundup.objects.exists()
    assert JobRun.objects.filter(kind="write_roundup", state="queued").count() == 1, "the next refresh asked"


def test_the_sweep_finds_what_nobody_is_about_to_write(counted):
    assert sweep() == 1
    assert sweep() == 0, "it is queued now"
    run_waiting()
    assert sweep() == 0, "it is written now"
    assert Roundup.objects.filter(match=counted, status="published").exists()


def test_the_sweep_knows_a_roundup_of_an_older_settlement_from_a_current_one(counted):
    jobs.request_roundup([counted.pk], now=timezone.now())
    run_waiting()
    record(counted, 0, 3)
    count()
    JobRun.objects.filter(kind="write_roundup").delete()
    assert sweep() == 1


def test_a_waiting_roundup_is_written_once_after_the_settlement_of_an_import():
    match = MatchFactory()
    record(match, 2, 1)
    count()
    predict(match, oracle(), (2, 1))

    (early,) = run_waiting("write_roundup")
    assert (early.state, early.attempt < early.max_attempts) == ("queued", True)
    assert early.error.endswith("is about to be scored again.")
    assert sweep() == 0, "a job waits for it"

    count()
    run_waiting("write_roundup")
    (roundup,) = Roundup.objects.all()
    assert roundup.facts["field"]["predictions"] == 1


@pytest.fixture
def later(match) -> Match:
    """The match a week later. Predictions of it were imported, and it is about to be scored again."""
    later = week(2, "Barrow", "Ashford")
    record(later, 2, 1)
    run_waiting()
    predict(later, oracle(), (2, 1))
    return later


def fail(run: JobRun) -> None:
    """Let a waiting job fail for good."""
    for _attempt in range(ledger.ATTEMPTS):
        JobRun.objects.filter(pk=run.pk).update(due_at=timezone.now())
        ledger.fail(ledger.claim(run.pk, now=timezone.now()), ValueError("no"), now=timezone.now())


def scoring_of(match: Match) -> JobRun:
    return JobRun.objects.filter(kind="score_match", key=str(match.pk)).latest("pk")


def test_a_rewrite_after_an_earlier_match_survives_a_scoring_run_that_fails(match, later):
    scoring = scoring_of(later)
    JobRun.objects.filter(pk=scoring.pk).update(state="running", lease_until=timezone.now())
    record(match, 0, 3)
    count()
    (waits,) = [run for run in run_waiting("write_roundup") if run.key == str(later.pk)]
    assert waits.state == "queued"

    JobRun.objects.filter(pk=scoring.pk).update(state="queued", lease_until=None)
    fail(scoring)
    run_waiting("write_roundup")

    waits.refresh_from_db()
    assert waits.state == "done"
    told = Roundup.objects.get(match=later, status="published")
    assert (told.version, told.facts["field"]["predictions"]) == (2, 0)
    assert "0-3" in Roundup.objects.get(match=later, version=1).supersede_reason


@pytest.mark.parametrize(("delay", "wait"), [(0, 5), (30, 30)])
def test_a_job_that_waits_for_scoring_looks_again_after_the_delay_of_roundups(later, settings, delay, wait):
    settings.ROUNDUP_DELAY = timedelta(seconds=delay)
    jobs.request_roundup([later.pk], now=timezone.now())

    (waits,) = run_waiting("write_roundup")

    assert timedelta(seconds=wait - 1) < waits.due_at - timezone.now() <= timedelta(seconds=wait)
    assert clock.repair(now=timezone.now()) == 0


def test_the_refresh_after_the_scoring_shares_the_waiting_job(later):
    jobs.request_roundup([later.pk], now=timezone.now())
    (waits,) = run_waiting("write_roundup")
    count()
    assert run_of(later).pk == waits.pk

    run_waiting("write_roundup")

    assert Roundup.objects.get(match=later).facts["field"]["predictions"] == 1


def test_a_rewrite_on_request_waits_for_scoring_too(later):
    jobs.request_rewrite([later.pk], now=timezone.now())
    (waits,) = run_waiting("rewrite_roundup")
    assert waits.state == "queued"

    ledger.cancel(scoring_of(later), now=timezone.now())
    (done,) = run_waiting("rewrite_roundup")

    assert done.state == "done"
    assert Roundup.objects.get(match=later, status="published").version == 2


def test_a_job_that_waits_for_scoring_is_done_once_that_changes_nothing(later):
    """The imported prediction was scored, and the views refreshed, by another job."""
    jobs.request_roundup([later.pk], now=timezone.now())
    (waits,) = run_waiting("write_roundup")
    scoring.score_match(match_id=later.pk, settled_at=timezone.now())
    refresh_now(at=timezone.now())
    run_waiting("write_roundup")
    waits.refresh_from_db()
    assert waits.state == "done"


def test_the_sweep_leaves_what_is_not_counted_yet():
    match = week(1)
    record(match, 2, 1)
    run_waiting("score_match")
    assert sweep() == 0
    upcoming_match()
    assert sweep() == 0


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_the_sweep_leaves_alone_what_failed_or_was_cancelled(match, state):
    JobRun.objects.filter(kind="write_roundup").update(state=state, finished_at=timezone.now())
    assert sweep() == 0

    record(match, 0, 3)
    count()

    assert run_of(match).state == "queued", "a new settlement asks anew"
    JobRun.objects.filter(state="queued").delete()
    assert sweep() == 1


def test_the_sweep_takes_a_limited_number_a_pass(counted, monkeypatch):
    for number in (2, 3):
        record(week(number), 1, 0)
    count()
    JobRun.objects.filter(kind="write_roundup").delete()
    monkeypatch.setattr(jobs, "REQUESTS_PER_PASS", 2)
    assert (sweep(), sweep()) == (2, 1)


def test_the_reconciler_sweeps_for_us(counted):
    assert reconciler.reconcile(now=timezone.now()).swept["matches without a roundup"] == 1


def test_a_text_with_a_wrong_reference_fails_three_times_and_stays_visible(match, monkeypatch):
    wrong = Article(title="Ashford", summary="{match.referee}", body="", writer="template")
    monkeypatch.setattr(template, "write", lambda document: wrong)

    ran = run_waiting("write_roundup")

    assert [run.attempt for run in ran] == [1, 2, 3]
    assert ran[-1].state == "failed"
    assert "{match.referee} refers to no fact" in ran[-1].error
    assert not Roundup.objects.exists()
    assert sweep() == 0


def test_a_match_that_is_not_over_after_all_loses_its_roundup(match):
    run_waiting()
    record(match, status="live")
    run_waiting("score_match", "refresh_views")
    assert sweep() == 0, "the refresh asked for it"
    JobRun.objects.filter(kind="write_roundup", state="queued").delete()
    assert sweep() == 1, "and the reconciler does, where that got lost"

    (ran,) = run_waiting("write_roundup")

    assert ran.state == "done"
    assert Roundup.objects.get().supersede_reason == "the match is live, not finished"
    assert sweep() == 0


def test_a_match_that_never_was_over_is_skipped():
    match = upcoming_match()
    predict(match, oracle(), (1, 0))
    jobs.request_roundup([match.pk], now=timezone.now())
    (ran,) = run_waiting("write_roundup")
    assert (ran.state, ran.error) == (
        "skipped",
        "The match is not over and has no roundup to withdraw.",
    )
