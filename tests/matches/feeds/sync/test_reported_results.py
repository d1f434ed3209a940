"""Two feeds and the rule of the competition, on real rows: recorded, waiting, or held for an operator."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.pipeline.models import JobRun
from matches.feeds.sync.agreement_rules import Conflicting, NoAction, Record, Wait
from matches.feeds.sync.reported_results import contested_snapshots, overrule, reported_results_of, review
from matches.models import Competition, FeedSnapshot, FeedSubscription, MatchSource, ResultRevision
from matches.result import Result, score_text
from matches.services.results import record_result
from tests.factories import record
from tests.fixtures.feeds import OVER, the_match
from tests.matches.feeds.providers.documents import KICKOFF, Told
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db

TO_COME = Told()
WON = replace(TO_COME, status="finished", ninety=(2, 1))
DRAWN = replace(TO_COME, status="finished", ninety=(2, 2))
MINUTE = timedelta(minutes=1)


@pytest.fixture
def pair(subscribe, says) -> tuple[FeedSubscription, FeedSubscription]:
    """Two feeds that list the match, of a competition in which two must agree, or one waits 30 minutes."""
    both = subscribe("football-data"), subscribe("openligadb")
    Competition.objects.update(settle_sources=2, settle_wait=30)
    for subscribed in both:
        says(subscribed, TO_COME)
    return both


def state() -> tuple[str, str]:
    match = the_match()
    return match.status, score_text(match)


def waiting() -> list[JobRun]:
    return list(JobRun.objects.filter(kind="settle_result", state="queued"))


def test_one_feed_alone_settles_nothing_and_the_ledger_comes_back_to_it(pair, says):
    taken = says(pair[0], WON, at=OVER)

    assert taken.done == {"waiting": 1}
    assert state() == ("scheduled", "-")
    (run,) = waiting()
    assert (run.key, run.due_at) == (str(the_match().pk), OVER + 30 * MINUTE)
    assert contested_snapshots().count() == 1


def test_two_that_agree_settle_it(pair, says):
    says(pair[0], WON, at=OVER)

    taken = says(pair[1], WON, at=OVER + 2 * MINUTE)

    assert taken.done == {"recorded": 1}
    assert state() == ("finished", "2-1")
    revision = ResultRevision.objects.get()
    assert (revision.source, revision.reason) == ("football-data", "football-data and openligadb agree")
    assert not contested_snapshots().exists()


def test_after_the_wait_one_is_enough(pair, says):
    says(pair[0], WON, at=OVER)

    (ran,) = run_waiting("settle_result")

    assert ran.state == "done"
    assert state() == ("finished", "2-1")
    assert ResultRevision.objects.get().reason == "30 minutes without a second feed"


def test_a_contradiction_is_held_and_time_does_not_settle_it(pair, says):
    says(pair[0], WON, at=OVER)

    taken = says(pair[1], DRAWN, at=OVER + MINUTE)

    assert taken.done == {"held": 1}
    run_waiting("settle_result")
    assert state() == ("scheduled", "-")
    assert contested_snapshots().count() == 2


def test_a_contradiction_ends_when_one_of_them_comes_round(pair, says):
    says(pair[0], WON, at=OVER)
    says(pair[1], DRAWN, at=OVER + MINUTE)

    says(pair[1], WON, at=OVER + 5 * MINUTE)

    assert state() == ("finished", "2-1")
    assert not contested_snapshots().exists()


def test_a_feed_that_is_flipped_agrees_with_one_that_is_not(pair, says):
    says(pair[0], WON, at=OVER)

    says(pair[1], replace(WON, home="Barrow", away="Ashford", ninety=(1, 2)), at=OVER)

    assert state() == ("finished", "2-1")
    assert not contested_snapshots().exists()


def test_a_flipped_claim_that_differs_is_contested(pair, says):
    flipped = replace(WON, home="Barrow", away="Ashford")
    says(pair[0], WON, at=OVER)
    says(pair[1], flipped, at=OVER)

    record(the_match(), 2, 1, source="admin")

    assert [row.subscription for row in contested_snapshots()] == [pair[1]]
    assert [str(claim) for claim in reported_results_of([the_match().pk])[the_match().pk]] == [
        "football-data: finished 2-1",
        "openligadb: finished 1-2",
    ]


def test_where_one_feed_is_enough_the_second_only_contradicts(pair, says):
    Competition.objects.update(settle_sources=1)
    says(pair[0], WON, at=OVER)

    says(pair[1], DRAWN, at=OVER + MINUTE)

    assert state() == ("finished", "2-1")
    assert isinstance(review(the_match().pk, now=OVER + 2 * MINUTE), Conflicting)


def test_what_an_operator_records_meanwhile_counts_at_once(pair, says):
    says(pair[0], WON, at=OVER)
    record(the_match(), 3, 3, source="admin")

    run_waiting("settle_result")

    assert state() == ("finished", "3-3")
    assert contested_snapshots().count() == 1


def test_a_feed_that_is_switched_off_claims_nothing(pair, says):
    says(pair[0], WON, at=OVER)
    FeedSubscription.objects.filter(pk=pair[0].pk).update(active=False)

    assert review(the_match().pk, now=OVER + 60 * MINUTE) == NoAction()


def test_a_match_that_is_listed_no_more_is_claimed_no_more(pair, says):
    says(pair[0], WON, at=OVER)
    FeedSnapshot.objects.filter(subscription=pair[0]).update(gone_at=OVER)

    assert review(the_match().pk, now=OVER + 60 * MINUTE) == NoAction()


def test_the_wait_counts_from_the_result_and_not_from_other_news(pair, says):
    says(pair[0], WON, at=OVER)

    says(pair[0], replace(WON, kickoff_at=KICKOFF + MINUTE), at=OVER + 20 * MINUTE)

    assert review(the_match().pk, now=OVER + 21 * MINUTE) == Wait(OVER + 30 * MINUTE)


def test_another_result_begins_another_wait(pair, says):
    says(pair[0], WON, at=OVER)

    says(pair[0], DRAWN, at=OVER + 20 * MINUTE)

    assert review(the_match().pk, now=OVER + 31 * MINUTE) == Wait(OVER + 50 * MINUTE)


def test_who_was_overruled_is_listened_to_again_when_it_changes_its_mind(pair, says):
    says(pair[0], WON, at=OVER)
    says(pair[1], DRAWN, at=OVER)
    record(the_match(), 2, 1, source="admin")

    assert overrule(the_match().pk, at=OVER + MINUTE) == ["openligadb"]
    assert not contested_snapshots().exists()
    says(pair[1], replace(DRAWN, matchday=8), at=OVER + 2 * MINUTE)
    assert not contested_snapshots().exists(), "the same result, said again"
    says(pair[1], replace(DRAWN, ninety=(3, 3)), at=OVER + 3 * MINUTE)
    assert contested_snapshots().count() == 1


def test_a_claim_that_cannot_be_a_result_becomes_a_problem_when_its_time_comes(pair, says):
    tie = {"matchday": None, "stage": "Last 16", "ninety": (0, 1), "shootout": (1, 4)}
    api = replace(WON, **tie)
    subscribed = FeedSubscription.objects.get(feed__name="football-data")
    says(subscribed, api, at=OVER)

    (ran,) = run_waiting("settle_result")

    assert ran.state == "done"
    assert state() == ("scheduled", "-")
    assert "a shootout follows a level score" in subscribed.problems.get(about="1").text


def test_a_match_that_was_deleted_is_settled_no_more(pair, says):
    says(pair[0], WON, at=OVER)
    match = the_match()
    MatchSource.objects.all().delete()
    match.delete()

    (ran,) = run_waiting("settle_result")

    assert ran.state == "skipped"


def test_a_result_from_a_file_is_nobodys_to_overwrite(pair, says):
    record_result(
        match_id=the_match().pk,
        result=Result(status="finished", home_score=3, away_score=0),
        source="some-pack",
        recorded_at=OVER,
    )

    says(pair[0], WON, at=OVER)
    says(pair[1], WON, at=OVER)

    assert state() == ("finished", "3-0")
    assert isinstance(review(the_match().pk, now=OVER), Conflicting)


def test_a_record_is_what_a_review_returns(pair, says):
    says(pair[0], WON, at=OVER)

    decided = review(the_match().pk, now=OVER + 30 * MINUTE)

    assert isinstance(decided, Record)
    assert review(the_match().pk, now=OVER + 31 * MINUTE) == NoAction()
