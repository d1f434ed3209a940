"""The OpenAPI schema is valid and true: requests made from it get the answers that it promises."""

import copy
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, assume, given
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from config.api_urls import urlpatterns
from core.api import schema
from matches.models import ApiKey
from matches.services import api_keys
from tests.example_counts import examples
from tests.factories import oracle

# Not shrunk: that takes minutes, and schemathesis tells the request anyway.
BOUNDED = examples(
    12, phases=[Phase.generate], database=None, derandomize=True, suppress_health_check=HealthCheck
)


@pytest.fixture(scope="module")
def document() -> dict:
    return SchemaGenerator().get_schema(public=True)


@pytest.fixture
def uncached() -> None:
    schema._generated.cache_clear()
    schema._rendered.cache_clear()


def test_concurrent_first_requests_get_the_same_complete_schema(db, uncached):
    with ThreadPoolExecutor(8) as pool:
        responses = list(pool.map(lambda _: Client().get("/api/schema/"), range(8)))

    assert {each.status_code for each in responses} == {200}
    assert len({each.content for each in responses}) == 1


def test_the_schema_is_generated_once_for_all_formats(client, db, uncached, document):
    first = client.get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi+json"})
    info = schema._generated.cache_info()
    again = client.get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi+json"})
    other = client.get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi"})

    assert (info.misses, schema._generated.cache_info().misses) == (1, 1)
    assert json.loads(first.content) == json.loads(json.dumps(document))
    assert (again.content, again["ETag"]) == (first.content, first["ETag"])
    assert other.content.startswith(b"openapi: ")
    assert 'filename="Final Whistle API.' in other["Content-Disposition"]


def test_it_is_valid_and_complete(tmp_path):
    written = tmp_path / "schema.yaml"
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(written))
    assert "/api/v1/leaderboard/" in written.read_text()


def test_every_operation_says_what_it_does_and_how_it_fails(document):
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert operation["summary"], path
            assert operation["description"], path
            for code in ("400", "404", "405", "406", "500"):
                assert list(operation["responses"][code]["content"]) == ["application/problem+json"], path


def test_every_route_is_in_it(document):
    served = {pattern.name for pattern in urlpatterns[0].url_patterns}

    assert served - {"index"} == {
        *[
            "status",
            "calibration",
            "compare",
            "robustness",
            "search",
            "season-forecast",
            "places-backtest",
            "leaderboard-list",
            "standings-list",
            "tie-list",
            "match-list",
            "match-story-detail",
            "prediction-list",
            "asking-list",
            "revision-list",
            "correction-list",
            "forecaster-prediction-list",
            "scored-prediction-list",
            "commitment-list",
            "match-commitment",
            "log",
            "timestamp",
            "proof",
            "submit",
            "submit-bulk",
        ],
        *[
            f"{name}-{kind}"
            for name in ("competition", "season", "stage", "team", "forecaster", "roundup", "digest")
            for kind in ("list", "detail")
        ],
    }
    assert len(document["paths"]) == len(served - {"index"}) + 1  # and the cron endpoint


def test_the_parameters_of_the_leaderboard_are_declared_with_their_values(document):
    parameters = {
        each["name"]: each for each in document["paths"]["/api/v1/leaderboard/"]["get"]["parameters"]
    }

    assert set(parameters) == {
        *["competition", "season", "team", "kind", "provenance", "min_matches"],
        *["ordering", "gaps", "page", "page_size", "format", "bom"],
    }
    assert parameters["kind"]["schema"]["enum"] == ["llm", "statistical", "bookmaker", "human"]
    assert "-rps" in parameters["ordering"]["schema"]["enum"]
    assert parameters["page_size"]["schema"]["maximum"] == 200


def test_an_empty_value_of_any_parameter_is_allowed(document):
    for path, operations in document["paths"].items():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                if not parameter.get("required"):
                    assert parameter["allowEmptyValue"], f"{path} {parameter['name']}"


@pytest.fixture
def api(world, document):
    """The schema, its ids and slugs narrowed to those that exist, so that most requests find something."""
    document = copy.deepcopy(document)
    known = {
        "season": [world.season.pk],
        "stage": [world.won.stage_id],
        "competition": ["premier-league"],
        "team": ["ashford", "barrow"],
        "match": [world.won.pk, world.coming.pk],
        "/competitions/": ["premier-league"],
        "/seasons/": [world.season.pk],
        "/stages/": [world.won.stage_id],
        "/teams/": ["ashford"],
        "/forecasters/": ["the-oracle", "the-coin"],
        "/matches/": [world.won.pk, world.drawn.pk, world.void.pk, world.coming.pk],
        "/roundups/": [world.roundup.pk],
    }
    for path, operations in document["paths"].items():
        for parameter in [
            each for operation in operations.values() for each in operation.get("parameters", ())
        ]:
            key = f"/{path.split('/')[3]}/" if parameter["in"] == "path" else parameter["name"]
            if key in known:
                parameter["schema"]["enum"] = known[key]
    return schemathesis.openapi.from_dict(document)


@pytest.fixture
def key(world) -> str:
    """Of a forecaster that may predict."""
    scopes, now = ApiKey.Scope.values, timezone.now()
    return api_keys.create(name="bot", maker="Ann", forecasters=[oracle()], scopes=scopes, now=now)[1]


@pytest.fixture
def application():
    """Our WSGI application, which must not close the connection that holds the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.filterwarnings("ignore")  # schemathesis and its dependencies
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_answers_are_as_the_schema_says(api, application, key, mode, subtests):
    for result in api.include(path_regex="^/api/v1/").get_all_operations():
        operation = result.ok()

        @BOUNDED
        @given(case=operation.as_strategy(generation_mode=mode))
        def conforms(case):
            assume("" not in (case.query or {}).values())  # an empty value is as good as none
            # What is well formed may still be refused: a board that there is not, a page beyond the end.
            # Keys have tests of their own (test_submitting.py); that check cannot ask a WSGI application.
            response = case.call_and_validate(
                app=application,
                headers={"Authorization": f"Bearer {key}"},
                excluded_checks=[positive_data_acceptance, ignored_auth],
            )
            assert response.status_code < 500

        with subtests.test(operation.label), suppress(Unsatisfiable):  # nothing to get wrong in /status/
            conforms()
