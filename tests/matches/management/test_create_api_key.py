"""`manage.py create_api_key`: shown once, kept as a hash."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from matches.models import ApiKey
from matches.services import api_keys
from tests.factories import coin, oracle

pytestmark = pytest.mark.django_db


def create(*arguments: str, capsys) -> str:
    call_command("create_api_key", "nightly bot", "--maker", "Ann", *arguments)
    return capsys.readouterr().out.strip()


def test_stdout_contains_only_the_key(capsys):
    oracle(), coin()
    text = create("--forecaster", "the-oracle", "--forecaster", "the-coin", capsys=capsys)

    key = api_keys.find(text, now=timezone.now())
    assert (key.name, key.maker, key.scopes, key.expires_at) == (
        "nightly bot",
        "Ann",
        ["predict", "read"],
        None,
    )
    assert {each.slug for each in key.forecasters.all()} == {"the-oracle", "the-coin"}
    assert text not in str(ApiKey.objects.values().get()), "only a hash of it is kept"


def test_the_key_can_be_printed_as_json(capsys):
    oracle()
    text = create(
        "--forecaster", "the-oracle", "--scope", "read", "--expires", "2099-05-31", "--json", capsys=capsys
    )

    said = json.loads(text)
    assert api_keys.find(said["key"], now=timezone.now()).scopes == said["scopes"] == ["read"]
    assert ApiKey.objects.get().expires_at == datetime(2099, 5, 31, 23, 59, 59, 999999, tzinfo=UTC)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--forecaster", "nobody"], "No forecaster nobody"),
        ([], "--forecaster"),
        (["--forecaster", "the-oracle", "--expires", "2020-01-01"], "must be in the future"),
        (["--forecaster", "the-oracle", "--expires", "soon"], "not a date"),
        (["--forecaster", "the-oracle", "--scope", "everything"], "invalid choice"),
    ],
)
def test_invalid_arguments_create_no_key(arguments, words, capsys):
    oracle()
    with pytest.raises(CommandError, match=words):
        create(*arguments, capsys=capsys)
    assert not ApiKey.objects.exists()


def test_a_key_is_found_only_by_its_full_text():
    _, text = api_keys.create(
        name="bot", maker="Ann", forecasters=[oracle()], scopes=["read"], now=timezone.now()
    )
    for wrong in (text[:-1], text + "x", text.swapcase(), "", "fw_", "fw__", text.replace("fw_", "")):
        with pytest.raises(api_keys.BadKey):
            api_keys.find(wrong, now=timezone.now())


def test_the_last_use_is_recorded_once_a_minute():
    now = timezone.now()
    key, _ = api_keys.create(name="bot", maker="Ann", forecasters=[oracle()], scopes=["read"], now=now)
    for seconds in (0, 30, 61):
        api_keys.record_use(key, now=now + timedelta(seconds=seconds))
        key.refresh_from_db()
        assert key.last_used_at == now + timedelta(seconds=61 if seconds == 61 else 0)
