"""The django-rq pages are for superusers: every one of them, by direct URL too."""

import django_rq
import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, reverse
from django_rq.models import Dashboard

pytestmark = pytest.mark.django_db

DETAILS = {
    "queue_index": 0,
    "scheduler_index": 0,
    "connection_index": 0,
    "job_id": "score-1",
    "result_id": "1",
    "key": "worker",
    "scheduler_name": "cron",
    "cron_job_name": "job",
    "token": "token",
}


def patterns() -> list[URLPattern]:
    """Every view under the queue pages, those that the admin adds by itself included."""
    found = admin.site._registry[Dashboard].get_urls()
    assert len(found) > 20
    return [pattern for pattern in found if pattern.name]


def urls() -> list[str]:
    known = {**DETAILS, "object_id": "1"}
    return [
        reverse(f"admin:{pattern.name}", kwargs={name: known[name] for name in pattern.pattern.converters})
        if pattern.pattern.converters
        else reverse(f"admin:{pattern.name}")
        for pattern in patterns()
    ]


def test_strangers_are_sent_to_the_login():
    for url in urls():
        answer = Client().get(url)
        assert (url, answer.status_code) == (url, 302)
        assert answer.url.startswith("/admin/login/")


def test_staff_without_superuser_are_refused_everywhere(staff):
    client = staff("pipeline.view_jobrun")
    for url in urls():
        assert (url, client.get(url).status_code) == (url, 403)
        assert (url, client.post(url).status_code) == (url, 403)


def test_staff_cannot_delete_a_job(staff, redis_queues):
    job = redis_queues["scoring"].enqueue("core.pipeline.entrypoint.run_batch", 1, job_id="score-1")
    index = sorted(redis_queues).index("scoring")

    answer = staff().post(reverse("admin:django_rq_delete_job", args=[index, job.id]), {"post": "yes"})

    assert answer.status_code == 403
    assert job.id in redis_queues["scoring"].job_ids


def test_no_api_token_opens_them(monkeypatch):
    """django-rq would let whoever has its token read the statistics; here the guard comes first."""
    monkeypatch.setattr("django_rq.settings.get_api_token", lambda: "anything")
    for url in [*urls(), reverse("admin:django_rq_home_json", args=["anything"])]:
        answer = Client().get(url, headers={"Authorization": "Bearer anything"})
        assert (url, answer.status_code) == (url, 302)


def test_a_superuser_reads_them(operator, redis_queues):
    for name in ("django_rq_home", "django_rq_home_json"):
        assert operator.get(reverse(f"admin:{name}")).status_code == 200
    assert operator.get(reverse("admin:django_rq_jobs", args=[0])).status_code == 200


def test_a_superuser_is_told_that_redis_is_down(operator, redis_is_down):
    answer = operator.get(reverse("admin:django_rq_home"))
    assert answer.status_code == 503
    assert "Nothing is lost" in answer.content.decode()


def test_only_superusers_see_the_link(operator, staff):
    link = reverse("admin:django_rq_home")
    assert link in operator.get("/admin/").content.decode()
    assert link not in staff("pipeline.view_jobrun").get("/admin/").content.decode()


def test_the_queues_are_numbered_as_we_link_to_them(redis_queues):
    from django_rq.queues import get_queue_by_index

    names = sorted(django_rq.settings.get_queues_map())
    assert [get_queue_by_index(index).name for index in range(len(names))] == names
