"""API keys of endpoints: from the environment, or entered and encrypted; never shown again."""

import sys

import pytest
from django.utils import timezone

from matches.llm import secrets
from matches.llm.secrets import KeyUnusable
from matches.models import Endpoint
from tests.factories import EndpointFactory

KEY = "sk-very-secret"
ORIGIN = "https://api.example.org:443"


def test_a_key_is_encrypted_and_decrypted():
    sealed = secrets.seal(KEY, ORIGIN)

    assert KEY not in sealed
    assert secrets.unseal(sealed, ORIGIN).reveal() == KEY


def test_another_secret_key_cannot_decrypt_it(settings):
    sealed = secrets.seal(KEY, ORIGIN)
    settings.SECRET_KEY = "another one"

    with pytest.raises(KeyUnusable, match="enter it again"):
        secrets.unseal(sealed, ORIGIN)


def test_an_endpoint_without_a_key_has_no_secret():
    assert secrets.key_of(Endpoint()) is None


def test_a_named_key_comes_from_the_environment(monkeypatch):
    monkeypatch.setenv("LLM_KEY_SAGE", KEY)

    assert secrets.key_of(Endpoint(key_variable="LLM_KEY_SAGE")).reveal() == KEY


def test_the_common_key_comes_from_the_settings(settings):
    settings.LLM_API_KEY = KEY

    assert secrets.key_of(Endpoint(key_variable="LLM_API_KEY")).reveal() == KEY


def test_a_variable_that_is_not_set_is_named():
    with pytest.raises(KeyUnusable, match="LLM_KEY_OF_NOBODY, the variable with the key"):
        secrets.key_of(Endpoint(key_variable="LLM_KEY_OF_NOBODY"))


def test_the_description_of_a_key_contains_its_source_only(monkeypatch):
    monkeypatch.setenv("LLM_KEY_SAGE", KEY)
    endpoint = Endpoint()
    told = [secrets.describe_key(endpoint)]
    endpoint.key_variable = "LLM_KEY_SAGE"
    told.append(secrets.describe_key(endpoint))
    secrets.seal_key(endpoint, KEY, at=timezone.now())
    told.append(secrets.describe_key(endpoint))

    assert told[0] == "no key is sent"
    assert told[1].startswith("LLM_KEY_SAGE, set")
    assert told[2].startswith("entered ")
    assert KEY not in str(told)
    assert endpoint.key_variable == ""


def test_a_missing_package_is_reported_with_the_command_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "cryptography.fernet", None)

    with pytest.raises(KeyUnusable, match=r"pip install -r requirements-llm\.txt"):
        secrets.seal(KEY, ORIGIN)


@pytest.mark.parametrize(
    "elsewhere",
    [
        *(
            "https://evil.example.net/v1",
            "https://api.example.org:8443/v1",
            "http://api.example.org.internal/v1",
        ),
        *("http://api.example.org:443/v1", ""),
    ],
)
def test_a_key_belongs_to_scheme_host_and_port(elsewhere):
    """This also holds if the row was changed without the form."""
    endpoint = Endpoint(base_url="https://api.example.org/v1")
    secrets.seal_key(endpoint, KEY, at=timezone.now())
    endpoint.base_url = "https://API.example.org:443/v2"
    assert secrets.key_of(endpoint).reveal() == KEY

    endpoint.base_url = elsewhere

    with pytest.raises(
        KeyUnusable, match=r"was entered for https://api\.example\.org:443 and is not sent to"
    ):
        secrets.key_of(endpoint)


def test_a_key_does_not_follow_the_common_address(settings):
    settings.LLM_BASE_URL = "https://api.example.org/v1"
    endpoint = Endpoint()
    secrets.seal_key(endpoint, KEY, at=timezone.now())
    settings.LLM_BASE_URL = "https://evil.example.net/v1"

    with pytest.raises(KeyUnusable, match="enter it again for the new address, or delete it"):
        secrets.key_of(endpoint)


def test_a_key_that_belongs_to_no_address_is_refused_and_not_shown(settings):
    settings.LLM_BASE_URL = "http://ollama:11434/v1"
    endpoint = Endpoint(sealed_key=secrets._cipher().encrypt(KEY.encode()).decode())

    with pytest.raises(KeyUnusable, match="enter it again") as told:
        secrets.key_of(endpoint)
    assert KEY not in str(told.value)


@pytest.mark.django_db
def test_the_database_contains_no_plain_key():
    endpoint = EndpointFactory()
    secrets.seal_key(endpoint, KEY, at=timezone.now())
    endpoint.save()

    row = Endpoint.objects.values().get()
    assert KEY not in str(row)
    assert secrets.key_of(Endpoint.objects.get()).reveal() == KEY
