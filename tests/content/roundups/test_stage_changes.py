"""Roundups are written again after a decision about a stage: its kind, rules, groups or lots."""

import pytest
from django.utils import timezone

from content.models import Roundup
from matches.models import DrawnLot, Match, Stage
from stats import jobs
from stats.models import PastChange
from tests.content.roundups.conftest import play, week
from tests.factories import StageFactory
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db

KIND = Stage.Kind


def follow() -> None:
    """Refresh the tables, as the reconciler does at the latest, and write all roundups that are due."""
    jobs.sweep_unfolded(timezone.now())
    run_waiting()


def body(match: Match) -> str:
    return Roundup.objects.get(match=match, status=Roundup.Status.PUBLISHED).body


def test_a_roundup_gets_a_table_when_the_kind_of_its_stage_is_decided():
    stage = StageFactory(name="Second phase", kind=KIND.UNKNOWN)
    match = play(week(1, stage=stage), (1, 0))
    run_waiting()
    assert "The table" not in body(match)

    stage.kind = KIND.LEAGUE
    stage.save()
    follow()

    assert "## The table" in body(match)
    old = Roundup.objects.get(match=match, version=1)
    assert old.supersede_reason == "the kind or rules of the stage Second phase changed"


def test_a_roundup_follows_its_match_to_another_group():
    match = play(week(1, stage=StageFactory(name="Group stage", kind=KIND.GROUPS), group="A"), (1, 0))
    run_waiting()

    match.group = "B"
    match.save(update_fields=["group"])
    follow()

    assert "The table of Group B" in body(match)


def test_drawn_lots_are_a_change_of_the_past():
    match = play(week(1), (1, 1))
    team = {"stage": match.stage, "team": match.away_team}

    DrawnLot.objects.create(**team, number=1, source="draw", recorded_at=timezone.now())

    change = PastChange.objects.get()
    assert (change.season_id, change.since) == (match.season_id, match.kickoff_at)
    assert change.description == "level teams were ordered by a decision of the competition"


def test_stages_change_no_past_before_their_first_result():
    match = week(1)
    match.stage.points_win = 2
    match.stage.save()

    assert not PastChange.objects.exists()
