"""Keys: named, or entered and sealed; never to be read again."""

import sys

import pytest
from django.utils import timezone

from matches.llm import keys
from matches.llm.keys import KeyUnusable
from matches.models import Endpoint
from tests.factories import EndpointFactory

KEY = "sk-very-secret"


def test_a_key_is_sealed_and_opens_again():
    sealed = keys.seal(KEY)

    assert KEY not in sealed
    assert keys.unseal(sealed).reveal() == KEY


def test_without_our_secret_key_nobody_reads_it(settings):
    sealed = keys.seal(KEY)
    settings.SECRET_KEY = "another one"

    with pytest.raises(KeyUnusable, match="enter it again"):
        keys.unseal(sealed)


def test_an_endpoint_without_a_key_is_sent_none():
    assert keys.key_of(Endpoint()) is None


def test_a_named_key_comes_from_the_environment(monkeypatch):
    monkeypatch.setenv("LLM_KEY_SAGE", KEY)

    assert keys.key_of(Endpoint(key_variable="LLM_KEY_SAGE")).reveal() == KEY


def test_the_common_one_comes_from_the_settings(settings):
    settings.LLM_API_KEY = KEY

    assert keys.key_of(Endpoint(key_variable="LLM_API_KEY")).reveal() == KEY


def test_a_variable_that_is_not_set_is_named():
    with pytest.raises(KeyUnusable, match="LLM_KEY_OF_NOBODY, which is to hold the key"):
        keys.key_of(Endpoint(key_variable="LLM_KEY_OF_NOBODY"))


def test_where_the_key_comes_from_is_told_and_never_what_it_is(monkeypatch):
    monkeypatch.setenv("LLM_KEY_SAGE", KEY)
    endpoint = Endpoint()
    told = [keys.told(endpoint)]
    endpoint.key_variable = "LLM_KEY_SAGE"
    told.append(keys.told(endpoint))
    keys.enter(endpoint, KEY, at=timezone.now())
    told.append(keys.told(endpoint))

    assert told[0] == "none is sent"
    assert told[1].startswith("LLM_KEY_SAGE, set")
    assert told[2].startswith("entered ")
    assert KEY not in str(told)
    assert endpoint.key_variable == ""


def test_without_the_package_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "cryptography.fernet", None)

    with pytest.raises(KeyUnusable, match=r"pip install -r requirements-llm\.txt"):
        keys.seal(KEY)


@pytest.mark.django_db
def test_the_database_never_holds_it_as_it_is():
    endpoint = EndpointFactory()
    keys.enter(endpoint, KEY, at=timezone.now())
    endpoint.save()

    row = Endpoint.objects.values().get()
    assert KEY not in str(row)
    assert keys.key_of(Endpoint.objects.get()).reveal() == KEY
