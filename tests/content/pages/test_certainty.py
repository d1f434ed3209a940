"""What a leaderboard page shows about chance: ranges of ranks, tiers, intervals, and the choice for gaps."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from stats.leaderboards import Board
from stats.models import BoardInference, MatchDifficulty
from stats.refresh import matviews
from tests.content.pages.conftest import count_results
from tests.content.pages.test_leaderboard import rows
from tests.factories import coin, homer, oracle, predict, record, time_passes, upcoming_match

pytestmark = pytest.mark.django_db
DASH = "\N{EN DASH}"
STATED = {"rank_best": 1, "rank_worst": 3, "tier": 1, "mean_low": 1.0, "mean_high": 7.0}


def state(forecaster, *, ordering: str = "average_points", board: Board | None = None, **stated) -> None:
    """Store what the job would have stored about a row of the overall leaderboard."""
    board = board or Board()
    BoardInference.objects.create(
        scope=board.scope,
        scope_id=board.scope_id,
        provenance="all",
        ordering=ordering,
        forecaster=forecaster,
        coverage=1,
        data_version=matviews.data_version(),
        as_of=timezone.now(),
        **STATED | stated,
    )


def test_ranges_of_ranks_stand_beside_the_ranks(site, see):
    state(oracle())
    state(homer(), low=-3.25, high=0.5, common=60)
    state(coin(), low=-6.0, high=-1.0, common=60, rank_best=2, tier=2)

    page = see("/leaderboard/")

    assert [row[0] for row in rows(page.html)] == [f"1 1{DASH}3", f"2 1{DASH}3", f"3 2{DASH}3"]
    assert "\N{MINUS SIGN}3.25 to +0.50 over 60 matches" in page.text
    assert page.html.count('<svg class="interval"') == 2


def test_a_line_begins_a_lower_tier(site, see):
    state(oracle())
    state(homer())
    state(coin(), tier=2)

    html = see("/leaderboard/").html

    begins = re.findall(r"<tr class=\"[^\"]*tier\">.*?</tr>", html, re.DOTALL)
    assert len(begins) == 1
    assert "The Coin" in begins[0]


def test_a_board_of_back_tests_on_which_all_can_be_chance_says_so(site, see):
    for each in (oracle(), homer(), coin()):
        state(each)

    text = see("/leaderboard/").text

    assert "No forecaster is better than another by more than chance." in text
    assert "each of the 3 could still have any rank in the range under its rank" in text
    assert "only if they were made without knowing the results" in text


def test_only_a_live_board_says_surely(see):
    match = upcoming_match()
    for forecaster, pick in ((oracle(), (2, 1)), (homer(), (1, 0))):
        predict(match, forecaster, pick, provenance="live")
    time_passes(match, timedelta(days=2))
    record(match, 2, 1)
    count_results()
    state(oracle())
    state(homer())

    assert "No forecaster is surely better than another." in see("/leaderboard/").text


def test_nothing_is_stated_below_fifty_matches(site, see):
    for each in (oracle(), homer(), coin()):
        state(each, **dict.fromkeys(STATED))

    assert "With fewer than 50 matches, nothing is stated about chance." in see("/leaderboard/").text


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("/leaderboard/", "They are computed seconds after"),
        ("/leaderboard/?kind=statistical", "belong to the whole leaderboard"),
        ("/leaderboard/?min_matches=1", "belong to the whole leaderboard"),
        ("/leaderboard/?team=ashford", "a season, a competition and overall"),
        ("/leaderboard/?ordering=points", "There are intervals for the orders"),
        ("/leaderboard/?ordering=-rps", "There are intervals for the orders"),
    ],
)
def test_a_board_without_intervals_says_why(site, see, address, reason):
    assert reason in see(address).text


def test_points_under_fixed_rules_stand_beside_points_per_match(site, see):
    for each in (oracle(), homer(), coin()):
        state(each)

    board = {row[1].split(" statistical")[0]: row[2] for row in rows(see("/leaderboard/").html)}

    assert board["The Oracle"] == "6.00 4-3-2: 4.00"


def test_the_switch_offers_adjusted_scores_for_probabilities_only(site, see):
    assert "adjusted for difficulty" not in see("/leaderboard/").text
    assert "adjusted for difficulty" in see("/leaderboard/?ordering=rps").text


def test_the_board_by_adjusted_score_shows_it(site, see):
    state(oracle(), ordering="adjusted_rps", adjusted=0.1234)

    page = see("/leaderboard/?ordering=adjusted_rps")

    assert "Adjusted RPS" in page.text
    assert "0.1234" in page.text


def test_common_matches_leave_out_what_somebody_did_not_predict(site, see):
    page = see("/leaderboard/?gaps=common")

    assert "Averages over the 1 match that all 3 forecasters below predicted" in page.text
    assert [row[0] for row in rows(page.html)] == ["1", "2", "3"]


def test_the_api_has_the_same_columns_in_json_and_csv(site, client):
    state(oracle(), low=None, high=None, adjusted=0.12345678, matches_needed=412)

    answer = client.get("/api/v1/leaderboard/").json()
    row = answer["results"][0]
    assert (row["rank_best"], row["rank_worst"], row["tier"], row["matches_needed"]) == (1, 3, 1, 412)
    assert row["adjusted"] == 0.123457
    assert (answer["meta"]["inference"]["compared"], answer["meta"]["inference"]["in_first_tier"]) == (1, 1)
    assert answer["results"][1]["rank_best"] is None
    csv = client.get("/api/v1/leaderboard/?format=csv").content.decode()
    assert "rank_best,rank_worst,tier,matches_needed" in csv.splitlines()[0]


def test_the_etag_changes_when_intervals_are_computed(site, client):
    before = client.get("/api/v1/leaderboard/")["ETag"]
    state(oracle())

    assert client.get("/api/v1/leaderboard/")["ETag"] != before


def test_the_api_says_why_there_are_no_intervals(site, client):
    meta = client.get("/api/v1/leaderboard/?provenance=hindsight").json()["meta"]

    assert meta["inference"]["why_not"] == "hindsight"


def test_the_home_page_says_how_sure_the_lead_is(site, see):
    state(oracle())
    state(homer())

    text = see("/").text

    assert "With 95 % probability the average is between 1.00 and 7.00." in text
    assert "2 of 2 forecasters are in the first tier: the lead can be chance." in text


def test_the_page_of_a_match_shows_its_difficulty(site, see):
    assert "Difficulty" not in see(f"/matches/{site.played.pk}/").text
    MatchDifficulty.objects.create(match=site.played, rps=0.25, outcome_probability=0.3, predictions=3)

    assert "expected to have an RPS of 0.2500 in this match" in see(f"/matches/{site.played.pk}/").text


def test_a_board_of_one_provenance_is_not_ordered_by_scores_of_all_predictions(client):
    for forecaster in (oracle(), coin()):
        predict(match := upcoming_match(), forecaster, (2, 1), (0.5, 0.3, 0.2), provenance="live")
        time_passes(match, timedelta(days=3))
        record(match, 2, 1)
    count_results()
    for forecaster in (oracle(), coin()):
        state(forecaster, ordering="adjusted_rps", adjusted=0.1)
    BoardInference.objects.filter(forecaster=coin()).update(provenance="live")

    rows = client.get("/api/v1/leaderboard/?ordering=adjusted_rps&provenance=live").json()["results"]

    found = [(row["forecaster"]["slug"], row["rank"], row["adjusted"]) for row in rows]
    assert found == [("the-coin", 1, 0.1), ("the-oracle", None, None)]
