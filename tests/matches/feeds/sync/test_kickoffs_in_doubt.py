"""Feeds and files that move a kickoff to the past: locked, secret, and a decision for an operator."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.db import IntegrityError, transaction
from django.utils import timezone

from matches.models import FeedProblem, FeedSubscription, KickoffMove, Match
from tests.confirm_pages import seen_at
from tests.factories import SeasonFactory, move, oracle, predict
from tests.fixtures.feeds import BEFORE, the_match
from tests.matches.admin.test_feeds import confirmed, operator, url
from tests.matches.feeds.loopback import CODES
from tests.matches.feeds.providers.documents import KICKOFF, Told
from tests.matches.imports.test_match_files import TO_COME as SCHEDULED
from tests.matches.imports.test_match_files import imported, row

pytestmark = pytest.mark.django_db

__all__ = ["operator"]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TO_COME = Told()
PAST = BEFORE - 3 * HOUR
GONE_BY = replace(TO_COME, kickoff_at=PAST)


def times() -> tuple:
    match = the_match()
    return match.kickoff_at, match.lock_at, match.reveal_at


def open_problems() -> list[str]:
    return list(FeedProblem.objects.filter(ended_at=None, dismissed_at=None).values_list("kind", flat=True))


# --- Feeds ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("feed", sorted(CODES))
def test_a_kickoff_in_the_past_reveals_nothing_even_if_the_next_response_takes_it_back(subscribe, says, feed):
    subscribed = subscribe(feed)
    says(subscribed, TO_COME)

    taken = says(subscribed, GONE_BY)

    assert taken.done == {"moved": 1}
    assert times() == (PAST, PAST, KICKOFF)
    assert open_problems() == ["kickoff"]
    decision = f"{PAST:%Y-%m-%d %H:%M} UTC for Ashford - Barrow: it is in the past or less than an hour ahead"
    assert decision in next(iter(taken.problems.values()))
    says(subscribed, TO_COME, at=BEFORE + HOUR)
    assert times() == (KICKOFF, PAST, KICKOFF)
    assert open_problems() == ["kickoff"]


def test_the_same_response_again_changes_nothing(subscribe, says):
    subscribed = subscribe()
    says(subscribed, TO_COME)
    for hours in range(3):
        says(subscribed, GONE_BY, at=BEFORE + hours * HOUR)

    assert times() == (PAST, PAST, KICKOFF)
    assert (FeedProblem.objects.get().times, KickoffMove.objects.count()) == (1, 1)
    assert FeedSubscription.objects.get().etag == "", "the next response is asked for in whole"


def test_a_live_match_confirms_the_kickoff_of_the_same_response(subscribe, says):
    subscribed = subscribe()
    says(subscribed, TO_COME)

    says(subscribed, replace(GONE_BY, status="live"))

    assert times() == (PAST, PAST, PAST)
    assert open_problems() == []


def test_a_result_confirms_the_kickoff(subscribe, says):
    subscribed = subscribe()
    says(subscribed, TO_COME)
    says(subscribed, GONE_BY)

    says(subscribed, replace(GONE_BY, status="finished", ninety=(2, 1)), at=BEFORE + HOUR)

    assert times() == (PAST, PAST, PAST)
    assert open_problems() == []


def test_a_flapping_feed_never_shows_a_prediction_of_a_match_that_opens_again(subscribe, says):
    subscribed = subscribe()
    says(subscribed, TO_COME)
    for hours in range(3):
        says(subscribed, GONE_BY, at=BEFORE + 2 * hours * HOUR)
        assert the_match().reveal_at == KICKOFF
        says(subscribed, TO_COME, at=BEFORE + (2 * hours + 1) * HOUR)
        assert times() == (KICKOFF, PAST, KICKOFF)
    assert FeedProblem.objects.get().times == 6


# --- Files ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_file_that_moves_a_kickoff_to_the_past_is_in_doubt_too(teams, overwrite):
    now = timezone.now()
    planned, past = now + 2 * DAY, now - HOUR
    season = SeasonFactory(label="now", starts_on=(now - 60 * DAY).date(), ends_on=(now + 60 * DAY).date())

    def reports(kickoff_at):
        return imported(
            row(kickoff_at=kickoff_at, result=SCHEDULED), now=now, season=season, overwrite=overwrite
        )

    reports(planned)
    kept = reports(past).kept

    assert times() == (past, past, planned)
    assert open_problems() == ["kickoff"]
    assert FeedProblem.objects.get().subscription is None
    assert "in doubt; decide under Doubts and feed problems" in kept[2]
    assert reports(past).kept == {}
    with pytest.raises(IntegrityError, match="prediction-locked"), transaction.atomic():
        predict(the_match(), oracle(), (1, 0), provenance="live")
    assert "the match had this kickoff before" in reports(planned).kept[2]
    assert times() == (planned, past, planned)
    assert open_problems() == ["kickoff"]


def test_a_file_that_moves_a_match_to_another_year_is_in_doubt(teams):
    now = timezone.now()
    season = SeasonFactory(label="now", starts_on=(now - 60 * DAY).date(), ends_on=(now + 60 * DAY).date())
    planned, mistyped = now + 2 * DAY, now + 367 * DAY
    imported(row(kickoff_at=planned, result=SCHEDULED), now=now, season=season)

    kept = imported(row(kickoff_at=mistyped, result=SCHEDULED), now=now, season=season).kept

    assert times() == (planned, planned, mistyped)
    assert "it is outside Premier League now" in kept[2]
    again = imported(row(kickoff_at=mistyped, result=SCHEDULED), now=now + HOUR, season=season)
    assert "was kept" in again.kept[2]
    assert FeedProblem.objects.get().times == 1


def test_a_feed_that_reports_a_kickoff_far_away_opens_a_doubt_until_an_operator_decides(
    subscribe, says, operator
):
    subscribed, far = subscribe(), KICKOFF + 60 * DAY
    says(subscribed, TO_COME)

    taken = says(subscribed, replace(TO_COME, kickoff_at=far))

    assert times() == (KICKOFF, KICKOFF, far)
    assert sorted(open_problems()) == ["kickoff", "response"]
    assert any("60 days later" in text for text in taken.problems.values())
    says(subscribed, TO_COME, at=BEFORE + HOUR)
    assert open_problems() == ["kickoff"], "which of the two reports is right?"
    confirmed(operator, "feedproblem", FeedProblem.objects.get(kind="kickoff"), "confirm")
    assert times() == (far, far, far)


def test_a_new_match_outside_its_season_is_refused(teams):
    now = timezone.now()
    season = SeasonFactory(label="now", starts_on=(now - 60 * DAY).date(), ends_on=(now + 60 * DAY).date())

    refused = imported(row(kickoff_at=now + 367 * DAY, result=SCHEDULED), now=now, season=season).refused

    assert "is not in Premier League now" in next(iter(refused.values()))
    assert not Match.objects.exists()


def test_a_match_that_is_over_is_not_moved_to_another_year(teams):
    now = timezone.now()
    season = SeasonFactory(label="now", starts_on=(now - 60 * DAY).date(), ends_on=(now + 60 * DAY).date())
    played = now - DAY
    imported(row(kickoff_at=played), now=now, season=season)

    kept = imported(row(kickoff_at=played - 365 * DAY), now=now, season=season).kept

    assert times() == (played, played, played)
    assert "was kept" in kept[2]


# --- The operator -----------------------------------------------------------------------------------------


@pytest.fixture
def in_doubt(subscribe, says) -> Match:
    subscribed = subscribe()
    says(subscribed, TO_COME)
    says(subscribed, GONE_BY)
    return the_match()


def test_an_operator_confirms_the_reported_kickoff(in_doubt, operator):
    problem = FeedProblem.objects.get()
    assert "Reject" in operator.get(url("feedproblem", "change", problem.pk)).content.decode()

    confirmed(operator, "feedproblem", problem, "confirm")

    assert times() == (PAST, PAST, PAST)
    assert open_problems() == []


def test_an_operator_rejects_it_and_the_feed_cannot_move_it_again(in_doubt, operator, says):
    confirmed(operator, "feedproblem", FeedProblem.objects.get(), "reject")

    assert times() == (KICKOFF, KICKOFF, KICKOFF)
    last = KickoffMove.objects.order_by("pk").last()
    assert (last.source, last.moved_by.username, last.reason) == ("admin", "ada", "asked to")
    says(FeedSubscription.objects.get(), GONE_BY, at=BEFORE + HOUR)
    says(FeedSubscription.objects.get(), replace(GONE_BY, kickoff_at=PAST - HOUR), at=BEFORE + 2 * HOUR)
    assert times() == (KICKOFF, KICKOFF, KICKOFF)
    assert open_problems() == ["response"]


def test_a_decision_that_was_overtaken_is_refused(in_doubt, operator, says):
    problem = FeedProblem.objects.get()
    seen = seen_at(operator, url("feedproblem", "do", problem.pk, "confirm"))
    says(FeedSubscription.objects.get(), TO_COME, at=BEFORE + HOUR)

    page = confirmed(operator, "feedproblem", problem, "confirm", seen=seen)

    assert "There is a newer report; nothing was changed." in page.content.decode()
    assert times() == (KICKOFF, PAST, KICKOFF)
    move(in_doubt, KICKOFF, source="admin")
    page = confirmed(operator, "feedproblem", problem, "confirm")
    assert "closed in the meantime" in page.content.decode()


def test_a_report_that_was_taken_back_is_decided_between_the_two_values(in_doubt, operator, says):
    says(FeedSubscription.objects.get(), TO_COME, at=BEFORE + HOUR)
    problem = FeedProblem.objects.get()
    page = operator.get(url("feedproblem", "change", problem.pk)).content.decode()
    assert f"Confirm it, or reject it for {PAST:%Y-%m-%d %H:%M} UTC." in page

    confirmed(operator, "feedproblem", problem, "reject")

    assert times() == (PAST, PAST, PAST)
    assert open_problems() == []


def test_the_page_of_a_doubt_shows_who_reported_what_and_what_each_decision_does(in_doubt, operator):
    page = operator.get(url("feedproblem", "change", FeedProblem.objects.get().pk)).content.decode()

    confirm, reject = page.split('<th scope="row">Confirm</th>')[1].split('<th scope="row">Reject</th>')
    assert f"{PAST:%Y-%m-%d %H:%M}" in confirm
    assert "Predictions stay closed, and all are public at once." in confirm
    assert f"{KICKOFF:%Y-%m-%d %H:%M}" in reject
    moves, reports = page.split('id="moves"')[1].split('id="reports"')
    for shown in ("football-data", f"{KICKOFF:%Y-%m-%d %H:%M}", f"{PAST:%Y-%m-%d %H:%M}"):
        assert shown in moves
    assert f"{PAST:%Y-%m-%d %H:%M}" in reports


def test_a_decision_cannot_be_dismissed(in_doubt, operator):
    problem = FeedProblem.objects.get()

    confirmed(operator, "feedproblem", problem, "dismiss")

    assert open_problems() == ["kickoff"]


def test_who_may_not_change_matches_decides_nothing(in_doubt, client):
    clerk = User.objects.create_user("clerk", password="a-long-password", is_staff=True)
    clerk.user_permissions.set(
        Permission.objects.filter(codename__in=["view_feedproblem", "change_feedproblem"])
    )
    client.force_login(clerk)

    answer = client.post(
        url("feedproblem", "do", FeedProblem.objects.get().pk, "confirm"), {"confirmed": "yes"}
    )

    assert answer.status_code == 403
    assert open_problems() == ["kickoff"]


def test_move_kickoff_with_the_same_kickoff_confirms_it(in_doubt, operator):
    address = url("match", "do", in_doubt.pk, "kickoff")
    assert "The kickoff is in doubt." in operator.get(address).content.decode()
    form = {"kickoff_at_0": f"{PAST:%Y-%m-%d}", "kickoff_at_1": f"{PAST:%H:%M:%S}"}

    confirmed(operator, "match", in_doubt, "kickoff", seen=seen_at(operator, address), **form)

    assert times() == (PAST, PAST, PAST)
    assert open_problems() == []


def test_moving_the_kickoff_on_the_page_of_the_match_ends_the_doubt(in_doubt):
    move(in_doubt, KICKOFF + HOUR, source="admin")

    assert times() == (KICKOFF + HOUR,) * 3
    assert open_problems() == []
