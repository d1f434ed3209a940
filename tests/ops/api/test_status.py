"""GET /api/v1/status/: cheap, true, and there while Redis is down."""

from django.conf import settings

from stats.refresh import matviews
from tests.factories import MatchFactory, record


def test_it_says_how_fresh_everything_is(world, get, redis_queues):
    status = get("status/")

    assert (status["state"], status["data_version"]) == ("fresh", matviews.data_version())
    assert [view["name"] for view in status["views"]] == list(matviews.IN_ORDER)
    assert status["views"][0]["refreshed_at"].endswith("Z")
    assert status["last_counted"]["match"] in (world.won.pk, world.drawn.pk, world.void.pk)
    assert 0 < status["last_counted"]["whistle_to_leaderboard_seconds"] < 60
    assert status["queues"] == dict.fromkeys(settings.RQ_QUEUES, 0)
    assert status["queues_unavailable"] is None
    assert (status["jobs"]["done"] > 0, status["jobs"]["failed"]) == (True, 0)


def test_a_result_on_its_way_shows(world, get):
    record(MatchFactory(), 1, 0)

    assert get("status/")["state"] == "updating"
    assert get("status/")["jobs"]["queued"] >= 1


def test_while_redis_is_down_it_says_so(world, get, settings):
    nowhere = {"URL": "redis://127.0.0.1:1/0?socket_connect_timeout=1"}
    settings.RQ_QUEUES = dict.fromkeys(settings.RQ_QUEUES, nowhere)

    status = get("status/")

    assert status["queues"] is None
    assert "Redis" in status["queues_unavailable"]
    assert status["data_version"] > 0
