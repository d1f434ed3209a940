"""Names of teams that were probably meant to be another, and those that must not be asked about."""

import csv
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matches.feeds.sync.similar_names import is_similar
from tests.real_data import HAVE_PACK, PACK
from tools.demo import season

NEAR = {
    "Eintracht Frankfurtt": "Eintracht Frankfurt",
    "Eintracht Frankfrut": "Eintracht Frankfurt",
    "Eintrach Frankfurt": "Eintracht Frankfurt",
    "Frankfurt Eintracht": "Eintracht Frankfurt",
    "Arsenal FC": "Arsenal",
    "ARSENAL": "Arsenal",
    "Atletico Madrid": "Atlético Madrid",
    "1. FC Köln": "FC Koeln",
    "Manchester Untied": "Manchester United",
    "AstonVilla": "Aston-Villa",
    "St. Pauli": "St Pauli",
    "Queen's Park": "Queens Park",
    "Brighton & Hove Albion": "Brighton and Hove Albion",
    "Middlesborough": "Middlesbrough",
    "Fordhm": "Fordham",
    "Arsenal Woman": "Arsenal Women",
    "Zarnia": "Zarnja",
    "Norland": "Morland",  # a wrong letter, although both may be right
    "Bolton": "Boston",
    "Porto Salva": "Porto Salve",
}
DIFFERENT = """
Manchester United/Manchester City, Inter Miami/Inter Milan, Dundee/Dundee United, Arsenal/Arsenal Women,
Arsenal/Arsenal WFC, Germany/Germany U21, Germany U19/Germany U21, Bayern München/Bayern München II,
Real Sociedad/Real Sociedad B, Real Madrid/Real Sociedad, Australia/Austria, Niger/Nigeria, Iran/Iraq,
Slovakia/Slovenia, Guinea/Guinea-Bissau, Gent/Genk, Malwia/Malvya,
Colchester/Chichester, Dorchester/Colchester, Club Brugge/Cercle Brugge, Team 1/Team 2, Schalke 04/Mainz 05,
Sparta Prague/Slavia Prague, Sheffield United/Sheffield Wednesday, Bristol City/Bristol Rovers, FC/SC,
Dinamo Minsk/Dinamo Brest, Independiente/Independiente Rivadavia, South Korea/North Korea, Stafford/Stratford,
青山クラブ/海辺ユナイテッド
"""


@pytest.mark.parametrize(("name", "other"), NEAR.items())
def test_a_misspelling_is_similar(name, other):
    assert is_similar(name, other)
    assert is_similar(other, name)


@pytest.mark.parametrize("pair", [each.strip() for each in DIFFERENT.replace("\n", " ").split(",")])
def test_teams_of_their_own_are_not_similar(pair):
    name, other = pair.split("/")

    assert not is_similar(name, other)
    assert not is_similar(other, name)


def test_no_two_teams_of_the_shipped_season_are_similar():
    with (season.SEASONS / "teams.csv").open(encoding="utf-8", newline="") as teams:
        names = {team["name"] for team in csv.DictReader(teams)}

    assert len(names) > 20
    assert [pair for pair in combinations(sorted(names), 2) if is_similar(*pair)] == []


@pytest.mark.skipif(not HAVE_PACK, reason="REAL_PACK names no pack")
def test_no_two_teams_of_a_real_pack_are_similar():
    lines = (PACK / "matches.csv").read_text(encoding="utf-8").splitlines()
    home = lines[0].split(",").index("home")
    names = {line.split(",")[home] for line in lines[1:]}

    assert [pair for pair in combinations(sorted(names), 2) if is_similar(*pair)] == []


@given(word=st.text("bdfghklmnprstvz", min_size=6, max_size=12), place=st.integers(0, 11))
def test_a_missing_letter_and_swapped_letters_are_similar(word, place):
    place %= len(word) - 1
    shorter = word[:place] + word[place + 1 :]
    swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]

    assert is_similar(f"Vale {word}", f"Vale {shorter}")
    assert is_similar(f"Vale {word}", f"Vale {swapped}")
