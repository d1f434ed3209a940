"""The list of jobs: read-only, with retry and cancel."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from core.pipeline import ledger
from core.pipeline.models import JobRun
from tests.factories import record

pytestmark = pytest.mark.django_db

LIST = "/admin/pipeline/jobrun/"


def page_of(run: JobRun) -> str:
    return reverse("admin:pipeline_jobrun_change", args=[run.pk])


def operation(run: JobRun, name: str) -> str:
    return reverse("admin:pipeline_jobrun_do", args=[run.pk, name])


def messages_of(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_the_list_shows_state_subject_and_the_head_of_the_error(operator, failed_run):
    page = operator.get(LIST).content.decode()
    assert "✗ failed" in page
    assert '<a href="/admin/matches/match/42/change/">match:42</a>' in page
    assert "3/3" in page
    assert "ValueError: &lt;b&gt;no&lt;/b&gt; score" in page
    assert "second line" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [("state__exact=failed", 1), ("state__exact=done", 0), ("queue=stats", 0), ("kind=score_match", 1)],
)
def test_the_list_filters(operator, failed_run, query, found):
    answer = operator.get(f"{LIST}?{query}")
    assert answer.context["cl"].result_count == found


@pytest.mark.parametrize(("words", "found"), [("match:42", 1), ("42", 1), ("match:4", 0), ("score_match", 1)])
def test_the_list_finds_a_job_by_subject_or_key(operator, failed_run, words, found):
    assert operator.get(LIST, {"q": words}).context["cl"].result_count == found


def test_nobody_adds_edits_or_deletes_a_job(operator, failed_run):
    assert operator.get(f"{LIST}add/").status_code == 403
    assert operator.post(page_of(failed_run), {"state": "done"}).status_code == 403
    assert operator.get(f"{LIST}{failed_run.pk}/delete/").status_code == 403
    assert "delete_selected" not in operator.get(LIST).content.decode()


def test_the_page_of_a_job_shows_its_traceback_and_its_chain(operator, match):
    record(match, 2, 1)
    scoring = JobRun.objects.get()
    JobRun.objects.update(traceback="Traceback: <script>alert(1)</script>")
    ledger.enqueue("refresh_views", {"all": ""}, now=timezone.now(), triggered_by=scoring)
    refresh = JobRun.objects.get(kind="refresh_views")

    page = operator.get(page_of(scoring)).content.decode()

    assert '<pre class="fw-traceback">Traceback: &lt;script&gt;' in page
    assert page_of(refresh) in page
    assert page_of(scoring) in operator.get(page_of(refresh)).content.decode()


def test_the_page_links_to_the_job_in_rq_while_redis_knows_it(operator, redis_queues, failed_run):
    assert "no longer in Redis" in operator.get(page_of(failed_run)).content.decode()

    job = redis_queues["scoring"].enqueue(
        "core.pipeline.entrypoint.run_batch", failed_run.pk, job_id="score-1"
    )
    JobRun.objects.update(rq_job_id=job.id)

    link = reverse("admin:django_rq_job_detail", args=[sorted(redis_queues).index("scoring"), "score-1"])
    assert link in operator.get(page_of(failed_run)).content.decode()
    assert operator.get(link).status_code == 200


def test_the_page_works_while_redis_is_down(operator, failed_run, redis_is_down):
    JobRun.objects.update(rq_job_id="score-1")
    answer = operator.get(page_of(failed_run))
    assert answer.status_code == 200
    assert "Redis is down" in answer.content.decode()


def test_looking_at_the_confirm_page_changes_nothing(operator, failed_run):
    answer = operator.get(operation(failed_run, "retry"))
    assert "1 of 1 can be retried" in answer.content.decode()
    failed_run.refresh_from_db()
    assert failed_run.state == "failed"
    assert not LogEntry.objects.exists()


def test_a_failed_job_is_retried_with_an_audit_entry(operator, superuser, failed_run, redis_queues):
    answer = operator.post(
        operation(failed_run, "retry"), {"confirmed": "yes", "reason": "disk was full"}, follow=True
    )

    failed_run.refresh_from_db()
    assert (failed_run.state, failed_run.max_attempts - failed_run.attempt) == ("queued", 3)
    assert messages_of(answer) == ["Runs queued again: 1."]
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (superuser, str(failed_run.pk))
    assert entry.change_message == "Retry: disk was full"


def test_a_post_without_the_confirmation_only_asks(operator, failed_run):
    assert operator.post(operation(failed_run, "retry")).status_code == 200
    failed_run.refresh_from_db()
    assert failed_run.state == "failed"


def test_what_cannot_be_cancelled_is_said_and_not_audited(operator, failed_run):
    answer = operator.post(operation(failed_run, "cancel"), {"confirmed": "yes", "reason": "no"}, follow=True)
    assert messages_of(answer) == [f"{failed_run} is no longer queued, so it cannot be cancelled."]
    assert not LogEntry.objects.exists()


def test_a_selection_is_confirmed_first_and_then_cancelled(operator, match, failed_run):
    record(match, 2, 1)
    waiting = JobRun.objects.get(state="queued")
    selection = {"action": "cancel", "_selected_action": [waiting.pk, failed_run.pk]}

    asked = operator.post(LIST, {**selection, "index": 0})
    assert "1 of 2 are queued and can be cancelled" in asked.content.decode()
    waiting.refresh_from_db()
    assert waiting.state == "queued"

    answer = operator.post(LIST, {**selection, "confirmed": "yes", "reason": "wrong match"}, follow=True)
    waiting.refresh_from_db()
    assert waiting.state == "cancelled"
    assert messages_of(answer)[0] == "Runs cancelled: 1."
    assert "cannot be cancelled" in messages_of(answer)[1]


def test_who_may_only_look_can_neither_retry_nor_cancel(staff, failed_run):
    client = staff("pipeline.view_jobrun")
    assert "/do/retry/" not in client.get(page_of(failed_run)).content.decode()
    assert client.post(operation(failed_run, "retry"), {"confirmed": "yes"}).status_code == 403
    client.post(LIST, {"action": "retry", "_selected_action": [failed_run.pk], "confirmed": "yes"})
    failed_run.refresh_from_db()
    assert failed_run.state == "failed"


def test_who_may_change_jobs_can(staff, failed_run, redis_queues):
    client = staff("pipeline.view_jobrun", "pipeline.change_jobrun")
    assert "/do/retry/" in client.get(page_of(failed_run)).content.decode()
    client.post(operation(failed_run, "retry"), {"confirmed": "yes", "reason": "mended"})
    failed_run.refresh_from_db()
    assert failed_run.state == "queued"
