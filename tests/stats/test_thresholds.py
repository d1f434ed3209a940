"""The threshold of provisional rows, min(30, max(min(10, top / 2), top / 10)), in Python and in SQL."""

from fractions import Fraction

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from stats.leaderboards import provisional_below

MOST = 10**6


@pytest.mark.parametrize(
    ("top", "below"),
    [
        *[(0, 0), (1, 1), (2, 1), (3, 2), (4, 2), (8, 4), (9, 5), (19, 10), (20, 10), (100, 10)],
        *[(101, 11), (109, 11), (110, 11), (111, 12), (290, 29), (291, 30), (300, 30), (380, 30), (MOST, 30)],
    ],
)
def test_the_threshold_of_a_board(top, below):
    assert provisional_below(top) == below


@given(top=st.integers(0, MOST), matches=st.integers(0, MOST))
def test_rounding_up_changes_no_verdict(top, matches):
    half, tenth = Fraction(top, 2), Fraction(top, 10)
    exact = min(Fraction(30), max(min(Fraction(10), half), tenth))
    assert (matches < provisional_below(top)) == (matches < exact)


@given(top=st.integers(0, MOST))
def test_the_longest_row_is_never_provisional_and_no_board_asks_for_more_than_30(top):
    assert provisional_below(top) <= min(top, 30)


@given(top=st.integers(0, MOST))
def test_the_threshold_never_falls_when_more_is_played(top):
    assert provisional_below(top) <= provisional_below(top + 1)


def test_sql_and_python_have_the_same_threshold(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT top, stats_provisional_below(top) FROM generate_series(0, 400) AS top "
            "UNION SELECT 1000000, stats_provisional_below(1000000)"
        )
        found = dict(cursor.fetchall())
    assert found == {top: provisional_below(top) for top in (*range(401), MOST)}
