"""A spreadsheet that opens one of our lists runs nothing of it, and still finds every number."""

import csv
import io
import unicodedata

import pytest

from core.api.renderers import cell
from tests.slow.fuzz import routes, strings
from tests.slow.fuzz.world import build

pytestmark = pytest.mark.django_db

# What spreadsheets, or careless imports into them, drop before they look at what a cell begins with.
DROPPED = "\"'` \t\r\n"
SEPARATORS = (";", "\t", "\r\n", "\r", "\n")


def runs(value: str) -> bool:
    """Whether a spreadsheet could take the text, or a part that an import splits off, for a formula."""
    parts = [value]
    for separator in SEPARATORS:
        parts = [piece for part in parts for piece in part.split(separator)]
    return starts_a_formula(value) or value[:1] in ("\t", "\r", "\n") or any(map(starts_a_formula, parts[1:]))


def starts_a_formula(text: str) -> bool:
    if text.startswith("'"):  # that is what makes a spreadsheet show the rest as text
        return False
    while text and (text[0] in DROPPED or unicodedata.category(text[0]) in ("Zs", "Zl", "Zp", "Cc", "Cf")):
        text = text[1:]
        if text.startswith("'"):
            return False
    first = unicodedata.normalize("NFKC", text[:1])
    return first in ("=", "+", "-", "@", "\N{MINUS SIGN}")


def test_the_measure_of_this_test_knows_an_attack():
    assert [text for text in strings.FOR_SPREADSHEETS if not runs(text)] == ["'=1+1", " \" ' =1+1"]


@pytest.mark.parametrize("text", strings.FOR_SPREADSHEETS)
def test_a_formula_becomes_text(text):
    assert not runs(str(cell(text)))
    assert str(cell(text)).replace("'", "") == text.replace("'", "")


@pytest.mark.parametrize("value", [-3, -0.5, 0, 7, 1e-06, None])
def test_a_number_stays_a_number(value):
    assert cell(value) is value


@pytest.mark.parametrize(
    "text", ["Ashford", "1-0", "2015/16", "Ash-ford", "O'Neill", "a; b", "x=1", "me@x.org"]
)
def test_what_no_spreadsheet_runs_is_left_alone(text):
    assert cell(text) == text


def lists() -> list[str]:
    """Every address of the API that answers with CSV."""
    found = []
    for route in filter(routes.is_api, routes.routes()):
        found += routes.addresses(route, limit=40)
    return found


def test_no_cell_of_any_list_runs(db, client):
    world = build(strings.FOR_SPREADSHEETS)
    read: dict[str, int] = {}
    for address in lists():
        for query in ({}, *({"season": season.pk} for season in world.seasons[:1])):
            response = client.get(address, {"format": "csv", "page_size": 200, **query})
            if response.status_code == 200:
                assert response["Content-Type"] == "text/csv; charset=utf-8"
                assert response["Content-Disposition"].startswith("attachment")
                read[address] = read.get(address, 0) + assert_nothing_runs(address, response)

    assert len({address.strip("/").split("/")[-1] for address, cells in read.items() if cells}) >= 9, read


def assert_nothing_runs(address: str, response) -> int:
    rows = list(csv.DictReader(io.StringIO(response.content.decode(), newline="")))
    for row in rows:
        for name, value in row.items():
            is_number = value.removeprefix("-").replace(".", "", 1).isdigit()
            assert is_number or not runs(value), f"{address} {name}: {value!r}"
    return sum(map(len, rows))


def test_negative_numbers_of_a_list_are_numbers(db, client):
    world = build(strings.FOR_SPREADSHEETS)
    query = {"format": "csv", "season": world.seasons[0].pk}

    text = client.get("/api/v1/standings/", query).content.decode()

    differences = [row["goal_difference"] for row in csv.DictReader(io.StringIO(text, newline=""))]
    assert sorted(map(int, differences)) == [-1, 1]
