"""What the facts say, and that they say it as of their match."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content.roundups.facts import MatchUnknown, NotSettled, gather
from matches.models import Prediction, Stage
from stats import leaderboards
from stats.leaderboards import Board
from stats.standings import standings
from tests.content.roundups.conftest import count, names, play, play_blanks, week
from tests.factories import (
    ForecasterFactory,
    MatchFactory,
    StageFactory,
    coin,
    homer,
    oracle,
    predict,
    record,
    time_passes,
    upcoming_match,
)

pytestmark = pytest.mark.django_db


def test_the_facts_are_json_and_come_from_one_statement_but_for_the_season_of_the_forecasters(match):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        facts = gather(match.pk)

    others = [query["sql"] for query in queries[1:]]
    assert len(others) == 2, "what a settlement said never changes; and the names on the board"
    assert "scoring_settlementscore" in others[0]
    assert "matches_forecaster" in others[1]
    assert json.loads(json.dumps(facts)) == facts


def test_the_field_is_counted_as_it_was_scored(match):
    field = gather(match.pk)["field"]

    assert [(row["outcome"], row["count"], row["percent"], row["quota"]) for row in field["outcomes"]] == [
        ("home", 2, 67, 2),
        ("draw", 1, 33, 3),
        ("away", 0, 0, 6),
    ]
    assert field["consensus"] == {
        "outcomes": ["home"],
        "texts": ["a win for Ashford"],
        "count": 2,
        "percent": 67,
        "right": True,
    }
    assert field["hits"] == {
        **{"text": "two of three forecasters were right", "tendency_percent": 67},
        **{"tendency": 2, "difference": 2, "exact": 1, "missed": 1},
    }
    chances = field["chances"]
    assert [chances[f"{outcome}_percent"] for outcome in ("home", "draw", "away", "actual")] == [
        57,
        27,
        17,
        57,
    ]
    assert (names(chances["closest"]), chances["closest"]["percent"]) == (["The Homer"], 80)
    assert (field["live"], field["archive"]) == (0, 3)


def test_the_best_and_the_worst_of_the_match_are_named(match):
    facts = gather(match.pk)

    assert (names(facts["heroes"]), facts["heroes"]["points"]) == (["The Oracle"], 6)
    assert (names(facts["lost_most"]), facts["lost_most"]["favourite_percent"]) == (["The Coin"], 40)


def test_who_was_farthest_off_lost_most_where_nobody_gave_probabilities():
    match = play(week(1), (0, 2), [(2, 0), (1, 0), (1, 1)])
    assert names(gather(match.pk)["lost_most"]) == ["The Oracle"]


def test_the_board_tells_the_takeover_and_what_it_took():
    play_blanks()
    play(week(1), (2, 1), [(1, 0), (2, 1), (1, 1)])
    match = play(week(2), (0, 0), [(0, 0), (1, 0), (2, 0)])

    board = gather(match.pk)["board"]

    assert (names(board["leaders_before"]), names(board["leaders"])) == (["The Homer"], ["The Oracle"])
    assert board["lead"]["second"]["name"] == "The Homer"
    assert board["lead"]["points"] == (3 + 7) - 6
    assert [(names(move), move["rank_before"], move["rank"]) for move in board["risers"]] == [
        (["The Oracle"], 2, 1)
    ]
    assert board["new_leader"]


def test_a_long_streak_ends():
    for number in range(1, 5):
        play(week(number), (1, 0), [(1, 0), (0, 1)])
    match = play(week(5), (0, 1), [(1, 0), (0, 1)])

    streaks = gather(match.pk)["streaks"]

    assert (names(streaks["ended"]), streaks["ended"]["length"]) == (["The Oracle"], 4)


def test_after_a_season_the_facts_agree_with_the_boards_that_readers_see():
    rounds = [("Ashford", "Barrow"), ("Corley", "Denby"), ("Barrow", "Corley"), ("Denby", "Ashford")]
    for number, (home, away) in enumerate(rounds, start=1):
        match = play(week(number, home, away), (number % 3, 1), [(2, 1), (1, 0), (1, 1)])

    facts = gather(match.pk)

    rows = leaderboards.leaderboard(Board.of(match.season))
    assert [(row["name"], row["rank"], row["points"]) for row in facts["board"]["top"]] == [
        (row.forecaster.name, row.rank, row.points) for row in rows
    ]
    assert [(row["name"], row["position"], row["points"]) for row in facts["league"]["rows"]] == [
        (row.team.name, row.position, row.points) for row in standings(match.season_id)
    ]


def test_an_old_match_is_told_the_same_after_the_season_went_on():
    play(week(1), (1, 0), [(1, 0), (0, 0), (0, 1)])
    old = play(week(2), (2, 1), [(2, 1), (1, 0), (1, 1)])
    nxt = week(3, "Barrow", "Ashford")
    before = gather(old.pk)

    play(nxt, (5, 0), [(1, 0), (5, 0), (1, 1)])

    assert gather(old.pk) == before


def test_a_correction_of_an_earlier_match_is_in_the_facts_of_later_ones():
    play_blanks()
    first = play(week(1), (1, 0), [(1, 0), (0, 1)])
    second = play(week(2), (1, 0), [(1, 0), (0, 1)])
    record(first, 0, 1)
    count()
    assert names(gather(second.pk)["board"]["leaders_before"]) == ["The Homer"]


def test_matches_of_one_kickoff_are_taken_in_the_order_in_which_they_were_settled():
    first, second = week(1), week(1, "Corley", "Denby")
    play(second, (1, 0), [(1, 0), (0, 1)])
    play(first, (1, 0), [(0, 1), (1, 0)])

    assert gather(second.pk)["ahead"]["simultaneous_open"] == 1
    assert [row["played"] for row in gather(second.pk)["league"]["rows"]] == [1, 0, 0, 1]
    assert [row["rank_before"] for row in gather(second.pk)["board"]["top"]] == [None, None]
    assert [row["rank_before"] for row in gather(first.pk)["board"]["top"]] == [2, 1]


def test_a_correction_tells_what_was_reported_before(match):
    record(match, 1, 1)
    count()
    facts = gather(match.pk)
    correction = facts["correction"]
    assert correction == {
        "before": "2-1, a win for Ashford",
        "void_before": False,
        "is_same_score": False,
    }


def test_the_same_result_found_again_is_no_correction(match):
    record(match, status="live")
    record(match, 2, 1)
    count()
    assert gather(match.pk)["correction"] is None


def test_imported_predictions_are_no_correction(match):
    predict(match, ForecasterFactory(name="The Latecomer"), (2, 1))
    count()
    facts = gather(match.pk)
    assert facts["correction"] is None


def test_a_void_match_has_no_winners(match):
    record(match, status="abandoned", home=2, away=1)
    count()
    facts = gather(match.pk)
    assert facts["match"]["void"]
    assert (facts["heroes"], facts["lost_most"], facts["field"]["hits"]) == (None, None, None)
    assert facts["board"] is None


def test_the_shootout_never_counts():
    stage = StageFactory(name="Knockout stage", kind=Stage.Kind.KNOCKOUT)
    match = week(1, round_label="Final", stage=stage)
    record(match, 0, 0, home_score_aet=1, away_score_aet=1, home_penalties=3, away_penalties=4)
    count()
    facts = gather(match.pk)
    assert facts["match"]["score"]["text"] == "0-0"
    assert (facts["result"]["winner"], facts["result"]["how"]) == ("Barrow", "on penalties")
    assert facts["league"] is None, "a cup final has no league table"


def test_only_fixtures_tell_what_comes_next_never_picks(match):
    following = MatchFactory(
        home_team=match.away_team, away_team=match.home_team, kickoff_at=match.kickoff_at + timedelta(days=7)
    )
    predict(following, oracle(), (4, 3))
    ahead = gather(match.pk)["ahead"]
    assert (ahead["home"]["venue"], ahead["away"]["venue"]) == ("away", "home")
    assert "4-3" not in json.dumps(gather(match.pk))


def test_live_and_archive_predictions_are_told_apart():
    match = upcoming_match()
    predict(match, oracle(), (1, 0), provenance=Prediction.Provenance.LIVE)
    predict(match, homer(), (2, 0))
    predict(match, coin(), (0, 0))
    time_passes(match, timedelta(days=1, hours=2))
    record(match, 1, 0)
    count()
    field = gather(match.pk)["field"]
    assert (field["live"], field["archive"]) == (1, 2)
    assert field["outcomes"][0]["quota"] == 2, "live predictions alone set the quotas"


def test_an_unknown_or_unsettled_match_is_refused():
    with pytest.raises(MatchUnknown, match="no match with id 987654"):
        gather(987654)
    with pytest.raises(NotSettled, match="scheduled and not scored"):
        gather(week(1).pk)


def test_an_earlier_meeting_is_told_only_if_it_is_the_only_one(db):
    play(week(1, "Barrow", "Ashford"), (1, 0))
    second = play(week(2), (0, 0))
    third = play(week(3, "Barrow", "Ashford"), (2, 1))
    fourth = play(week(4), (3, 3))

    assert gather(second.pk)["earlier_meeting"]["winner"] == "Barrow"
    assert [gather(each.pk)["earlier_meeting"] for each in (third, fourth)] == [None, None]
