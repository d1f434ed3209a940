"""One function rounds on every face: half up on exact fractions, in Python as in SQL."""

import csv
import io
import re
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from content.models import Roundup
from content.pages import filters
from content.pages.selectors.consensus import field_of
from content.roundups.facts import gather
from core.api.serializers import rounded
from core.rounding import exact, half_up, mean, percent
from matches.models import Match
from tests.example_counts import examples
from tests.factories import ForecasterFactory, MatchFactory, oracle, predict, record
from tests.pipeline_helpers import run_waiting
from tools.servers.paths import CHECKOUT

DOCTOR = ("database", "pipeline", "run_checks")
DIAGNOSTICS = {"ops/timeline.py", *(f"ops/doctor/{name}.py" for name in DOCTOR)}  # seconds, for operators
WITH_DATABASE = examples(200)


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        (Fraction(5, 8), 0, "1"),
        (0.125, 2, "0.13"),
        (2.675, 2, "2.68"),
        (0.285, 2, "0.29"),
        (1.005, 2, "1.01"),
        (-0.125, 2, "-0.13"),
        (Fraction(-1, 8), 2, "-0.13"),
        (Decimal("0.5"), 0, "1"),
        (2.5, 0, "3"),
        (0, 2, "0.00"),
        (1 / 3, 4, "0.3333"),
        (0.1 + 0.2 + 0.125, 3, "0.425"),
    ],
)
def test_halves_go_up(value, places, shown):
    assert str(half_up(value, places)) == shown


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(5, 8, 63), (1, 8, 13), (3, 8, 38), (1, 200, 1), (201, 400, 50), (57, 200, 29)],
)
def test_a_share_in_per_cent_is_the_same_as_a_fraction_and_as_a_float(part, whole, shown):
    assert percent(Fraction(part, whole)) == percent(part / whole) == shown


@given(st.integers(0, 2000), st.integers(1, 2000), st.integers(0, 6))
def test_a_quotient_of_integers_rounds_as_its_exact_fraction(part, whole, places):
    assert half_up(part / whole, places) == half_up(Fraction(part, whole), places)
    assert percent(part / whole, places % 3) == percent(Fraction(part, whole), places % 3)


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=12), st.randoms())
def test_a_mean_does_not_depend_on_the_order(thousandths, random):
    values = [each / 1000 for each in thousandths]
    shuffled = list(values)
    random.shuffle(shuffled)
    assert mean(values) == mean(shuffled) == Fraction(sum(thousandths), 1000 * len(thousandths))


def test_nothing_that_is_shown_rounds_in_another_way():
    root = CHECKOUT
    shown = [
        path
        for folder in ("content", "ops", "matches/api", "scoring/api", "stats/api", "core/api", "templates")
        for path in (root / folder).rglob("*")
        if path.suffix in (".py", ".html", ".sql") and "commands" not in path.parts
    ]
    other = re.compile(r"(?<![\w.])round\(|:\.\d+[f%]|floatformat|\|\s*round\b(?!\s\w)|%\.\d+f|\bto_char\(")
    found = {str(path.relative_to(root)) for path in shown if other.search(path.read_text(encoding="utf-8"))}
    coordinates = {name for name in found if name.startswith("content/pages/charts/")}
    assert found - DIAGNOSTICS - coordinates == set()


@pytest.mark.django_db
@WITH_DATABASE
@given(
    st.floats(-1000, 1000, allow_nan=False) | st.integers(-(10**5), 10**5).map(lambda n: n / 2000),
    st.integers(0, 6),
)
def test_sql_rounds_alike(value, places):
    with connection.cursor() as cursor:
        cursor.execute("SELECT round(%s::float8::numeric, %s), %s::float8::numeric", [value, places, value])
        in_sql, cast = cursor.fetchone()
    assert half_up(value, places) == in_sql
    assert exact(value) == Fraction(cast)


# --- The faces ------------------------------------------------------------------------------------


@pytest.fixture
def match(db) -> Match:
    """Eight forecasters: five for Ashford, three for a draw. Ashford won."""
    match = MatchFactory()
    for number in range(8):
        predict(
            match,
            ForecasterFactory(name=f"Model {number}"),
            (1, 0) if number < 5 else (1, 1),
            (0.625, 0.25, 0.125) if number % 2 else (0.62, 0.255, 0.125),
        )
    record(match, 1, 0)
    run_waiting()
    return match


def text_of(client, path: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", client.get(path).content.decode()).replace("\xa0", " ").split())


def test_five_of_eight_are_63_per_cent_in_the_roundup_and_on_the_page(client, match):
    roundup = Roundup.objects.get(match=match)
    assert gather(match.pk)["field"]["outcomes"][0]["percent"] == 63
    assert gather(match.pk)["field"]["hits"]["tendency_percent"] == 63
    assert Roundup.objects.filter(pk=roundup.pk, body__contains="63").exists()
    assert "5 63 % 62 %" in text_of(client, match.get_absolute_url()), "5 picks, their share, and the mean"
    api = client.get(f"/api/v1/roundups/{roundup.pk}/").json()
    assert api["facts"]["field"]["outcomes"][0]["percent"] == 63


def test_the_mean_probabilities_are_the_same_in_the_roundup_and_on_the_page(client, match):
    """0.6225, 0.2525 and 0.125: the last is 13 per cent."""
    chances = gather(match.pk)["field"]["chances"]
    means = field_of(match).probabilities
    expected = (Fraction(6225, 10_000), Fraction(2525, 10_000), Fraction(125, 1000))
    assert tuple(means) == expected
    assert [chances[f"{side}_percent"] for side in ("home", "draw", "away")] == [62, 25, 13]
    assert [int(percent(each)) for each in means] == [62, 25, 13]
    assert "13 %" in text_of(client, match.get_absolute_url())


def test_a_share_of_matches_is_the_same_on_the_board_in_the_api_and_in_csv(client, db):
    """5 of 8 right: 62.5 % on the page, 0.625 in API and CSV; 1/128 rounds up at the sixth decimal."""
    for number in range(8):
        match = MatchFactory(matchday=number + 1)
        predict(match, oracle(), (1, 0) if number < 5 else (0, 1), (0.5, 0.25, 0.25))
        record(match, 1, 0)
    run_waiting("score_match", "refresh_views")
    row = client.get("/api/v1/leaderboard/").json()["results"][0]
    table = csv.DictReader(io.StringIO(client.get("/api/v1/leaderboard/?format=csv").content.decode()))
    [line] = table
    assert row["tendency_accuracy"] == float(line["tendency_accuracy"]) == 0.625
    assert row["average_points"] == float(line["average_points"])
    assert "62.5 %" in text_of(client, "/leaderboard/")
    assert rounded(1 / 128) == 0.007813
    assert rounded(None) is None
    assert rounded(0) == 0


def test_pages_write_numbers_half_up():
    assert filters.percent(5 / 8) == "63\N{NO-BREAK SPACE}%"
    assert filters.percent(Fraction(5, 8)) == "63\N{NO-BREAK SPACE}%"
    assert filters.percent(0.0625, 1) == "6.3\N{NO-BREAK SPACE}%"
    assert filters.figure(0.125) == "0.13"
    assert filters.figure(2.5, 0) == "3"
    assert filters.figure(None) == filters.percent(None) == "\N{EN DASH}"
    assert filters.duration(2.25) == "2.3\N{NO-BREAK SPACE}s"
    assert filters.duration(150) == "3\N{NO-BREAK SPACE}min"
