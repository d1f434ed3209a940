"""Stages in the admin: those to decide come first, and every decision asks for a reason."""

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from core.pipeline.models import JobRun
from matches.models import DrawnLot, Match, Stage
from matches.services.stages import undecided
from matches.tables.presets import BY_SLUG
from tests.factories import MatchFactory, StageFactory, TeamFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def regular() -> Stage:
    """A league of Ashford and Barrow."""
    return MatchFactory().stage


@pytest.fixture
def cup(regular) -> Stage:
    """A stage of the same season that waits for a decision."""
    stage = StageFactory(season=regular.season, name="Championship Round", kind=Stage.Kind.UNKNOWN, order=1)
    MatchFactory(season=stage.season, stage=stage, round_label="Championship Round - 1")
    return stage


def listed(client: Client, **query: str) -> list[str]:
    page = client.get(reverse("admin:matches_stage_changelist"), query)
    return [stage.name for stage in page.context["cl"].queryset]


def do(client: Client, stage: Stage, action: str, **data: str):
    url = reverse("admin:matches_stage_do", args=[stage.pk, action])
    assert client.get(url).status_code == 200
    return client.post(url, {"confirmed": "yes", "reason": "the regulations", **data})


def text(answer) -> str:
    return " ".join(strip_tags(answer.content.decode()).split())


def test_the_list_begins_with_the_stages_to_decide(operator, cup):
    assert listed(operator) == ["Championship Round"]
    assert listed(operator, state="all") == ["Regular season", "Championship Round"]


def test_the_list_mentions_that_its_filter_hides_rows(operator, regular):
    url = reverse("admin:matches_stage_changelist")

    assert "Shown: to decide rows only. Choose All" in text(operator.get(url))
    assert "rows only" not in text(operator.get(url, {"state": "all"}))


def test_an_operator_decides_a_kind(operator, cup):
    assert do(operator, cup, "decide-kind", kind="league").status_code == 302

    assert not undecided().exists()
    assert LogEntry.objects.get().change_message == "Decide kind: the regulations"
    assert JobRun.objects.filter(kind="refresh_views").exists()


def test_several_stages_are_decided_together(operator, cup):
    other = StageFactory(season=cup.season, name="Relegation Round", kind=Stage.Kind.UNKNOWN, order=2)
    MatchFactory(season=cup.season, stage=other)

    url = reverse("admin:matches_stage_changelist")
    chosen = {"action": "decide-kind", "_selected_action": [cup.pk, other.pk]}
    assert "Championship Round - 1" in operator.post(url, chosen).content.decode()
    operator.post(url, {**chosen, "confirmed": "yes", "reason": "a split", "kind": "league"})

    assert not undecided().exists()
    assert LogEntry.objects.count() == 2


def test_groups_without_group_names_are_refused_with_what_to_do(operator, cup):
    answer = do(operator, cup, "decide-kind", kind="groups")

    assert "Move them to their groups first" in text(answer)
    assert undecided().exists()


def test_an_operator_applies_the_rules_of_a_competition(operator, regular, cup):
    answer = do(operator, cup, "apply-rules", preset="austria", carries_from="regular season")

    assert answer.status_code == 302
    cup.refresh_from_db()
    assert (cup.carries_from, cup.rules) == (regular, BY_SLUG["austria"].rules)
    assert LogEntry.objects.get().change_message.startswith("Apply rules of a competition")


def test_rules_of_a_league_that_splits_need_the_stage_that_points_come_from(operator, regular, cup):
    Stage.objects.filter(pk=cup.pk).update(kind="groups", ranked_groups=["Top", "Bottom"])

    answer = do(operator, cup, "apply-rules", preset="scotland", carries_from="")

    assert "Enter the stage that they come from" in answer.context["form"].errors["carries_from"][0]


def test_an_unknown_stage_to_carry_from_is_named(operator, cup):
    answer = do(operator, cup, "apply-rules", preset="austria", carries_from="Autumn")

    assert "There is no stage 'Autumn'" in answer.context["form"].errors["carries_from"][0]
    assert "Regular season, Championship Round" in answer.context["form"].errors["carries_from"][0]


def test_an_operator_enters_lots_and_sees_them_again(operator, regular, superuser):
    entered = {"teams": "barrow\n\nAshford\n", "source": "https://league.example/draw"}
    assert do(operator, regular, "enter-lots", **entered).status_code == 302

    lots = DrawnLot.objects.filter(stage=regular)
    assert [(lot.number, lot.team.name, lot.recorded_by) for lot in lots] == [
        *[(1, "Barrow", superuser), (2, "Ashford", superuser)]
    ]
    again = operator.get(reverse("admin:matches_stage_do", args=[regular.pk, "enter-lots"]))
    assert again.context["form"].initial["teams"] == "Barrow\nAshford"
    page = text(operator.get(reverse("admin:matches_stage_change", args=[regular.pk])))
    assert "https://league.example/draw" in page


def test_a_team_of_another_stage_has_no_lot(operator, regular):
    TeamFactory(name="Crewe")

    answer = do(operator, regular, "enter-lots", teams="Ashford\nCrewe", source="a draw")

    assert "is called 'Crewe'; its teams are Ashford, Barrow." in answer.context["form"].errors["teams"][0]


def test_an_operator_moves_matches_to_a_new_stage(operator, cup):
    answer = do(operator, cup, "move-matches", to="Final round", group="Championship")

    assert answer.status_code == 302
    match = Match.objects.get(stage__name="Final round")
    assert match.group == "Championship"
    assert [stage.name for stage in undecided()] == ["Final round"]
    assert LogEntry.objects.count() == 2


def test_a_refused_move_creates_no_stage(operator, cup):
    answer = do(operator, cup, "move-matches", to="Final round", rounds="Matchday 99")

    assert "has no round 'Matchday 99'" in answer.context["form"].errors["rounds"][0]
    assert not Stage.objects.filter(name="Final round").exists()


def test_an_edit_of_the_rules_refreshes_the_table(operator, regular):
    url = reverse("admin:matches_stage_change", args=[regular.pk])
    form = operator.get(url).context["adminform"].form
    values = {
        name: "" if value is None else ",".join(value) if isinstance(value, list) else value
        for name, value in form.initial.items()
    }
    inline = {
        f"lots-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
    }
    JobRun.objects.all().delete()

    saved = operator.post(url, {**values, **inline, "points_win": 2, "reason": "two points for a win"})

    assert saved.status_code == 302
    regular.refresh_from_db()
    assert regular.points_win == 2
    assert JobRun.objects.filter(kind="refresh_views").exists()


def test_kind_and_name_are_fixed_on_the_page_of_a_stage(operator, regular):
    page = operator.get(reverse("admin:matches_stage_change", args=[regular.pk]))

    assert {"season", "name", "kind"}.isdisjoint(page.context["adminform"].form.fields)


def test_an_operator_of_the_group_may_decide(staff, cup):
    client = staff("matches.view_stage", "matches.change_stage")

    assert do(client, cup, "decide-kind", kind="league").status_code == 302


def test_a_viewer_may_not_decide(staff, cup):
    url = reverse("admin:matches_stage_do", args=[cup.pk, "decide-kind"])

    assert staff("matches.view_stage").get(url).status_code == 403
