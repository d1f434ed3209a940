"""/metrics: correct values, access control, and partial results while a server is down."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample
from rq.worker import Worker

from core.pipeline.models import Heartbeat, JobRun
from matches.models import FeedSubscription, Stage
from scoring.models import Settlement
from tests.factories import MatchFactory, StageFactory, coin, homer, oracle, predict, record
from tests.matches.feeds.rows import a_feed_with_all_that_comes_of_it
from tests.pipeline_helpers import run_waiting

TOKEN = "not-so-secret"


def scraped(client: Client | None = None, **headers: str) -> dict[tuple[str, ...], float]:
    """Each sample: (name without our prefix, label values in the order of their names) -> value."""
    answer = (client or here()).get("/metrics", headers=headers)
    assert answer.status_code == 200, answer.content
    families = text_string_to_metric_families(answer.content.decode())
    return {_key(sample): sample.value for family in families for sample in family.samples}


def _key(sample: Sample) -> tuple[str, ...]:
    labels = (sample.labels[name] for name in sorted(sample.labels))
    return (sample.name.removeprefix("final_whistle_"), *labels)


def here(**extra: str) -> Client:
    """A program on this machine."""
    return Client(**{"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "127.0.0.1:8000"} | extra)


def there(**extra: str) -> Client:
    """A program on another machine."""
    return Client(**{"REMOTE_ADDR": "10.1.2.1", "HTTP_HOST": "10.1.2.3:8000"} | extra)


@pytest.fixture
def played(redis_queues, db):
    """Ashford - Barrow 2-1, all the way to its roundup."""
    match = MatchFactory()
    predict(match, oracle(), (2, 1), (0.6, 0.25, 0.15))
    predict(match, homer(), (1, 0))
    predict(match, coin(), (1, 1), (1 / 3, 1 / 3, 1 / 3))
    record(match, 2, 1)
    run_waiting()
    return match


# --- Who may read -----------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "[::1]:8000", "localhost"])
@pytest.mark.django_db
def test_a_program_on_this_machine_may_read(address, host):
    assert here(REMOTE_ADDR=address, HTTP_HOST=host).get("/metrics").status_code == 200


@pytest.mark.parametrize(
    "header", ["FORWARDED", "VIA", "X_FORWARDED_FOR", "X_FORWARDED_HOST", "X_FORWARDED_PROTO", "X_REAL_IP"]
)
def test_a_request_through_a_proxy_on_this_machine_is_not_local(header):
    assert here(**{f"HTTP_{header}": "127.0.0.1"}).get("/metrics").status_code == 403


@pytest.mark.parametrize("host", ["whistle.example.org", "127.0.0.1.example.org", ""])
def test_a_request_for_another_host_name_is_not_local(host):
    """A proxy that adds no header passes the public name on; so does a browser that was led here."""
    assert here(HTTP_HOST=host).get("/metrics").status_code == 403


@pytest.mark.parametrize("address", ["10.1.2.1", "", "localhost"])
def test_another_machine_is_refused_and_told_how_to_ask(address):
    answer = there(REMOTE_ADDR=address).get("/metrics")

    assert answer.status_code == 403
    assert b"METRICS_TOKEN" in answer.content


@pytest.mark.django_db
def test_the_token_opens_from_anywhere_and_through_a_proxy(settings):
    settings.METRICS_TOKEN = TOKEN
    client = there(HTTP_X_FORWARDED_FOR="203.0.113.9")

    assert client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200


@pytest.mark.parametrize("sent", ["Bearer wrong", f"Basic {TOKEN}", TOKEN, "Bearer", "Bearer ", ""])
def test_a_wrong_token_is_refused(sent, settings):
    settings.METRICS_TOKEN = TOKEN

    assert there().get("/metrics", headers={"Authorization": sent}).status_code == 403


@pytest.mark.parametrize("sent", ["Bearer ", "Bearer", "bearer  "])
def test_no_token_opens_while_none_is_set(sent, settings):
    settings.METRICS_TOKEN = ""

    assert there().get("/metrics", headers={"Authorization": sent}).status_code == 403
    assert here().get("/metrics", headers={"Authorization": sent}).status_code == 403


def test_a_token_in_the_address_does_not_count(settings):
    settings.METRICS_TOKEN = TOKEN

    assert there().get(f"/metrics?token={TOKEN}").status_code == 403


# --- What it says -----------------------------------------------------------------------------------


def test_a_published_match_is_counted_in_every_metric(played):
    now = scraped()

    assert now["dependency_up", "database"] == now["dependency_up", "redis"] == 1
    assert {
        now["recent_jobs", kind, "done"] for kind in ("score_match", "refresh_views", "write_roundup")
    } == {1}
    assert 0 < now["recent_job_seconds", "score_match", "0.5"] < 60
    assert 0 < now["recent_whistle_to_leaderboard_seconds", "0.5"] < 60
    assert (
        now["recent_whistle_to_leaderboard_seconds", "0.95"]
        < now["recent_whistle_to_roundup_seconds", "0.95"]
        < 60
    )
    assert now["settlements_total",] == 1
    assert now["corrections_total",] == 0
    assert 0 <= now["view_age_seconds", "stats_leaderboard_live"] < 60
    assert now["view_stale", "stats_leaderboard_live"] == 0


@pytest.mark.django_db(transaction=True)
def test_waiting_jobs_are_counted_in_the_ledger_and_in_redis(redis_queues):
    record(MatchFactory(), 2, 1)
    long_ago = timezone.now() - timedelta(minutes=5)
    JobRun.objects.update(due_at=long_ago, pushed_at=long_ago)

    now = scraped()

    assert now["jobs", "scoring", "queued"] == 1
    assert now["queue_redis_jobs", "scoring"] == 1
    assert 300 <= now["queue_oldest_due_seconds", "scoring"] < 330
    assert now["queue_oldest_due_seconds", "stats"] == 0


def test_a_failed_job_counts_until_it_is_retried(played):
    JobRun.objects.filter(kind="score_match").update(
        state=JobRun.State.FAILED, finished_at=timezone.now() - timedelta(days=40)
    )
    now = scraped()

    assert now["jobs_failed", "score_match"] == 1
    assert now["recent_jobs", "score_match", "failed"] == 0


def test_only_the_last_hour_is_recent(played):
    finished = JobRun.objects.filter(finished_at__isnull=False)
    finished.update(finished_at=timezone.now() - timedelta(minutes=61))

    now = scraped()

    assert now["recent_jobs", "score_match", "done"] == 0
    assert ("recent_job_seconds", "score_match", "0.5") not in now


def test_a_correction_is_counted_and_rescoring_is_none(played):
    record(played, 1, 1)
    run_waiting()
    first = Settlement.objects.get(match=played, number=1)
    assert scraped()["corrections_total",] == 1

    Settlement.objects.filter(match=played, number=2).update(result_version=first.result_version)
    assert scraped()["corrections_total",] == 0


def test_counters_do_not_fall_when_the_ledger_is_purged(played):
    before = {key: value for key, value in scraped().items() if key[0].endswith("_total")}

    JobRun.objects.all().delete()

    assert {key: value for key, value in scraped().items() if key[0].endswith("_total")} == before


def test_a_match_without_a_result_four_hours_after_its_kickoff_is_overdue(db):
    MatchFactory(kickoff_at=timezone.now() - timedelta(hours=5))
    MatchFactory(kickoff_at=timezone.now() - timedelta(hours=3))

    assert scraped()["matches_overdue", "scheduled"] == 1


def test_workers_are_counted_alive_and_dead(redis_queues, db):
    connection_to_redis = redis_queues["scoring"].connection
    alive, dead = (Worker([redis_queues["scoring"]], connection=connection_to_redis) for _ in range(2))
    for worker in (alive, dead):
        worker.register_birth()
    silent_since = timezone.now() - timedelta(minutes=2)
    connection_to_redis.hset(dead.key, "last_heartbeat", f"{silent_since:%Y-%m-%dT%H:%M:%S.%fZ}")

    now = scraped()

    assert (now["workers", "scoring", "alive"], now["workers", "scoring", "dead"]) == (1, 1)
    assert now["workers", "stats", "alive"] == 0


def test_the_reconcilers_silence_grows(db):
    Heartbeat.objects.create(name="reconciler", beat_at=timezone.now() - timedelta(minutes=2))

    assert 120 <= scraped()["reconciler_silent_seconds",] < 150


# --- Whatever is down -------------------------------------------------------------------------------


def test_without_redis_the_ledger_still_answers(db, redis_away):
    now = scraped()

    assert now["dependency_up", "redis"] == 0
    assert now["dependency_up", "database"] == 1
    assert now["jobs", "scoring", "queued"] == 0
    assert not any(name in ("workers", "schedulers", "queue_redis_jobs") for name, *_ in now)


def test_without_a_database_redis_still_answers(db, redis_queues, database_at):
    database_at(1)

    now = scraped()

    assert now["dependency_up", "database"] == 0
    assert now["workers", "scoring", "alive"] == 0
    assert not any(name == "jobs" for name, *_ in now)


def test_feeds_have_metrics_of_responses_failures_limits_and_problems(played):
    a_feed_with_all_that_comes_of_it()
    FeedSubscription.objects.update(failures=2, answered_at=timezone.now() - timedelta(minutes=5))

    now = scraped()

    assert 299 < now["feed_answer_age_seconds", "PL/2025", "football-data"] < 330
    assert now["feed_failures", "PL/2025", "football-data"] == 2
    assert now["feed_requests_left", "football-data", "minute"] == 9
    assert now["feed_requests_left", "football-data", "day"] == 4999
    assert (now["feed_problems",], now["unknown_teams",], now["provisional_results",]) == (1, 1, 0)


def test_stages_to_decide_are_counted(played):
    assert scraped()["undecided_stages",] == 0

    MatchFactory(stage=StageFactory(name="Championship Round", kind=Stage.Kind.UNKNOWN))

    assert scraped()["undecided_stages",] == 1


def test_feeds_without_a_subscription_have_no_samples(played):
    assert not [key for key in scraped() if key[0].startswith("feed_") and key != ("feed_problems",)]


def test_the_number_of_queries_does_not_grow(played, django_assert_num_queries):
    with CaptureQueriesContext(connection) as alone:
        scraped()
    for _ in range(5):
        record(MatchFactory(), 1, 0)
    run_waiting()

    with django_assert_num_queries(len(alone)):
        scraped()
    assert len(alone) <= 26


def test_prometheus_gets_the_format_that_it_asks_for(played):
    answer = here().get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})

    assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
    families = list(openmetrics.text_string_to_metric_families(answer.content.decode()))
    assert {family.name.partition("_")[0] for family in families} == {"final"}
    assert all(family.documentation for family in families)
