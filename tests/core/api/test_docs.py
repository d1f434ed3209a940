"""The guide and the schema."""

import re

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver

from config import api_urls
from core.api.query_params import FORMAT
from stats.api.leaderboard_parameters import LeaderboardParameters
from stats.metrics import BY_NAME

GUIDE = (settings.BASE_DIR / "docs" / "api.md").read_text(encoding="utf-8")


def routes(patterns, prefix: str = "/api/") -> list[str]:
    """The paths as readers write them: `/api/v1/matches/{id}/`."""
    found: list[str] = []
    for pattern in patterns:
        route = prefix + re.sub(r"<\w+:(\w+)>", r"{\1}", str(pattern.pattern)).replace("{pk}", "{id}")
        if isinstance(pattern, URLResolver):
            found += routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern) and pattern.callback is not api_urls.unknown_path:
            found.append(route)
    return found


@pytest.mark.parametrize("route", routes(api_urls.urlpatterns))
def test_the_guide_mentions_every_route(route):
    assert f"`{route}`" in GUIDE


@pytest.mark.parametrize("name", [*LeaderboardParameters().fields, FORMAT, *BY_NAME])
def test_the_guide_explains_every_parameter_of_the_leaderboard(name):
    assert f"`{name}`" in GUIDE


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_the_schema_is_served(client, form):
    response = client.get(f"/api/schema/?format={form}")

    assert response.status_code == 200
    assert b"/api/v1/leaderboard/" in response.content


def test_an_unknown_format_of_the_schema_is_a_problem(client):
    response = client.get("/api/schema/?format=pdf")

    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
