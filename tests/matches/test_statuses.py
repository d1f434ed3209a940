"""The life of a match: every step there is, taken or refused through the one door."""

import re

import pytest

from matches.models import Match, ResultRevision
from matches.result import InvalidResult
from matches.statuses import ALLOWED, NOT_BEGUN, Status, may_follow
from tests.factories import MatchFactory, record
from tools.servers.paths import CHECKOUT

pytestmark = pytest.mark.django_db

DOCS = CHECKOUT / "docs" / "matches.md"
PAIRS = [(before, after) for before in Status.values for after in Status.values if before != after]


def recorded(match: Match, status: str):
    score = (None, None) if status in NOT_BEGUN else (1, 0)
    return record(match, *score, status=status)


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_every_transition_is_accepted_or_refused_with_the_allowed_ones(before, after):
    match = MatchFactory(status=before, home_score=1, away_score=0)

    if may_follow(before, after):
        recorded(match, after)
        assert Match.objects.get(pk=match.pk).status == after
        return
    with pytest.raises(InvalidResult) as refusal:
        recorded(match, after)
    assert refusal.value.field == "status"
    assert f"cannot go from {before} to {after}; from {before} it can go to" in str(refusal.value)
    assert str(refusal.value).endswith(f"{', '.join(ALLOWED[before])}.")
    assert not ResultRevision.objects.exists()


def test_from_every_status_the_match_can_be_scheduled_again_and_finished():
    for status in Status.values:
        for wanted in (Status.SCHEDULED, Status.FINISHED):
            assert may_follow(status, wanted), (status, wanted)


def test_the_table_of_transitions_in_the_docs_matches_the_code():
    rows = re.findall(r"^\| `(\w+)` \| ((?:`\w+`(?:, )?)+) \|$", DOCS.read_text(encoding="utf-8"), re.M)

    documented = {before: set(re.findall(r"`(\w+)`", steps)) for before, steps in rows}
    assert documented == {before: set(steps) for before, steps in ALLOWED.items()}


def test_the_docs_describe_every_status():
    section = DOCS.read_text(encoding="utf-8").split("## Steps")[0]

    assert re.findall(r"^\| `(\w+)` \|", section, re.M) == Status.values


@pytest.mark.parametrize("status", NOT_BEGUN)
def test_a_match_that_has_not_begun_has_no_score_not_even_a_goalless_one(status):
    match = MatchFactory()

    with pytest.raises(InvalidResult, match="it has no score, not even 0-0"):
        record(match, 0, 0, status=status)


def test_an_abandoned_match_with_a_replay_cannot_count_again():
    first = MatchFactory(round_label="Matchday 17")
    record(first, 1, 1, status="abandoned")
    replay = MatchFactory(round_label="Matchday 17")

    with pytest.raises(InvalidResult, match=f"match {replay.pk} .* replaces this one") as refusal:
        record(first, 1, 1)

    assert refusal.value.field == "status"
    record(replay, status="cancelled")
    assert record(first, 1, 1).version == 2


def test_an_abandoned_match_with_a_replay_may_be_cancelled():
    first = MatchFactory(round_label="Matchday 17")
    record(first, 1, 1, status="abandoned")
    MatchFactory(round_label="Matchday 17")

    assert record(first, status="cancelled").status == "cancelled"
