"""A list of the admin filters by what it offers only: no column can be guessed letter by letter."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.db.models import Field, ForeignObjectRel
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.admin.audit import PlainAdmin
from matches.models import ApiKey, Endpoint
from tests import example_counts
from tests.factories import EndpointFactory, new_key, oracle

pytestmark = pytest.mark.django_db
LOOKUPS = ("startswith", "contains", "regex", "gt", "in", "range", "iexact", "endswith")
SECRETS = {"sealed_key", "digest", "password", "session_data"}
NO_LIST = {"django_rq.dashboard"}  # pages of queues, for superusers, without rows or filters
MODELS = sorted(
    (model for model in admin.site._registry if model._meta.label_lower not in NO_LIST),
    key=lambda model: model._meta.label,
)


@pytest.fixture
def viewer(member, browser_of) -> Client:
    """A viewer who may look at everything, accounts and the audit log included."""
    user = member("viewer")
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    return browser_of(user)


def list_of(model: type) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def paths(model: type, *, depth: int = 2) -> list[str]:
    """Every field of the model, and of the models that it leads to in either direction."""
    found = []
    for field in model._meta.get_fields():
        name = field.name if isinstance(field, Field) else _query_name(field)
        if not name:
            continue
        found.append(name)
        if field.is_relation and field.related_model and depth > 1:
            found += [f"{name}__{further}" for further in paths(field.related_model, depth=depth - 1)]
    return found


def _query_name(field: object) -> str:
    if isinstance(field, ForeignObjectRel):
        return "" if field.hidden else field.field.related_query_name()
    return ""


def test_every_admin_has_the_rule():
    assert not [model for model in MODELS if not isinstance(admin.site._registry[model], PlainAdmin)]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label_lower)
def test_no_field_can_be_probed(viewer, model):
    """By pattern or order, directly or through relations: 400 whatever the value is.

    A quick run requests each path with one of the lookups.
    """
    offered = admin.site._registry[model]
    for path in paths(model):
        for lookup in LOOKUPS:
            assert not offered.lookup_allowed(f"{path}__{lookup}", "a"), f"{path}__{lookup}"
    for number, path in enumerate(paths(model, depth=1)):
        one = LOOKUPS[number % len(LOOKUPS)]
        for lookup in (one,) if example_counts.is_quick else LOOKUPS:
            answer = viewer.get(list_of(model), {f"{path}__{lookup}": "a"})
            assert answer.status_code == 400, f"{path}__{lookup}"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label_lower)
def test_columns_that_are_not_shown_cannot_be_filtered_searched_or_referred_to(viewer, model):
    offered = admin.site._registry[model]
    secret = [path for path in paths(model) if path.rpartition("__")[2] in SECRETS]
    declared = [str(each) for each in (*offered.search_fields, *offered.list_filter, offered.date_hierarchy)]
    for path in secret:
        assert not offered.lookup_allowed(path, "a")
        assert not offered.lookup_allowed(f"{path}__exact", "a")
        assert not [each for each in declared if each.lstrip("=^@").startswith(path)]
    for field in model._meta.concrete_fields:
        if not field.primary_key:
            assert viewer.get(list_of(model), {"_to_field": field.name}).status_code == 400
            assert viewer.get(list_of(model) + "x/change/", {"_to_field": field.name}).status_code in (
                302,
                400,
            )


def test_a_sealed_key_cannot_be_read_letter_by_letter(viewer):
    EndpointFactory(sealed_key="gAAAA-sealed", key_set_at=timezone.now())
    new_key(oracle())

    for model, guess in (
        (Endpoint, {"sealed_key__startswith": "g"}),
        (Endpoint, {"sealed_key": "gAAAA-sealed"}),
        (Endpoint, {"daily_usage__endpoint__sealed_key__startswith": "g"}),
        (ApiKey, {"digest__startswith": ApiKey.objects.get().digest[:1]}),
        (ApiKey, {"forecasters__endpoint__sealed_key__startswith": "g"}),
        (ApiKey, {"created_by__password__startswith": "p"}),
        (User, {"password__startswith": "p"}),
    ):
        assert viewer.get(list_of(model), guess).status_code == 400
    page = viewer.get(list_of(Endpoint), {"q": "gAAAA-sealed"}).content.decode()
    assert "0 LLM endpoints" in page


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label_lower)
def test_filters_that_a_list_offers_work(superuser, browser_of, played, model):
    """Every link of every filter leads to a list, not to an error."""
    browser = browser_of(superuser)
    answer = browser.get(list_of(model))
    changelist = answer.context_data["cl"]
    for spec in changelist.filter_specs:
        for choice in spec.choices(changelist):
            assert browser.get(list_of(model) + choice["query_string"]).status_code == 200
    if changelist.date_hierarchy:
        assert browser.get(list_of(model), {f"{changelist.date_hierarchy}__year": "2026"}).status_code == 200
