"""Probabilities in files: fractions and percentages are recognised, and everything unclear is refused."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matches.feeds.providers.feed_format import BadEntry
from matches.imports.prediction_files.probabilities import (
    DECIMAL_COMMAS,
    PER_CENT,
    PROBABILITIES,
    probabilities_of,
)


def read(*values: object) -> tuple[tuple[float | None, ...], set[str]]:
    """The probabilities of a row with these three values, and the forms that were counted."""
    forms = Counter[str]()
    chances = probabilities_of(dict(zip(PROBABILITIES, values, strict=True)), forms)
    return chances, {form for form, rows in forms.items() if rows}


@pytest.mark.parametrize(
    ("values", "chances", "forms"),
    [
        (("0.45", "0.3", "0.25"), (0.45, 0.3, 0.25), set()),
        ((0.45, 0.3, 0.25), (0.45, 0.3, 0.25), set()),
        (("0,45", "0,3", "0,25"), (0.45, 0.3, 0.25), {DECIMAL_COMMAS}),
        (("0,45", "0.3", ".25"), (0.45, 0.3, 0.25), {DECIMAL_COMMAS}),
        (("45%", "30 %", "25\u202f%"), (0.45, 0.3, 0.25), {PER_CENT}),
        (("45", "30", "25"), (0.45, 0.3, 0.25), {PER_CENT}),
        ((45, 30, 25.0), (0.45, 0.3, 0.25), {PER_CENT}),
        (("1,5", "30", "68,5"), (0.015, 0.3, 0.685), {PER_CENT, DECIMAL_COMMAS}),
        (("33.3%", "33.3%", "33.3%"), (0.333, 0.333, 0.333), {PER_CENT}),
        (("100%", "0%", "0%"), (1.0, 0.0, 0.0), {PER_CENT}),
        ((1, 0, 0), (1.0, 0.0, 0.0), set()),
        (("", None, " "), (None, None, None), set()),
    ],
)
def test_fractions_and_percentages_are_recognised(values, chances, forms):
    assert read(*values) == (chances, forms)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (("45%", "0.30", "0.25"), "p_draw and p_away have no percent sign, unlike the rest of the row"),
        (("45%", "30%", "25"), "p_away has no percent sign, unlike the rest of the row; write all three"),
        (("33%", "33%", "33%"), "the percentages sum to 99, not to 100 (within 0.1); write them with more"),
        (("0.45%", "0.3%", "0.25%"), "sum to 1, not to 100 (within 0.1); if they are fractions, remove the"),
        (("34", "33", "34"), "do not sum to 1 (within 0.001) or to 100 per cent (within 0.1), but to 101"),
        (("1,5", "0,3", "0,2"), "or to 100 per cent (within 0.1), but to 2"),
        (("2.10", "3.40", "3.60"), "but to 9.1; write them with more decimals, or divide them by their sum"),
        (("45", "0.3", "0.25"), "but to 45.55"),
        (("1.234,5", "0", "0"), "p_home is '1.234,5', not a number such as 0.45, 0,45 or 45%"),
        (("0.5", "0.3", "20 percent"), "p_away is '20 percent', not a number such as"),
        (("%45", "30", "25"), "p_home is '%45', not a number"),
        (("45%%", "30%", "25%"), "p_home is '45%%', not a number"),
        ((True, 0.5, 0.5), "p_home is True, not a number"),
        (("1e999", "0", "0"), "but to inf"),
    ],
)
def test_a_row_that_is_unclear_is_refused_with_what_to_do(values, reason):
    with pytest.raises(BadEntry) as refused:
        read(*values)

    assert reason in str(refused.value)


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_a_percentage_is_stored_as_the_fraction_with_the_same_digits(one, other):
    tenths = (one, other * (1000 - one) // 1000)
    tenths = (*tenths, 1000 - sum(tenths))

    assert read(*(f"{each / 10}%" for each in tenths))[0] == tuple(each / 1000 for each in tenths)
