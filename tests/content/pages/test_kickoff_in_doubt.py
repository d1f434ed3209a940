"""While a kickoff is in doubt no page, feed or answer shows a prediction."""

from datetime import timedelta

import pytest
from django.utils import timezone

from content.models import Roundup
from matches.commitments import prediction_log
from matches.models import Match
from tests.content.pages.conftest import count_results, write_roundup
from tests.factories import MatchFactory, missed_question, move, new_key, oracle, predict, record

pytestmark = pytest.mark.django_db

LIVE = "live"
SCORE = (7, 4)
FACES = [
    *("/", "/matches/", "/matches/{match}/", "/forecasters/the-oracle/", "/roundups/", "/corrections/"),
    *("/roundups/feed.atom", "/corrections/feed.atom", "/commitments/feed.atom", "/status/"),
    *("/api/v1/matches/", "/api/v1/matches/?open=true", "/api/v1/matches/{match}/"),
    *("/api/v1/matches/{match}/predictions/", "/api/v1/matches/{match}/predictions/?format=csv"),
    *("/api/v1/matches/{match}/askings/", "/api/v1/matches/{match}/askings/?format=csv"),
    *("/api/v1/matches/{match}/revisions/", "/api/v1/matches/{match}/revisions/?format=csv"),
    *("/api/v1/matches/{match}/commitment/", "/api/v1/forecasters/the-oracle/predictions/"),
    *("/api/v1/forecasters/the-oracle/predictions/?format=csv", "/api/v1/forecasters/the-oracle/"),
    *("/api/v1/roundups/?status=all", "/api/v1/corrections/", "/api/v1/leaderboard/", "/leaderboard/"),
    *("/api/v1/predictions/", "/api/v1/predictions/?match={match}&format=csv"),
]
HIDDEN = [
    *("/api/v1/matches/{match}/predictions/the-oracle/proof/", "/api/v1/matches/{match}/commitment/log/"),
    *(
        "/roundups/{roundup}/",
        "/api/v1/roundups/{roundup}/",
        "/api/v1/matches/{match}/predictions/the-oracle/",
    ),
]
SECRETS = ("7-4", "7,4,", '"home_goals":7', "0.8125", "81 %", "Who wins?", "Told in confidence")


@pytest.fixture
def match() -> Match:
    """A match with a prediction, a question, and a roundup of an earlier result that was taken back."""
    match = MatchFactory()
    predict(match, oracle(), (1, 1))
    record(match, 1, 1)
    count_results()
    write_roundup(match, title="Told in confidence", body_html="<p>Told in confidence</p>")
    move(match, timezone.now() + timedelta(days=2), reschedule=True)
    missed_question(match)
    predict(match, oracle(), SCORE, (0.8125, 0.125, 0.0625), provenance=LIVE)
    move(match, timezone.now(), source="football-data", trusted=False)  # the prediction came before
    prediction_log.commit(match.pk, at=timezone.now())
    return match


def path_of(face: str, match: Match) -> str:
    return face.format(match=match.pk, roundup=Roundup.objects.get().pk)


@pytest.mark.parametrize("face", FACES)
def test_nothing_is_shown_while_the_kickoff_is_in_doubt(match, client, face):
    answer = client.get(path_of(face, match))

    assert answer.status_code == 200
    text = answer.content.decode()
    assert not [secret for secret in SECRETS if secret in text]


@pytest.mark.parametrize("face", HIDDEN)
def test_what_is_only_about_predictions_is_not_there_yet(match, client, face):
    assert client.get(path_of(face, match)).status_code == 404


SHOWN = [
    *("/matches/{match}/", "/forecasters/the-oracle/", "/api/v1/forecasters/the-oracle/predictions/"),
    *("/api/v1/matches/{match}/predictions/", "/api/v1/matches/{match}/predictions/?format=csv"),
    *("/api/v1/matches/{match}/askings/", "/api/v1/matches/{match}/predictions/the-oracle/proof/"),
    *("/roundups/{roundup}/", "/roundups/feed.atom", "/api/v1/roundups/{roundup}/"),
    *("/api/v1/matches/{match}/predictions/the-oracle/", "/api/v1/predictions/?match={match}"),
]


@pytest.mark.parametrize("face", SHOWN)
def test_it_is_shown_from_the_later_kickoff_on(match, client, face, time_machine):
    match.refresh_from_db()
    time_machine.move_to(match.reveal_at, tick=False)

    answer = client.get(path_of(face, match))

    assert answer.status_code == 200
    text = answer.content.decode()
    assert [secret for secret in SECRETS if secret in text]


def test_the_page_says_why_and_until_when(match, client):
    match.refresh_from_db()

    text = client.get(f"/matches/{match.pk}/").content.decode()

    assert "Different kickoffs were reported. Predictions closed at the earliest one (" in text
    assert "Locked." not in text


def test_the_api_says_when_predictions_are_shown(match, client):
    match.refresh_from_db()
    meta = client.get(f"/api/v1/matches/{match.pk}/predictions/").json()["meta"]

    assert (meta["locked"], meta["revealed"]) == (True, False)
    assert meta["reveal_at"] == client.get(f"/api/v1/matches/{match.pk}/").json()["reveal_at"]
    assert meta["reveal_at"] > meta["lock_at"]


def test_a_match_in_doubt_is_not_among_those_that_take_predictions(match, client):
    assert client.get("/api/v1/matches/?open=true").json()["count"] == 0


def test_the_forecasters_own_key_still_reads_its_prediction(match, client):
    headers = {"HTTP_AUTHORIZATION": f"Bearer {new_key(oracle())}"}

    results = client.get("/api/v1/forecasters/the-oracle/predictions/", **headers).json()["results"]

    assert (results[0]["home_goals"], results[0]["away_goals"]) == SCORE
