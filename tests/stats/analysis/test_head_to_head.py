"""Two forecasters over their common matches: equal to the stored sums, with intervals from 50 matches on."""

from datetime import timedelta

import pytest

from stats.analysis.common_matches import CommonMatch, Scores, common_matches, favourites
from stats.analysis.head_to_head import HeadToHead, head_to_head
from stats.inference import confidence_sequences as cs
from stats.leaderboards import Board
from stats.models import PairSum
from tests.factories import (
    KICKOFF,
    CompetitionFactory,
    MatchFactory,
    SeasonFactory,
    coin,
    homer,
    oracle,
    predict,
    predicted_live,
    record,
)
from tests.pipeline_helpers import run_waiting

CONFIDENT, UNSURE = (0.7, 0.2, 0.1), (0.4, 0.3, 0.3)


def count_results() -> None:
    run_waiting("score_match")
    run_waiting("refresh_views")


def played(number: int, result: tuple[int, int]):
    """A match that both predicted: The Oracle 2-1 with confidence, The Coin 1-1."""
    match = MatchFactory(kickoff_at=KICKOFF + timedelta(days=number))
    predict(match, oracle(), (2, 1), CONFIDENT)
    predict(match, coin(), (1, 1), UNSURE)
    record(match, *result)
    return match


@pytest.mark.django_db
def test_differences_add_up_to_the_stored_sums():
    for number, result in enumerate([(2, 1), (1, 1), (0, 1)]):
        played(number, result)
    count_results()

    stored = PairSum.objects.get()
    found = common_matches(stored.a_id, stored.b_id, Board())

    for metric, column in [("average_points", "points"), ("rps", "rps"), ("log_score", "log_score")]:
        assert sum(each.difference(metric) for each in found) == getattr(stored, column)
    assert head_to_head(oracle(), coin(), Board()).record == (1, 1, 1)


@pytest.mark.django_db
def test_a_result_counts_from_the_refresh_on():
    first = played(0, (2, 1))
    count_results()
    record(first, 1, 1, reason="wrong score", source="operator")
    run_waiting("score_match")

    (before,) = common_matches(oracle().pk, coin().pk, Board())
    run_waiting("refresh_views")
    (after,) = common_matches(oracle().pk, coin().pk, Board())

    assert (before.home_goals, before.away_goals) == (2, 1)
    assert (after.home_goals, after.away_goals) == (1, 1)


@pytest.mark.django_db
def test_live_predictions_are_compared_alone_once_both_have_some():
    played(0, (2, 1))
    count_results()
    assert head_to_head(oracle(), coin(), Board()).provenance == "archive"

    match = MatchFactory(kickoff_at=KICKOFF + timedelta(days=1))
    predicted_live(match, oracle(), (1, 0))
    predicted_live(match, coin(), (0, 0))
    record(match, 1, 0)
    count_results()

    found = head_to_head(oracle(), coin(), Board())
    assert found.provenance == "live"
    assert found.counts == {"live": 1, "archive": 1, "mixed": 0}
    assert [each.id for each in found.matches] == [match.pk]
    assert len(head_to_head(oracle(), coin(), Board(), "all").matches) == 2


@pytest.mark.django_db
def test_stages_of_different_competitions_are_different_groups():
    seasons = [
        SeasonFactory(competition=CompetitionFactory(name=name, slug=name.lower()), label="2025/26")
        for name in ("A", "B")
    ]
    for season in seasons:
        match = MatchFactory(season=season, kickoff_at=KICKOFF)
        predict(match, oracle(), (2, 1), CONFIDENT)
        predict(match, coin(), (1, 1), UNSURE)
        record(match, 2, 1)
    count_results()

    overall = head_to_head(oracle(), coin(), Board()).groups("rps")["stage"]
    assert [each.label.split(":")[0] for each in overall] == ["A 2025/26", "B 2025/26"]
    (group,) = head_to_head(oracle(), coin(), Board.of(seasons[0])).groups("rps")["stage"]
    assert group.label.startswith("2025/26: ")


@pytest.mark.django_db
def test_the_favourite_has_the_highest_mean_probability_of_all_forecasters():
    match = played(0, (0, 1))
    predict(match, homer(), None, (0.0, 0.1, 0.9))
    count_results()

    found = head_to_head(oracle(), coin(), Board())

    assert favourites(found.matches) == {match.pk: "away"}
    groups = found.groups("rps")
    assert [each.label for each in groups["favourite"]] == ["The favourite won"]
    assert [each.label for each in groups["result"]] == ["Away win"]


def imagined(count: int) -> HeadToHead:
    """Matches without a database: `a` has 3 points in every second one, `b` never has any."""
    matches = [
        CommonMatch(
            number,
            KICKOFF,
            True,
            "A",
            "B",
            1,
            0,
            number,
            "2025/26",
            "Regular season",
            "live",
            a=a,
            b=Scores(0, *NONE),
        )
        for number in range(count)
        for a in [Scores(3 * (number % 2), *NONE)]
    ]
    return HeadToHead(oracle, coin, "live", {}, matches)


NONE = (None, None, None)


def test_intervals_begin_with_fifty_matches_and_end_with_the_summary():
    looks = imagined(60).looks("average_points")
    (summary,) = imagined(60).metrics

    assert [look.low is None for look in looks] == [True] * 49 + [False] * 11
    assert (looks[-1].low, looks[-1].high) == pytest.approx((summary.low, summary.high))
    assert summary.low == pytest.approx(float(cs.interval(60, 90, 270)[0]))
    assert (summary.ahead, summary.is_separated, summary.difference) == ("a", True, 1.5)


def test_nothing_is_stated_below_fifty_matches():
    (summary,) = imagined(49).metrics

    assert (summary.low, summary.high, summary.evidence, summary.matches_needed) == (None,) * 4
    assert not summary.is_separated


def test_the_largest_differences_come_first_and_equal_scores_are_left_out():
    assert [each.id for each in imagined(6).largest("average_points")] == [5, 3, 1]
