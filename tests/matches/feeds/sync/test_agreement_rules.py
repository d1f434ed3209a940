"""When a result from feeds counts: one is enough, or two agree; contradictions wait for an operator."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matches.feeds.sync.agreement_rules import (
    Conflicting,
    NoAction,
    Record,
    RecordedResult,
    ReportedResult,
    Rule,
    Wait,
    agree,
    decide,
    merged,
)
from matches.result import Result

NOON = datetime(2026, 3, 7, 17, 0, tzinfo=UTC)
ONE, TWO = Rule(), Rule(needed=2, wait=timedelta(minutes=30))
OPEN = RecordedResult(Result(status="live"))


def finished(home: int, away: int, **more: object) -> Result:
    return Result(status="finished", home_score=home, away_score=away, **more)


def claim(source: str, result: Result, minutes: int = 0) -> ReportedResult:
    return ReportedResult(source, result, NOON + timedelta(minutes=minutes))


def standing(result: Result, source: str = "alpha", *, by_feed: bool = True) -> RecordedResult:
    return RecordedResult(result, source, by_feed)


def of(*claims: ReportedResult, on: RecordedResult = OPEN, rule: Rule = ONE, minutes: int = 0):
    return decide(claims, on, rule, now=NOON + timedelta(minutes=minutes))


WON, DRAWN = finished(2, 1), finished(2, 2)
ALPHA, BETA, GAMMA = claim("alpha", WON), claim("beta", WON, 5), claim("gamma", DRAWN, 6)


# --- One feed is enough ---------------------------------------------------------------------------------


def test_nobody_claims_anything():
    assert of() == NoAction()


def test_one_feed_is_enough_where_the_competition_says_so():
    assert of(ALPHA) == Record(WON, "alpha")


def test_what_is_recorded_already_is_not_recorded_again():
    assert of(ALPHA, on=standing(WON)) == NoAction()


def test_a_feed_corrects_itself():
    assert of(claim("alpha", DRAWN), on=standing(WON)) == Record(DRAWN, "alpha", "alpha corrects itself")


def test_a_feed_does_not_correct_another_one():
    assert of(ALPHA, GAMMA, on=standing(WON)) == Conflicting((GAMMA,))


def test_two_feeds_that_agree_correct_the_one_that_was_first():
    decided = of(claim("alpha", DRAWN, 9), GAMMA, on=standing(WON))

    assert decided == Record(DRAWN, "gamma", "gamma and alpha agree")


def test_feeds_that_contradict_each_other_before_anything_is_recorded_are_held():
    assert of(ALPHA, GAMMA) == Conflicting((ALPHA, GAMMA))


def test_an_awarded_match_and_a_played_one_contradict_each_other():
    awarded = claim("gamma", Result(status="awarded", home_score=3, away_score=0))

    assert of(ALPHA, awarded, on=standing(WON)) == Conflicting((awarded,))


# --- Two must agree -----------------------------------------------------------------------------------


def test_one_feed_alone_waits_for_the_second():
    assert of(ALPHA, rule=TWO, minutes=29) == Wait(NOON + timedelta(minutes=30))


def test_two_feeds_that_agree_settle_at_once():
    assert of(ALPHA, BETA, rule=TWO, minutes=5) == Record(WON, "alpha", "alpha and beta agree")


def test_after_the_wait_one_feed_is_enough():
    assert of(ALPHA, rule=TWO, minutes=30) == Record(WON, "alpha", "30 minutes without a second feed")


def test_a_contradiction_is_held_however_long_it_waits():
    assert of(ALPHA, GAMMA, rule=TWO, minutes=10_000) == Conflicting((ALPHA, GAMMA))


def test_two_of_three_settle_it():
    assert of(GAMMA, ALPHA, BETA, rule=TWO) == Record(WON, "alpha", "alpha and beta agree")
    assert of(GAMMA, ALPHA, BETA, rule=TWO, on=standing(WON)) == Conflicting((GAMMA,)), (
        "and the third is shown"
    )


def test_a_correction_by_one_feed_is_held_while_the_other_stands_by_the_result():
    corrected = claim("alpha", DRAWN, 60)

    assert of(corrected, BETA, rule=TWO, on=standing(WON), minutes=100) == Conflicting((corrected,))


def test_a_correction_that_both_make_is_recorded():
    decided = of(claim("alpha", DRAWN, 60), claim("beta", DRAWN, 61), rule=TWO, on=standing(WON))

    assert decided == Record(DRAWN, "alpha", "alpha and beta agree")


def test_a_correction_by_the_only_feed_waits_too():
    corrected = claim("alpha", DRAWN, 60)

    assert of(corrected, rule=TWO, on=standing(WON), minutes=61) == Wait(NOON + timedelta(minutes=90))
    decided = of(corrected, rule=TWO, on=standing(WON), minutes=90)
    assert decided == Record(DRAWN, "alpha", "30 minutes without a second feed")


# --- What a person recorded ---------------------------------------------------------------------------


def test_what_a_person_recorded_is_not_overwritten_and_the_contradiction_is_shown():
    by_hand = standing(DRAWN, "admin", by_feed=False)

    assert of(ALPHA, BETA, on=by_hand) == Conflicting((ALPHA, BETA))
    assert of(ALPHA, BETA, on=by_hand, rule=TWO) == Conflicting((ALPHA, BETA))


def test_a_feed_that_agrees_with_a_person_changes_nothing():
    assert of(ALPHA, on=standing(WON, "admin", by_feed=False)) == NoAction()


# --- What it is to agree ------------------------------------------------------------------------------

IN_FULL = finished(1, 1, home_score_aet=2, away_score_aet=2, home_penalties=4, away_penalties=3)


def test_a_feed_that_tells_less_agrees_with_one_that_tells_more():
    assert agree(finished(1, 1), IN_FULL)
    assert merged([finished(1, 1), IN_FULL]) == IN_FULL
    assert of(claim("alpha", finished(1, 1)), claim("beta", IN_FULL), rule=TWO).result == IN_FULL


def test_what_a_feed_left_out_is_added_when_another_one_tells_it():
    decided = of(claim("beta", IN_FULL), on=standing(finished(1, 1)))

    assert decided == Record(IN_FULL, "alpha", "completed")


@pytest.mark.parametrize(
    "other",
    [
        finished(1, 2),
        finished(1, 1, home_score_aet=1, away_score_aet=2),
        finished(1, 1, home_penalties=3, away_penalties=4),
        Result(status="abandoned", home_score=1, away_score=1),
    ],
)
def test_a_score_that_both_tell_must_be_the_same(other):
    assert not agree(IN_FULL, other)


results = st.builds(
    lambda status, score: Result(status=status, home_score=score[0], away_score=score[1]),
    st.sampled_from(["finished", "awarded", "abandoned"]),
    st.tuples(st.integers(0, 2), st.integers(0, 2)),
)
claims = st.lists(
    st.builds(claim, st.sampled_from(["alpha", "beta", "gamma"]), results, st.integers(0, 90)),
    max_size=3,
    unique_by=lambda each: each.source,
)
standings = st.one_of(
    st.just(OPEN),
    st.builds(lambda result, by_feed: standing(result, "alpha", by_feed=by_feed), results, st.booleans()),
)


@given(claims, standings, st.sampled_from([ONE, TWO]), st.integers(0, 200))
def test_whatever_is_claimed_nothing_is_recorded_that_nobody_claims_and_doing_it_ends(
    said, on, rule, minutes
):
    decided = of(*said, on=on, rule=rule, minutes=minutes)

    if isinstance(decided, Record):
        assert any(agree(decided.result, each.result) for each in said)
        assert on.by_feed or not on.is_settled
        again = of(*said, on=standing(decided.result, decided.source), rule=rule, minutes=minutes)
        assert not isinstance(again, Record), "two feeds never take turns"


@given(claims, standings, st.sampled_from([ONE, TWO]), st.integers(0, 200), st.randoms())
def test_the_order_in_which_claims_are_looked_at_does_not_matter(said, on, rule, minutes, chance):
    shuffled = list(said)
    chance.shuffle(shuffled)

    assert of(*said, on=on, rule=rule, minutes=minutes) == of(*shuffled, on=on, rule=rule, minutes=minutes)
