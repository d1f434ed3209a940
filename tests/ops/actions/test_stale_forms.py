"""Two operators, one match: what the first still has on the screen does not undo what the second did."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from core.admin.actions import ActionRefused
from matches.models import KickoffMove, Match, ResultRevision
from matches.result import Result
from ops.actions.result import ChangeResult
from ops.actions.stale_form import match_state
from tests.confirm_pages import seen_at, seen_in
from tests.factories import KICKOFF, MatchFactory, move, record

pytestmark = pytest.mark.django_db

EARLIER = KICKOFF - timedelta(hours=1)
ANSWERS = {
    "correct": {"status": "finished", "home_score": 1, "away_score": 1},
    "void": {"status": "abandoned"},
    "kickoff": {"kickoff_at_0": "2025-08-15", "kickoff_at_1": "14:00:00"},
}


@pytest.fixture
def match() -> Match:
    """Ashford 2-1 Barrow."""
    match = MatchFactory()
    record(match, 2, 1)
    return match


def address(match: Match, operation: str) -> str:
    return reverse("admin:matches_match_do", args=[match.pk, operation])


def answer(client, match: Match, operation: str, seen: str, **changes: object) -> str:
    sent = {"confirmed": "yes", "reason": "as I saw it", **ANSWERS[operation], "seen": seen, **changes}
    return client.post(address(match, operation), sent, follow=True).content.decode()


def written() -> tuple[int, int, int]:
    return ResultRevision.objects.count(), KickoffMove.objects.count(), LogEntry.objects.count()


@pytest.mark.parametrize("operation", ANSWERS)
@pytest.mark.parametrize(
    ("meanwhile", "said"),
    [
        (lambda match: record(match, 3, 3), "finished 3-3 (result version 2), kickoff 2025-08-16 14:00 UTC"),
        (lambda match: move(match, EARLIER), "finished 2-1 (result version 1), kickoff 2025-08-16 13:00 UTC"),
    ],
    ids=["another result", "another kickoff"],
)
def test_a_stale_page_is_refused_and_then_shows_what_is_so_now(
    admin_client, match, operation, meanwhile, said
):
    seen = seen_at(admin_client, address(match, operation))
    meanwhile(match)
    before = written()

    page = answer(admin_client, match, operation, seen)

    assert f"The match was changed in the meantime. It is now {said}. Nothing was saved;" in page
    assert written() == before

    answer(admin_client, match, operation, seen_in(page))

    assert sum(written()) == sum(before) + 2, "the result or the move, and who did it"


def test_another_mistake_in_a_stale_form_does_not_make_it_a_fresh_one(admin_client, match):
    seen = seen_at(admin_client, address(match, "correct"))
    record(match, 3, 3)

    page = answer(admin_client, match, "correct", seen, reason="")

    assert "This field is required" in page
    assert seen_in(page) == seen
    assert "The match was changed in the meantime" in answer(admin_client, match, "correct", seen_in(page))


def test_a_form_without_the_token_is_rejected(admin_client, match):
    assert "check and submit again" in answer(admin_client, match, "void", "")
    assert ResultRevision.objects.count() == 1


def test_a_change_after_the_match_was_read_is_detected(match, admin_user):
    in_hand = Match.objects.get(pk=match.pk)
    seen = match_state(in_hand)
    record(match, 3, 3)

    with pytest.raises(ActionRefused, match="It is now finished 3-3"):
        correct(in_hand, seen, by=admin_user)

    assert in_hand.home_score == 3, "the next page shows the current state"
    correct(in_hand, match_state(in_hand), by=admin_user)


def correct(match: Match, seen: str, *, by: User) -> None:
    data = {**Result(status="finished", home_score=1, away_score=1).as_columns(), "reason": "", "seen": seen}
    ChangeResult().run([match], by=by, at=timezone.now(), data=data)
