"""API keys in the admin: shown once, and revoked with immediate effect."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matches.models import ApiKey
from matches.services import api_keys
from tests.factories import new_key, oracle

pytestmark = pytest.mark.django_db
ADD, LIST = reverse("admin:matches_apikey_add"), reverse("admin:matches_apikey_changelist")


def form(**changed) -> dict[str, object]:
    filled = {"name": "nightly", "maker": "Ann", "forecasters": [oracle().pk], "scopes": ["predict", "read"]}
    return {**filled, "expires_at_0": "", "expires_at_1": "", **changed}


def shown(answer) -> str:
    (text,) = re.findall(r"fw_\w+?_[\w-]{43}", answer.content.decode())
    return text


def test_a_key_is_made_and_shown_once(operator):
    answer = operator.post(ADD, form())

    text = shown(answer)
    assert "no-store" in answer.headers["Cache-Control"]
    key = api_keys.find(text, now=timezone.now())
    assert (key.name, key.maker, key.scopes) == ("nightly", "Ann", ["predict", "read"])
    assert [each.slug for each in key.forecasters.all()] == ["the-oracle"]
    assert key.created_by.username == "ada"
    change = reverse("admin:matches_apikey_change", args=[key.pk])
    history = reverse("admin:matches_apikey_history", args=[key.pk])
    for page in (LIST, change, history):
        assert text.split("_", maxsplit=2)[2] not in operator.get(page).content.decode()
    assert text.split("_", maxsplit=2)[2] not in str(LogEntry.objects.values())


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"forecasters": []}, "This field is required"),
        ({"scopes": []}, "This field is required"),
        ({"scopes": ["everything"]}, "not one of the available choices"),
        ({"expires_at_0": "2020-01-01", "expires_at_1": "12:00"}, "would have expired already"),
    ],
)
def test_a_key_without_any_use_is_refused(operator, wrong, said):
    answer = operator.post(ADD, form(**wrong))

    assert said in answer.content.decode()
    assert not ApiKey.objects.exists()


def test_a_revoked_key_stops_working_at_once(operator):
    text = new_key()
    key = ApiKey.objects.get()

    page = reverse("admin:matches_apikey_do", args=[key.pk, "revoke"])
    assert "The key stops working at once" in operator.get(page).content.decode()
    operator.post(page, {"confirmed": "yes", "reason": "it leaked"})

    with pytest.raises(api_keys.BadKey, match="was revoked"):
        api_keys.find(text, now=timezone.now())
    assert LogEntry.objects.get().change_message == "Revoke: it leaked"


def test_a_key_is_not_edited(operator):
    new_key()
    page = reverse("admin:matches_apikey_change", args=[ApiKey.objects.get().pk])

    operator.post(page, form(name="another"))

    assert ApiKey.objects.get().name == "bot"


def test_only_admins_make_keys(staff):
    assert staff("matches.view_apikey").get(ADD).status_code == 403
    assert staff("matches.view_apikey", "matches.add_apikey").get(ADD).status_code == 200
    assert Client().get(ADD).status_code == 302


def test_when_a_key_was_used_last_is_shown(operator):
    new_key()
    used = timezone.now() - timedelta(days=2)
    ApiKey.objects.update(last_used_at=used)

    assert f"{used:%H:%M}" in operator.get(LIST).content.decode()
