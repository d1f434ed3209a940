"""Team leaderboards, tables and roundups follow when a team is split or merged."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from content.models import Roundup
from matches.match_context import context_of_matches
from matches.models import Competition, Match, Team
from matches.services.baselines import known_before
from matches.services.team_moves import merge_teams, split_team
from stats.models import FormPeriod, LeaderboardRow, StandingsRow, Tally
from stats.tallies import rebuild
from tests.factories import (
    KICKOFF,
    CompetitionFactory,
    MatchFactory,
    SeasonFactory,
    TeamFactory,
    coin,
    homer,
    oracle,
    predict,
    predicted_live,
    record,
)
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db

YEAR = timedelta(days=365)


def played(competition: Competition, number: int, home: str, away: str, score: tuple[int, int]) -> Match:
    """A scored match. Odd ones are a year later, so that the form of a team has two periods."""
    match = MatchFactory(
        season=SeasonFactory(competition=competition),
        home_team=TeamFactory(name=home),
        away_team=TeamFactory(name=away),
        matchday=number,
        kickoff_at=KICKOFF - (YEAR if number % 2 == 0 else timedelta(0)) + timedelta(days=7 * number),
    )
    predict(match, oracle(), (2, 1), (0.6, 0.25, 0.15))
    predict(match, coin(), None, (1 / 3, 1 / 3, 1 / 3))
    if number % 3 == 0:
        predicted_live(match, homer(), (1, 0))
    else:
        predict(match, homer(), (1, 0))
    record(match, *score)
    return match


@pytest.fixture
def women(db) -> Competition:
    return CompetitionFactory(slug="womens-league", name="Women's League")


@pytest.fixture
def mixed(women) -> Team:
    """Ashford with six matches of the men and five of the women in one row, scored and counted."""
    men = CompetitionFactory()
    for number in range(1, 12):
        home, away = ("Ashford", "Barrow") if number % 3 else ("Crewe", "Ashford")
        played(women if number % 2 else men, number, home, away, (number % 4, 1))
    Team.objects.update(category="")
    run_waiting()
    assert differences() == []
    return Team.objects.get(name="Ashford")


def differences() -> list:
    return rebuild.differences(at=timezone.now())


def on_board(team: Team, model: type = Tally) -> int | None:
    rows = model.objects.filter(scope="team", scope_id=team.pk, forecaster=oracle(), provenance="all")
    row = rows.first() or model.objects.filter(scope="team", scope_id=team.pk, forecaster=oracle()).first()
    return row.matches if row else None


def test_the_tallies_of_both_teams_are_those_of_a_recount_after_a_split(mixed, women):
    assert on_board(mixed) == 11

    new = split_team(team_id=mixed.pk, competitions=[women])

    assert (on_board(mixed), on_board(new)) == (5, 6)
    assert differences() == [], "in the same transaction"
    assert FormPeriod.objects.filter(scope="team", scope_id=mixed.pk).exists() or on_board(mixed)


def test_the_boards_follow_with_the_next_refresh(mixed, women):
    new = split_team(team_id=mixed.pk, competitions=[women])

    run_waiting("refresh_views")

    assert (on_board(mixed, LeaderboardRow), on_board(new, LeaderboardRow)) == (5, 6)
    assert differences() == []


def test_merging_counts_everything_on_one_board(mixed, women):
    before = sorted(
        Tally.objects.filter(scope="team").values_list("forecaster", "provenance", "points", "form")
    )
    new = split_team(team_id=mixed.pk, competitions=[women])

    merge_teams(team_id=new.pk, into_id=mixed.pk, merged_on=KICKOFF.date(), although_different=True)

    rows = Tally.objects.filter(scope="team")
    assert sorted(rows.values_list("forecaster", "provenance", "points", "form")) == before
    assert not rows.filter(scope_id=new.pk).exists()
    run_waiting("refresh_views")
    assert differences() == []


def test_settlements_that_wait_for_a_refresh_are_counted_once(mixed, women):
    corrected = women.seasons.get().matches.filter(home_team=mixed).first()
    late = played(women, 13, "Ashford", "Barrow", (3, 0))
    record(corrected, 0, 5)
    run_waiting("score_match")

    new = split_team(team_id=mixed.pk, competitions=[women])
    assert differences() == []
    run_waiting("refresh_views")

    assert late.home_team == mixed
    assert on_board(new) == 7
    assert differences() == []


def test_the_table_shows_the_new_team(mixed, women):
    new = split_team(team_id=mixed.pk, competitions=[women])
    run_waiting("refresh_views")

    tables = {
        team: set(StandingsRow.objects.filter(team=team).values_list("season__competition__slug", flat=True))
        for team in (mixed, new)
    }
    assert tables == {mixed: {"premier-league"}, new: {"womens-league"}}


def test_roundups_of_both_seasons_name_the_right_team(mixed, women):
    texts = Roundup.objects.filter(status="published")
    assert texts.count() == 11

    split_team(team_id=mixed.pk, competitions=[women])
    run_waiting()

    for text in texts.select_related("match__season__competition"):
        is_of_women = text.match.season.competition == women
        assert ("Ashford (women)" in text.title) == is_of_women
    reason = Roundup.objects.filter(status="superseded").first().supersede_reason
    assert reason == "Ashford (women) was separated from Ashford"


def coming(competition: Competition, at: datetime) -> Match:
    ashford = Team.objects.get(name="Ashford")
    season = SeasonFactory(competition=competition)
    return MatchFactory(season=season, home_team=ashford, kickoff_at=at, matchday=99)


def test_context_and_baselines_of_an_open_match_follow(mixed, women):
    men = CompetitionFactory()
    match = coming(men, timezone.now() + timedelta(days=1))
    form = context_of_matches([match.pk], now=timezone.now())[match.pk]["form"]["home"]
    assert "Women's League" in {each["competition"] for each in form}

    split_team(team_id=mixed.pk, competitions=[women])

    form = context_of_matches([match.pk], now=timezone.now())[match.pk]["form"]["home"]
    assert {each["competition"] for each in form} == {"Premier League"}
    past = known_before(timezone.now(), competition_id=women.pk)
    assert {name for each in past for name in (each.home, each.away)} == {"ashford-women", "barrow", "crewe"}
