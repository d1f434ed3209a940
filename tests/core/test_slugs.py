"""Slugs of names in any script."""

import pytest
from django.core.validators import validate_slug
from hypothesis import given
from hypothesis import strategies as st

from core.slugs import MAX_SLUG, slug_of


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Źródło Żółte", "zrodlo-zolte"),
        ("Iş\u0131kl\u0131 Gençlik", "isikli-genclik"),
        ("Østerbø IF", "osterbo-if"),
        ("Straßfurt", "strassfurt"),
        ("Северный Маяк", "severnyy-mayak"),
        ("Λευκός Πύργος", "leykos-pyrgos"),
        ("1. FC Altdorf", "1-fc-altdorf"),
        ("O'Grady Rovers", "ogrady-rovers"),
        ("model-3.5", "model-3-5"),
        ("Model 3.5 (large)", "model-3-5-large"),
        ("!?", ""),
    ],
)
def test_a_name_in_any_script_has_a_readable_slug(name, slug):
    assert slug_of(name) == slug


@pytest.mark.parametrize("name", ["نجوم الشمال", "白波クラブ", "한빛 축구단", "כוכב הים", "ดาวเหนือ"])
def test_scripts_without_vowels_or_letters_have_slugs(name):
    assert len(slug_of(name)) > 3
    validate_slug(slug_of(name))


def test_a_long_name_is_cut_but_its_suffixes_are_not():
    slug = slug_of("Association of the Friends of Football in Upper Ashford", "women", "New Zealand")

    assert len(slug) <= MAX_SLUG
    assert slug.endswith("-women-new-zealand")


@given(st.text(max_size=120))
def test_every_slug_is_valid_or_empty(name):
    slug = slug_of(name, "women")

    assert len(slug) <= MAX_SLUG
    if slug:
        validate_slug(slug)
