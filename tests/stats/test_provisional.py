"""Rows with too few matches are provisional: last on every board in every order, and without a rank."""

from datetime import timedelta

import pytest
from django.utils import timezone

from scoring import services as scoring
from stats.leaderboard_page import Ranking
from stats.leaderboards import Board, leaderboard
from stats.metrics import ORDERINGS
from stats.refresh.transaction import refresh_statistics
from tests.factories import (
    KICKOFF,
    ForecasterFactory,
    MatchFactory,
    TeamFactory,
    coin,
    homer,
    oracle,
    predict,
    record,
)

pytestmark = pytest.mark.django_db

WEEKS = 8  # so that rows with fewer than 4 matches are provisional
REGULARS = {"The Oracle": (2, 1), "The Homer": (1, 0), "The Coin": (0, 1)}


@pytest.fixture
def season():
    """Eight matches of three regulars; newcomers with exact scores in the last one, three and four."""
    for number in range(WEEKS):
        match = MatchFactory(kickoff_at=KICKOFF + timedelta(days=number), round_label=f"R{number}")
        predict(match, oracle(), (1, 0), (0.5, 0.3, 0.2))
        predict(match, homer(), (1, 0), (0.8, 0.1, 0.1))
        predict(match, coin(), (0, 1), (0.2, 0.2, 0.6))
        for name, first in (("Ada", 7), ("Bea", 5), ("Cleo", 4)):
            if number >= first:
                predict(match, ForecasterFactory(name=name, kind="human"), (2, 0), (1, 0, 0))
        record(match, 2, 0)
        scoring.score_match(match_id=match.pk, settled_at=timezone.now())
    refresh_statistics(at=timezone.now())
    return match.season


def shown(board=None, **filters) -> list[tuple]:
    rows = leaderboard(board or Board(), **filters)
    return [(row.rank, row.forecaster.name, row.provisional) for row in rows]


def test_newcomers_are_below_the_others_without_a_rank_although_their_average_is_the_best(season):
    assert shown() == [
        (1, "Cleo", False),
        (2, "The Homer", False),
        (2, "The Oracle", False),
        (4, "The Coin", False),
        (None, "Bea", True),
        (None, "Ada", True),
    ]


def test_each_board_has_its_own_threshold(season):
    match = MatchFactory(
        home_team=TeamFactory(name="Corby"),
        away_team=TeamFactory(name="Derby"),
        kickoff_at=KICKOFF + timedelta(days=30),
    )
    for name in ("Ada", "Dora"):
        predict(match, ForecasterFactory(name=name, kind="human"), (1, 0))
    record(match, 1, 0)
    scoring.score_match(match_id=match.pk, settled_at=timezone.now())
    refresh_statistics(at=timezone.now())

    assert shown(Board.of(match.home_team)) == [(1, "Ada", False), (1, "Dora", False)], "equal beginners"
    assert (None, "Dora", True) in shown()
    assert (None, "Dora", True) in shown(Board.of(match.season.competition))


@pytest.mark.parametrize("ordering", ORDERINGS)
@pytest.mark.parametrize("filters", [{}, {"kind": "human"}, {"provenance": "archive"}])
def test_provisional_rows_come_last_in_every_order_and_change_no_other_rank(season, ordering, filters):
    rows = shown(ordering=ordering, **filters)
    ranked = [row for row in rows if not row[2]]

    assert rows == [*ranked, *(row for row in rows if row[2])]
    assert [(rank, name) for rank, name, provisional in rows if provisional and rank] == []
    assert {name for _, name, provisional in rows if provisional} == {"Ada", "Bea"}
    assert [row[:2] for row in ranked] == [
        row[:2] for row in shown(ordering=ordering, min_matches=4, **filters)
    ], "as if the others were not there"


def test_filters_do_not_move_the_threshold(season):
    """The most matches of any row of the whole board count, also when only humans are shown."""
    assert shown(kind="human") == [(1, "Cleo", False), (None, "Bea", True), (None, "Ada", True)]


@pytest.mark.parametrize("least", [0, 1, 2, 3, 4])
def test_a_given_number_of_matches_replaces_the_threshold(season, least):
    rows = shown(min_matches=least)

    assert not any(provisional for _, _, provisional in rows)
    assert all(rank for rank, _, _ in rows)
    expected = {"Ada": 1, "Bea": 3, "Cleo": 4, "The Oracle": 8, "The Homer": 8, "The Coin": 8}
    assert {name for _, name, _ in rows} == {name for name, matches in expected.items() if matches >= least}


@pytest.mark.parametrize("filters", [{}, {"ordering": "rps"}, {"kind": "human"}, {"min_matches": 2}])
@pytest.mark.parametrize("size", [1, 2, 4])
def test_pages_have_the_ranked_rows_first_and_then_the_provisional_ones(season, filters, size):
    whole = shown(**filters)
    pages = [Ranking(Board(), **filters).page(number, size) for number in range(1, len(whole) // size + 2)]

    rows = [(row.rank, row.name, row.provisional) for page in pages for row in page.rows]
    assert rows == whole
    assert {page.count for page in pages} == {len(whole)}
    assert {page.provisional_below for page in pages} == {None if "min_matches" in filters else 4}


def test_a_profile_counts_only_ranked_rows_as_the_field(season):
    from content.pages.selectors.forecaster_pages import ranked

    (newcomer,) = ranked(ForecasterFactory(name="Ada")).filter(scope="overall")
    (regular,) = ranked(oracle()).filter(scope="overall")
    assert (newcomer.rank, newcomer.is_provisional) == (None, True)
    assert (regular.rank, regular.field) == (2, 4)
