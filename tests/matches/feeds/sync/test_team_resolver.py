"""Names of a source: known ones are found once, unknown ones kept for an operator, never guessed."""

import pytest

from matches.feeds.sync.team_resolver import NamesUnknown, TeamNames, map_name
from matches.models import TeamAlias, UnknownTeam
from tests.factories import TeamFactory
from tests.fixtures.feeds import BEFORE, OVER

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("teams")]


def unknown(names: TeamNames, home: str, away: str) -> NamesUnknown:
    with pytest.raises(NamesUnknown) as refusal:
        names.teams(home, away, example=f"{home} - {away}")
    return refusal.value


def test_two_known_names_are_two_teams():
    home, away = TeamNames("feed").teams("Ashford", "Barrow", example="")

    assert (home.name, away.name) == ("Ashford", "Barrow")


def test_both_unknown_names_are_told_at_once():
    refusal = unknown(TeamNames("feed"), "Ashford FC", "Barrow FC")

    assert refusal.names == ["Ashford FC", "Barrow FC"]
    assert "no team is called 'Ashford FC'" in str(refusal)
    assert "no team is called 'Barrow FC'" in str(refusal)


def test_an_unknown_name_is_kept_with_a_match_in_which_it_plays():
    names = TeamNames("feed")
    unknown(names, "Ashford FC", "Barrow")
    names.store_unknown(now=BEFORE)
    names.store_unknown(now=OVER)

    row = UnknownTeam.objects.get()
    assert (row.source, row.name, row.example) == ("feed", "Ashford FC", "Ashford FC - Barrow")
    assert (row.first_seen_at, row.last_seen_at, row.mapped_at) == (BEFORE, OVER, None)


def test_a_name_that_was_mapped_is_known_from_then_on():
    first = TeamNames("feed")
    unknown(first, "Ashford FC", "Barrow")
    first.store_unknown(now=BEFORE)
    row, ashford = UnknownTeam.objects.get(), TeamFactory(name="Ashford")

    map_name(row, ashford, at=OVER)

    assert TeamNames("feed").teams("Ashford FC", "Barrow", example="")[0] == ashford
    assert (row.team, row.mapped_at) == (ashford, OVER)
    assert TeamAlias.objects.get().source == "feed"


def test_a_name_may_be_mapped_again_to_another_team():
    row = UnknownTeam.objects.create(
        source="feed", name="AFC", example="", first_seen_at=BEFORE, last_seen_at=BEFORE
    )
    map_name(row, TeamFactory(name="Ashford"), at=OVER)

    map_name(row, TeamFactory(name="Barrow"), at=OVER)

    assert TeamAlias.objects.get().team.name == "Barrow"


def test_a_name_that_was_made_known_elsewhere_leaves_the_list():
    names = TeamNames("feed")
    unknown(names, "Ashford FC", "Barrow")
    names.store_unknown(now=BEFORE)
    TeamAlias.objects.create(source="feed", name="Ashford FC", team=TeamFactory(name="Ashford"))

    later = TeamNames("feed")
    later.teams("Ashford FC", "Barrow", example="")
    later.store_unknown(now=OVER)

    assert UnknownTeam.objects.get().mapped_at == OVER


def test_a_name_that_became_unknown_again_is_back_on_the_list():
    alias = TeamAlias.objects.create(source="feed", name="AFC", team=TeamFactory(name="Ashford"))
    row = UnknownTeam.objects.create(
        source="feed", name="AFC", example="", first_seen_at=BEFORE, last_seen_at=BEFORE
    )
    map_name(row, alias.team, at=BEFORE)
    TeamAlias.objects.all().delete()

    names = TeamNames("feed")
    unknown(names, "AFC", "Barrow")
    names.store_unknown(now=OVER)

    row.refresh_from_db()
    assert (row.team, row.mapped_at) == (None, None)
