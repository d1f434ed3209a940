"""Every template escapes what it shows: autoescape is on everywhere, and none marks a text as safe."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.paginator import Paginator
from django.template import engines
from django.template.loader import render_to_string
from django.utils import timezone

from content.pages.forms import read
from content.pages.selectors.consensus import ScoredPick
from content.pages.views.boards import Column
from stats.api.leaderboard_parameters import LeaderboardFilters
from stats.leaderboard_page import Ranked
from stats.leaderboards import Board
from stats.metrics import BY_NAME

SOURCES = ("config", "matches", "scoring", "stats", "content", "templates")
TEMPLATES = sorted(
    path
    for folder in SOURCES
    for path in (Path(settings.BASE_DIR) / folder).rglob("*.html")
    if "templates" in path.parts
)
UNESCAPED = re.compile(r"autoescape\s+(?:false|off)|\|\s*(?:safe|safeseq)\b|mark_safe|Markup\(", re.I)
ALLOWED: dict[
    str, str
] = {}  # path of a template: why it may; HTML is made in content/pages/labels.py instead
HOSTILE = "<x>&\"'"


def test_no_template_switches_escaping_off_or_calls_a_text_safe():
    found = {
        str(path.relative_to(settings.BASE_DIR)): match[0]
        for path in TEMPLATES
        if (match := UNESCAPED.search(path.read_text(encoding="utf-8")))
    }
    assert len(TEMPLATES) > 40
    assert {path: what for path, what in found.items() if path not in ALLOWED} == {}


@pytest.mark.parametrize(
    "text",
    [
        *["{% autoescape false %}", "{%- autoescape  off -%}", "{{ name|safe }}", "{{ name | safe }}"],
        *["{{ names|safeseq }}", "{{ Markup(name) }}"],
    ],
)
def test_the_search_knows_each_way_to_do_so(text):
    assert UNESCAPED.search(text)


def test_both_engines_escape():
    jinja, django = engines.all()

    assert jinja.env.autoescape is True
    assert django.engine.autoescape is True


def hostile(of: type, **given: object) -> object:
    """A row in which every text is hostile; other values as given."""
    texts = {name: HOSTILE for name, kind in of.__annotations__.items() if kind in (str, str | None)}
    return of(**dict.fromkeys(of._fields, 1) | texts | given)


def test_a_leaderboard_escapes_every_text_of_a_row(db, rf):
    figures = dict.fromkeys(BY_NAME, 1.0)
    row = hostile(Ranked, slug="x", form="E-", made_of="archive", provisional=False, figures=figures)
    context = {
        "board": Board(label=HOSTILE),
        "view_name": "stats_leaderboard_live",
        "query": read(rf.get("/leaderboard/"), LeaderboardFilters),
        "rows": [row, row._replace(provisional=True, rank=None)],
        "provisional_below": 5,
        "shown": Paginator([row], 50).page(1),
        "boards": [(HOSTILE, [(HOSTILE, HOSTILE)])],
        "columns": [Column(BY_NAME["rps"], "rps", is_first=True, ordering=HOSTILE, aria_sort="")],
    }
    html = render_to_string("content/leaderboard.html", context, rf.get("/leaderboard/"))

    assert html.count("&lt;x&gt;&amp;") >= 8
    assert "<x>" not in html


def test_predictions_and_the_grid_escape_every_text(rf, site):
    pick = hostile(ScoredPick, slug="x", provenance=HOSTILE, submitted_at=timezone.now())
    page = Paginator([pick], 50).page(1)
    history = {"settlement": {"voided": False, "result_version": 1}, "newest": {"state": "done"}}
    request = rf.get("/")
    context = {"predictions": page, "history": history, "match": site.played, "request": request}
    cell = {"home": HOSTILE, "away": HOSTILE, "shade": HOSTILE, "count": HOSTILE, "happened": True}

    html = render_to_string("content/_predictions.html", context, request)
    html += render_to_string("content/_grid.html", {"grid": [[cell]], "match": site.played}, request)

    assert html.count("&lt;x&gt;&amp;") >= 7
    assert "<x>" not in html
