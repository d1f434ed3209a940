"""The pipeline board: one row a match, trouble first, whatever Redis does."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from core.pipeline.models import Heartbeat, JobRun
from matches.models import Stage
from ops import board
from ops.board import recent_matches
from tests.factories import (
    CompetitionFactory,
    ForecasterFactory,
    MatchFactory,
    SeasonFactory,
    StageFactory,
    move,
    oracle,
    predict,
    record,
)
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db

URL = "/admin/pipeline/board/"


def states(match, *, later=timedelta(0)) -> dict[str, str]:
    (row,) = [row for row in board.board(now=timezone.now() + later) if row.match == match]
    return {step.name: step.state for step in row.steps}


def test_a_recorded_result_waits_to_be_scored(match):
    record(match, 2, 1)
    assert states(match) == {"scored": "waiting", "counted": "none", "published": "none"}


def test_a_scored_match_waits_to_be_counted(match):
    record(match, 2, 1)
    run_waiting("score_match")
    assert states(match) == {"scored": "done", "counted": "waiting", "published": "none"}


def test_a_counted_match_waits_for_its_roundup(match):
    record(match, 2, 1)
    run_waiting("score_match", "refresh_views")
    assert states(match) == {"scored": "done", "counted": "done", "published": "waiting"}


def test_a_published_match_is_done_and_says_how_long_it_took(match):
    record(match, 2, 1)
    run_waiting("score_match", "refresh_views")
    run_waiting("write_roundup")

    (row,) = board.board(now=timezone.now())

    assert row.state == "done"
    seconds = [step.seconds for step in row.steps]
    assert seconds == sorted(seconds)
    assert 0 < seconds[0] < 60


def test_a_correction_puts_the_match_back_to_the_start(match):
    record(match, 2, 1)
    run_waiting("score_match", "refresh_views")
    run_waiting("write_roundup")
    record(match, 2, 2)
    assert states(match) == {"scored": "waiting", "counted": "none", "published": "none"}
    run_waiting("score_match", "refresh_views")
    assert states(match)["published"] == "waiting"


@pytest.mark.parametrize("done_first", [[], ["score_match"], ["score_match", "refresh_views"]])
def test_what_nobody_takes_up_is_stuck_after_a_while(match, done_first):
    record(match, 2, 1)
    if done_first:
        run_waiting(*done_first)
    JobRun.objects.filter(state="queued").update(pushed_at=timezone.now())
    stage = ["scored", "counted", "published"][len(done_first)]
    assert states(match, later=timedelta(minutes=5))[stage] == "stuck"


def test_a_roundup_that_is_postponed_again_and_again_is_stuck_after_a_while(match, operator):
    record(match, 2, 1)
    run_waiting("score_match", "refresh_views")
    predict(match, ForecasterFactory(name="The Latecomer"), (3, 3))
    for _time in range(40):
        run_waiting("write_roundup")
    assert states(match)["published"] == "waiting"

    later = timedelta(minutes=5)
    waiting = JobRun.objects.filter(kind="write_roundup", state="queued")
    assert waiting.update(due_at=timezone.now() + later, pushed_at=timezone.now()) == 1

    assert states(match, later=later)["published"] == "stuck"
    page = operator.get(URL).content.decode()
    assert "is about to be scored again" in page
    assert "attempt" not in strip_tags(page)


def test_archive_work_that_waits_in_the_ledger_for_its_turn_is_not_stuck(match):
    record(match, 2, 1)
    JobRun.objects.update(priority=JobRun.Priority.ARCHIVE, pushed_at=None)
    assert states(match, later=timedelta(minutes=5))["scored"] == "waiting"


def test_a_failed_job_is_failed_and_shows_its_error(match, operator):
    record(match, 2, 1)
    JobRun.objects.filter(kind="score_match").update(
        state="failed", attempt=3, finished_at=timezone.now(), error="MissingScore: <b>none</b>\nmore"
    )

    page = operator.get(URL).content.decode()

    assert states(match)["scored"] == "failed"
    assert "MissingScore: &lt;b&gt;none&lt;/b&gt;</a>" in page
    assert reverse("admin:pipeline_jobrun_change", args=[JobRun.objects.get().pk]) in page
    assert "attempt 3/3" in page


def test_trouble_comes_first_even_when_it_is_older_than_what_fits(match):
    record(match, 2, 1)
    JobRun.objects.update(state="failed", finished_at=timezone.now(), error="broken")
    for _ in range(3):
        record(MatchFactory(), 1, 0)
    run_waiting("score_match", "refresh_views")

    assert board.board(now=timezone.now(), limit=2)[0].match == match
    assert recent_matches(now=timezone.now())[0] == match


def test_a_void_match_goes_the_same_way(match):
    record(match, status="abandoned")
    run_waiting()
    assert states(match) == {"scored": "done", "counted": "done", "published": "done"}


def test_a_roundup_that_was_skipped_and_not_asked_for_again_gets_stuck(match):
    record(match, 2, 1)
    run_waiting("score_match", "refresh_views")
    JobRun.objects.filter(kind="write_roundup").update(state="skipped", finished_at=timezone.now())
    assert states(match)["published"] == "waiting"
    assert states(match, later=timedelta(minutes=5))["published"] == "stuck"


def test_what_could_not_be_brought_up_to_date_is_failed_although_it_is_published(match):
    record(match, 2, 1)
    run_waiting()
    now = timezone.now()
    JobRun.objects.create(
        **{"kind": "write_roundup", "key": str(match.pk), "subject": f"match:{match.pk}", "queue": "content"},
        **{"state": "failed", "attempt": 3, "error": "UncheckedClaim: 38th"},
        **{"due_at": now, "created_at": now, "finished_at": now},
    )
    assert states(match)["published"] == "failed"


def overdue_on(page: str) -> str:
    """The text of the table of overdue matches, empty where there is none."""
    table = page.partition('<table class="fw-table fw-cards" id="overdue">')[2].partition("</table>")[0]
    return " ".join(strip_tags(table).split())


def test_a_match_that_should_be_over_is_the_first_thing_on_the_board(match, operator):
    record(match, 2, 1)
    forgotten = MatchFactory(kickoff_at=timezone.now() - timedelta(hours=7))

    page = operator.get(URL).content.decode()

    assert "⚠ stuck no result 7 hours after kickoff" in overdue_on(page)
    assert page.index('id="overdue"') < page.index('id="board"')
    assert reverse("admin:matches_match_change", args=[forgotten.pk]) in page
    assert "⚠ 1<small>4 h after kickoff" in page


def test_overdue_matches_follow_the_filters(operator):
    MatchFactory(kickoff_at=timezone.now() - timedelta(hours=7))
    assert overdue_on(operator.get(URL, {"state": "stuck"}).content.decode())
    assert not overdue_on(operator.get(URL, {"state": "failed"}).content.decode())
    assert not overdue_on(operator.get(URL, {"competition": "cup"}).content.decode())


def test_results_older_than_a_week_are_not_shown(match):
    record(match, 2, 1)
    assert not board.board(now=timezone.now() + timedelta(days=8))


def test_the_board_filters_by_competition_and_state(match, operator):
    cup = SeasonFactory(competition=CompetitionFactory(slug="cup", name="The Cup"))
    record(match, 2, 1)
    record(MatchFactory(season=cup), 0, 0)
    run_waiting("score_match")

    def shown(**query: str) -> int:
        return (
            operator.get(URL, query).content.decode().count('<th scope="row"><a href="/admin/matches/match/')
        )

    assert shown() == 2
    assert shown(competition="cup") == 1
    assert shown(state="waiting") == 2
    assert shown(state="failed") == 0


def test_the_page_asks_no_more_queries_for_more_matches(match, operator):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert operator.get(URL).status_code == 200
        return len(captured)

    record(match, 2, 1)
    run_waiting("score_match")
    for_one = queries()
    for _ in range(6):
        other = MatchFactory()
        predict(other, oracle(), (1, 1))
        record(other, 1, 0)
    run_waiting("score_match", "refresh_views")

    assert queries() == for_one


def test_the_page_says_who_is_alive_and_reloads_itself(operator):
    page = operator.get(URL).content.decode()
    assert "has never run" in page
    assert '<meta http-equiv="refresh" content="10">' in page
    assert "stats_leaderboard_live" in page

    Heartbeat.objects.create(name="reconciler", beat_at=timezone.now())
    page = operator.get(URL, {"auto": "off"}).content.decode()
    assert "has never run" not in page
    assert "http-equiv" not in page


def test_moved_kickoffs_that_are_not_shown_yet_are_changes_and_no_settlements(match, operator):
    record(match, 2, 1)
    run_waiting("score_match", "refresh_views")
    move(match, match.kickoff_at - timedelta(days=1))
    run_waiting("score_match")

    table = operator.get(URL).content.decode().partition('id="freshness"')[2].partition("</table>")[0]

    assert "1 change, for" in table
    assert "settlement" not in table


def test_the_page_works_while_redis_is_down(match, operator, redis_is_down):
    record(match, 2, 1)
    answer = operator.get(URL)
    assert answer.status_code == 200
    assert "Redis is down" in answer.content.decode()


def test_only_those_who_may_see_jobs_see_the_board(match, staff, client):
    assert staff("pipeline.view_jobrun").get(URL).status_code == 200
    assert staff().get(URL).status_code == 403
    assert client.get(URL).status_code == 302


def test_the_index_and_the_list_of_jobs_link_to_it(operator):
    assert URL in operator.get("/admin/").content.decode()
    assert URL in operator.get(reverse("admin:pipeline_jobrun_changelist")).content.decode()


def test_stages_to_decide_are_shown_while_there_are_any(operator, match):
    assert "Stages to decide" not in operator.get(URL).content.decode()

    MatchFactory(stage=StageFactory(name="Championship Round", kind=Stage.Kind.UNKNOWN))

    page = " ".join(strip_tags(operator.get(URL).content.decode()).split())
    assert "Stages to decide" in page
    assert "no table yet; see Stages" in page
