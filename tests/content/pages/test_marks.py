"""Colours and marks of teams and forecasters."""

import re
from itertools import product

import pytest
from django.contrib.staticfiles import finders

from content.pages.marks import COLOURS, colour, crest, mark
from tests.content.pages.conftest import Site

pytestmark = pytest.mark.django_db
MARK = '<svg class="mk"'
SLUGS = [f"team-{number}" for number in range(400)]


def test_a_slug_always_has_the_same_mark():
    assert colour("the-oracle") == colour("the-oracle")
    assert mark.__wrapped__("the-oracle") == mark("the-oracle")


def test_marks_of_many_slugs_differ():
    """With more than 10,000 possible marks, nearly all of 400 random ones are different."""
    assert len({mark(slug) for slug in SLUGS}) > 380
    assert {colour(slug) for slug in SLUGS} == set(COLOURS)


def test_teams_have_shields_and_forecasters_have_discs():
    assert crest("ashford") != mark("ashford")


def test_marks_are_hidden_from_screen_readers_and_small():
    for slug in SLUGS:
        assert 'aria-hidden="true"' in mark(slug)
        assert len(crest(slug)) < 420


def backgrounds() -> set[str]:
    """Return the colours of papers, cards and highlighted rows in both themes, from the stylesheet."""
    with open(finders.find("content/site.css")) as file:
        return set(re.findall(r"--(?:paper|card|accent-soft): (#\w{6})", file.read()))


def test_every_colour_is_distinct_from_all_backgrounds_and_from_white():
    found = backgrounds()

    assert len(found) == 6
    for ours, theirs in product(COLOURS, {*found, "#ffffff"}):
        assert contrast(ours, theirs) >= 3, (ours, theirs)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours by the formula of WCAG 2.2."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_boards_lists_and_headings_show_marks(site: Site, client):
    oracle, ashford = mark("the-oracle"), crest("ashford")
    season = site.played.season
    expected = {
        "/leaderboard/?min_matches=1": [oracle],
        "/forecasters/": [oracle],
        "/forecasters/the-oracle/": [oracle],
        "/teams/": [ashford],
        "/teams/ashford/": [ashford, crest("barrow"), oracle],
        "/matches/": [ashford],
        season.competition.get_absolute_url(): [ashford, oracle],
        site.played.get_absolute_url(): [ashford, oracle],
        "/search/?q=ashford": [ashford],
    }
    for path, marks in expected.items():
        text = client.get(path).content.decode()
        for each in marks:
            assert each in text, path
