"""Points that a league takes or gives beside the results: recorded once, kept for good."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from matches.models import PointsAdjustment, Team
from matches.services.seasons import InvalidAdjustment, adjust_points
from tests.factories import MatchFactory, TeamFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def match():
    return MatchFactory()


def adjust(match, points=-10, **changed):
    """A deduction of ten for the home side, as told in November."""
    said = {
        "stage": match.stage,
        "team": match.home_team,
        "decided_on": date(2025, 11, 17),
        "reason": "Breach of the profit and sustainability rules",
        "source": "Statement of the league",
        "recorded_at": timezone.now(),
    }
    return adjust_points(points=points, **{**said, **changed})


def test_an_appeal_is_a_row_of_its_own(match):
    adjust(match, -10)
    adjust(match, 4, decided_on=date(2026, 2, 26), reason="Reduced to six on appeal")

    rows = PointsAdjustment.objects.values_list("points", "decided_on")
    assert list(rows) == [(-10, date(2025, 11, 17)), (4, date(2026, 2, 26))]


@pytest.mark.parametrize("change", [{"points": -6}, {"reason": "another"}, {"decided_on": date(2026, 2, 26)}])
def test_an_adjustment_cannot_be_edited(match, change):
    row = adjust(match)
    with pytest.raises(IntegrityError, match="adjustment-append-only"), transaction.atomic():
        PointsAdjustment.objects.filter(pk=row.pk).update(**change)


def test_an_adjustment_cannot_be_deleted(match):
    adjust(match)
    with pytest.raises(IntegrityError, match="add another"), transaction.atomic():
        PointsAdjustment.objects.all().delete()


def test_the_account_of_who_entered_it_may_be_deleted(match, django_user_model):
    ada = django_user_model.objects.create_user("ada")
    row = adjust(match, recorded_by=ada)
    ada.delete()
    row.refresh_from_db()
    assert (row.recorded_by, row.points) == (None, -10)


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"points": 0}, "points", "a whole number from -100 to 100, not 0"),
        ({"points": -101}, "points", "a whole number"),
        ({"points": True}, "points", "a whole number"),
        ({"reason": "  "}, "reason", "shown to readers of the table"),
        ({"source": ""}, "source", "Enter the source"),
        ({"decided_on": date(2999, 1, 1)}, "decided_on", "is in the future"),
    ],
)
def test_what_cannot_be_is_refused_by_name(match, wrong, field, said):
    with pytest.raises(InvalidAdjustment, match=said) as refused:
        adjust(match, **wrong)
    assert refused.value.field == field
    assert not PointsAdjustment.objects.exists()


def test_a_team_that_does_not_play_in_the_season_is_refused(match):
    with pytest.raises(InvalidAdjustment, match=r"Corley has no match in Premier League 2025/26"):
        adjust(match, team=TeamFactory(name="Corley"))


def test_the_same_decision_cannot_be_entered_twice(match):
    adjust(match)
    with pytest.raises(InvalidAdjustment, match="is already recorded with this reason"):
        adjust(match)
    assert PointsAdjustment.objects.count() == 1


# --- In the admin ---------------------------------------------------------------------------------------


@pytest.fixture
def form(match) -> dict[str, object]:
    return {
        "stage": match.stage.pk,
        "team": match.home_team.pk,
        "points": -10,
        "decided_on": "2025-11-17",
        "reason": "Breach of the rules",
        "source": "Statement of the league",
    }


ADD = "/admin/matches/pointsadjustment/add/"


def test_an_operator_adds_one_with_a_name_and_a_log_entry(match, admin_client, form):
    answer = admin_client.post(ADD, form)

    assert answer.status_code == 302
    row = PointsAdjustment.objects.get()
    assert (row.points, row.recorded_by.username) == (-10, "admin")
    history = admin_client.get(reverse("admin:matches_pointsadjustment_history", args=[row.pk]))
    assert "Added" in history.content.decode()


def test_errors_are_shown_beside_their_field(match, admin_client, form):
    page = admin_client.post(ADD, form | {"team": TeamFactory(name="Corley").pk}).content.decode()

    assert "Corley has no match in" in page
    assert not PointsAdjustment.objects.exists()


def test_a_stored_adjustment_is_read_only(match, admin_client, form):
    admin_client.post(ADD, form)
    row = PointsAdjustment.objects.get()
    page = reverse("admin:matches_pointsadjustment_change", args=[row.pk])

    assert "Breach of the rules" in admin_client.get(page).content.decode()
    assert admin_client.post(page, form | {"points": -6}).status_code == 403
    assert admin_client.post(page.replace("change", "delete"), {"post": "yes"}).status_code == 403


def test_staff_without_the_permission_cannot_add_one(match, client, django_user_model, form):
    client.force_login(django_user_model.objects.create_user("bob", is_staff=True))
    assert client.post(ADD, form).status_code == 403
    assert Team.objects.exists()
    assert not PointsAdjustment.objects.exists()
