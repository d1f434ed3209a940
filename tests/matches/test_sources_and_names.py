"""Two sources, one match; two names, one team. What is not known is reported, never guessed."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from matches.models import Match, MatchSource, TeamAlias
from matches.result import Result
from matches.services.results import UnknownMatch, record_result_of
from matches.services.teams import NameTaken, TeamUnknown, rename_team, team_named
from tests.factories import KICKOFF, MatchFactory, TeamFactory

pytestmark = pytest.mark.django_db

RENAMED = date(2018, 4, 19)


def told(source: str, external_id: str, home: int, away: int, **more: object):
    return record_result_of(
        source=source,
        external_id=external_id,
        result=Result(status="finished", home_score=home, away_score=away, **more),
        recorded_at=KICKOFF,
    )


@pytest.fixture
def match() -> Match:
    """At a neutral venue: one feed has Ashford at home as we do, the other has Barrow."""
    match = MatchFactory(neutral=True)
    MatchSource.objects.create(match=match, source="straight", external_id="s1")
    MatchSource.objects.create(match=match, source="mirror", external_id="m1", flipped=True)
    return match


def test_the_result_of_a_source_with_swapped_sides_is_swapped(match):
    told("mirror", "m1", 1, 1, home_score_aet=1, away_score_aet=1, home_penalties=2, away_penalties=4)

    match.refresh_from_db()
    assert (match.home_penalties, match.away_penalties) == (4, 2)


def test_two_sources_that_mean_the_same_agree(match):
    told("straight", "s1", 2, 1)

    assert told("mirror", "m1", 1, 2) is None


def test_an_id_that_is_linked_to_no_match_is_named(match):
    with pytest.raises(UnknownMatch, match="No match is linked to 's1' of mirror"):
        told("mirror", "s1", 1, 0)


COLUMNS = [name for name in Result.__dataclass_fields__ if name != "status"]


@given(st.tuples(*[st.none() | st.integers(0, 30)] * len(COLUMNS)))
def test_a_result_mirrored_twice_is_unchanged(scores):
    result = Result(status="finished", **dict(zip(COLUMNS, scores, strict=True)))

    turned = result.mirrored()

    assert (turned.home_score, turned.away_penalties) == (result.away_score, result.home_penalties)
    assert turned.mirrored() == result


# --- Names --------------------------------------------------------------------------------------------


def renamed(name: str = "Swaziland", new: str = "Eswatini", **more: object):
    team = TeamFactory(name=name)
    return rename_team(team_id=team.pk, name=new, renamed_on=RENAMED, **more)


def test_a_renamed_team_keeps_its_row_and_both_names_find_it():
    team = renamed()

    assert (team.slug, team.name, team.short_name) == ("swaziland", "Eswatini", "Eswatini")
    assert team_named("Eswatini", source="martj42") == team_named("Swaziland", source="openfootball") == team
    assert TeamAlias.objects.get(team=team).used_until == RENAMED


def test_a_separate_short_name_stays_unless_another_is_given():
    TeamFactory(name="Macedonia", short_name="MKD")

    assert renamed("Macedonia", "North Macedonia").short_name == "MKD"
    assert renamed("Zaire", "DR Congo", short_name="Congo").short_name == "Congo"


def test_a_team_may_be_renamed_again_and_back():
    team = renamed("Zaire", "DR Congo")
    rename_team(team_id=team.pk, name="Zaire", renamed_on=date(2020, 1, 1))
    rename_team(team_id=team.pk, name="DR Congo", renamed_on=date(2021, 1, 1))

    assert team_named("Zaire", source="x") == team_named("DR Congo", source="x") == team


def test_a_team_cannot_get_the_name_of_another():
    TeamFactory(name="Barrow")

    with pytest.raises(NameTaken, match="Team barrow already has the name 'Barrow'"):
        renamed("Ashford", "Barrow")


def test_an_unknown_name_is_reported_with_its_source():
    TeamFactory(name="Barrow")

    with pytest.raises(TeamUnknown, match=r"no team is called 'barrow' \(source openfootball\); add"):
        team_named("barrow", source="openfootball")


def test_a_name_that_two_teams_had_requires_an_alias():
    renamed("Rangers", "Ashford Rangers")
    other = TeamFactory(name="Barrow Rangers")
    TeamAlias.objects.create(team=other, source=TeamAlias.FORMER, name="Rangers", used_until=RENAMED)

    with pytest.raises(TeamUnknown, match=r"could be Barrow Rangers .*, Ashford Rangers"):
        team_named("Rangers", source="feed")
    TeamAlias.objects.create(team=other, source="feed", name="Rangers")
    assert team_named("Rangers", source="feed") == other


def test_a_name_of_today_does_not_beat_a_former_one_of_another_team():
    renamed("Macedonia", "North Macedonia")
    TeamFactory(name="Macedonia", slug="macedonia-club")

    with pytest.raises(TeamUnknown, match="could be"):
        team_named("Macedonia", source="feed")


def test_a_source_means_one_team_by_one_name():
    TeamAlias.objects.create(team=TeamFactory(name="Ashford"), source="feed", name="AFC")

    with pytest.raises(IntegrityError, match="alias_once_per_source"), transaction.atomic():
        TeamAlias.objects.create(team=TeamFactory(name="Barrow"), source="feed", name="AFC")
