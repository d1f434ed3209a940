"""The baselines: they use no later data, forecast validly, and improve with more data."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import approx_fprime

from matches.forecasters import dixon_coles, score_matrix
from matches.forecasters.base import (
    FINISHED_AFTER,
    Fixture,
    Forecast,
    ForecastModel,
    PastMatch,
    known_before,
)
from matches.forecasters.dixon_coles import DixonColes
from matches.forecasters.ratings import TeamRatings, expected_result, goals_of, rating_of
from matches.forecasters.statistical import BASELINES
from tests.example_counts import examples
from tools.demo.season import EPL_2014_15, EPL_2015_16, SeasonData, load_season, rounds

BY_SLUG = {forecaster.slug: forecaster for forecaster in BASELINES}
START = datetime(2015, 8, 1, 15, tzinfo=UTC)
every_baseline = pytest.mark.parametrize("forecaster", BASELINES, ids=BY_SLUG)


def past(season: SeasonData) -> list[PastMatch]:
    return [PastMatch(m.kickoff_at, m.home, m.away, m.home_goals, m.away_goals) for m in season.matches]


HISTORY = past(load_season(EPL_2014_15))
SEASON = load_season(EPL_2015_16)
BOTH = [*HISTORY, *past(SEASON)]


def fixture_of(match: PastMatch) -> Fixture:
    return Fixture(match.kickoff_at, match.home, match.away)


def probabilities(forecast: Forecast) -> tuple[float, float, float]:
    return forecast.p_home, forecast.p_draw, forecast.p_away


def assert_sound(forecast: Forecast) -> None:
    assert all(0 <= p <= 1 for p in probabilities(forecast))
    assert sum(probabilities(forecast)) == pytest.approx(1, abs=1e-9)
    assert all(round(p, 4) == p for p in probabilities(forecast))
    assert 0 <= forecast.home_goals <= 30
    assert 0 <= forecast.away_goals <= 30


@st.composite
def histories(draw: st.DrawFn) -> list[PastMatch]:
    """Up to 40 matches on different days between six teams, with any score from 0-0 to 30-30."""
    pairs = st.lists(st.sampled_from("abcdef"), min_size=2, max_size=2, unique=True)
    goals = st.integers(0, 30)
    rows = draw(
        st.lists(st.tuples(st.integers(0, 500), pairs, goals, goals), max_size=40, unique_by=itemgetter(0))
    )
    return [PastMatch(START + timedelta(days=d), h, a, hg, ag) for d, (h, a), hg, ag in sorted(rows)]


# --- the register


def test_the_register_has_at_least_seven_described_forecasters():
    assert len(BASELINES) == len(BY_SLUG) >= 7
    assert all(f.name and f.description and f.model_version for f in BASELINES)


# --- walk-forward


@every_baseline
def test_the_future_changes_nothing(forecaster: ForecastModel):
    random = Random(forecaster.slug)
    for position in range(0, len(BOTH), 23):
        fixture = fixture_of(BOTH[position])
        known = known_before(fixture, BOTH)
        # The match itself and all later ones, with other scores, beside what really was known.
        future = [
            replace(m, home_goals=random.randrange(9), away_goals=random.randrange(9))
            for m in BOTH[len(known) :]
        ]
        honest = forecaster.predict(fixture, known)

        assert forecaster.predict(fixture, BOTH) == honest
        assert forecaster.predict(fixture, [*known, *future]) == honest
        assert forecaster.predict(fixture, [*future, *known]) == honest


def test_a_match_is_known_two_hours_after_its_kickoff():
    match = PastMatch(START, "a", "b", 1, 0)

    assert known_before(Fixture(START + FINISHED_AFTER, "c", "d"), [match]) == (match,)
    assert known_before(Fixture(START + FINISHED_AFTER - timedelta(seconds=1), "c", "d"), [match]) == ()
    assert known_before(Fixture(START, "a", "b"), [match]) == ()


@every_baseline
def test_a_cached_fit_is_not_used_for_another_history(forecaster: ForecastModel):
    fixture = Fixture(START + timedelta(days=365), "arsenal", "chelsea")
    # The same length, the same last match, the same teams: only early scores differ.
    other = [replace(m, home_goals=m.away_goals, away_goals=m.home_goals) for m in HISTORY[:300]]
    other += HISTORY[300:]
    alone = [type(forecaster)().predict(fixture, history) for history in (HISTORY, other)]

    for history, expected in zip((HISTORY, other) * 2, alone * 2, strict=True):
        assert forecaster.predict(fixture, history) == expected


def test_fixtures_that_share_a_history_share_a_fit(monkeypatch: pytest.MonkeyPatch):
    forecaster = DixonColes()
    fits = []
    monkeypatch.setattr(
        forecaster, "fit", lambda known: fits.append(known) or DixonColes.fit(forecaster, known)
    )

    for match in rounds(SEASON)[0].matches:
        forecaster.predict(Fixture(match.kickoff_at, match.home, match.away), list(HISTORY))

    assert len(fits) == 1


# --- valid forecasts for any history


@examples(30)
@given(
    history=histories(),
    home=st.sampled_from("abcxyz"),
    away=st.sampled_from("defuvw"),
    day=st.integers(0, 600),
)
def test_any_history_gives_a_sound_and_repeatable_forecast(
    history: list[PastMatch], home: str, away: str, day: int
):
    fixture = Fixture(START + timedelta(days=day), home, away)
    for forecaster in BASELINES:
        forecast = forecaster.predict(fixture, history)

        assert_sound(forecast)
        assert type(forecaster)().predict(fixture, history[::-1]) == forecast


@examples(25)
@given(history=histories())
def test_names_of_teams_have_no_influence(history: list[PastMatch]):
    other = dict(zip("abcdef", "fdbeca", strict=True))
    renamed = [replace(m, home=other[m.home], away=other[m.away]) for m in history]
    when = START + timedelta(days=600)
    for forecaster in BASELINES:
        first = probabilities(forecaster.predict(Fixture(when, "a", "b"), history))
        second = probabilities(forecaster.predict(Fixture(when, other["a"], other["b"]), renamed))

        # The optimiser stops at a tolerance, so the last decimal may differ.
        assert first == pytest.approx(second, abs=2e-3)


@every_baseline
def test_before_any_match_the_home_side_is_favoured_as_the_priors_say(forecaster: ForecastModel):
    forecast = forecaster.predict(Fixture(START, "a", "b"), [])

    assert_sound(forecast)
    assert forecast.p_home > forecast.p_away > forecast.p_draw
    assert forecast.home_goals > forecast.away_goals


@pytest.mark.parametrize("slug", ["elo", "pi-ratings", "poisson", "dixon-coles"])
def test_a_promoted_team_is_met_as_a_weak_one(slug: str):
    when = SEASON.matches[0].kickoff_at
    promoted = BY_SLUG[slug].predict(Fixture(when, "stoke-city", "bournemouth"), HISTORY)
    known = BY_SLUG[slug].predict(Fixture(when, "stoke-city", "everton"), HISTORY)

    assert promoted.p_home > known.p_home


@pytest.mark.parametrize("slug", ["recent-form", "elo", "pi-ratings", "poisson", "dixon-coles"])
def test_a_better_opponent_and_playing_away_lower_the_chances(slug: str):
    def p_win(home: str, away: str) -> float:
        return BY_SLUG[slug].predict(Fixture(START + timedelta(days=1), home, away), HISTORY).p_home

    assert p_win("arsenal", "hull-city") > p_win("arsenal", "chelsea")
    away_win = (
        BY_SLUG[slug].predict(Fixture(START + timedelta(days=1), "hull-city", "arsenal"), HISTORY).p_away
    )
    assert p_win("arsenal", "hull-city") > away_win


@pytest.mark.parametrize(
    ("goals", "p"),
    [((-1, 0), (1, 0, 0)), ((0, 31), (1, 0, 0)), ((0, 0), (0.5, 0.5, 0.1)), ((0, 0), (1.5, -0.5, 0))],
)
def test_an_invalid_forecast_is_refused(goals: tuple[int, int], p: tuple[float, float, float]):
    with pytest.raises(ValueError, match="must be"):
        Forecast(*goals, *p)


# --- the mathematics


@given(weights=st.lists(st.floats(0, 1), min_size=3, max_size=3).filter(lambda w: sum(w) > 0.01))
def test_rounding_keeps_the_sum_and_stays_near(weights: list[float]):
    parts = score_matrix.rounded(weights)

    assert sum(parts) == pytest.approx(1, abs=1e-9)
    assert all(0 <= part <= 1 for part in parts)
    assert parts == pytest.approx([w / sum(weights) for w in weights], abs=1.001e-4)


@given(home=st.floats(0.01, 20), away=st.floats(0.01, 20), rho=st.floats(-0.2, 0.2))
def test_a_grid_is_a_distribution_and_its_score_agrees_with_it(home: float, away: float, rho: float):
    scores = score_matrix.score_grid(home, away, rho)
    forecast = score_matrix.forecast_from_grid(scores)

    assert scores.min() >= 0
    assert scores.sum() == pytest.approx(1)
    sign = (forecast.home_goals > forecast.away_goals) - (forecast.home_goals < forecast.away_goals)
    assert probabilities(forecast)[1 - sign] == max(probabilities(forecast))


def test_rho_moves_only_the_four_lowest_scores():
    plain, coupled = score_matrix.score_grid(1.4, 1.1), score_matrix.score_grid(1.4, 1.1, rho=-0.1)
    change = coupled / coupled[3, 3] / (plain / plain[3, 3])

    assert change[:2, :2] == pytest.approx(np.array([[1 + 0.154, 1 - 0.14], [1 - 0.11, 1 + 0.1]]))
    assert change[2:, :] == pytest.approx(1)
    assert change[:, 2:] == pytest.approx(1)


def test_the_gradient_of_the_strengths_is_that_of_their_loss():
    league = dixon_coles.prepare_league(tuple(HISTORY), decay_per_day=0.002)
    point = league.centre + np.random.default_rng(1).normal(0, 0.1, len(league.centre))
    point[-1] = -0.07

    numeric = approx_fprime(point, lambda x: dixon_coles.loss(x, league)[0])

    assert dixon_coles.loss(point, league)[1] == pytest.approx(numeric, rel=1e-4, abs=1e-3)


def test_strengths_are_found_again_in_simulated_seasons():
    random = np.random.default_rng(2)
    attack, defence = random.normal(0, 0.25, (2, 20))
    attack, defence = attack - attack.mean(), defence - defence.mean()
    simulated = tuple(
        PastMatch(
            START + timedelta(days=season),
            f"team-{h:02}",
            f"team-{a:02}",
            int(random.poisson(np.exp(0.1 + 0.3 + attack[h] - defence[a]))),
            int(random.poisson(np.exp(0.1 + attack[a] - defence[h]))),
        )
        for season in range(8)
        for h in range(20)
        for a in range(20)
        if h != a
    )

    fit = dixon_coles.fit_strengths(simulated, coupled=True)

    assert fit.home == pytest.approx(0.3, abs=0.06)
    assert fit.rho == pytest.approx(0, abs=0.06)
    assert list(fit.attack.values()) == pytest.approx(attack, abs=0.2)
    assert list(fit.defence.values()) == pytest.approx(defence, abs=0.2)


def test_elo_expectations_equal_those_of_the_book():
    assert expected_result(0) == 0.5
    assert expected_result(200) == pytest.approx(0.76, abs=0.005)
    assert expected_result(-400) == pytest.approx(1 / 11)


@given(goals=st.floats(-8, 8))
def test_pi_ratings_and_goals_are_inverse(goals: float):
    assert goals_of(rating_of(goals)) == pytest.approx(goals, abs=1e-9)


def test_a_newcomer_takes_the_place_of_the_three_weakest():
    ladder = TeamRatings(start=100.0)
    assert ladder.rating("new") == 100

    for number in range(8):
        for _ in range(10):
            ladder.move(f"team-{number}", float(number))

    assert ladder.rating("new") == pytest.approx((100 + 110 + 120) / 3)


# --- quality: 2015/16, matchday by matchday, with 2014/15 as what went before


def ranked_probability_score(p: Sequence[float], match: PastMatch) -> float:
    home, away = match.home_goals > match.away_goals, match.home_goals < match.away_goals
    return ((p[0] - home) ** 2 + (p[2] - away) ** 2) / 2


@pytest.fixture(scope="module")
def replay() -> dict[str, float]:
    """Mean RPS over 2015/16 by slug; lower is better."""
    matches = BOTH[len(HISTORY) :]
    scores = {
        forecaster.slug: float(
            np.mean(
                [
                    ranked_probability_score(
                        probabilities(forecaster.predict(fixture_of(match), BOTH)), match
                    )
                    for match in matches
                ]
            )
        )
        for forecaster in BASELINES
    }
    scores["uniform"] = float(np.mean([ranked_probability_score((1 / 3, 1 / 3, 1 / 3), m) for m in matches]))
    return scores


def test_forecasters_that_use_the_teams_beat_the_others(replay: dict[str, float]):
    for slug in ("recent-form", "elo", "pi-ratings", "poisson", "dixon-coles"):
        assert replay[slug] < replay["base-rates"] - 0.005


def test_base_rates_beat_knowing_nothing(replay: dict[str, float]):
    assert replay["base-rates"] < replay["uniform"]
    assert replay["always-2-1"] < replay["uniform"]


def test_the_quality_is_the_one_in_the_documentation(replay: dict[str, float]):
    documented = {
        "always-2-1": 0.229,
        "base-rates": 0.228,
        "last-meeting": 0.230,
        "recent-form": 0.217,
        "elo": 0.209,
        "pi-ratings": 0.211,
        "poisson": 0.212,
        "dixon-coles": 0.210,
        "uniform": 0.231,
    }

    assert {slug: replay[slug] for slug in documented} == pytest.approx(documented, abs=0.001)
