"""Feeds in the admin: subscriptions, names of teams, problems; tokens are never shown."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.pipeline.models import JobRun
from matches.feeds.polling.seed import ensure_feeds, feed_named
from matches.models import Feed, FeedProblem, FeedSubscription, Team, TeamAlias, UnknownTeam
from tests.factories import MatchFactory, SeasonFactory, TeamFactory
from tests.fixtures.feeds import BEFORE
from tests.matches.feeds.loopback import TOKENS
from tests.matches.feeds.providers.documents import Told
from tests.matches.feeds.rows import a_feed_with_all_that_comes_of_it

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(db) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("ada", password="a-long-password"))
    return client


def url(model: str, page: str, *key: object) -> str:
    return reverse(f"admin:matches_{model}_{page}", args=key)


def confirmed(client: Client, model: str, row: object, operation: str, **data: object):
    answer = client.post(
        url(model, "do", row.pk, operation), {"confirmed": "yes", "reason": "asked to", **data}
    )
    assert answer.status_code in (200, 302)
    return answer


def polls() -> list[str]:
    return list(JobRun.objects.filter(kind="poll_feed", state="queued").values_list("key", flat=True))


# --- Subscriptions ----------------------------------------------------------------------------------------


def subscribed(client: Client, **data: object):
    season = SeasonFactory()
    form = {
        "feed": feed_named("football-data").pk,
        "season": season.pk,
        "code": "PL/2025",
        "zone": "",
        "active": "on",
    }
    return client.post(url("feedsubscription", "add"), {**form, **data})


def test_a_new_subscription_is_polled_at_once(operator):
    assert subscribed(operator).status_code == 302

    row = FeedSubscription.objects.get()
    assert polls() == [str(row.pk)]


def test_a_new_inactive_subscription_is_not_polled(operator):
    subscribed(operator, active="")

    assert polls() == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"code": "PL"}, "is not a valid code of football-data.org. Use the competition and the year"),
        ({"zone": "Mars/Olympus"}, "is not a time zone like Europe/London"),
        ({"code": ""}, "This field is required"),
    ],
)
def test_an_invalid_subscription_has_an_error_at_its_field(operator, data, said):
    answer = subscribed(operator, **data)

    assert said in answer.content.decode()
    assert not FeedSubscription.objects.exists()


def test_a_feed_of_local_times_needs_a_zone(operator):
    openfootball = {"feed": feed_named("openfootball").pk, "code": "football.json/master/2025-26/en.1"}

    assert "enter their time zone" in subscribed(operator, **openfootball).content.decode()
    assert subscribed(operator, **openfootball, zone="Europe/London").status_code == 302


def test_the_same_code_twice_is_refused(operator):
    subscribed(operator)

    assert "There is a subscription with this code already" in subscribed(operator).content.decode()


def test_an_edit_does_not_overwrite_what_a_poll_stored_meanwhile(operator):
    row = a_feed_with_all_that_comes_of_it_for_a_match()
    page = url("feedsubscription", "change", row.pk)
    operator.get(page)
    FeedSubscription.objects.update(failures=2, error="out of order", etag="mark", listed=380)

    operator.post(page, {"code": "PL/2025", "zone": "", "active": "", "reason": "the season is over"})

    row.refresh_from_db()
    assert (row.active, row.failures, row.etag, row.listed) == (False, 2, "mark", 380)
    assert LogEntry.objects.first().get_change_message().endswith("Reason: the season is over")


def a_feed_with_all_that_comes_of_it_for_a_match() -> FeedSubscription:
    MatchFactory()
    return a_feed_with_all_that_comes_of_it()


def test_a_changed_code_resets_the_validators_and_requests_a_poll(operator):
    row = a_feed_with_all_that_comes_of_it_for_a_match()
    FeedSubscription.objects.update(etag="mark", marked_url="x", listed=380)

    operator.post(
        url("feedsubscription", "change", row.pk),
        {"code": "PL/2024", "zone": "", "active": "on", "reason": "wrong year"},
    )

    row.refresh_from_db()
    assert (row.code, row.etag, row.listed) == ("PL/2024", "", 0)
    assert polls() == [str(row.pk)]


def test_poll_now_queues_a_poll_without_validators(operator):
    row = a_feed_with_all_that_comes_of_it_for_a_match()
    FeedSubscription.objects.update(etag="mark", marked_url="x")

    confirmed(operator, "feedsubscription", row, "poll")

    row.refresh_from_db()
    assert (row.etag, polls()) == ("", [str(row.pk)])


# --- Feeds ------------------------------------------------------------------------------------------------


def test_the_list_shows_limits_and_if_a_token_is_set(operator, settings):
    ensure_feeds()
    settings.FEED_TOKENS = {"football-data": TOKENS["football-data"], "api-football": ""}

    page = operator.get(url("feed", "changelist")).content.decode()
    one = operator.get(url("feed", "change", Feed.objects.get(name="football-data").pk)).content.decode()

    assert "10 of 10" in page
    assert "missing" in page
    assert "not required" in page
    assert TOKENS["football-data"] not in page + one


def test_a_rate_limit_can_be_changed_with_a_reason(operator):
    feed = feed_named("api-football")

    operator.post(
        url("feed", "change", feed.pk), {"per_minute": 30, "per_day": 7500, "reason": "a larger plan"}
    )

    feed.refresh_from_db()
    assert (feed.per_minute, feed.per_day) == (30, 7500)


def test_a_rate_limit_of_zero_is_refused(operator):
    feed = feed_named("api-football")

    answer = operator.post(url("feed", "change", feed.pk), {"per_minute": 0, "per_day": 9, "reason": "none"})

    assert "deactivate the subscriptions" in answer.content.decode()


def test_the_pause_of_a_feed_can_be_ended(operator):
    row = a_feed_with_all_that_comes_of_it_for_a_match()
    Feed.objects.update(paused_until=timezone.now() + timezone.timedelta(hours=9))

    confirmed(operator, "feed", row.feed, "resume")

    assert Feed.objects.get(pk=row.feed_id).paused_until is None
    assert polls() == [str(row.pk)]


# --- Unknown teams ----------------------------------------------------------------------------------------


@pytest.fixture
def unknown(subscribe, says) -> FeedSubscription:
    """A feed with another name for Ashford."""
    subscription = subscribe()
    says(subscription, Told(home="Ashford FC"), at=BEFORE)
    return subscription


def test_a_name_is_mapped_and_the_next_poll_goes_through(operator, unknown):
    row, ashford = UnknownTeam.objects.get(), TeamFactory(name="Ashford")

    confirmed(operator, "unknownteam", row, "map", team=ashford.pk)

    assert TeamAlias.objects.get().team == ashford
    assert polls() == [str(unknown.pk)]
    assert LogEntry.objects.get().change_message == "Match it to a team: asked to"


def test_the_poll_after_a_mapping_adds_the_match(operator, unknown, says):
    confirmed(operator, "unknownteam", UnknownTeam.objects.get(), "map", team=TeamFactory(name="Ashford").pk)

    assert says(unknown, Told(home="Ashford FC"), at=BEFORE).done == {"added": 1}


def test_a_name_can_become_a_team(operator, unknown):
    confirmed(operator, "unknownteam", UnknownTeam.objects.get(), "create")

    team = Team.objects.get(name="Ashford FC")
    assert (team.slug, team.short_name) == ("ashford-fc", "Ashford FC")
    assert UnknownTeam.objects.get().team == team


def test_many_names_can_become_teams_and_similar_ones_are_reported(operator, unknown):
    row = UnknownTeam.objects.get()
    near = UnknownTeam.objects.create(
        source="x", name="BARROW", example="-", first_seen_at=BEFORE, last_seen_at=BEFORE
    )
    chosen = {
        "action": "create",
        "_selected_action": [row.pk, near.pk],
        "confirmed": "yes",
        "reason": "new here",
    }

    answer = operator.post(url("unknownteam", "changelist"), chosen, follow=True)

    page = answer.content.decode()
    assert "Teams created: 1." in page
    assert "the name of the team &#x27;Barrow&#x27; (barrow)" in page
    near.refresh_from_db()
    assert near.mapped_at is None


def test_the_list_shows_open_names_by_default_and_all_on_demand(operator, unknown):
    confirmed(operator, "unknownteam", UnknownTeam.objects.get(), "create")
    listed = url("unknownteam", "changelist")

    assert operator.get(listed).context["cl"].result_count == 0
    assert operator.get(listed, {"state": "all"}).context["cl"].result_count == 1


# --- Problems ---------------------------------------------------------------------------------------------


def test_a_problem_is_shown_as_text_until_it_is_dismissed(operator):
    a_feed_with_all_that_comes_of_it_for_a_match()
    listed = url("feedproblem", "changelist")
    assert "&lt;b&gt;odd&lt;/b&gt;" in operator.get(listed).content.decode()

    confirmed(operator, "feedproblem", FeedProblem.objects.get(), "dismiss")

    assert operator.get(listed).context["cl"].result_count == 0
    assert FeedProblem.objects.get().dismissed_at is not None


def test_a_subscription_can_be_deleted_and_its_matches_stay(operator):
    row = a_feed_with_all_that_comes_of_it_for_a_match()

    confirmed(operator, "feedsubscription", row, "delete")

    assert not FeedSubscription.objects.exists()
    assert row.season.matches.count() == 1
