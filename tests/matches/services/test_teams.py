"""Names belong to a source and a competition: teams of one name in several categories and countries."""

import pytest
from django.db import IntegrityError, transaction

from matches.models import Competition, Team, TeamAlias
from matches.services.teams import (
    NameTaken,
    TeamUnknown,
    learn_country,
    new_team,
    remember_name,
    team_named,
)
from tests.factories import CompetitionFactory, MatchFactory, SeasonFactory, TeamFactory

pytestmark = pytest.mark.django_db


def league(name: str = "County League", country: str = "England") -> Competition:
    return CompetitionFactory(
        slug=name.lower().replace(" ", "-").replace("'", ""), name=name, country=country
    )


def women() -> Competition:
    return league("County Women's League")


def found(name: str, competition: Competition, source: str = "feed") -> Team | None:
    try:
        return team_named(name, source=source, competition=competition)
    except TeamUnknown:
        return None


def test_a_known_name_is_not_found_in_a_competition_of_another_category():
    TeamFactory(name="Ashford")

    with pytest.raises(
        TeamUnknown,
        match=r"'Ashford' \(source feed\) is not known in County Women's League \(women, England\),"
        r" only as Ashford \(ashford\)",
    ):
        team_named("Ashford", source="feed", competition=women())


@pytest.mark.parametrize("name", ["County Cup", "County League Two", "League Trophy"])
def test_it_is_found_in_another_competition_of_its_category_and_country(name):
    ashford = TeamFactory(name="Ashford", country="England")

    assert found("Ashford", league(name)) == ashford


@pytest.mark.parametrize("country", ["", "England", "ENGLAND", "Europe"])
def test_an_unknown_country_or_a_continent_fits_every_team(country):
    ashford = TeamFactory(name="Ashford", country="England")

    assert found("Ashford", league(country=country)) == ashford
    assert found("Ashford", league("Other League", "Ireland")) is None


@pytest.mark.parametrize("name", ["U19 League", "Youth League", "Reserve League", "Women's League"])
def test_each_level_has_teams_of_its_own(name):
    TeamFactory(name="Ashford")

    assert found("Ashford", league(name)) is None
    team = new_team("Ashford", competition=league(name))
    assert found("Ashford", league(name)) == team


def test_a_name_that_shows_its_category_is_found_in_any_competition():
    second = new_team("Ashford II", competition=league())

    assert second.category == "reserves"
    assert found("Ashford II", league("County Cup")) == second
    assert found("Ashford II", women()) is None


def test_a_team_of_an_unknown_category_fits_every_competition():
    ashford = TeamFactory(name="Ashford", category="")

    assert found("Ashford", women()) == found("Ashford", league()) == ashford


def test_the_team_that_plays_in_the_competition_is_meant_whatever_its_category():
    ashford = TeamFactory(name="Ashford")
    MatchFactory(season=SeasonFactory(competition=women()), home_team=ashford)

    assert found("Ashford", women()) == ashford


# --- Names of new teams -------------------------------------------------------------------------------


def described(team: Team) -> tuple[str, str, str, str]:
    return team.name, team.slug, team.category, team.country


def test_a_new_team_has_the_category_and_country_of_its_competition():
    assert described(new_team("Ashford", competition=women())) == (
        *("Ashford", "ashford-women"),
        *("women", "England"),
    )
    assert described(new_team("Barrow")) == ("Barrow", "barrow", "men", "")


def test_a_name_that_is_taken_gets_the_category():
    new_team("Ashford", competition=league())

    team = new_team("Ashford", competition=women())

    assert described(team) == ("Ashford (women)", "ashford-women", "women", "England")
    assert team.short_name == "Ashford (women)"
    team = new_team("Ashford", competition=league("U19 Women's League"))
    assert described(team)[:2] == ("Ashford (women U19)", "ashford-women-u19")


def test_the_order_of_the_first_meetings_does_not_matter_for_the_slugs():
    new_team("Ashford", competition=women())

    men = new_team("Ashford", competition=league())

    assert described(men)[:3] == ("Ashford (men)", "ashford", "men")
    assert found("Ashford", league()) == men
    assert found("Ashford", women()).slug == "ashford-women"


def test_a_name_that_is_taken_in_the_category_gets_the_country():
    new_team("Ashford", competition=league())

    team = new_team("Ashford", competition=league("Irish League", "Ireland"))

    assert described(team) == ("Ashford (Ireland)", "ashford-ireland", "men", "Ireland")
    new_team("Ashford", competition=women())
    both = new_team("Ashford", competition=league("Irish Women's League", "Ireland"))
    assert described(both)[:2] == ("Ashford (women, Ireland)", "ashford-women-ireland")
    assert found("Ashford", league("Irish Women's Cup", "Ireland")) == both


def test_two_teams_that_nothing_distinguishes_are_refused():
    new_team("Ashford", competition=league(country=""))

    with pytest.raises(NameTaken, match="the name of the team 'Ashford'"):
        new_team("Ashford", competition=league("Other League", "Ireland"))


def test_a_name_that_shows_a_part_of_the_category_gets_the_rest():
    new_team("Ashford U19", competition=league())

    team = new_team("Ashford U19", competition=women())

    assert described(team)[:3] == ("Ashford U19 (women)", "ashford-u19-women", "women-u19")


def test_a_long_name_keeps_its_mark():
    name = (
        "Association of the Friends of Football in Upper and in Lower Ashford and the whole of Ashfordshire"
    )
    new_team(name, competition=league())

    team = new_team(name, competition=women())

    assert (team.name[-8:], team.short_name[-8:], team.slug[-6:]) == (" (women)", " (women)", "-women")
    assert found(name, women()) == team


# --- Aliases ------------------------------------------------------------------------------------------


def alias(team: Team, name: str, competition: Competition | None = None, source: str = "feed") -> TeamAlias:
    return TeamAlias.objects.create(team=team, name=name, competition=competition, source=source)


def test_an_alias_for_all_competitions_counts_where_the_team_fits():
    ashford = TeamFactory(name="Ashford")
    alias(ashford, "AFC")

    assert found("AFC", league()) == found("AFC", league("County Cup")) == ashford
    assert found("AFC", women()) is None


def test_an_alias_for_a_competition_counts_there_and_only_there():
    ashford, ladies = TeamFactory(name="Ashford"), TeamFactory(name="Ashford Belles", category="women")
    alias(ashford, "AFC")
    alias(ladies, "AFC", women())

    assert (found("AFC", league()), found("AFC", women())) == (ashford, ladies)
    assert found("AFC", women(), source="other feed") is None


def test_a_source_has_one_alias_of_a_name_for_a_competition():
    ashford, barrow = TeamFactory(name="Ashford"), TeamFactory(name="Barrow")
    alias(ashford, "AFC", league())
    alias(ashford, "AFC", women())
    alias(barrow, "AFC")

    for competition in (league(), None):
        with pytest.raises(IntegrityError, match="alias_once_per_source"), transaction.atomic():
            alias(barrow, "AFC", competition)


def test_a_name_is_remembered_for_all_competitions_that_fit():
    ashford = TeamFactory(name="Ashford")

    remember_name(ashford, "AFC", source="feed", competition=league())

    assert TeamAlias.objects.get().competition is None


def test_a_name_that_means_another_team_elsewhere_is_remembered_for_one_competition():
    ashford, ladies = TeamFactory(name="Ashford"), TeamFactory(name="Ashford Belles", category="women")
    remember_name(ashford, "AFC", source="feed", competition=league())

    remember_name(ladies, "AFC", source="feed", competition=women())
    remember_name(ashford, "Ashford", source="feed", competition=women())

    assert (found("AFC", league()), found("AFC", women())) == (ashford, ladies)
    assert found("Ashford", women()) == ashford
    assert TeamAlias.objects.filter(competition=women()).count() == 2


def test_a_team_without_a_country_gets_that_of_its_competition():
    ashford = TeamFactory(name="Ashford")

    learn_country(ashford, league(country="World"))
    assert ashford.country == ""
    learn_country(ashford, league("Irish League", "Ireland"))
    learn_country(ashford, league("County Cup", "England"))
    ashford.refresh_from_db()
    assert ashford.country == "Ireland"
