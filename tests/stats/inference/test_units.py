"""Integers of the database as numbers."""

from decimal import Decimal

from stats.inference.units import TRILLION, from_stored


def test_billionths_become_numbers():
    assert from_stored([250_000_000, -1]).tolist() == [0.25, -1e-9]


def test_weights_have_three_more_digits():
    assert from_stored([333_333_333_333], TRILLION).tolist() == [0.333333333333]


def test_sums_that_the_database_returns_as_decimals_are_accepted():
    assert from_stored([Decimal(500_000_000)]).tolist() == [0.5]
