"""The forecasters' season up to a match is the same however one comes to it, and costs what changed."""

import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content.roundups.facts import gather, season_totals
from content.roundups.facts.season_totals import board
from matches.models import Match
from scoring.models import Score, Settlement
from tests.content.roundups.conftest import count, play, week
from tests.factories import ForecasterFactory, homer, predict, record

pytestmark = pytest.mark.django_db

LETTERS = {"tendency_points": "T", "goal_difference_points": "D", "exact_points": "E"}


@pytest.fixture(autouse=True)
def _nothing_kept():
    season_totals._kept.clear()


@pytest.fixture
def season() -> list[Match]:
    """Eight weeks; not everybody predicted every match, and one came too late for the first ones."""
    chance = random.Random(4)
    matches = [week(number) for number in range(1, 9)]
    for number, match in enumerate(matches):
        if number >= 5:
            predict(match, ForecasterFactory(name="The Latecomer"), (number % 3, 1))
        picks = [(chance.randrange(4), chance.randrange(3)) for _ in range(3)]
        play(match, (chance.randrange(4), chance.randrange(3)), picks if number % 3 else picks[:2])
    return matches


def settlements(matches: list[Match]) -> list[int]:
    current = Settlement.objects.filter(match__in=matches, superseded_at__isnull=True)
    return list(current.order_by("match__kickoff_at").values_list("pk", flat=True))


def by_hand(matches: list[Match]) -> dict[str, tuple[int, str, int | None]]:
    """Points, letters, and the points of the last match, from the scores one by one."""
    found: dict[str, tuple[int, str, int | None]] = {}
    scores = Score.objects.filter(prediction__match__in=matches, points__isnull=False)
    for score in scores.select_related("prediction__forecaster").order_by("prediction__match__kickoff_at"):
        slug, match_id = score.prediction.forecaster.slug, score.prediction.match_id
        points, run, _ = found.get(slug, (0, "", None))
        letter = next((LETTERS[name] for name in reversed(LETTERS) if getattr(score, name)), "-")
        here = score.points if match_id == matches[-1].pk else None
        found[slug] = points + score.points, run + letter, here
    return found


def told(matches: list[Match]) -> dict[str, tuple[int, str, int | None]]:
    *before, here = settlements(matches)
    return {row["slug"]: (row["points"], row["run"], row["points_here"]) for row in board(before, here)}


def test_it_is_what_the_scores_add_up_to_in_whatever_order_one_asks(season):
    chance = random.Random(7)
    for _ in range(30):
        until = chance.randrange(1, 9)
        assert told(season[:until]) == by_hand(season[:until])


def test_it_follows_a_correction_a_void_match_and_late_predictions(season):
    told(season)
    record(season[2], 5, 5)
    predict(season[3], ForecasterFactory(name="The Archivist"), (1, 1))
    record(season[5], 0, 0, status="abandoned")
    count()

    for until in (8, 4, 6, 3, 7):
        assert told(season[:until]) == by_hand(season[:until])


def test_the_facts_are_the_same_with_what_is_kept_and_without(season):
    kept = [gather(match.pk) for match in (*season, *reversed(season))]
    fresh = []
    for match in (*season, *reversed(season)):
        season_totals._kept.clear()
        fresh.append(gather(match.pk))
    assert kept == fresh


def test_the_next_match_reads_the_scores_of_one_match_and_its_own(season):
    told(season[:6])
    with CaptureQueriesContext(connection) as queries:
        told(season[:7])

    reads = [query["sql"] for query in queries if "scoring_settlementscore" in query["sql"]]
    sixth, seventh = settlements(season)[5:7]
    assert len(reads) == 2
    assert f"{{{sixth}}}" in reads[0]
    assert f"{{{seventh}}}" in reads[1]


def test_the_same_match_again_reads_its_own_scores_only(season):
    told(season)
    with CaptureQueriesContext(connection) as queries:
        told(season)

    assert sum("scoring_settlementscore" in query["sql"] for query in queries) == 1


def test_a_name_is_the_one_of_now(season):
    told(season)
    forecaster = homer()
    forecaster.name = "The Patriot"
    forecaster.save()

    assert "The Patriot" in [row["name"] for row in board(*_all_but_last(season))]


def test_no_more_is_kept_than_there_is_room_for(season, monkeypatch):
    monkeypatch.setattr(season_totals, "CACHE_SIZE", 4)
    for until in (8, 7, 6):
        assert told(season[:until]) == by_hand(season[:until])
        assert sum(len(each.lines) for kept in season_totals._kept.values() for each in kept) <= 4


def _all_but_last(matches: list[Match]) -> tuple[list[int], int]:
    *before, here = settlements(matches)
    return before, here
