"""Simple forecasters: constant, the league's base rates, recent form, and the last meeting."""

from itertools import islice

from matches.forecasters.base import (
    P_AWAY,
    P_DRAW,
    P_HOME,
    Fixture,
    Forecast,
    ForecastModel,
    Known,
    PastMatch,
    mean_goals,
    rates,
)
from matches.forecasters.score_matrix import forecast_from_grid, rounded, score_grid

FORM_MATCHES = 6
# Weight of the league mean against a side's form, in matches: six matches are a small sample.
FORM_PRIOR_MATCHES = 6

# Weight of the last meeting's outcome against the league's base rates.
MEETING_WEIGHT = 0.1


class AlwaysTwoOne(ForecastModel):
    """Forecast of 2-1 for every match, with constant probabilities."""

    slug = "always-2-1"
    name = "Always 2-1"
    description = "Says 2-1 for every match, with the constant probabilities 47 % home, 23 % draw, 30 % away."

    def forecast(self, fixture: Fixture, known: Known) -> Forecast:
        return Forecast(2, 1, P_HOME, P_DRAW, P_AWAY)


class BaseRates(ForecastModel):
    """Forecast from the shares of home wins, draws and away wins in the league so far."""

    slug = "base-rates"
    name = "League base rates"
    description = "The shares of home wins, draws and away wins in all earlier matches, blind to who plays."

    def forecast(self, fixture: Fixture, known: Known) -> Forecast:
        return forecast_from_grid(score_grid(*mean_goals(known)), rates(known))


class RecentForm(ForecastModel):
    """Forecast from the goals for and against in each side's last six matches, home and away."""

    slug = "recent-form"
    name = "Recent form"
    description = (
        "Expected goals from the last six matches of each side, home and away, shrunk to the league mean."
    )

    def forecast(self, fixture: Fixture, known: Known) -> Forecast:
        home_mean, away_mean = mean_goals(known)
        scored, conceded = form(fixture.home, known, (home_mean, away_mean))
        scored_away, conceded_away = form(fixture.away, known, (home_mean, away_mean))
        return forecast_from_grid(
            score_grid(home_mean * scored * conceded_away, away_mean * scored_away * conceded)
        )


def form(team: str, known: Known, means: tuple[float, float]) -> tuple[float, float]:
    """Return a team's goals for and against in its last six matches, as ratios to the league means.

    1.0 is average. A team without matches gets 1.0 for both.
    """
    home_mean, away_mean = means
    scored = conceded = 0
    due_scored = due_conceded = FORM_PRIOR_MATCHES * (home_mean + away_mean) / 2
    prior = due_scored
    for match in islice((m for m in reversed(known) if team in (m.home, m.away)), FORM_MATCHES):
        at_home = match.home == team
        scored += match.home_goals if at_home else match.away_goals
        conceded += match.away_goals if at_home else match.home_goals
        due_scored += home_mean if at_home else away_mean
        due_conceded += away_mean if at_home else home_mean
    return (scored + prior) / due_scored, (conceded + prior) / due_conceded


class LastMeeting(ForecastModel):
    """Forecast that repeats the score of the last meeting."""

    slug = "last-meeting"
    name = "Last meeting"
    description = "Repeats the score of the last match between the two, at this ground if there was one."

    def forecast(self, fixture: Fixture, known: Known) -> Forecast:
        shares = rates(known)
        score = last_score(fixture, known)
        if score is None:
            return forecast_from_grid(score_grid(*mean_goals(known)), shares)
        repeat = [score[0] > score[1], score[0] == score[1], score[0] < score[1]]
        mixed = [
            (1 - MEETING_WEIGHT) * p + MEETING_WEIGHT * hit for p, hit in zip(shares, repeat, strict=True)
        ]
        return Forecast(*score, *rounded(mixed))


def last_score(fixture: Fixture, known: Known) -> tuple[int, int] | None:
    """Return the score of the teams' last meeting, home side of `fixture` first, or None if they never met.

    A meeting with the same home team is preferred to a later one at the other team's ground.
    """
    here = _last_match(known, fixture.home, fixture.away)
    if here:
        return here.home_goals, here.away_goals
    there = _last_match(known, fixture.away, fixture.home)
    return (there.away_goals, there.home_goals) if there else None


def _last_match(known: Known, home: str, away: str) -> PastMatch | None:
    return next((m for m in reversed(known) if m.home == home and m.away == away), None)
