"""Endpoints in the admin: permissions, validation, and keys that are never shown again."""

from datetime import UTC, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.pipeline.models import JobRun
from matches.llm import secrets, usage_limits
from matches.models import DailyUsage, Endpoint, LLMQuestion, LLMRequest
from tests.factories import EndpointFactory, ForecasterFactory, oracle, upcoming_match
from tests.loopback_llm import says_pick
from tests.matches.llm.conftest import KIND, run_once

pytestmark = pytest.mark.django_db
KEY = "sk-very-secret"
LIST = "admin:matches_endpoint_changelist"


@pytest.fixture
def member():
    """`member("admin")`: return a client logged in as a member of this group."""

    def login(group: str) -> Client:
        user = User.objects.create_user(f"{group}{User.objects.count()}", is_staff=True)
        user.groups.add(Group.objects.get(name=group))
        client = Client()
        client.force_login(user)
        return client

    return login


@pytest.fixture
def admin(member) -> Client:
    return member("admin")


def form(**changed) -> dict:
    """Form data of an endpoint for The Sage."""
    forecaster = changed.pop("forecaster", None) or ForecasterFactory(name="The Sage", kind="llm")
    filled = {
        "purpose": "forecasts",
        "forecaster": forecaster.pk,
        "enabled": "on",
        "base_url": "https://api.example.org/v1",
        "model": "test-model-1",
        "accepted_models": "",
        "key_variable": "",
        "answer_format": "json_schema",
        "token_parameter": "max_tokens",
        "max_tokens": 1000,
        "timeout_seconds": 60,
        "daily_usage-TOTAL_FORMS": 0,
        "daily_usage-INITIAL_FORMS": 0,
    }
    return {name: value for name, value in (filled | changed).items() if value is not None}


def add(client: Client, **changed):
    return client.post(reverse("admin:matches_endpoint_add"), form(**changed))


def edit(client: Client, endpoint: Endpoint, **changed):
    page = reverse("admin:matches_endpoint_change", args=[endpoint.pk])
    return client.post(page, form(forecaster=endpoint.forecaster, reason="a test", **changed))


def complaint(answer) -> str:
    assert answer.status_code == 200, "it was not refused"
    return answer.content.decode()


def test_an_added_endpoint_schedules_predictions(admin):
    match = upcoming_match()

    assert add(admin, key_variable="LLM_API_KEY", daily_requests=50).status_code == 302

    endpoint = Endpoint.objects.get()
    assert (endpoint.model, endpoint.daily_requests, endpoint.sealed_key) == ("test-model-1", 50, "")
    assert JobRun.objects.get(kind=KIND).subject == f"match:{match.pk}"


def test_an_entered_key_is_encrypted_and_never_shown_again(admin):
    assert add(admin, key=f" {KEY} ").status_code == 302

    endpoint = Endpoint.objects.get()
    page = admin.get(reverse("admin:matches_endpoint_change", args=[endpoint.pk])).content.decode()
    history = admin.get(reverse("admin:matches_endpoint_history", args=[endpoint.pk])).content.decode()
    assert secrets.key_of(endpoint).reveal() == KEY
    for shown in (page, history, admin.get(reverse(LIST)).content.decode(), str(LogEntry.objects.values())):
        assert KEY not in shown
        assert endpoint.sealed_key not in shown
    assert "entered 20" in page


def test_a_replaced_key_is_logged_without_its_value(admin):
    add(admin, key=KEY)
    endpoint = Endpoint.objects.get()

    assert edit(admin, endpoint, key="sk-another").status_code == 302

    endpoint.refresh_from_db()
    assert secrets.key_of(endpoint).reveal() == "sk-another"
    message = LogEntry.objects.latest("pk").get_change_message()
    assert message == "Changed key. Reason: a test"


def test_an_edit_without_a_key_keeps_the_stored_one(admin):
    add(admin, key=KEY)
    endpoint = Endpoint.objects.get()

    assert edit(admin, endpoint, max_tokens=2000).status_code == 302

    endpoint.refresh_from_db()
    assert (secrets.key_of(endpoint).reveal(), endpoint.max_tokens) == (KEY, 2000)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://evil.example.net/v1", "https://evil.example.net:443"),
        ("https://api.example.org:8443/v1", "https://api.example.org:8443"),
        ("http://api.local/v1", "http://api.local:80"),
    ],
)
def test_a_key_is_not_sent_to_an_address_that_it_was_not_entered_for(admin, url, origin):
    add(admin, key=KEY)
    endpoint = Endpoint.objects.get()

    said = complaint(edit(admin, endpoint, base_url=url))

    assert f"The key was entered for https://api.example.org:443 and is not sent to {origin}" in said
    endpoint.refresh_from_db()
    assert endpoint.base_url == "https://api.example.org/v1"
    assert edit(admin, endpoint, base_url="https://api.example.org:443/v2").status_code == 302
    assert secrets.key_of(Endpoint.objects.get()).reveal() == KEY
    assert edit(admin, endpoint, base_url=url, forget_key="on").status_code == 302
    assert Endpoint.objects.get().sealed_key == ""


@pytest.mark.parametrize("how", [{"forget_key": "on"}, {"key_variable": "LLM_KEY_SAGE"}])
def test_a_key_is_deleted_on_request_or_if_a_variable_is_named(admin, how):
    add(admin, key=KEY)
    endpoint = Endpoint.objects.get()

    assert edit(admin, endpoint, **how).status_code == 302

    endpoint.refresh_from_db()
    assert (endpoint.sealed_key, endpoint.key_set_at) == ("", None)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"base_url": "api.example.org"}, "must be like https"),
        ({"base_url": "ftp://api.example.org/v1"}, "must be like https"),
        ({"base_url": "http://api.example.org/v1"}, "must begin with https://"),
        ({"base_url": "https://user:pass@api.example.org/v1"}, "must not contain a user name or password"),
        ({"base_url": "https://api.example.org/v1?key=1"}, "must not contain ? or #"),
        ({"base_url": "https://[::1/v1"}, "cannot be read"),
        ({"base_url": "http://134744072/v1"}, "four decimal numbers"),
        ({"base_url": "http://[::ffff:8.8.8.8]/v1"}, "the IPv4 address itself"),
        (
            {"base_url": "https://169.254.169.254/v1"},
            "must not be a link-local, metadata or reserved address",
        ),
        ({"base_url": ""}, "LLM_BASE_URL is not set"),
        ({"model": ""}, "LLM_MODEL is not set"),
        ({"key_variable": "SECRET_KEY"}, "The name must be LLM_API_KEY, or start with LLM_KEY_."),
        ({"key_variable": "DATABASE_URL"}, "The name must be LLM_API_KEY"),
        ({"key_variable": "LLM_API_KEY", "key": KEY}, "Enter either a key or the name of a variable"),
        ({"key": "sk\x1b[31m"}, "invisible characters"),
        ({"max_tokens": 5}, "Allowed: 16 to 200000 tokens"),
        ({"timeout_seconds": 900}, "5 to 300 seconds"),
        ({"temperature": 9}, "temperature 0 to 2"),
        ({"input_price": 1}, "Enter both prices or none"),
        ({"daily_cost": 1}, "A cost limit requires both prices"),
        ({"purpose": "roundups"}, "Select a forecaster, or none"),
    ],
    ids=lambda each: each if isinstance(each, str) else str(each),
)
def test_invalid_input_is_refused_with_a_message(admin, changed, said):
    assert said.replace("&", "&amp;") in complaint(add(admin, **changed))
    assert not Endpoint.objects.exists()


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:11434/v1",
        "http://127.0.0.1:8080/v1",
        "http://10.1.2.3/v1",
        "http://ollama:11434/v1",
        "https://api.example.org/v1/",
    ],
)
def test_private_hosts_may_be_used_without_tls(admin, url):
    assert add(admin, base_url=url).status_code == 302
    assert Endpoint.objects.get().base_url == url.rstrip("/")


def test_only_llm_forecasters_can_have_an_endpoint(admin):
    assert "The Oracle is not a language model" in complaint(add(admin, forecaster=oracle()))


def test_blank_fields_come_from_the_environment(admin, settings):
    settings.LLM_BASE_URL, settings.LLM_MODEL = "https://api.example.org/v1", "common-model"

    assert add(admin, base_url="", model="").status_code == 302
    assert "common-model" in admin.get(reverse(LIST)).content.decode()


def test_operators_can_view_endpoints_but_not_change_them(member):
    endpoint = EndpointFactory()
    operator = member("operator")

    assert operator.get(reverse("admin:matches_endpoint_change", args=[endpoint.pk])).status_code == 200
    assert operator.get(reverse("admin:matches_endpoint_add")).status_code == 403
    assert edit(operator, endpoint, model="dearer").status_code == 403
    resume = reverse("admin:matches_endpoint_do", args=[endpoint.pk, "resume"])
    assert operator.post(resume, {"confirmed": "yes", "reason": "x"}).status_code == 403


def test_a_pause_is_shown_and_ended_with_a_reason(admin):
    endpoint = EndpointFactory()
    for _ in range(usage_limits.FAILURE_THRESHOLD):
        usage_limits.record_failure(endpoint.pk, now=timezone.now())
    assert "after 5 failures in a row" in admin.get(reverse(LIST)).content.decode()

    resume = reverse("admin:matches_endpoint_do", args=[endpoint.pk, "resume"])
    admin.post(resume, {"confirmed": "yes", "reason": "they have mended it"})

    endpoint.refresh_from_db()
    assert (endpoint.is_paused, endpoint.failures_in_row) == (False, 0)
    assert LogEntry.objects.get().get_change_message() == "Resume: they have mended it"


def test_an_edit_does_not_overwrite_failures_counted_meanwhile(admin):
    endpoint = EndpointFactory(base_url="https://api.example.org/v1")
    stale = form(forecaster=endpoint.forecaster, reason="a test", max_tokens=500)
    for _ in range(usage_limits.FAILURE_THRESHOLD):
        usage_limits.record_failure(endpoint.pk, now=timezone.now())

    admin.post(reverse("admin:matches_endpoint_change", args=[endpoint.pk]), stale)

    endpoint.refresh_from_db()
    assert (endpoint.max_tokens, endpoint.failures_in_row, endpoint.is_paused) == (500, 5, True)


def test_the_list_shows_the_usage_of_today(admin):
    endpoint = EndpointFactory(input_price=2, output_price=8, daily_requests=40, daily_cost=5)
    today = timezone.now().astimezone(UTC).date()
    DailyUsage.objects.create(endpoint=endpoint, day=today, requests=7, tokens=9000, cost="0.1234")
    DailyUsage.objects.create(endpoint=endpoint, day=today - timedelta(days=1), requests=4711)

    page = admin.get(reverse(LIST)).content.decode()

    for shown in ("7 of 40", "9000", "0.1234 of 5.00"):
        assert shown in page
    assert "4711" not in page


def test_an_endpoint_with_requests_cannot_be_deleted(admin, match, endpoint):
    run_once()

    page = admin.post(
        reverse("admin:matches_endpoint_do", args=[endpoint.pk, "delete"]),
        {"confirmed": "yes", "reason": "x"},
    )

    assert "cannot be deleted" in page.content.decode()
    assert Endpoint.objects.exists()


def test_a_question_and_its_answer_are_shown_as_text(admin, match, endpoint_server):
    endpoint_server.behave(says_pick(rationale="<script>alert(1)</script>"))
    run_once()

    question = admin.get(
        reverse("admin:matches_llmquestion_change", args=[LLMQuestion.objects.get().pk])
    ).content.decode()
    call = admin.get(
        reverse("admin:matches_llmrequest_change", args=[LLMRequest.objects.get().pk])
    ).content.decode()
    assert "You forecast one football match" in question
    assert "&lt;script&gt;" in call
    assert "<script>alert" not in question + call
