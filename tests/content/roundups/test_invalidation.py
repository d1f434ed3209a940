"""A change of the past reaches every roundup that it makes untrue, and no other."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from content.models import Roundup
from content.roundups.facts import gather
from core.pipeline import ledger, registry
from core.pipeline.models import JobRun
from matches.models import Match
from matches.services.kickoffs import move_kickoff
from matches.services.seasons import adjust_points
from tests.content.roundups.conftest import count, week
from tests.factories import KICKOFF, ForecasterFactory, MatchFactory, coin, homer, oracle, predict, record
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db


def predicted(match: Match) -> Match:
    for forecaster, pick in ((oracle, (2, 1)), (homer, (1, 0)), (coin, (1, 1))):
        predict(match, forecaster(), pick)
    return match


def played(match: Match, home: int, away: int) -> Match:
    """All the way to its roundup."""
    record(predicted(match), home, away)
    run_waiting()
    return match


@pytest.fixture
def season(db) -> list[Match]:
    """Three weeks: Ashford 2-1 Barrow, Barrow 1-1 Ashford, Ashford 1-0 Barrow. All told."""
    matches = [week(1), week(2, "Barrow", "Ashford"), week(3)]
    return [played(match, *score) for match, score in zip(matches, [(2, 1), (1, 1), (1, 0)], strict=True)]


def versions(match: Match) -> list[tuple[int, str]]:
    rows = Roundup.objects.filter(match=match).order_by("version")
    return [(row.version, row.supersede_reason) for row in rows]


def is_true(match: Match) -> bool:
    """Whether the published roundup says what one would say that is written now."""
    return Roundup.objects.get(match=match, status="published").facts == gather(match.pk)


def test_a_correction_rewrites_the_roundups_of_later_matches_and_says_which_match_changed(season):
    first, second, third = season
    record(first, 0, 2)

    run_waiting()

    why = "Ashford - Barrow (23 August 2025) was corrected from 2-1 to 0-2"
    assert versions(first)[0] == (1, "result corrected from 2-1 to 0-2")
    assert [versions(match)[0] for match in (second, third)] == [(1, why), (1, why)]
    assert all(is_true(match) for match in season)


def test_earlier_roundups_are_left_alone(season):
    first, second, third = season
    record(third, 0, 4)

    run_waiting()

    assert [len(versions(match)) for match in season] == [1, 1, 2]
    assert not JobRun.objects.filter(kind="write_roundup", state="skipped").exists()
    assert is_true(first)
    assert is_true(second)


def test_another_season_is_left_alone(season):
    other = played(MatchFactory(season__label="2026/27", kickoff_at=KICKOFF + timedelta(days=400)), 1, 0)
    record(season[0], 0, 2)
    run_waiting()
    assert len(versions(other)) == 1


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ({"status": "abandoned"}, "was declared void: abandoned instead of 2-1"),
        ({"status": "awarded", "home": 0, "away": 3}, "was declared void: awarded 0-3 instead of 2-1"),
        ({"status": "live"}, "is live, not over"),
    ],
)
def test_a_match_that_counts_no_more_is_followed(season, result, said):
    record(season[0], **result)
    run_waiting()
    assert versions(season[1])[0] == (1, f"Ashford - Barrow (23 August 2025) {said}")
    assert all(is_true(match) for match in season[1:])


def test_a_match_that_counts_again_is_followed(season):
    record(season[0], status="abandoned")
    run_waiting()
    record(season[0], 2, 1)
    run_waiting()
    assert "counts after all: 2-1 instead of abandoned" in versions(season[1])[1][1]
    assert all(is_true(match) for match in season)


def test_a_result_that_comes_after_later_matches_were_told_is_followed():
    late, told = predicted(week(1)), played(week(2, "Barrow", "Ashford"), 1, 1)
    record(late, 2, 1)

    run_waiting()

    assert versions(told)[0] == (1, "Ashford - Barrow (23 August 2025) was settled later: 2-1")
    assert is_true(told)


def test_late_predictions_are_followed(season):
    predict(season[0], ForecasterFactory(name="The Latecomer"), (2, 1))
    run_waiting()
    assert versions(season[1])[0][1].endswith("got more predictions")
    assert is_true(season[2])


def test_results_in_the_order_of_the_season_ask_for_nothing_twice(season):
    runs = JobRun.objects.filter(kind="write_roundup")
    assert [(run.state, run.key) for run in runs.order_by("pk")] == [
        ("done", str(match.pk)) for match in season
    ]


def test_matches_of_one_kickoff_follow_a_correction_and_not_each_others_first_result():
    first = played(week(1), 2, 1)
    second = played(week(1, "Corley", "Denby"), 1, 0)
    assert len(versions(first)) == 1

    record(first, 0, 5)
    run_waiting()

    assert versions(second)[0][1].endswith("was corrected from 2-1 to 0-5")
    assert is_true(second)


def test_following_is_archive_work_that_waits_once_a_match(season):
    for result in ((0, 2), (0, 3), (0, 4)):
        record(season[0], *result)
        count()

    waiting = JobRun.objects.filter(kind="write_roundup", state="queued")
    assert waiting.count() == len(season)
    assert set(waiting.values_list("priority", flat=True)) == {JobRun.Priority.ARCHIVE}

    today = MatchFactory(kickoff_at=timezone.now() - timedelta(hours=2), round_label="Today")
    record(today, 1, 0)
    count()
    assert waiting.get(key=str(today.pk)).priority == JobRun.Priority.TODAY


def test_of_several_changes_the_newest_is_named_and_the_others_are_counted(season):
    record(season[1], 5, 0)
    record(season[0], 0, 2)
    run_waiting()
    assert versions(season[2])[0][1] == (
        "Ashford - Barrow (23 August 2025) was corrected from 2-1 to 0-2 (and 1 more before this match)"
    )


def test_following_comes_to_rest(season):
    record(season[0], 0, 2)
    run_waiting()
    before = JobRun.objects.count()
    assert run_waiting() == []
    assert JobRun.objects.count() == before


def test_what_reads_the_same_gets_no_new_version(season):
    other = played(MatchFactory(round_label="Final", kickoff_at=KICKOFF + timedelta(days=60)), 1, 0)
    record(season[2], 1, 0, home_penalties=None)  # the same result: a no-op
    assert run_waiting() == []
    assert len(versions(other)) == 1


def test_a_roundup_drafted_before_a_change_is_not_published_but_drafted_again(season):
    """The draft is made outside any transaction, so its facts are compared once more inside it."""
    first, late = season[0], predicted(week(4, "Barrow", "Ashford"))
    record(late, 2, 2)
    count()
    run = JobRun.objects.get(kind="write_roundup", key=str(late.pk), state="queued")
    JobRun.objects.filter(pk=run.pk).update(due_at=timezone.now())
    run = ledger.claim(run.pk, now=timezone.now())
    stale = registry.get("write_roundup").prepare(run)

    record(first, 0, 2)
    count()
    registry.get("write_roundup").effect(run=run, prepared=stale)
    ledger.finish(run, now=timezone.now())
    assert not versions(late)
    run_waiting()

    assert is_true(late)
    assert len(versions(late)) == 1


# --- What no settlement tells ---------------------------------------------------------------------------


def test_points_taken_by_the_league_are_in_every_roundup_from_that_day_on(season):
    first, second, third = season
    deducted = adjust_points(
        stage=first.stage,
        team=first.home_team,
        points=-3,
        decided_on=second.kickoff_at.date(),
        reason="Breach of the rules",
        source="The league",
        recorded_at=timezone.now(),
    )

    ran = run_waiting()

    kinds = ["refresh_views", "write_roundup", "write_roundup"]
    assert [run.kind for run in ran] == kinds
    assert len(versions(first)) == 1
    assert versions(third)[0] == (1, "Ashford lost 3 points: Breach of the rules")
    assert "Ashford have had three points deducted by the league." in told(third)
    assert "deducted" not in told(first)
    assert all(is_true(match) for match in season)
    assert deducted.decided_on > date(2025, 8, 23)


def test_a_kickoff_moved_afterwards_changes_the_order_for_all_that_follow(season):
    first, second, _third = season
    move_kickoff(
        match_id=first.pk,
        kickoff_at=second.kickoff_at + timedelta(days=2),
        source="the league",
        moved_at=timezone.now(),
    )

    run_waiting()

    assert "on Monday 1 September 2025" in told(first)
    why = "the kickoff of Ashford - Barrow was moved from 2025-08-23 14:00 UTC to 2025-09-01 14:00 UTC"
    assert versions(second)[0] == (1, why)
    assert all(is_true(match) for match in season)


def test_an_amendment_is_announced_once(season):
    move_kickoff(
        match_id=season[0].pk,
        kickoff_at=season[0].kickoff_at - timedelta(days=1),
        source="the league",
        moved_at=timezone.now(),
    )
    run_waiting()
    record(played(week(9), 1, 0), 2, 0)
    run_waiting()
    assert JobRun.objects.filter(kind="write_roundup", key=str(season[1].pk)).count() == 2


def test_the_kickoff_of_a_match_without_a_result_moves_without_a_refresh():
    match = week(1)
    move_kickoff(
        match_id=match.pk,
        kickoff_at=match.kickoff_at + timedelta(days=1),
        source="the league",
        moved_at=timezone.now(),
    )
    assert run_waiting() == []


# --- Withdrawn by the causal chain ----------------------------------------------------------------------


def test_a_match_that_is_live_again_loses_its_roundup_without_the_reconciler():
    match = played(week(1), 2, 1)
    record(match, status="live")

    assert [(run.kind, run.state) for run in run_waiting()] == [
        ("score_match", "done"),
        ("refresh_views", "done"),
        ("write_roundup", "done"),
    ]
    assert versions(match) == [(1, "the match is live, not finished")]
    assert not Roundup.objects.filter(status="published").exists()


def test_the_withdrawal_of_a_roundup_survives_a_rebuild_of_the_tallies():
    from stats.tallies.rebuild import rebuild

    match = played(week(1), 2, 1)
    record(match, status="live")
    run_waiting("score_match")

    assert rebuild(at=timezone.now()) == [match.pk]
    run_waiting("write_roundup")

    assert not Roundup.objects.filter(status="published").exists()


def told(match: Match) -> str:
    return Roundup.objects.get(match=match, status="published").body
