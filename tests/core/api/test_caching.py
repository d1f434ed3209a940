"""ETag, 304, HEAD and Cache-Control on every read."""

import pytest

from tests.core.api.test_lists import all_lists
from tests.factories import oracle


@pytest.fixture
def every_read(world) -> list[str]:
    singles = ["", "status/", "competitions/premier-league/", f"seasons/{world.season.pk}/", "teams/ashford/"]
    more = ["forecasters/the-oracle/", f"matches/{world.won.pk}/", f"roundups/{world.roundup.pk}/"]
    return [f"/api/v1/{path}" for path in (*all_lists(world), *singles, *more)]


def test_what_has_not_changed_is_not_sent_again(every_read, client):
    for path in every_read:
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": first["ETag"]})

        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"]), path
        assert again["Cache-Control"] == first["Cache-Control"], path


def test_answers_may_be_kept_for_a_moment(every_read, client):
    for path in every_read:
        expected = "no-cache" if "status" in path else "public, max-age=5"

        assert client.get(path)["Cache-Control"] == expected, path


def test_head_says_what_get_says_without_a_body(every_read, client):
    for path in every_read:
        get, head = client.get(path), client.head(path)

        assert (head.status_code, head.content) == (200, b""), path
        for header in ("ETag", "Content-Type", "Cache-Control", "Vary"):
            assert head.get(header) == get.get(header), (path, header)


def test_lists_vary_with_the_accept_header(world, client):
    assert "Accept" in client.get("/api/v1/leaderboard/")["Vary"]


def test_no_cookie_is_set_or_looked_at(every_read, client):
    for path in every_read:
        response = client.get(path)

        assert not response.cookies, path
        assert "Cookie" not in response.get("Vary", ""), path


def test_a_changed_row_is_sent_again(world, client):
    etag = client.get("/api/v1/forecasters/")["ETag"]
    forecaster = oracle()
    forecaster.name = "The Sibyl"
    forecaster.save()

    assert client.get("/api/v1/forecasters/", headers={"If-None-Match": etag}).status_code == 200


def test_a_problem_is_not_cached(world, client):
    assert client.get("/api/v1/teams/?x=1")["Cache-Control"] == "no-store"
