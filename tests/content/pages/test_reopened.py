"""A match that was played, taken back and given a new kickoff: its picks are secret again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from content.models import Roundup
from matches.models import Match
from matches.services.kickoffs import move_kickoff
from tests.factories import MatchFactory, homer, oracle, predict, record
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def reopened() -> Match:
    match = MatchFactory()
    predict(match, oracle(), (2, 1))
    predict(match, homer(), (1, 0))
    record(match, 2, 1)
    run_waiting()
    move_kickoff(
        match_id=match.pk,
        kickoff_at=timezone.now() + timedelta(days=5),
        source="test",
        moved_at=timezone.now(),
        reschedule=True,
    )
    run_waiting()
    return match


def test_no_page_and_no_answer_tells_a_pick_before_the_new_lock(reopened, client):
    roundup = Roundup.objects.get()
    match = f"/api/v1/matches/{reopened.pk}/"
    for path in (f"/roundups/{roundup.pk}/", f"/api/v1/roundups/{roundup.pk}/"):
        assert client.get(path).status_code == 404
    for path in (
        *("/", "/roundups/", "/roundups/feed.atom", "/corrections/", "/corrections/feed.atom"),
        *("/api/v1/roundups/?status=all", "/api/v1/corrections/", f"/matches/{reopened.pk}/"),
        *(match, f"{match}predictions/", f"{match}revisions/"),
    ):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "The Oracle" not in answer.content.decode(), path


def test_the_quotas_of_then_are_hidden_too(reopened, client):
    (revision, *_) = client.get(f"/api/v1/matches/{reopened.pk}/revisions/").json()["results"][1:]
    assert revision["settlement"]["quotas"] in (None, {"home": None, "draw": None, "away": None})


def test_the_withdrawn_roundup_can_be_read_again_once_the_match_is_locked(reopened, client):
    long_ago = timezone.now() - timedelta(hours=1)
    move_kickoff(match_id=reopened.pk, kickoff_at=long_ago, source="test", moved_at=timezone.now())

    assert client.get(f"/roundups/{Roundup.objects.get().pk}/").status_code == 200


def test_the_page_of_a_match_that_runs_before_its_kickoff_does_not_invite_picks(client):
    match = MatchFactory(kickoff_at=timezone.now() + timedelta(hours=1))
    record(match, 0, 0, status="live")

    page = client.get(f"/matches/{match.pk}/").content.decode()

    assert "may replace their predictions" not in page
    assert "No one can add or change predictions now, because the match is live." in page
