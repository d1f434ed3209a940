"""Rules of well-known competitions: complete, with sources, valid for a stage, and as documented."""

import re
from pathlib import Path

import pytest

from matches.models import Stage
from matches.tables.presets import BY_SLUG, PRESETS
from matches.tables.rules import TieBreaker
from tests.matches.tables.played import table

DOCS = Path(__file__).resolve().parents[3] / "docs" / "tables.md"


def test_every_preset_has_its_own_slug():
    assert len(BY_SLUG) == len(PRESETS)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.slug)
def test_a_preset_names_its_source_and_what_it_leaves_out(preset):
    assert re.fullmatch(r"https?://\S+", preset.source)
    assert preset.note.endswith((".", ")"))


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.slug)
def test_a_preset_is_valid_for_a_stage(preset):
    stage = Stage(name="Regular season", carries=preset.carries, **preset.columns())

    stage.clean_fields(exclude=["season"])
    stage.clean()
    assert stage.rules == preset.rules


def test_the_docs_list_the_rules_of_every_preset():
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| ([^|]+) \| ([^|]+) \|", DOCS.read_text("utf-8"), re.MULTILINE)

    assert [(slug, title, rules) for slug, title, rules in rows] == [
        (preset.slug, preset.title, ", ".join(f"`{rule}`" for rule in preset.tie_breakers))
        for preset in PRESETS
    ]


def test_the_docs_name_the_source_of_every_preset():
    text = DOCS.read_text("utf-8")
    assert [preset.slug for preset in PRESETS if preset.source not in text] == []


def test_the_docs_describe_every_tie_breaker():
    documented = re.findall(r"^\| `([a-z_]+)` \| [^|]+ \|$", DOCS.read_text("utf-8"), re.MULTILINE)
    assert documented == list(TieBreaker)


def test_teams_of_the_bundesliga_share_a_position_before_their_second_match():
    """Both are level on points, difference and goals; the away goals of the first match do not count yet."""
    first = [("Linden", "Maple", 1, 1)]
    rules = BY_SLUG["bundesliga"]

    found = table(first, *rules.tie_breakers, when_complete=True, to_play=[("Maple", "Linden")])

    assert found == [(1, "Linden"), (1, "Maple")]
    assert table(first, *rules.tie_breakers, when_complete=True)[0] == (1, "Maple")
