"""Sums that compare forecasters: they equal a second count in Python after any order of events."""

import itertools
import random
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from matches.models import Forecaster, Match, Prediction, Season
from matches.services.seasons import close_season
from scoring import services as scoring
from stats.jobs import refresh_now
from stats.models import CalibrationCell, FieldSum, PairSum, Participant, Tally
from stats.refresh.transaction import refresh_statistics
from stats.tallies import comparisons, fold, panel, rebuild
from tests.example_counts import examples
from tests.factories import (
    ForecasterFactory,
    MatchFactory,
    SeasonFactory,
    TeamFactory,
    coin,
    homer,
    move,
    oracle,
    predict,
    record,
    time_passes,
    upcoming_match,
)
from tests.pipeline_helpers import run_waiting
from tests.stats.tallies.recounted import everything_counted, everything_stored

pytestmark = pytest.mark.django_db

NUMBERS = itertools.count(1)
DAY = timedelta(days=1, hours=2)


def rates() -> Forecaster:
    return ForecasterFactory(name="Base rates", is_baseline=True)


def market() -> Forecaster:
    return ForecasterFactory(name="The Market", kind=Forecaster.Kind.BOOKMAKER)


CAST = (oracle, rates, coin, market, homer)


def a_match(season: Season | None = None) -> Match:
    number = next(NUMBERS)
    teams = {"home_team": TeamFactory(name="Ashford"), "away_team": TeamFactory(name="Barrow")}
    return MatchFactory(season=season or SeasonFactory(), matchday=number, round_label=f"R{number}", **teams)


def settle(match: Match, home: int, away: int) -> None:
    record(match, home, away)
    score(match)


def score(match: Match) -> None:
    scoring.score_match(match_id=match.pk, settled_at=timezone.now())


def refresh() -> None:
    refresh_statistics(at=timezone.now())


def the_pair(**more: object) -> PairSum:
    return PairSum.objects.get(**more)


def test_a_match_is_added_to_the_sums_of_a_pair():
    match = a_match()
    predict(match, oracle(), (2, 1), (0.6, 0.2, 0.2))
    predict(match, coin(), (1, 1), (0.5, 0.25, 0.25))
    settle(match, 2, 1)
    refresh()

    pair = the_pair()
    assert (pair.a, pair.b, pair.provenance) == (oracle(), coin(), "archive")
    assert (pair.score_matches, pair.probability_matches) == (1, 1)
    assert (pair.points, pair.points_squares) == (7, 49)
    assert pair.rps == 100_000_000 - 156_250_000
    assert pair.rps_squares == round(0.05625**2 * 1e9)
    assert (pair.weight, pair.weight_all) == (500_000_000_000, 500_000_000_000)


def test_score_and_probability_predictions_have_their_own_numbers_of_matches():
    match = a_match()
    predict(match, oracle(), (2, 1), (0.6, 0.2, 0.2))
    predict(match, coin(), (1, 1))
    predict(match, homer(), None, (0.5, 0.25, 0.25))
    settle(match, 2, 1)
    refresh()

    numbers = PairSum.objects.values_list("a__name", "b__name", "score_matches", "probability_matches")
    assert set(numbers) == {("The Oracle", "The Coin", 1, 0), ("The Oracle", "The Homer", 0, 1)}


def test_the_mean_of_a_match_is_that_of_its_provenance_and_of_all():
    match = a_match()
    predict(match, oracle(), None, (0.6, 0.2, 0.2))
    predict(match, coin(), None, (0.5, 0.25, 0.25), provenance="hindsight")
    settle(match, 2, 1)
    refresh()

    assert set(FieldSum.objects.values_list("provenance", "predictions", "rps_sum")) == {
        ("archive", 1, 100_000_000),
        ("all", 1, 100_000_000),
        ("hindsight", 1, 156_250_000),
    }
    assert not PairSum.objects.exists(), "hindsight is compared with hindsight alone"
    assert set(Tally.objects.values_list("rps_excess", "rps_excess_all")) == {(0, 0)}


def test_a_void_match_leaves_no_trace():
    match = a_match()
    predict(match, oracle(), (2, 1), (0.6, 0.2, 0.2))
    predict(match, coin(), (1, 1), (0.5, 0.25, 0.25))
    settle(match, 2, 1)
    refresh()
    record(match, status="abandoned")
    score(match)
    refresh()

    assert everything_stored() == {"pairs": {}, "cells": {}, "fields": {}, "excesses": {}}


def test_probabilities_are_counted_by_thousandths_with_what_happened():
    match = a_match()
    predict(match, oracle(), None, (0.6004, 0.2003, 0.2))
    settle(match, 0, 0)
    refresh()

    cells = CalibrationCell.objects.values_list("outcome", "thousandths", "predictions", "hits")
    assert set(cells) == {("home", 600, 1, 0), ("draw", 200, 1, 1), ("away", 200, 1, 0)}


def seasons_of(*forecasters: Forecaster) -> Match:
    match = a_match()
    for number, each in enumerate(forecasters):
        predict(match, each, (2, 1), (0.4 + number / 100, 0.3, 0.3 - number / 100))
    settle(match, 2, 1)
    refresh()
    return match


def roles() -> dict[str, str]:
    return dict(Participant.objects.values_list("forecaster__name", "role"))


def test_a_baseline_and_a_bookmaker_are_the_references_of_a_season():
    seasons_of(oracle(), rates(), market())

    assert roles() == {"The Oracle": "panel", "Base rates": "reference", "The Market": "reference"}


def test_forecasters_outside_a_full_panel_are_compared_with_the_references_alone(monkeypatch):
    monkeypatch.setattr(comparisons, "PANEL_LIMIT", 2)
    seasons_of(oracle(), coin(), rates())

    assert roles() == {"The Oracle": "panel", "The Coin": "outside", "Base rates": "reference"}
    names = {frozenset(row) for row in PairSum.objects.values_list("a__name", "b__name")}
    assert names == {frozenset({"The Oracle", "Base rates"}), frozenset({"The Coin", "Base rates"})}
    assert not CalibrationCell.objects.filter(forecaster=coin()).exists()


def test_a_job_gives_the_place_of_one_with_fewer_matches_to_one_with_more(monkeypatch):
    monkeypatch.setattr(comparisons, "PANEL_LIMIT", 2)
    monkeypatch.setattr(panel, "LEAD", 2)
    seasons_of(oracle(), coin(), rates())
    for _ in range(2):
        seasons_of(coin(), rates())
    refresh_now(at=timezone.now())
    assert [run.kind for run in run_waiting("change_panel")] == []

    seasons_of(coin(), rates(), homer())
    match = a_match()
    predict(match, coin(), (0, 0), (0.2, 0.4, 0.4))
    settle(match, 0, 0)
    refresh_now(at=timezone.now())
    run_waiting("change_panel")

    assert roles()["The Coin"] == "panel"
    assert roles()["The Oracle"] == "outside"
    joined = Participant.objects.get(forecaster=coin())
    left = Participant.objects.get(forecaster=oracle())
    assert joined.joined_at == left.left_at
    assert everything_stored() == everything_counted()


def test_rebuilding_adds_forecasters_of_matches_that_were_counted_before_the_sums_existed():
    seasons_of(oracle(), coin(), rates())
    right, before = everything_stored(), roles()
    for model in (PairSum, CalibrationCell, FieldSum, Participant):
        model.objects.all().delete()
    Tally.objects.update(rps_excess=0, rps_excess_all=0, brier_excess=0, brier_excess_all=0)
    seasons_of(oracle(), coin(), rates())
    assert not PairSum.objects.exists(), "their earlier matches would be missing"

    assert {each.table for each in rebuild.differences(at=timezone.now())} == {
        "tally",
        "field",
        "pair",
        "cell",
    }
    rebuild.rebuild(at=timezone.now())

    assert (roles(), rebuild.differences(at=timezone.now())) == (before, [])
    assert right["pairs"].keys() == everything_stored()["pairs"].keys()
    assert everything_stored() == everything_counted()


def test_a_wrong_sum_is_found():
    seasons_of(oracle(), coin())
    PairSum.objects.update(rps=7)

    (difference,) = rebuild.differences(at=timezone.now())

    assert difference.table == "pair"
    assert difference.key["a_id"] == oracle().pk
    assert difference.stored["rps"] == 7
    assert difference.counted["rps"] != 7


class History:
    """Matches of two seasons, to which things happen in any order."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.seasons = [SeasonFactory(label=label) for label in ("2024/25", "2025/26")]
        self.matches: list[Match] = []

    def happen(self, what: str) -> None:
        if what == "match" or not self.matches:
            self.match()
        elif what == "refresh":
            refresh()
        elif what == "panel":
            refresh_now(at=timezone.now())
            run_waiting("change_panel")
        elif what == "rebuild":
            rebuild.rebuild(at=timezone.now())
        elif what == "close":
            close_season(self.random.choice(self.seasons), closed_at=timezone.now())
        else:
            getattr(self, what)(self.random.choice(self.matches))

    def match(self) -> None:
        """Add a match; some of its live predictions are received after exposure."""
        number = next(NUMBERS)
        season = self.random.choice(self.seasons)
        match = upcoming_match(season=season, matchday=number, round_label=f"R{number}")
        self.predictions(match, "live")
        if self.random.random() < 0.5:
            time_passes(match, DAY)
            move(match, timezone.now() + timedelta(days=1))
            self.predictions(match, "live")
        time_passes(match, DAY)
        self.predictions(match, self.random.choice(["archive", "hindsight"]))
        self.matches.append(match)
        self.result(match)

    def predictions(self, match: Match, provenance: str) -> None:
        taken = Prediction.objects.current().filter(match=match).values("forecaster")
        for make in CAST:
            chance = self.random.random()
            if chance < 0.5 or Forecaster.objects.filter(pk=make().pk).filter(pk__in=taken).exists():
                continue
            first, second = sorted(self.random.random() for _ in range(2))
            goals = self.random.randrange(4), self.random.randrange(4)
            probabilities = first, second - first, 1 - second
            predict(
                match,
                make(),
                goals if chance < 0.9 else None,
                probabilities if chance > 0.6 else None,
                provenance=provenance,
            )

    def result(self, match: Match) -> None:
        settle(match, self.random.randrange(4), self.random.randrange(4))

    def void(self, match: Match) -> None:
        record(match, status="abandoned")
        score(match)

    def take_back(self, match: Match) -> None:
        record(match, status="live")
        score(match)

    def earlier(self, match: Match) -> None:
        """Move the kickoff to a time before some of the live predictions were received: they are late."""
        match.refresh_from_db()
        move(match, match.kickoff_at - self.random.choice([timedelta(minutes=90), DAY]))
        score(match)

    def import_late(self, match: Match) -> None:
        if match.status == "finished":
            self.predictions(match, self.random.choice(["archive", "hindsight"]))
            score(match)


EVENTS = (
    *("match", "result", "void", "take_back", "import_late", "earlier"),
    *("refresh", "panel", "close", "rebuild"),
)


@examples(40)
@given(st.integers(0, 10**9), st.lists(st.sampled_from(EVENTS), min_size=6, max_size=24), st.integers(2, 6))
def test_every_sum_equals_a_recount_after_any_history(seed, events, limit):
    """Includes exposure, take-backs, earlier kickoffs, late imports, changed panels and closed seasons."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(comparisons, "PANEL_LIMIT", limit)
        patch.setattr(panel, "LEAD", 1)
        history = History(seed)
        for event in events:
            history.happen(event)
        refresh()

        assert everything_stored() == everything_counted()
        assert rebuild.differences(at=timezone.now()) == []


def test_sums_are_subtracted_to_the_last_unit():
    """All matches of a long history become void again: nothing is left."""
    history = History(7)
    for _ in range(12):
        history.match()
    refresh()
    assert len(everything_stored()["pairs"]) > 10
    assert fold.stored()

    for match in history.matches:
        history.void(match)
    refresh()

    assert everything_stored() == {"pairs": {}, "cells": {}, "fields": {}, "excesses": {}}
