"""Awards in the admin: to one side, or a match that both sides lose."""

import pytest
from django.urls import reverse

from matches.models import Match
from tests.confirm_pages import seen_at
from tests.factories import MatchFactory, record

pytestmark = pytest.mark.django_db


def submit(client, match: Match, operation: str, **fields: object) -> str:
    url = reverse("admin:matches_match_do", args=[match.pk, operation])
    sent = {"confirmed": "yes", "reason": "Decision of the league", "seen": seen_at(client, url), **fields}
    return client.post(url, sent, follow=True).content.decode()


@pytest.mark.parametrize(
    ("award", "words"), [("home", "awarded to the home team"), ("both", "lost by both teams")]
)
@pytest.mark.parametrize("operation", ["correct", "void"])
def test_an_operator_awards_a_match(admin_client, operation, award, words):
    match = MatchFactory()

    page = submit(admin_client, match, operation, status="awarded", award=award)

    match.refresh_from_db()
    assert (match.status, match.award, match.home_score) == ("awarded", award, None)
    assert words in page


def test_an_award_that_the_score_contradicts_is_refused(admin_client):
    match = MatchFactory()
    record(match, 0, 1)

    page = submit(admin_client, match, "void", status="awarded", award="home")

    match.refresh_from_db()
    assert match.status == "finished"
    assert "it goes to the home team, and 0-1 is not its win" in page


def test_a_score_of_31_goals_can_be_entered(admin_client):
    match = MatchFactory()

    submit(admin_client, match, "correct", status="finished", home_score=31, away_score=0)

    match.refresh_from_db()
    assert (match.home_score, match.away_score) == (31, 0)
