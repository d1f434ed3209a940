"""How fresh the boards are, said by one statement: the same as the ORM finds piece by piece."""

from datetime import timedelta

import pytest
from django.utils import timezone

from content.pages.selectors import freshness
from matches.models import Match
from scoring import services as scoring
from stats.jobs import refresh_now
from tests.factories import MatchFactory, TeamFactory, coin, oracle, predict, record

pytestmark = pytest.mark.django_db


def count(match: Match) -> None:
    scoring.score_match(match_id=match.pk, settled_at=timezone.now())
    refresh_now(at=timezone.now())


def last_counted() -> float | None:
    """What the statement takes for the time from a result to the boards."""
    return freshness.current(timezone.now()).seconds


def found_by_the_orm() -> float | None:
    newest = freshness.settled_by_results().first()
    return freshness.seconds_between(newest.recorded_at, newest.fresh_at) if newest else None


def predicted(**more: object) -> Match:
    match = MatchFactory(**more)
    predict(match, oracle(), (2, 1))
    return match


def test_it_tells_of_the_newest_result_whatever_moved_the_boards_since():
    refresh_now(at=timezone.now())
    assert last_counted() is found_by_the_orm() is None

    first = predicted()
    second = predicted(home_team=TeamFactory(name="Corby"), away_team=TeamFactory(name="Derby"))
    told = []
    for change in (
        lambda: record(first, 2, 1),
        lambda: record(second, 0, 0),
        lambda: predict(first, coin(), (1, 1)),  # imported late: settled again, by no result
        lambda: record(first, 3, 1),
        lambda: record(second, status="cancelled"),
    ):
        change()
        for match in (first, second):
            if match.revisions.exists():
                count(match)
        told.append(last_counted())
        assert told[-1] == found_by_the_orm()

    assert told[1] == told[2], "a late import is no result"
    assert len(set(told)) == 4


def test_a_result_that_is_not_counted_yet_is_not_told_of():
    match = predicted()
    record(match, 2, 1)
    scoring.score_match(match_id=match.pk, settled_at=timezone.now() - timedelta(seconds=1))

    assert last_counted() is found_by_the_orm() is None
