"""Real results decided off the pitch, taken back, replayed or never made: cases 1 to 10, 12, 13, 18."""

import pytest

from content.models import Roundup
from matches.models import Match, Prediction
from matches.result import InvalidResult
from scoring.models import Settlement
from tests.edge_cases import (
    became,
    fixture,
    history,
    is_void,
    judged,
    points,
    quotas,
    season,
    settlement,
    table,
    three_picks,
    work,
)
from tests.factories import record

pytestmark = pytest.mark.django_db


def test_sassuolo_beat_pescara_and_lost_the_points_for_an_ineligible_player():
    """Case 1: 2016-08-28, played 2-1, awarded 0-3 days later."""
    serie_a = season("Serie A", "2016/17")
    match = fixture(serie_a, "2016-08-28 18:45", "Sassuolo", "Pescara", "Matchday 2")
    three_picks(match)
    became(match, 2, 1)
    assert quotas(match) == (2, 3, 6)
    assert points(match) == {"The Oracle": 6, "The Homer": 3, "The Coin": 0}
    assert table(serie_a) == {"Sassuolo": (1, 3), "Pescara": (1, 0)}

    became(match, 0, 3, status="awarded", reason="ineligible player")

    assert is_void(match)
    assert table(serie_a) == {"Pescara": (1, 3), "Sassuolo": (1, 0)}
    assert history(match) == ["finished 2-1", "awarded 0-3"]
    assert judged(match) == [("The Coin", 0), ("The Homer", 3), ("The Oracle", 6)]
    assert Roundup.objects.filter(match=match).count() == 2


def test_verona_and_roma_drew_and_the_table_says_three_nil_whatever_another_source_has():
    """Case 2: 2020-09-19, played 0-0, awarded 3-0 (squad list); a second source still says 0-0."""
    serie_a = season("Serie A", "2020/21")
    match = fixture(serie_a, "2020-09-19 18:45", "Hellas Verona", "Roma", "Matchday 1")
    three_picks(match, coins=(0, 0))
    became(match, 0, 0)
    assert points(match) == {"The Oracle": 0, "The Homer": 0, "The Coin": 3 + 1 + 3}

    became(match, 3, 0, status="awarded", reason="squad list")
    assert is_void(match)
    assert table(serie_a) == {"Hellas Verona": (1, 3), "Roma": (1, 0)}

    became(match, 0, 0, source="football-data")  # imported later: a revision too, taken back by another
    assert points(match)["The Coin"] == 7
    became(match, 3, 0, status="awarded", reason="the league decides")
    assert is_void(match)
    assert history(match) == ["finished 0-0", "awarded 3-0", "finished 0-0", "awarded 3-0"]
    assert match.revisions.get(version=3).source == "football-data"
    assert table(serie_a) == {"Hellas Verona": (1, 3), "Roma": (1, 0)}


def test_bochum_were_awarded_their_draw_at_union_weeks_later():
    """Case 3: 2024-12-14, played 1-1, the keeper was hit by a lighter, awarded 0-2."""
    bundesliga = season("Bundesliga", "2024/25")
    match = fixture(bundesliga, "2024-12-14 14:30", "Union Berlin", "Bochum", "Matchday 14")
    three_picks(match)
    became(match, 1, 1)
    assert points(match) == {"The Oracle": 0, "The Homer": 0, "The Coin": 7}

    became(match, 0, 2, status="awarded", reason="a lighter hit the keeper")

    assert is_void(match)
    assert table(bundesliga) == {"Bochum": (1, 3), "Union Berlin": (1, 0)}
    assert Settlement.objects.filter(match=match).count() == 2


def test_bastia_against_lyon_was_abandoned_goalless_and_awarded_to_lyon():
    """Case 4: 2017-04-16, abandoned at half-time 0-0 (crowd), awarded 0-3: void before and after."""
    ligue_1 = season("Ligue 1", "2016/17")
    match = fixture(ligue_1, "2017-04-16 15:00", "Bastia", "Lyon", "Matchday 33")
    three_picks(match)
    became(match, 0, 0, status="abandoned", reason="crowd trouble")
    assert is_void(match)
    assert set(table(ligue_1).values()) == {(0, 0)}

    became(match, 0, 3, status="awarded")

    assert is_void(match)
    assert judged(match) == [], "no pick of it was ever worth a point"
    assert table(ligue_1) == {"Lyon": (1, 3), "Bastia": (1, 0)}


def test_the_score_at_which_montpellier_was_abandoned_stands_as_awarded():
    """Case 5: 2025-03-16, abandoned at 0-2 (crowd trouble), 0-2 stands: in the table, not for forecasts."""
    ligue_1 = season("Ligue 1", "2024/25")
    match = fixture(ligue_1, "2025-03-16 16:15", "Montpellier", "Saint-Etienne", "Matchday 26")
    three_picks(match, coins=(0, 2))
    became(match, 0, 2, status="abandoned")
    assert set(table(ligue_1).values()) == {(0, 0)}

    became(match, 0, 2, status="awarded")

    assert is_void(match)
    assert history(match) == ["abandoned 0-2", "awarded 0-2"]
    assert table(ligue_1) == {"Saint-Etienne": (1, 3), "Montpellier": (1, 0)}


def test_serbia_against_albania_was_awarded_to_one_and_then_to_the_other():
    """Case 6: 2014-10-14, abandoned 0-0 (a drone), awarded 3-0, then 0-3 by the court in 2015."""
    qualifying = season("Euro qualifying", "2014/15")
    match = fixture(qualifying, "2014-10-14 18:45", "Serbia", "Albania", "Group I")
    three_picks(match)
    became(match, 0, 0, status="abandoned", reason="drone over the pitch")
    became(match, 3, 0, status="awarded", reason="UEFA")
    assert table(qualifying) == {"Serbia": (1, 3), "Albania": (1, 0)}

    became(match, 0, 3, status="awarded", reason="Court of Arbitration for Sport")

    assert is_void(match)
    assert history(match) == ["abandoned 0-0", "awarded 3-0", "awarded 0-3"]
    assert table(qualifying) == {"Albania": (1, 3), "Serbia": (1, 0)}
    assert Settlement.objects.filter(match=match).count() == 3
    assert Roundup.objects.filter(match=match, status="published").count() == 1


def test_two_matches_of_bolivia_were_awarded_two_months_later():
    """Case 7: 2016-09-01 Bolivia-Peru 2-0, awarded 0-3; 2016-09-06 Chile-Bolivia 0-0, awarded 3-0."""
    qualifying = season("World Cup qualifying", "2016/17")
    first = fixture(qualifying, "2016-09-01 20:00", "Bolivia", "Peru", "Round 7")
    second = fixture(qualifying, "2016-09-06 23:30", "Chile", "Bolivia", "Round 8")
    for match in (first, second):
        three_picks(match)
    became(first, 2, 0)
    became(second, 0, 0)
    assert points(first) == {"The Oracle": 2, "The Homer": 2, "The Coin": 0}
    assert points(second) == {"The Oracle": 0, "The Homer": 0, "The Coin": 4}
    assert table(qualifying) == {"Bolivia": (2, 4), "Chile": (1, 1), "Peru": (1, 0)}

    became(first, 0, 3, status="awarded", reason="ineligible player")
    became(second, 3, 0, status="awarded", reason="ineligible player")

    assert is_void(first)
    assert is_void(second)
    assert table(qualifying) == {"Chile": (1, 3), "Peru": (1, 3), "Bolivia": (2, 0)}


def test_bournemouth_against_luton_was_abandoned_and_replayed_as_a_match_of_its_own():
    """Case 8: 2023-12-16 abandoned in the 59th minute at 1-1, replayed from 0-0 on 2024-03-13: 4-3."""
    league = season("Premier League", "2023/24")
    first = fixture(league, "2023-12-16 15:00", "Bournemouth", "Luton", "Matchday 17")
    three_picks(first)
    became(first, 1, 1, status="abandoned", reason="a player collapsed")
    replay = fixture(league, "2024-03-13 19:30", "Bournemouth", "Luton", "Matchday 17")
    three_picks(replay, oracles=(4, 3))

    became(replay, 4, 3)

    assert is_void(first)
    assert points(replay) == {"The Oracle": 6, "The Homer": 3, "The Coin": 0}
    assert table(league) == {"Bournemouth": (1, 3), "Luton": (1, 0)}
    with pytest.raises(InvalidResult, match=f"match {replay.pk} .*replaces this one"):
        record(first, 1, 1)


def test_south_africa_against_senegal_was_annulled_and_played_again_a_year_later():
    """Case 9: 2016-11-12 played 2-1, annulled (referee banned), replayed 2017-11-10: 0-2."""
    qualifying = season("World Cup qualifying", "2016/17")
    first = fixture(qualifying, "2016-11-12 15:00", "South Africa", "Senegal", "Group D")
    three_picks(first)
    became(first, 2, 1)
    assert points(first)["The Oracle"] == 6
    became(first, status="cancelled", reason="the referee was banned for match manipulation")
    replay = fixture(qualifying, "2017-11-10 17:00", "South Africa", "Senegal", "Group D")
    three_picks(replay, coins=(0, 2))

    became(replay, 0, 2)

    assert is_void(first)
    assert judged(first) == [("The Coin", 0), ("The Homer", 3), ("The Oracle", 6)]
    assert points(replay) == {"The Oracle": 0, "The Homer": 0, "The Coin": 3 + 1 + 3}
    assert table(qualifying) == {"Senegal": (1, 3), "South Africa": (1, 0)}


def test_brazil_against_argentina_was_stopped_and_never_had_a_result():
    """Case 10: 2021-09-05 stopped after five minutes, cancelled in 2022."""
    qualifying = season("World Cup qualifying", "2021/22")
    match = fixture(qualifying, "2021-09-05 19:00", "Brazil", "Argentina", "Round 6")
    three_picks(match)
    became(match, 0, 0, status="live")
    became(match, 0, 0, status="suspended", reason="health officials on the pitch")
    assert work() == [], "a match that waits asks for nothing"

    became(match, status="cancelled", reason="FIFA and both associations")

    assert is_void(match)
    assert settlement(match).predictions == 3
    assert history(match) == ["live 0-0", "suspended 0-0", "cancelled"]
    assert set(table(qualifying).values()) == {(0, 0)}


def test_bolton_did_not_play_brentford_and_lost():
    """Case 12: 2019-04-27 called off (players' strike), awarded 0-1 to Brentford."""
    championship = season("Championship", "2018/19")
    match = fixture(championship, "2019-04-27 14:00", "Bolton", "Brentford", "Matchday 45")
    three_picks(match, coins=(0, 1))
    became(match, status="postponed", reason="players' strike")
    assert not Settlement.objects.exists()

    became(match, 0, 1, status="awarded")

    assert is_void(match), "who picked 0-1 foresaw no football"
    assert table(championship) == {"Brentford": (1, 3), "Bolton": (1, 0)}


REUS = [
    ("2019-01-19", "CF Reus", "Las Palmas"),
    ("2019-01-27", "Albacete", "CF Reus"),
    ("2019-02-03", "CF Reus", "Elche"),
    ("2019-02-09", "Gimnastic", "CF Reus"),
    ("2019-02-17", "CF Reus", "Almeria"),
    ("2019-02-24", "Granada", "CF Reus"),
    ("2019-03-03", "CF Reus", "Tenerife"),
    ("2019-03-10", "Lugo", "CF Reus"),
]


def test_every_remaining_match_of_the_expelled_reus_was_awarded_to_the_other_side():
    """Case 13: 2018/19, expelled in January; what was played before stays, what was to come is 0-1 or 1-0."""
    segunda = season("Segunda Division", "2018/19")
    played = fixture(segunda, "2019-01-12 17:00", "CF Reus", "Numancia", "Matchday 21")
    three_picks(played)
    became(played, 1, 1)
    coming = [
        fixture(segunda, f"{day} 17:00", home, away, f"Matchday {22 + number}")
        for number, (day, home, away) in enumerate(REUS)
    ]
    for match in coming:
        three_picks(match)

    for match in coming:
        at_home = match.home_team.name == "CF Reus"
        record(match, *((0, 1) if at_home else (1, 0)), status="awarded", reason="expelled")
    became(coming[0], 0, 1, status="awarded")

    assert all(is_void(match) for match in coming)
    assert points(played) == {"The Oracle": 0, "The Homer": 0, "The Coin": 7}
    assert table(segunda)["CF Reus"] == (9, 1)
    assert {played for team, (played, _) in table(segunda).items() if team != "CF Reus"} == {1}
    assert table(segunda)["Las Palmas"] == table(segunda)["Lugo"] == (1, 3)


def test_adana_demirspor_walked_off_and_the_match_was_awarded():
    """Case 18: 2025-02-09, the away team left the pitch in the first half, awarded 3-0."""
    super_lig = season("Super Lig", "2024/25")
    match = fixture(super_lig, "2025-02-09 13:00", "Galatasaray", "Adana Demirspor", "Matchday 23")
    three_picks(match, homers=(3, 0))
    became(match, 1, 0, status="live")
    became(match, 1, 0, status="abandoned", reason="the away team walked off")
    became(match, 3, 0, status="awarded")

    assert is_void(match), "a pick of 3-0 foresaw no walkover"
    assert history(match) == ["live 1-0", "abandoned 1-0", "awarded 3-0"]
    assert table(super_lig) == {"Galatasaray": (1, 3), "Adana Demirspor": (1, 0)}
    assert Match.objects.count() == Roundup.objects.filter(status="published").count() == 1
    assert Prediction.objects.current().count() == 3
