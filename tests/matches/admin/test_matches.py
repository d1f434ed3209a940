"""Matches and teams in the admin: changes are made by the services, mistakes are form errors."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from matches.models import KickoffMove, Match, Team, TeamAlias
from tests.confirm_pages import seen_at
from tests.factories import (
    KICKOFF,
    MatchFactory,
    SeasonFactory,
    StageFactory,
    TeamFactory,
    move,
    oracle,
    predict,
    predicted_live,
    record,
    upcoming_match,
)

pytestmark = pytest.mark.django_db

ADD = "admin:matches_match_add"
INLINES = ("revisions", "kickoff_moves", "settlements", "predictions", "sources")


def fixture(**changes: object) -> dict[str, object]:
    """Form data of the match form."""
    counts = {f"{inline}-{kind}_FORMS": 0 for inline in INLINES for kind in ("TOTAL", "INITIAL")}
    return {
        **counts,
        "season": SeasonFactory().pk,
        "round_label": "Final",
        "home_team": TeamFactory(name="Ashford").pk,
        "away_team": TeamFactory(name="Barrow").pk,
        "kickoff_at_0": f"{KICKOFF:%Y-%m-%d}",
        "kickoff_at_1": f"{KICKOFF:%H:%M:%S}",
        "reason": "the fixture list",
        **changes,
    }


def edited(match: Match, **changes: object) -> dict[str, object]:
    return fixture(
        **{"round_label": match.round_label, "matchday": match.matchday, "season": match.season_id, **changes}
    )


def page_of(match: Match) -> str:
    return reverse("admin:matches_match_change", args=[match.pk])


def do(client, row: Match | Team, operation: str, /, **data: object) -> str:
    """Confirm an operation and return the page that follows."""
    url = reverse(f"admin:matches_{row._meta.model_name}_do", args=[row.pk, operation])
    sent = {"confirmed": "yes", "reason": "the league said so", "seen": seen_at(client, url), **data}
    return client.post(url, sent, follow=True).content.decode()


# --- Adding and editing -------------------------------------------------------------------------------


def test_a_match_is_added_with_its_lock_at_the_kickoff(admin_client):
    assert admin_client.post(reverse(ADD), fixture()).status_code == 302

    assert Match.objects.get().lock_at == KICKOFF


def test_the_same_match_twice_in_a_round_is_a_form_error(admin_client):
    admin_client.post(reverse(ADD), fixture())

    answer = admin_client.post(reverse(ADD), fixture())

    assert answer.status_code == 200
    assert "is this match of Final already" in answer.content.decode()
    assert Match.objects.count() == 1


def test_a_match_moved_into_the_round_of_its_twin_is_a_form_error(admin_client):
    first, second = MatchFactory(round_label="Final"), MatchFactory(round_label="Semi-final")

    answer = admin_client.post(page_of(second), edited(second, round_label="Final", stage=first.stage_id))

    assert f"Match {first.pk}, " in answer.content.decode()


def test_a_match_moved_to_a_knockout_stage_needs_no_group_and_the_name_of_its_round(admin_client):
    match = MatchFactory(round_label="Group D - 1", group="D")
    cup = StageFactory(season=match.season, name="Knockout stage", kind="knockout", order=1)
    moved = {"stage": cup.pk, "group": "D"}

    said = admin_client.post(page_of(match), edited(match, **moved)).content.decode()
    assert "Knockout stage has no groups. Leave the group empty." in said
    assert "Knockout stage has no groups. Enter its round, e.g. Semi-finals." in said
    moved |= {"group": "", "round_label": "Semi-finals"}
    assert admin_client.post(page_of(match), edited(match, **moved)).status_code == 302


def test_the_replay_of_an_abandoned_match_can_be_added(admin_client):
    record(MatchFactory(round_label="Final"), 1, 1, status="abandoned")

    assert admin_client.post(reverse(ADD), fixture()).status_code == 302


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"away_team": "same"}, "A match needs two different teams."),
        ({"kickoff_at_0": "soon"}, "Enter a valid date"),
        ({"round_label": ""}, "This field is required"),
    ],
)
def test_an_invalid_match_is_a_form_error(admin_client, changes, said):
    changes = {
        name: TeamFactory(name="Ashford").pk if value == "same" else value for name, value in changes.items()
    }

    assert said in admin_client.post(reverse(ADD), fixture(**changes)).content.decode()


# --- Move kickoff -------------------------------------------------------------------------------------


def test_a_moved_kickoff_is_kept_with_name_and_reason(admin_client, admin_user):
    match = MatchFactory()

    do(
        admin_client,
        match,
        "kickoff",
        kickoff_at_0=f"{KICKOFF:%Y-%m-%d}",
        kickoff_at_1="17:30:00",
        reason="television",
    )

    moved = KickoffMove.objects.get()
    assert (moved.old_kickoff_at, moved.new_kickoff_at.hour) == (KICKOFF, 17)
    assert (moved.source, moved.moved_by, moved.reason) == ("admin", admin_user, "television")
    assert Match.objects.get().lock_at == moved.new_kickoff_at


def test_a_postponed_match_is_rescheduled_with_a_new_kickoff(admin_client, admin_user):
    match = MatchFactory()
    record(match, status="postponed")
    coming = timezone.now() + timedelta(days=10)

    page = do(
        admin_client,
        match,
        "kickoff",
        kickoff_at_0=f"{coming:%Y-%m-%d}",
        kickoff_at_1="19:45:00",
        reschedule="on",
    )

    assert f"Kickoff is {coming:%Y-%m-%d} 19:45 UTC" in page
    match.refresh_from_db()
    assert (match.status, match.kickoff_at.hour, match.revisions.last().recorded_by) == (
        "scheduled",
        19,
        admin_user,
    )
    assert LogEntry.objects.get().change_message == "Move kickoff: the league said so"


def test_the_confirm_page_explains_late_picks_and_counts_them(admin_client):
    match = upcoming_match()
    predict(match, oracle(), (1, 0), provenance="live")

    page = admin_client.get(reverse("admin:matches_match_do", args=[match.pk, "kickoff"])).content.decode()

    assert "Live predictions received: 1." in page
    assert "moved back, they count again" in page


@pytest.mark.parametrize(
    ("status", "day", "more", "said"),
    [
        ("finished", "2036-01-01", {}, "its kickoff cannot be in the future"),
        ("cancelled", "2025-09-01", {}, "record it as scheduled first"),
        ("finished", f"{KICKOFF:%Y-%m-%d}", {}, "The match already has this kickoff"),
    ],
)
def test_an_invalid_move_is_refused_with_a_message(admin_client, status, day, more, said):
    match = MatchFactory()
    record(match, *((2, 1) if status == "finished" else ()), status=status)

    page = do(admin_client, match, "kickoff", kickoff_at_0=day, kickoff_at_1=f"{KICKOFF:%H:%M:%S}", **more)

    assert said in page
    assert not KickoffMove.objects.exists()


def test_the_match_page_shows_the_moves_and_which_picks_are_late(admin_client):
    match = MatchFactory()
    predicted_live(match, oracle(), (1, 0), before=timedelta(minutes=30))
    move(match, KICKOFF - timedelta(hours=1), reason="the feed was an hour late")

    page = admin_client.get(page_of(match)).content.decode()

    assert "the feed was an hour late" in page
    assert 'class="field-late"' in page


# --- Results ------------------------------------------------------------------------------------------


def corrected(client, match: Match, **scores: object) -> str:
    return do(client, match, "correct", status="finished", **scores)


def test_a_void_match_is_un_voided_by_its_result(admin_client):
    match = MatchFactory()
    record(match, 0, 0, status="abandoned")

    assert "Recorded: finished 0-0" in corrected(admin_client, match, home_score=0, away_score=0)


def test_the_form_of_an_upcoming_match_explains_missing_statuses(admin_client):
    match = upcoming_match()
    url = reverse("admin:matches_match_do", args=[match.pk, "correct"])
    assert "is in the future. Until then it cannot be finished" in admin_client.get(url).content.decode()

    page = corrected(admin_client, match, home_score=2, away_score=1)

    assert "it cannot be finished yet" in page
    assert "move the kickoff first" in page
    assert not match.revisions.exists()


def test_the_form_warns_of_a_former_shootout_and_tells_what_was_recorded(admin_client):
    match = MatchFactory()
    record(match, 1, 1, home_score_aet=1, away_score_aet=1, home_penalties=4, away_penalties=3)
    url = reverse("admin:matches_match_do", args=[match.pk, "correct"])
    assert "clear what did not happen" in admin_client.get(url).content.decode()

    page = corrected(admin_client, match, home_score=2, away_score=1, home_penalties=4, away_penalties=3)
    assert "a shootout follows a level score, and 2-1 is not" in page
    assert "Recorded: finished 2-1;" in corrected(admin_client, match, home_score=2, away_score=1)


# --- Teams --------------------------------------------------------------------------------------------


def test_a_team_is_renamed_and_its_former_name_is_kept(admin_client):
    team = TeamFactory(name="Swaziland")

    page = do(admin_client, team, "rename", name="Eswatini", renamed_on="2018-04-19")

    assert "Swaziland was renamed to Eswatini." in page
    assert TeamAlias.objects.get(team=team).name == "Swaziland"
    assert LogEntry.objects.get().change_message == "Rename: the league said so"


@pytest.mark.parametrize(
    ("name", "said"),
    [("Swaziland", "is called Swaziland already"), ("Barrow", "already has the name &#x27;Barrow&#x27;")],
)
def test_an_invalid_new_name_is_refused_with_a_message(admin_client, name, said):
    team, _other = TeamFactory(name="Swaziland"), TeamFactory(name="Barrow")

    assert said in do(admin_client, team, "rename", name=name, renamed_on="2018-04-19")
    assert not TeamAlias.objects.exists()


def test_the_name_of_a_team_is_no_field_of_its_form_any_more(admin_client):
    team = TeamFactory(name="Swaziland")

    page = admin_client.get(reverse("admin:matches_team_change", args=[team.pk])).content.decode()
    assert 'name="name"' not in page
    assert 'name="name"' in admin_client.get(reverse("admin:matches_team_add")).content.decode()
