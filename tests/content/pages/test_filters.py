"""Filters of the public pages that format numbers."""

import pytest

from content.pages.filters import NOTHING, duration


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0.0 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (119.4, "119 s"),
        (119.6, "2 min"),
        (7_169, "119 min"),
        (7_199, "2 h"),
        (86_400, "24 h"),
        (171_000, "2 days"),
        (170_000, "47 h"),
        (5 * 86_400, "5 days"),
        (None, NOTHING),
    ],
)
def test_a_duration_is_rounded_before_its_unit_is_chosen(seconds, shown):
    assert duration(seconds).replace("\N{NO-BREAK SPACE}", " ") == shown
