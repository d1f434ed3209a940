"""Real moved kickoffs, shootouts, deductions, names and sides: cases 11, 14 to 17 and 19 to 23.

Cases 1 to 10, 12, 13 and 18 (results decided off the pitch) are in test_edge_cases_results.py.
"""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from matches.models import KickoffMove, Match, MatchSource, Prediction, Season
from matches.result import InvalidResult, Result
from matches.services.results import record_result_of
from matches.services.seasons import adjust_points
from matches.services.teams import TeamUnknown, rename_team, team_named
from scoring.models import Score, Settlement
from tests.edge_cases import (
    became,
    fixture,
    history,
    is_void,
    judged,
    points,
    quotas,
    season,
    settle,
    table,
    three_picks,
    utc,
    work,
)
from tests.factories import TeamFactory, coin, move, oracle, predict, predicted_live, record

pytestmark = pytest.mark.django_db

LIVE = Prediction.Provenance.LIVE

# Planned for, played at, and how it ended.
MATCHDAY_7 = [
    ("2022-09-10 11:30", "2023-01-12 20:00", "Fulham", "Chelsea", 2, 1),
    ("2022-09-11 15:30", "2023-01-18 20:00", "Crystal Palace", "Manchester United", 1, 1),
    ("2022-09-10 16:30", "2023-01-19 20:00", "Manchester City", "Tottenham Hotspur", 4, 2),
    ("2022-09-11 13:00", "2023-03-01 19:45", "Arsenal", "Everton", 4, 0),
    ("2022-09-10 14:00", "2023-03-01 20:00", "Liverpool", "Wolverhampton Wanderers", 2, 0),
    ("2022-09-10 14:00", "2023-03-15 19:30", "Southampton", "Brentford", 0, 2),
    ("2022-09-10 14:00", "2023-04-04 18:45", "Bournemouth", "Brighton & Hove Albion", 0, 2),
    ("2022-09-12 19:00", "2023-04-04 18:45", "Leeds United", "Nottingham Forest", 2, 1),
    ("2022-09-10 14:00", "2023-04-04 18:45", "Leicester City", "Aston Villa", 1, 2),
    ("2022-09-11 13:00", "2023-04-05 19:00", "West Ham United", "Newcastle United", 1, 5),
]


def test_a_whole_matchday_was_postponed_when_the_queen_died_and_played_after_later_ones():
    """Case 11: 2022-09-10, Premier League, Matchday 7, played from 2023-01-12 to 2023-04-05."""
    league = season("Premier League", "2022/23")
    matches = [fixture(league, was, home, away, "Matchday 7") for was, _, home, away, *_ in MATCHDAY_7]
    for match in matches:
        three_picks(match, before=timedelta(days=1))
        record(match, status="postponed", reason="the death of the Queen")
    settle()
    assert not Settlement.objects.exists()
    assert work() == []

    for match, (_, played_at, _, _, home, away) in zip(matches, MATCHDAY_7, strict=True):
        move(match, utc(played_at), reschedule=True, reason="new date")
        record(match, home, away)
    settle()

    assert KickoffMove.objects.count() == 10
    assert Prediction.objects.current().count() == 30, "what was said in September is kept"
    assert history(matches[0]) == ["postponed", "scheduled", "finished 2-1"]
    assert points(matches[0]) == {"The Oracle": 6, "The Homer": 3, "The Coin": 0}
    assert points(matches[1]) == {"The Oracle": 0, "The Homer": 0, "The Coin": 7}
    assert len(table(league)) == 20
    in_order = Match.objects.order_by("kickoff_at").values_list("home_team__name", flat=True)
    assert (in_order.first(), in_order.last()) == ("Fulham", "West Ham United")


def test_germany_against_paraguay_counts_as_the_draw_that_it_was_before_the_shootout():
    """Case 14: 2026-06-29, 1-1 after 90 and 120 minutes, 3-4 on penalties; a feed says 4-5.

    The same trap: Australia-Egypt, 1-1 and 2-4 on penalties, in that feed 3-5.
    """
    world_cup = season("World Cup", "2026")
    match = fixture(world_cup, "2026-06-29 20:30", "Germany", "Paraguay", "Round of 32", neutral=True)
    three_picks(match)

    with pytest.raises(InvalidResult, match=r"4-5 includes the shootout \(3-4\); .* was 1-1"):
        record(match, 4, 5, home_penalties=3, away_penalties=4)
    with pytest.raises(InvalidResult, match=r"3-5 includes the shootout \(2-4\); .* was 1-1"):
        record(match, 3, 5, home_penalties=2, away_penalties=4)
    became(match, 1, 1, home_score_aet=1, away_score_aet=1, home_penalties=3, away_penalties=4)

    assert history(match) == ["finished 1-1 (1-1 aet, 3-4 pens)"]
    assert points(match) == {"The Oracle": 0, "The Homer": 0, "The Coin": 7}


def test_the_final_was_a_draw_after_ninety_minutes_and_a_win_for_those_who_forecast_the_winner():
    """Case 15: 2026-07-19, Spain-Argentina 0-0 after 90 minutes, 1-0 after extra time."""
    ninety = season("World Cup", "2026")
    outright = season("World Cup outright", "2026", score_basis="after_extra_time")
    earned = {}
    for of in (ninety, outright):
        match = fixture(of, "2026-07-19 19:00", "Spain", "Argentina", "Final", neutral=True)
        three_picks(match, coins=(0, 0))
        became(match, 0, 0, home_score_aet=1, away_score_aet=0)
        earned[of] = points(match)

    assert earned[ninety] == {"The Oracle": 0, "The Homer": 0, "The Coin": 7}
    assert earned[outright] == {"The Oracle": 2 + 1, "The Homer": 6, "The Coin": 0}

    ninety.competition.score_basis = "after_extra_time"
    ninety.competition.save()
    settle()
    assert points(Match.objects.get(season=ninety)) == earned[outright]


MATCHDAY_30 = [
    ("Genk", "Mechelen"),
    ("Eupen", "Club Brugge"),
    ("Zulte Waregem", "Standard"),
    ("Cercle Brugge", "Oostende"),
    ("Charleroi", "Kortrijk"),
    ("Antwerp", "Mouscron"),
    ("Waasland-Beveren", "Gent"),
    ("Sint-Truiden", "Anderlecht"),
]


def test_the_last_matchday_of_the_belgian_season_was_never_played():
    """Case 16: 2019/20, Matchday 30 of 2020-03-15, the season was stopped: eight matches cancelled."""
    league = season("Belgian Pro League", "2019/20")
    matches = [fixture(league, "2020-03-15 13:30", *teams, "Matchday 30") for teams in MATCHDAY_30]
    for match in matches:
        three_picks(match)
        record(match, status="postponed")

    for match in matches:
        record(match, status="cancelled", reason="covid-19")
    settle()

    assert all(is_void(match) for match in matches)
    assert set(table(league).values()) == {(0, 0)}
    assert Prediction.objects.current().count() == 24, "nobody's picks are thrown away"
    assert not Score.objects.exists()


def test_the_table_of_2023_24_is_not_the_sum_of_its_results():
    """Case 17: Everton -10 (November), -6 on appeal (February), -2 more (April); Forest -4 (March)."""
    league = season("Premier League", "2023/24")
    first = fixture(league, "2023-12-02 17:30", "Nottingham Forest", "Everton", "Matchday 14")
    second = fixture(league, "2024-04-21 12:30", "Everton", "Nottingham Forest", "Matchday 34")
    everton, forest = first.away_team, first.home_team
    three_picks(first, coins=(0, 1))
    deduct(league, everton, -10, date(2023, 11, 17))
    became(first, 0, 1)
    assert table(league) == {"Nottingham Forest": (1, 0), "Everton": (1, 3 - 10)}

    deduct(league, everton, 4, date(2024, 2, 26))
    assert table(league) == {"Nottingham Forest": (1, 0), "Everton": (1, 3 - 6)}
    deduct(league, forest, -4, date(2024, 3, 18))
    deduct(league, everton, -2, date(2024, 4, 8))
    assert table(league) == {"Nottingham Forest": (1, -4), "Everton": (1, 3 - 8)}
    became(second, 2, 0)

    assert table(league) == {"Everton": (2, 6 - 8), "Nottingham Forest": (2, -4)}
    assert points(first) == {"The Oracle": 0, "The Homer": 0, "The Coin": 7}, "forecasts are not deducted"


def deduct(of: Season, team: object, how_many: int, decided_on: date) -> None:
    adjust_points(
        stage=of.stages.get(),
        team=team,
        points=how_many,
        decided_on=decided_on,
        reason="profitability and sustainability rules",
        source="the league's statement",
        recorded_at=utc("2024-04-22 12:00"),
    )
    settle()


def test_manchester_city_against_crystal_palace_waits_for_a_date():
    """Case 19: 2026-03-21, postponed, no new date: nothing is settled, nothing lost, nothing open."""
    league = season("Premier League", "2025/26")
    match = fixture(league, "2026-03-21 15:00", "Manchester City", "Crystal Palace", "Matchday 31")
    three_picks(match)

    became(match, status="postponed")

    assert (match.status, match.lock_at) == ("postponed", utc("2026-03-21 15:00"))
    assert Prediction.objects.current().count() == 3
    assert not Settlement.objects.exists()
    assert work() == []
    with pytest.raises(IntegrityError, match="prediction-locked"), transaction.atomic():
        predict(match, oracle(), (4, 0), provenance=LIVE)
    with pytest.raises(InvalidResult, match="has no score, not even 0-0"):
        record(match, 0, 0, status="postponed")


def test_eswatini_and_north_macedonia_are_the_teams_that_had_another_name():
    """Case 20: Swaziland until 2018-04-19, Macedonia until 2018-11-19: one team, two names."""
    nations = season("Nations League", "2018/19")
    match = fixture(nations, "2018-09-06 18:45", "Gibraltar", "Macedonia", "Group 4")
    three_picks(match, coins=(0, 2))
    became(match, 0, 2)
    swaziland, macedonia = TeamFactory(name="Swaziland"), match.away_team

    rename_team(team_id=swaziland.pk, name="Eswatini", renamed_on=date(2018, 4, 19))
    rename_team(team_id=macedonia.pk, name="North Macedonia", renamed_on=date(2018, 11, 19))

    for source, name, team in [
        ("openfootball", "Swaziland", swaziland),
        ("martj42", "Eswatini", swaziland),
        ("openfootball", "Macedonia", macedonia),
        ("martj42", "North Macedonia", macedonia),
    ]:
        assert team_named(name, source=source) == team
    with pytest.raises(TeamUnknown, match=r"no team is called 'FYR Macedonia' \(source martj42\)"):
        team_named("FYR Macedonia", source="martj42")
    assert points(match) == {"The Oracle": 0, "The Homer": 0, "The Coin": 7}
    assert table(nations) == {"North Macedonia": (1, 3), "Gibraltar": (1, 0)}
    assert list(macedonia.aliases.values_list("name", "used_until")) == [("Macedonia", date(2018, 11, 19))]


@pytest.mark.parametrize(
    ("opponent", "late_feed", "true_kickoff"),
    [
        ("Ecuador", "2026-07-01 02:00", "2026-07-01 01:00"),
        ("England", "2026-07-06 01:00", "2026-07-06 00:00"),
    ],
)
def test_mexico_kicked_off_an_hour_before_one_feed_said_so(opponent, late_feed, true_kickoff):
    """Case 21: 2026-07-01 and 07-06, a deadline that moves while picks come in."""
    match = fixture(season("World Cup", "2026"), late_feed, "Mexico", opponent, "Knockout", neutral=True)
    early = predicted_live(match, oracle(), (1, 0), before=timedelta(hours=2))
    late = predicted_live(match, oracle(), (3, 0), before=timedelta(minutes=20))
    alone = predicted_live(match, coin(), (1, 1), before=timedelta(minutes=10))
    assert set(Prediction.objects.current()) == {late, alone}

    move(match, utc(true_kickoff), source="openfootball", reason="an hour earlier")
    assert set(Prediction.objects.current()) == {early}
    assert set(Prediction.objects.filter(late=True)) == {late, alone}

    move(match, utc(late_feed), source="football-data.org", reason="its feed again")
    assert set(Prediction.objects.current()) == {late, alone}
    sources = KickoffMove.objects.values_list("source", flat=True)
    assert list(sources) == ["openfootball", "football-data.org"]


def test_a_live_score_earns_nothing_and_a_result_that_came_too_early_is_scored_again():
    """Case 22: Netherlands-Sweden 1-0 on the way to 5-1, Panama-Croatia 0-0 on the way to 0-1."""
    world_cup = season("World Cup", "2026")
    netherlands = fixture(world_cup, "2026-06-20 17:00", "Netherlands", "Sweden", "Group F", neutral=True)
    panama = fixture(world_cup, "2026-06-23 23:00", "Panama", "Croatia", "Group L", neutral=True)
    three_picks(netherlands)
    three_picks(panama, oracles=(0, 1), coins=(0, 0))
    became(netherlands, 1, 0, status="live")
    assert points(netherlands) == {}
    assert work() == []
    became(netherlands, 5, 1)
    assert points(netherlands) == {"The Oracle": 2, "The Homer": 2, "The Coin": 0}

    became(panama, 0, 0)  # «finished», said the pool, and it was not
    assert points(panama) == {"The Oracle": 0, "The Homer": 0, "The Coin": 7}
    became(panama, 0, 0, status="live")
    assert points(panama) == {}
    became(panama, 0, 1)

    assert points(panama) == {"The Oracle": 7, "The Homer": 0, "The Coin": 0}
    assert quotas(panama) == (3, 3, 3)
    assert judged(panama) == [("The Coin", 7), ("The Homer", 0), ("The Oracle", 0)]


@pytest.mark.parametrize(
    ("kickoff", "home", "away", "score"),
    [
        ("2026-06-24 19:00", "Switzerland", "Canada", (2, 1)),
        ("2026-06-25 01:00", "Czech Republic", "Mexico", (0, 3)),
        ("2026-06-26 02:00", "Turkey", "USA", (3, 2)),
    ],
)
def test_a_source_that_has_home_and_away_the_other_way_round_is_turned(kickoff, home, away, score):
    """Case 23: Switzerland-Canada, Czech Republic-Mexico, Turkey-USA at neutral venues."""
    match = fixture(season("World Cup", "2026"), kickoff, home, away, "Group stage", neutral=True)
    MatchSource.objects.create(match=match, source="openfootball", external_id=f"{home}-{away}")
    MatchSource.objects.create(match=match, source="martj42", external_id=f"{away}-{home}", flipped=True)
    three_picks(match)

    told("martj42", f"{away}-{home}", score[1], score[0])
    settle()
    match.refresh_from_db()

    assert (match.home_score, match.away_score) == score
    assert told("openfootball", f"{home}-{away}", *score) is None, "the sources agree: no correction"
    home_won = score[0] > score[1]
    assert (points(match)["The Oracle"] > 0) is home_won
    assert next(iter(table(match.season))) == (home if home_won else away)


def told(source: str, external_id: str, home: int, away: int):
    return record_result_of(
        source=source,
        external_id=external_id,
        result=Result(status="finished", home_score=home, away_score=away),
        recorded_at=utc("2026-06-26 06:00"),
    )
