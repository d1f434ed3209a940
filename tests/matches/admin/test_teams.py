"""Teams in the admin: split and merge with a reason, unknown names with suggestions, slugs from names."""

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from matches.models import Competition, Forecaster, Team, TeamAlias, UnknownTeam
from tests.factories import (
    KICKOFF,
    CompetitionFactory,
    ForecasterFactory,
    MatchFactory,
    SeasonFactory,
    TeamFactory,
    oracle,
    predict,
)

pytestmark = pytest.mark.django_db


def url(model: str, page: str, *key: object) -> str:
    return reverse(f"admin:matches_{model}_{page}", args=key)


def page(client: Client, model: str, name: str, *key: object) -> str:
    return client.get(url(model, name, *key)).content.decode()


def confirmed(client: Client, model: str, row: object, operation: str, **data: object) -> str:
    sent = {"confirmed": "yes", "reason": "seen in the programme", **data}
    return client.post(url(model, "do", row.pk, operation), sent, follow=True).content.decode()


@pytest.fixture
def women(db) -> Competition:
    return CompetitionFactory(slug="womens-league", name="Women's League")


@pytest.fixture
def mixed(women) -> Team:
    MatchFactory()
    return MatchFactory(season=SeasonFactory(competition=women)).home_team


def test_a_team_is_split_with_a_reason_in_the_history(admin_client, mixed, women):
    confirm = page(admin_client, "team", "do", mixed.pk, "split")
    assert "Women&#x27;s League" in confirm
    assert "The others stay with Ashford." in confirm

    said = confirmed(admin_client, "team", mixed, "split", competitions=[women.pk])

    assert "Women&#x27;s League moved from Ashford to Ashford (women) (ashford-women)." in said
    entries = LogEntry.objects.values_list("object_repr", "change_message")
    moved = "Split: seen in the programme (Women's League moved from Ashford to Ashford (women))"
    assert sorted(entries) == [("Ashford", moved), ("Ashford (women)", moved)]


def test_a_refused_split_is_a_form_error(admin_client, mixed, women):
    both = [women.pk, mixed.home_matches.exclude(season__competition=women).get().season.competition_id]

    assert "These are all competitions of Ashford" in confirmed(
        admin_client, "team", mixed, "split", competitions=both
    )
    said = confirmed(admin_client, "team", mixed, "split", competitions=[women.pk], name="Barrow")
    assert "Another team is called Barrow; enter another name." in said


def test_only_a_team_of_several_competitions_can_be_split(admin_client, mixed):
    plain = TeamFactory(name="Crewe")

    assert url("team", "do", mixed.pk, "split") in page(admin_client, "team", "change", mixed.pk)
    assert url("team", "do", plain.pk, "split") not in page(admin_client, "team", "change", plain.pk)


def test_a_team_is_merged_with_a_reason_in_the_history(admin_client):
    team, gone = MatchFactory().home_team, TeamFactory(name="Ashford Town")

    said = confirmed(admin_client, "team", team, "merge", team=gone.pk)

    assert "Ashford Town (ashford-town) was merged into Ashford (ashford)." in said
    assert not Team.objects.filter(pk=gone.pk).exists()
    assert TeamAlias.objects.get(team=team).name == "Ashford Town"
    entry = LogEntry.objects.get(object_id=str(gone.pk))
    assert entry.change_message.startswith("Merge another team into it: seen in the programme (Ashford Town")


def test_teams_that_meet_are_not_merged(admin_client):
    match = MatchFactory()

    said = confirmed(admin_client, "team", match.home_team, "merge", team=match.away_team_id)

    assert "They are two teams: they meet in Ashford - Barrow" in said
    assert Team.objects.count() == 2


def test_the_form_of_a_merge_shows_categories_and_asks_if_they_differ(admin_client):
    team, gone = TeamFactory(name="Ashford (men)"), TeamFactory(name="Ashford Belles", category="women")

    form = page(admin_client, "team", "do", team.pk, "merge")
    assert "Ashford Belles (ashford-belles, women)</option>" in form
    assert "become those of Ashford (men). The other team is deleted." in form
    assert "They differ in category" in confirmed(admin_client, "team", team, "merge", team=gone.pk)
    said = confirmed(admin_client, "team", team, "merge", team=gone.pk, although_different="on")
    assert "Ashford Belles (ashford-belles) was merged into Ashford (men)" in said


# --- Unknown teams ------------------------------------------------------------------------------------


def unknown(name: str, competition: Competition | None = None) -> UnknownTeam:
    return UnknownTeam.objects.create(
        source="feed",
        competition=competition,
        name=name,
        example=f"{name} - Barrow",
        first_seen_at=KICKOFF,
        last_seen_at=KICKOFF,
    )


def test_an_unknown_name_has_suggestions_with_their_distance(admin_client, women):
    TeamFactory(name="Eintracht Frankfurt")
    TeamFactory(name="Everton")
    near, other = unknown("Eintracht Frankfurtt"), unknown("Everton", women)

    for shown in (
        page(admin_client, "unknownteam", "changelist"),
        page(admin_client, "unknownteam", "change", near.pk),
    ):
        assert "Eintracht Frankfurt (eintracht-frankfurt; distance 1)" in shown
    assert "Everton (everton, men; distance 0)" in page(admin_client, "unknownteam", "change", other.pk)


def test_a_similar_team_is_proposed_and_one_of_another_category_is_not(admin_client, women):
    everton = TeamFactory(name="Everton")
    selected = f'<option value="{everton.pk}" selected>Everton (everton, men)</option>'

    same, other = unknown("Everton FC"), unknown("Everton", women)

    assert selected in page(admin_client, "unknownteam", "do", same.pk, "map")
    shown = page(admin_client, "unknownteam", "do", other.pk, "map")
    assert selected not in shown
    assert "Similar teams: Everton (everton, men; distance 0)." in shown


def test_a_name_is_matched_or_created_in_its_competition(admin_client, women):
    TeamFactory(name="Everton")
    belles = TeamFactory(name="Vale Belles", category="women")
    first, second = unknown("Everton", women), unknown("VB", women)

    confirmed(admin_client, "unknownteam", first, "create")
    confirmed(admin_client, "unknownteam", second, "map", team=belles.pk)

    first.refresh_from_db()
    assert (first.team.name, first.team.slug, first.team.category) == (
        "Everton (women)",
        "everton-women",
        "women",
    )
    assert set(TeamAlias.objects.values_list("name", "team__slug")) == {
        *[("Everton", "everton-women"), ("VB", "vale-belles")],
    }


def test_a_wrong_match_can_be_corrected(admin_client, women):
    wrong, right = TeamFactory(name="Crewe", category="women"), TeamFactory(name="Dover", category="women")
    row = unknown("VB", women)

    for team in (wrong, right):
        confirmed(admin_client, "unknownteam", row, "map", team=team.pk)

    assert TeamAlias.objects.get().team == right


# --- Slugs --------------------------------------------------------------------------------------------

NEW = {
    "team": {"name": "Źródło 1.5", "short_name": "Źródło", "category": "men"},
    "competition": {
        **{"name": "Źródło 1.5", "score_basis": "full_time", "time_zone": "UTC"},
        **{"settle_sources": 1, "settle_wait": 30},
    },
    "forecaster": {"name": "Źródło 1.5", "kind": "llm"},
}


def added(client: Client, model: str, **data: object):
    inlines = {"aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0} if model == "team" else {}
    return client.post(url(model, "add"), {**NEW[model], **inlines, **data})


@pytest.mark.parametrize("model", NEW)
def test_an_empty_slug_is_derived_from_the_name(admin_client, model):
    assert added(admin_client, model, slug="").status_code == 302

    row = {"team": Team, "competition": Competition, "forecaster": Forecaster}[model].objects.get()
    assert row.slug == "zrodlo-1-5"


def test_a_name_without_a_slug_is_a_form_error(admin_client):
    answer = added(admin_client, "competition", name="!?", slug="")

    assert "No slug can be derived from this name; enter one." in answer.content.decode()
    TeamFactory(name="Taken", slug="zrodlo-1-5")
    assert "already exists" in added(admin_client, "team", slug="").content.decode()


def test_a_competition_gets_the_category_of_its_name_and_an_operator_can_change_it(admin_client):
    added(admin_client, "competition", name="Ashford Ladies", slug="")
    league = Competition.objects.get()
    assert league.category == "women"

    values = {**NEW["competition"], "name": league.name, "slug": league.slug, "category": "women-u19"}
    admin_client.post(url("competition", "change", league.pk), {**values, "reason": "juniors"})

    league.refresh_from_db()
    assert league.category == "women-u19"


def test_the_slug_of_a_forecaster_can_change_until_its_first_prediction(admin_client):
    forecaster = ForecasterFactory(name="Model 3", slug="modle-3")
    values = {"name": forecaster.name, "kind": forecaster.kind, "slug": "model-3", "reason": "a slip"}

    admin_client.post(url("forecaster", "change", forecaster.pk), values)
    forecaster.refresh_from_db()
    assert forecaster.slug == "model-3"

    predict(MatchFactory(), oracle(), (1, 0))
    assert 'name="slug"' in page(admin_client, "forecaster", "change", forecaster.pk)
    assert 'name="slug"' not in page(admin_client, "forecaster", "change", oracle().pk)
