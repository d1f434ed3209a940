"""Tallies: each settlement is added once and subtracted exactly; they always equal a recount."""

import itertools

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from scoring import services as scoring
from scoring.models import Settlement
from stats.models import Tally
from stats.refresh.transaction import refresh_statistics
from stats.tallies import fold
from tests.example_counts import examples
from tests.factories import MatchFactory, TeamFactory, coin, homer, oracle, predict, record

pytestmark = pytest.mark.django_db

TEAMS = ("Ashford", "Barrow", "Carlton", "Dunmore")
NUMBERS = itertools.count(1)


def settle(match) -> None:
    scoring.score_match(match_id=match.pk, settled_at=timezone.now())


def refresh():
    return refresh_statistics(at=timezone.now())


def full_match(number: int = 0):
    home, away = TEAMS[number % 4], TEAMS[(number + 1) % 4]
    match = MatchFactory(
        home_team=TeamFactory(name=home),
        away_team=TeamFactory(name=away),
        matchday=number,
        round_label=f"R{number}",
    )
    predict(match, oracle(), (2, 1), (0.61, 0.24, 0.15))
    predict(match, homer(), (1, 0))
    predict(match, coin(), None, (1 / 3, 1 / 3, 1 / 3))
    return match


def test_a_settlement_counts_on_five_boards():
    match = full_match()
    record(match, 2, 1)
    settle(match)

    refresh()

    boards = Tally.objects.filter(forecaster=oracle()).values_list("scope", "scope_id", "points", "matches")
    assert sorted(boards) == sorted(
        [
            ("overall", 0, 6, 1),
            ("competition", match.season.competition_id, 6, 1),
            ("season", match.season_id, 6, 1),
            ("team", match.home_team_id, 6, 1),
            ("team", match.away_team_id, 6, 1),
        ]
    )


def test_folding_twice_counts_once():
    match = full_match()
    record(match, 2, 1)
    settle(match)

    assert refresh().match_ids == [match.pk]
    assert refresh().match_ids == []
    assert Tally.objects.get(scope="overall", forecaster=oracle()).points == 6


def test_a_correction_takes_the_old_contribution_out_to_the_last_billionth():
    match = full_match()
    record(match, 0, 3)
    settle(match)
    refresh()
    record(match, 2, 1)
    settle(match)
    refresh()

    other = Tally.objects.get(scope="overall", forecaster=coin())
    expected = round(((1 / 3 - 1) ** 2 + (1 / 3) ** 2) / 2 * 1e9)
    assert other.rps_sum == pytest.approx(expected, abs=1)
    assert fold.stored() == fold.recount()


def test_a_void_match_leaves_no_trace_on_the_boards():
    match = full_match()
    record(match, 2, 1)
    settle(match)
    refresh()
    record(match, status="abandoned")
    settle(match)

    assert refresh().match_ids == [match.pk]
    assert fold.stored() == {}


def test_a_settlement_superseded_before_it_was_counted_is_never_counted():
    match = full_match()
    record(match, 0, 3)
    settle(match)
    record(match, 2, 1)
    settle(match)

    refresh()

    assert Tally.objects.get(scope="overall", forecaster=oracle()).matches == 1
    assert Settlement.objects.get(number=1).folded_at is None


steps = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(["2-1", "0-0", "0-2", "void", "refresh"])),
    min_size=1,
    max_size=14,
)


@examples(25)
@given(steps)
def test_tallies_equal_a_recount_after_any_history(history):
    """Results, corrections, voids and refreshes in any order."""
    matches = {}
    for number, step in history:
        if number not in matches:
            matches[number] = full_match(next(NUMBERS))
        match = matches[number]
        if step == "refresh":
            refresh()
        elif step == "void":
            record(match, status="abandoned")
        else:
            home, away = map(int, step.split("-"))
            record(match, home, away)
        if step != "refresh":
            settle(match)
    refresh()

    assert fold.stored() == fold.recount()
    for match in matches.values():
        assert Settlement.objects.filter(match=match, superseded_at__isnull=True).count() <= 1


def test_rebuilding_restores_what_somebody_broke():
    match = full_match()
    record(match, 2, 1)
    settle(match)
    refresh()
    right = fold.stored()
    Tally.objects.update(points=99)

    fold.rebuild()

    assert fold.stored() == right
