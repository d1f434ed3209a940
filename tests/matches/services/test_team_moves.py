"""Split a team in two, and merge two teams: matches, adjustments, lots and names move along."""

from datetime import date

import pytest
from django.apps import apps
from django.db import DatabaseError, transaction
from django.utils import timezone

from core.pipeline.models import JobRun
from matches.models import (
    Competition,
    DrawnLot,
    Match,
    MatchSource,
    PointsAdjustment,
    Team,
    TeamAlias,
    UnknownTeam,
)
from matches.services.seasons import adjust_points
from matches.services.team_moves import MoveRefused, competitions_of, merge_teams, split_team
from matches.services.teams import TeamUnknown, team_named
from stats.models import PastChange
from tests.factories import KICKOFF, CompetitionFactory, MatchFactory, SeasonFactory, TeamFactory, record

pytestmark = pytest.mark.django_db

MERGED = date(2026, 1, 5)


def league(name: str, **more: str) -> Competition:
    return CompetitionFactory(slug=name.lower().replace(" ", "-").replace("'", ""), name=name, **more)


def match_in(competition: Competition, home: str = "Ashford", away: str = "Barrow", **more: object) -> Match:
    return MatchFactory(
        season=SeasonFactory(competition=competition),
        home_team=TeamFactory(name=home),
        away_team=TeamFactory(name=away),
        **more,
    )


@pytest.fixture
def men(db) -> Competition:
    return league("Vale League")


@pytest.fixture
def women(db) -> Competition:
    return league("Vale Women's League")


@pytest.fixture
def mixed(men, women) -> Team:
    """Ashford, with matches of the men and of the women in one row."""
    match_in(men)
    match_in(women)
    Team.objects.update(category="")
    return Team.objects.get(name="Ashford")


def deduct(match: Match, team: Team, points: int = -3, reason: str = "late accounts") -> None:
    adjust_points(
        stage=match.stage,
        team=team,
        points=points,
        decided_on=date(2025, 12, 1),
        reason=reason,
        source="the league",
        recorded_at=timezone.now(),
    )


# --- Split --------------------------------------------------------------------------------------------


def test_the_matches_of_the_chosen_competitions_move_to_a_new_team(mixed, men, women):
    new = split_team(team_id=mixed.pk, competitions=[women])

    assert (new.name, new.slug, new.category) == ("Ashford (women)", "ashford-women", "women")
    assert new.country == "England"
    assert [match.season.competition for match in new.home_matches.all()] == [women]
    assert list(competitions_of(Team.objects.get(name="Ashford"))) == [men]


def test_the_category_and_country_of_the_rest_are_known_afterwards(mixed, women):
    split_team(team_id=mixed.pk, competitions=[women])

    mixed.refresh_from_db()
    assert (mixed.category, mixed.country, mixed.slug) == ("men", "England", "ashford")


def test_the_away_side_moves_as_well(mixed, women):
    match_in(women, "Crewe", "Ashford")

    new = split_team(team_id=mixed.pk, competitions=[women])

    assert (new.home_matches.count(), new.away_matches.count()) == (1, 1)


def test_adjustments_and_lots_of_the_chosen_competitions_move_along(mixed, men, women):
    for competition in (men, women):
        match = mixed.home_matches.get(season__competition=competition)
        deduct(match, mixed)
        DrawnLot.objects.create(
            stage=match.stage, team=mixed, number=1, source="the league", recorded_at=timezone.now()
        )

    new = split_team(team_id=mixed.pk, competitions=[women])

    for model in (PointsAdjustment, DrawnLot):
        assert model.objects.get(team=new).stage.season.competition == women
        assert model.objects.get(team=mixed).stage.season.competition == men


def named(name: str, competition: Competition, source: str = "feed") -> str:
    try:
        return team_named(name, source=source, competition=competition).slug
    except TeamUnknown:
        return "unknown"


def test_the_names_of_a_source_mean_the_new_team_in_the_chosen_competitions(mixed, men, women):
    TeamAlias.objects.create(team=mixed, source="feed", name="AFC")
    TeamAlias.objects.create(team=mixed, source="feed", name="AFC Women", competition=women)
    TeamAlias.objects.create(team=mixed, source=TeamAlias.FORMER, name="Old Ashford", used_until=MERGED)
    MatchSource.objects.create(match=women.seasons.get().matches.get(), source="feed", external_id="1")

    split_team(team_id=mixed.pk, competitions=[women], name="Vale Belles")

    for name in ("AFC", "AFC Women", "Old Ashford", "Ashford"):
        assert named(name, women) == "vale-belles-women"
    assert [named(name, men) for name in ("AFC", "Old Ashford", "Ashford")] == ["ashford"] * 3
    assert named("Vale Belles", women, source="other feed") == "vale-belles-women"


def test_a_source_without_aliases_finds_both_teams(mixed, men, women):
    split_team(team_id=mixed.pk, competitions=[women])

    assert (named("Ashford", men, "any"), named("Ashford", women, "any")) == ("ashford", "ashford-women")
    assert not TeamAlias.objects.exists()


def test_clubs_of_two_countries_are_separated_by_country(db):
    north, south = league("North League", country="Northland"), league("South League", country="Southland")
    match_in(north)
    match_in(south)
    team = Team.objects.get(name="Ashford")

    new = split_team(team_id=team.pk, competitions=[south])

    team.refresh_from_db()
    assert (new.name, new.slug, new.country) == ("Ashford (Southland)", "ashford-southland", "Southland")
    assert team.country == "Northland"


def test_a_split_is_announced_and_its_seasons_are_written_again(mixed, women):
    split_team(team_id=mixed.pk, competitions=[women])

    assert {change.description for change in PastChange.objects.all()} == {
        "Ashford (women) was separated from Ashford"
    }
    assert PastChange.objects.count() == 2, "both seasons"
    assert JobRun.objects.filter(kind="refresh_views", state="queued").exists()


def test_a_split_that_makes_no_sense_is_refused(mixed, men, women):
    cup = league("Vale U19 Cup")
    for chosen, said in (
        ([cup], "has no match in Vale U19 Cup"),
        ([men, women], "These are all competitions of Ashford"),
    ):
        with pytest.raises(MoveRefused, match=said):
            split_team(team_id=mixed.pk, competitions=chosen)
    match_in(cup)
    with pytest.raises(MoveRefused, match="Choose competitions of one category"):
        split_team(team_id=mixed.pk, competitions=[women, cup])
    with pytest.raises(MoveRefused, match="Another team is called Barrow"):
        split_team(team_id=mixed.pk, competitions=[men], name="Barrow")
    assert set(Team.objects.values_list("name", flat=True)) == {"Ashford", "Barrow"}


def test_a_team_that_nothing_distinguishes_needs_a_name(db):
    for name in ("North League", "South League"):
        match_in(league(name, country=""))
    team = Team.objects.get(name="Ashford")
    south = Competition.objects.get(name="South League")

    with pytest.raises(MoveRefused, match="'Ashford' does not tell the two teams apart; enter a name"):
        split_team(team_id=team.pk, competitions=[south])
    assert split_team(team_id=team.pk, competitions=[south], name="Ashford of the South").category == "men"


@pytest.mark.parametrize(
    ("name", "stays", "moved", "expected"),
    [
        ("Ashford (men)", "Vale League", "Vale Women's League", "Ashford (women)"),
        ("Ashford (women)", "Vale Women's League", "Vale League", "Ashford"),
        ("Ashford (women, Northland)", "Vale Women's League", "Vale U19 Cup", "Ashford (U19)"),
        ("Ashford (Northland)", "Vale League", "Vale Women's League", "Ashford (women)"),
        ("Ashford (North)", "Vale League", "Vale Women's League", "Ashford (North) (women)"),
    ],
)
def test_a_category_in_the_name_of_the_old_team_is_not_kept(name, stays, moved, expected):
    for competition in (stays, moved):
        match_in(league(competition))
    marked = {"name": name, "slug": "ashford-old", "country": "Northland"}
    Team.objects.filter(name="Ashford").update(**marked)

    new = split_team(
        team_id=Team.objects.get(name=name).pk, competitions=[Competition.objects.get(name=moved)]
    )

    assert new.name == expected


def test_clubs_of_one_name_get_their_own_countries(db):
    for place in ("North", "South"):
        match_in(league(f"{place} League", country=f"{place}land"))
    Team.objects.filter(name="Ashford").update(name="Ashford (Northland)", country="Northland")
    team, south = Team.objects.get(slug="ashford"), Competition.objects.get(name="South League")

    assert split_team(team_id=team.pk, competitions=[south]).name == "Ashford (Southland)"


# --- Merge --------------------------------------------------------------------------------------------


def merged(team: Team, into: Team) -> Team:
    return merge_teams(team_id=team.pk, into_id=into.pk, merged_on=MERGED)


def test_everything_of_a_team_moves_to_the_other_and_its_row_is_deleted(men):
    first = match_in(men, "Ashford", "Barrow")
    second = match_in(men, "Ashford FC", "Crewe")
    gone, into = second.home_team, first.home_team
    into.country = ""
    into.save()
    Team.objects.filter(pk=gone.pk).update(country="England")
    deduct(second, gone)
    TeamAlias.objects.create(team=gone, source="feed", name="AFC")
    times = dict.fromkeys(["first_seen_at", "last_seen_at", "mapped_at"], KICKOFF)
    UnknownTeam.objects.create(source="feed", name="A.F.C.", team=gone, **times)

    merged(gone, into)

    into.refresh_from_db()
    assert (into.home_matches.count(), into.country) == (2, "England")
    assert PointsAdjustment.objects.get().team == UnknownTeam.objects.get().team == into
    assert not Team.objects.filter(name="Ashford FC").exists()
    assert [named(name, men) for name in ("AFC", "Ashford FC", "Ashford")] == ["ashford"] * 3
    former = TeamAlias.objects.get(source=TeamAlias.FORMER)
    assert (former.name, former.used_until) == ("Ashford FC", MERGED)


@pytest.mark.parametrize("differ", [{"category": "women"}, {"country": "Southland"}])
def test_teams_that_differ_are_merged_only_if_confirmed(men, differ):
    into, gone = match_in(men).home_team, TeamFactory(name="Ashford Town")
    Team.objects.filter(pk=into.pk).update(country="Northland")
    Team.objects.filter(pk=gone.pk).update(**differ)

    with pytest.raises(MoveRefused, match=f"They differ in {next(iter(differ))}: Ashford Town"):
        merged(gone, into)
    merge_teams(team_id=gone.pk, into_id=into.pk, merged_on=MERGED, although_different=True)

    assert not Team.objects.filter(pk=gone.pk).exists()


def test_an_unknown_category_or_country_hinders_no_merge(men):
    into, gone = match_in(men).home_team, TeamFactory(name="Ashford Town")
    Team.objects.filter(pk=gone.pk).update(category="", country="")

    assert merged(gone, into) == into


def test_every_table_that_refers_to_a_team_is_known():
    """A new foreign key to Team must be moved by merge_teams, or be deleted with the team on purpose."""
    references = {
        f"{model._meta.object_name}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.fields
        if field.related_model is Team and model._meta.managed
    }

    assert references == {
        *("Match.home_team", "Match.away_team", "PointsAdjustment.team", "DrawnLot.team"),
        *("TeamAlias.team", "UnknownTeam.team", "GroundMove.home_team"),
        "StandingsRow.team",  # computed again
    }


def test_teams_that_meet_each_other_are_two_teams(men):
    match = match_in(men)

    with pytest.raises(MoveRefused, match=rf"they meet in Ashford - Barrow .* \(match {match.pk}\)"):
        merged(match.home_team, match.away_team)
    with pytest.raises(MoveRefused, match="Choose another team"):
        merged(match.home_team, match.home_team)


@pytest.mark.parametrize("status", ["finished", "cancelled"])
def test_a_match_that_is_there_twice_must_be_cancelled_first(men, status):
    first = match_in(men, matchday=1, round_label="Matchday 1")
    second = match_in(men, "Ashford FC", matchday=2, round_label="Week 1")
    if status == "cancelled":
        record(second, status="cancelled")
        assert merged(second.home_team, first.home_team).home_matches.count() == 2
    else:
        with pytest.raises(
            MoveRefused, match=rf"the same match: .* \(match {second.pk}\) and match {first.pk}"
        ):
            merged(second.home_team, first.home_team)


def test_the_same_adjustment_of_both_teams_is_refused(men):
    first, second = match_in(men, "Ashford", "Barrow"), match_in(men, "Ashford FC", "Crewe")
    for match in (first, second):
        deduct(match, match.home_team)

    with pytest.raises(MoveRefused, match="the same points adjustment"):
        merged(second.home_team, first.home_team)
    assert Match.objects.get(pk=second.pk).home_team == second.home_team


def test_a_split_can_be_undone_by_a_merge(mixed, men, women):
    new = split_team(team_id=mixed.pk, competitions=[women])

    merge_teams(team_id=new.pk, into_id=mixed.pk, merged_on=MERGED, although_different=True)

    assert mixed.home_matches.count() == 2
    assert named("Ashford", women) == named("Ashford (women)", women) == "ashford"


def test_an_adjustment_moves_only_with_its_matches(men):
    match = match_in(men)
    deduct(match, match.home_team)

    with pytest.raises(DatabaseError, match="adjustment-append-only"), transaction.atomic():
        PointsAdjustment.objects.update(team=match.away_team)
    with pytest.raises(DatabaseError, match="adjustment-append-only"), transaction.atomic():
        PointsAdjustment.objects.update(points=-1)
