"""Results that feeds claim: shown on the board with every value, decided by an operator, on the record."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matches.models import Competition, FeedSnapshot, FeedSubscription, ResultRevision
from matches.result import score_text
from ops.conflicts import conflict_of, conflicts, held_count
from tests.confirm_pages import seen_at
from tests.factories import oracle, predict, record
from tests.fixtures.feeds import OVER, the_match
from tests.matches.feeds.providers.documents import Told
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db

TO_COME = Told()
WON = replace(TO_COME, status="finished", ninety=(2, 1))
DRAWN = replace(TO_COME, status="finished", ninety=(2, 2))
BOARD = "/admin/pipeline/board/"


@pytest.fixture
def operator(db) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("ada", password="a-long-password"))
    return client


@pytest.fixture
def pair(subscribe, says) -> tuple[FeedSubscription, FeedSubscription]:
    both = subscribe("football-data"), subscribe("openligadb")
    Competition.objects.update(settle_sources=2, settle_wait=30)
    for subscribed in both:
        says(subscribed, TO_COME)
    return both


@pytest.fixture
def disagreeing(pair, says) -> str:
    """The two feeds contradict each other; the address at which that is decided."""
    says(pair[0], WON, at=OVER)
    says(pair[1], DRAWN, at=OVER)
    return reverse("admin:matches_match_do", args=[the_match().pk, "decide"])


def decided(operator: Client, url: str, choice: str, **data: str):
    sent = {
        "confirmed": "yes",
        "choice": choice,
        "reason": "seen on television",
        "seen": seen_at(operator, url),
    }
    return operator.post(url, {**sent, **data})


def board(operator: Client) -> str:
    return operator.get(BOARD).content.decode()


def test_a_contradiction_is_on_the_board_with_both_values_and_a_way_to_decide(operator, disagreeing):
    page = board(operator)

    assert "football-data: finished 2-1" in page
    assert "openligadb: finished 2-2" in page
    assert "the feeds contradict each other" in page
    assert f'href="{disagreeing}"' in page


def test_one_that_waits_says_until_when(operator, pair, says):
    says(pair[0], WON, at=OVER)

    (row,) = conflicts(now=OVER)

    assert (row.is_held, row.text) == (False, "waiting for a second feed until 07 Mar 17:25 UTC")
    assert "football-data: finished 2-1" in board(operator)


def test_nothing_is_shown_where_nothing_is_open(operator, pair):
    assert 'id="provisional"' not in board(operator)
    assert held_count() == 0


def test_those_to_decide_come_before_those_that_wait(pair, says):
    other = replace(TO_COME, number=2, home="Crewe", away="Dover")
    late = replace(other, status="finished", ninety=(0, 0))
    says(pair[0], WON, late, at=OVER)
    says(pair[1], DRAWN, at=OVER)

    assert [row.is_held for row in conflicts(now=OVER)] == [True, False]


def test_the_boards_filter_of_competitions_counts(disagreeing):
    assert len(conflicts(now=OVER, competition="premier-league")) == 1
    assert conflicts(now=OVER, competition="elsewhere") == []


def test_what_a_feed_says_is_recorded_as_the_operators_word(operator, disagreeing):
    predict(the_match(), oracle(), (2, 2))

    answer = decided(operator, disagreeing, "openligadb")

    assert answer.status_code == 302
    match = the_match()
    assert (match.status, score_text(match)) == ("finished", "2-2")
    revision = ResultRevision.objects.get()
    assert (revision.source, revision.reason) == ("admin", "seen on television")
    assert revision.recorded_by.username == "ada"
    assert LogEntry.objects.get().change_message == "Decide result: seen on television"
    assert conflict_of(match, now=timezone.now()) is None
    assert FeedSnapshot.objects.get(subscription__feed__name="football-data").overruled_at is not None
    assert {run.kind for run in run_waiting("score_match")} == {"score_match"}


def test_what_is_recorded_can_be_decided_for(operator, disagreeing):
    record(the_match(), 3, 3, source="admin")

    decided(operator, disagreeing, "as recorded")

    assert score_text(the_match()) == "3-3"
    assert ResultRevision.objects.count() == 1
    assert held_count() == 0


def test_where_nothing_is_recorded_that_is_no_choice(operator, disagreeing):
    assert "as recorded" not in operator.get(disagreeing).content.decode()
    assert decided(operator, disagreeing, "as recorded").status_code == 200
    assert not ResultRevision.objects.exists()


def test_a_choice_that_nobody_offered_is_refused(operator, disagreeing):
    assert decided(operator, disagreeing, "somebody").status_code == 200
    assert decided(operator, disagreeing, "").status_code == 200
    assert not ResultRevision.objects.exists()


def test_a_decision_needs_a_reason(operator, disagreeing):
    assert decided(operator, disagreeing, "openligadb", reason="").status_code == 200
    assert not ResultRevision.objects.exists()


def test_a_feed_that_says_something_else_meanwhile_is_looked_at_again(operator, disagreeing, pair, says):
    seen = seen_at(operator, disagreeing)
    says(pair[1], replace(DRAWN, ninety=(3, 3)), at=OVER + timedelta(minutes=1))

    answer = decided(operator, disagreeing, "openligadb", seen=seen)

    assert "A feed reports something else now" in answer.content.decode()
    assert not ResultRevision.objects.exists()
    assert decided(operator, disagreeing, "openligadb").status_code == 302
    assert score_text(the_match()) == "3-3"


def test_a_result_that_somebody_recorded_meanwhile_is_looked_at_again(operator, disagreeing):
    seen = seen_at(operator, disagreeing)
    record(the_match(), 0, 0, source="admin")

    answer = decided(operator, disagreeing, "openligadb", seen=seen)

    assert "The match was changed in the meantime" in answer.content.decode()
    assert score_text(the_match()) == "0-0"


def test_feeds_that_agree_meanwhile_leave_nothing_to_decide(operator, disagreeing, pair, says):
    says(pair[1], WON, at=OVER + timedelta(minutes=1))

    assert "there is nothing to decide" in operator.get(disagreeing).content.decode()
    assert decided(operator, disagreeing, "openligadb").status_code == 200
    assert ResultRevision.objects.count() == 1


def test_the_button_is_on_the_match_page_only_while_there_is_something_to_decide(operator, disagreeing):
    page = reverse("admin:matches_match_change", args=[the_match().pk])
    assert disagreeing in operator.get(page).content.decode()

    decided(operator, disagreeing, "openligadb")

    assert disagreeing not in operator.get(page).content.decode()


def test_a_viewer_sees_the_values_and_no_way_to_decide(disagreeing):
    viewer = User.objects.create_user("vera", is_staff=True)
    viewer.groups.add(Group.objects.get(name="viewer"))
    client = Client()
    client.force_login(viewer)

    page = board(client)

    assert "openligadb: finished 2-2" in page
    assert disagreeing not in page
    assert client.get(disagreeing).status_code == 403


def test_the_strip_above_the_board_counts_problems_where_feeds_are_asked(operator, pair, says):
    assert "Feed problems" in board(operator)
    FeedSubscription.objects.update(active=False)
    assert "Feed problems" not in board(operator)
