"""Rate limits by key and by address, and what happens to them while Redis is away."""

import json

import pytest
from django.test import Client
from django.utils import timezone

from core.api import throttling
from matches.models import ApiKey, Prediction
from matches.services import api_keys
from tests.factories import coin, oracle, upcoming_match

pytestmark = pytest.mark.django_db
PICK = json.dumps({"home_goals": 2, "away_goals": 1})
NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture(autouse=True)
def _fresh(redis_queues, time_machine):
    """Nothing counted, no outage remembered, and the minute has just begun."""
    time_machine.move_to(timezone.now().replace(second=5))
    throttling._outage.end()
    yield
    throttling._outage.end()


def key_of(*forecasters) -> dict[str, str]:
    text = api_keys.create(
        name="bot", maker="Ann", forecasters=forecasters, scopes=ApiKey.Scope.values, now=timezone.now()
    )[1]
    return {"Authorization": f"Bearer {text}"}


def read(address: str = "203.0.113.1", path: str = "competitions/", **headers: str):
    return Client(REMOTE_ADDR=address).get(f"/api/v1/{path}", headers=headers)


def put(match, headers, who: str = "the-oracle"):
    path = f"/api/v1/matches/{match.pk}/predictions/{who}/"
    return Client().put(path, PICK, content_type="application/json", headers=headers)


def test_reads_of_an_address_are_limited_and_every_answer_says_what_is_left(settings):
    settings.API_READS_PER_MINUTE = 3
    answers = [read() for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers[:3]] == ["2", "1", "0"]
    assert answers[0].headers["X-RateLimit-Limit"] == "3"
    assert answers[0].headers["RateLimit"].startswith('"reads";r=2;t=')
    assert answers[0].headers["RateLimit-Policy"] == '"reads";q=3;w=60'
    refused = answers[3]
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.headers["RateLimit"].startswith('"reads";r=0')
    assert "3 reads a minute" in refused.json()["detail"]


def test_the_next_minute_has_a_limit_of_its_own(settings, time_machine):
    settings.API_READS_PER_MINUTE = 1
    answers = [read(), read()]
    wait = int(answers[1].headers["Retry-After"])
    time_machine.shift(wait)

    assert [answer.status_code for answer in [*answers, read()]] == [200, 429, 200]
    assert 50 <= wait <= 55


def test_others_are_not_held_up(settings):
    settings.API_READS_PER_MINUTE = 1
    read()

    assert read().status_code == 429
    assert read("203.0.113.2").status_code == 200
    assert read(**key_of(oracle())).status_code == 200


def test_addresses_of_one_household_count_as_one(settings):
    settings.API_READS_PER_MINUTE = 1

    assert read("2001:db8:1:2::1").status_code == 200
    assert read("2001:db8:1:2::2").status_code == 429


def test_submissions_are_limited_by_key(settings):
    settings.API_WRITES_PER_MINUTE = 2
    match, ours, theirs = upcoming_match(), key_of(oracle()), key_of(coin())

    assert [put(match, ours).status_code for _ in range(3)] == [201, 200, 429]
    assert put(match, theirs, "the-coin").status_code == 201
    assert Prediction.objects.count() == 2


def test_guessing_keys_is_limited_by_address(settings):
    settings.API_FAILURES_PER_MINUTE = 2
    wrong = {"Authorization": "Bearer fw_aaaaaaaa_guess"}

    answers = [read(**wrong) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert answers[2].json()["detail"].startswith("Too many requests with an invalid key; try again in ")
    assert read("203.0.113.9", **wrong).status_code == 401


def test_zero_is_no_limit(settings):
    settings.API_READS_PER_MINUTE = 0
    answer = read()

    assert answer.status_code == 200
    assert "RateLimit" not in answer.headers


def test_without_redis_reading_goes_on_and_submitting_stops(settings):
    settings.API_READS_PER_MINUTE = settings.API_WRITES_PER_MINUTE = 100
    settings.REDIS_URL = NOWHERE
    match, ours = upcoming_match(), key_of(oracle())

    assert read().status_code == 200
    answer = put(match, ours)
    assert answer.status_code == 503
    assert "try again" in answer.json()["detail"]
    assert not Prediction.objects.exists()


def test_a_redis_that_is_away_is_not_asked_by_every_request(settings, monkeypatch):
    settings.API_READS_PER_MINUTE = 100
    settings.REDIS_URL = NOWHERE
    read()
    monkeypatch.setattr(throttling, "_storage", lambda url: pytest.fail("asked again"))

    assert read().status_code == 200


def test_kept_answers_tell_nobody_what_another_one_has_left(settings, transactional_db):
    settings.API_READS_PER_MINUTE = 100
    first, second = read(), read("203.0.113.2")

    assert "RateLimit" in first.headers
    assert "RateLimit" not in second.headers
    assert second.content == first.content
