"""Whatever is changed in the admin is on the record, with the reason; what facts hang on is not deleted."""

import pytest
from django.contrib import admin
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.urls import reverse

from core.accounts import groups
from core.admin.actions import ActionsAdmin, ReadOnlyAdmin
from matches.models import Competition, Team, TeamAlias
from tests.factories import CompetitionFactory, MatchFactory, TeamFactory

pytestmark = pytest.mark.django_db


def ours() -> list:
    """The admins of our own models, and of staff."""
    labels = (*groups.PROJECT_APPS, "auth")
    return [each for model, each in admin.site._registry.items() if model._meta.app_label in labels]


def test_every_operation_wants_a_reason():
    optional = {
        operation.name
        for model_admin in ours()
        if isinstance(model_admin, ActionsAdmin)
        for operation in model_admin.operations
        if not operation.form_class.base_fields["reason"].required
    }
    assert optional == set()


def test_every_model_of_ours_is_read_only_or_asks_why():
    plain = [each for each in ours() if not isinstance(each, ReadOnlyAdmin | ActionsAdmin)]
    assert plain == []


def cup_form(**changes: object) -> dict[str, object]:
    return {
        "name": "The Cup",
        "slug": "cup",
        "country": "England",
        "settle_sources": "1",
        "settle_wait": "30",
        "score_basis": "after_extra_time",
        "time_zone": "UTC",
        **changes,
    }


def test_an_edit_without_a_reason_changes_nothing(as_member):
    cup = CompetitionFactory(slug="cup", name="The Cup")
    page = reverse("admin:matches_competition_change", args=[cup.pk])
    client = as_member("operator")

    for reason in ("", "   "):
        answer = client.post(page, cup_form(reason=reason))
        assert "This field is required" in answer.content.decode()

    cup.refresh_from_db()
    assert cup.score_basis == "full_time"
    assert not LogEntry.objects.exists()


def test_an_edit_leaves_what_and_why_and_by_whom(member, browser_of):
    cup = CompetitionFactory(slug="cup", name="The Cup")
    page = reverse("admin:matches_competition_change", args=[cup.pk])
    operator = member("operator")
    client = browser_of(operator)

    assert client.post(page, cup_form(reason="its rules say so")).status_code == 302

    cup.refresh_from_db()
    assert cup.score_basis == "after_extra_time"
    entry = LogEntry.objects.get()
    assert (entry.user, entry.action_flag) == (operator, CHANGE)
    assert entry.get_change_message() == "Changed Score basis. Reason: its rules say so"
    history = client.get(reverse("admin:matches_competition_history", args=[cup.pk])).content.decode()
    assert "its rules say so" in history


def test_a_reason_cannot_forge_a_structured_entry(as_member):
    cup = CompetitionFactory(slug="cup", name="The Cup")
    page = reverse("admin:matches_competition_change", args=[cup.pk])
    as_member("operator").post(page, cup_form(reason='[{"added": {}}]'))
    assert LogEntry.objects.get().get_change_message().endswith('Reason: [{"added": {}}]')


def test_an_added_row_needs_no_reason(as_member):
    answer = as_member("operator").post(reverse("admin:matches_competition_add"), cup_form())
    assert answer.status_code == 302
    assert LogEntry.objects.get().get_change_message() == "Added."


def test_a_viewer_sees_no_reason_to_fill_in(as_member):
    cup = CompetitionFactory()
    page = (
        as_member("viewer").get(reverse("admin:matches_competition_change", args=[cup.pk])).content.decode()
    )
    assert 'name="reason"' not in page
    assert 'name="_save"' not in page


def test_a_refresh_asked_for_in_the_list_is_on_the_record(as_member):
    as_member("operator").post(
        reverse("admin:stats_viewrefresh_do_list", args=["refresh"]),
        {"confirmed": "yes", "reason": "impatient"},
    )
    entry = LogEntry.objects.get()
    assert (entry.change_message, entry.object_id) == ("Refresh views: impatient", None)


def delete_page(row) -> str:
    return reverse(f"admin:matches_{row._meta.model_name}_do", args=[row.pk, "delete"])


def test_an_admin_deletes_what_nothing_refers_to(as_member):
    team = TeamFactory(name="Typo Town")
    TeamAlias.objects.create(team=team, source="feed", name="Tpyo Town")
    client = as_member("admin")

    assert "are deleted with it" in client.get(delete_page(team)).content.decode()
    answer = client.post(delete_page(team), {"confirmed": "yes", "reason": "entered twice"}, follow=True)

    assert "Typo Town is deleted." in answer.content.decode()
    assert not Team.objects.filter(pk=team.pk).exists()
    entry = LogEntry.objects.get()
    assert (entry.action_flag, entry.object_id, entry.object_repr) == (DELETION, str(team.pk), "Typo Town")
    assert entry.change_message == "Delete: entered twice"


@pytest.mark.parametrize("of", ["match", "season", "competition", "home_team", "forecaster"])
def test_facts_that_others_hang_on_are_kept_and_it_says_what_they_are(played, as_member, of):
    rows = {
        "match": played,
        "season": played.season,
        "competition": played.season.competition,
        "home_team": played.home_team,
        "forecaster": played.predictions.first().forecaster,
    }
    client = as_member("admin")
    assert "It cannot be deleted:" in client.get(delete_page(rows[of])).content.decode()

    answer = client.post(delete_page(rows[of]), {"confirmed": "yes", "reason": "tidy up"})

    assert "cannot be deleted:" in answer.content.decode()
    assert type(rows[of])._default_manager.filter(pk=rows[of].pk).exists()
    assert not LogEntry.objects.exists()


def test_an_operator_deletes_nothing(as_member):
    match = MatchFactory()
    client = as_member("operator")
    for row in (match, match.season, match.home_team, match.season.competition):
        assert client.post(delete_page(row), {"confirmed": "yes", "reason": "mine"}).status_code == 403
        assert (
            "/do/delete/" not in client.get(delete_page(row).replace("do/delete", "change")).content.decode()
        )
    assert Competition.objects.exists()
