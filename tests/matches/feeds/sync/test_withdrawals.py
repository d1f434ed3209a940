"""A feed takes back its own result: believed soon after the kickoff, else only once it is confirmed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.pipeline.models import JobRun
from matches.models import Feed, FeedProblem, FeedSubscription, ResultRevision
from matches.result import Result, score_text
from tests.factories import SeasonFactory, record
from tests.fixtures.feeds import OVER, the_match
from tests.matches.admin.test_feeds import confirmed, operator
from tests.matches.feeds.loopback import CODES, Mood
from tests.matches.feeds.providers.documents import KICKOFF, Told
from tests.matches.imports.test_match_files import imported, row

pytestmark = pytest.mark.django_db

__all__ = ["operator"]
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
DAY = timedelta(days=1)
WON = Told(status="finished", ninety=(2, 0))
TIMED = Told()
LIVE = Told(status="live")
NO_SCORE = Told(status="finished")
LATER = KICKOFF + 5 * HOUR


def state() -> tuple[str, str]:
    match = the_match()
    return match.status, score_text(match)


def open_problems() -> list[str]:
    return list(FeedProblem.objects.filter(ended_at=None, dismissed_at=None).values_list("kind", flat=True))


def reason() -> str:
    return ResultRevision.objects.order_by("version").last().reason


@pytest.fixture
def won(subscribe, says):
    """A subscription whose feed reported 2-0."""
    subscribed = subscribe()
    says(subscribed, WON, at=OVER)
    return subscribed


# --- With each format -------------------------------------------------------------------------------------


@pytest.mark.parametrize("feed", sorted(CODES))
def test_one_response_two_days_later_takes_no_result_back(subscribe, says, feed):
    subscribed = subscribe(feed)
    says(subscribed, WON, at=OVER)

    taken = says(subscribed, TIMED, at=KICKOFF + 2 * DAY)

    assert (state(), open_problems()) == (("finished", "2-0"), ["result"])
    assert (
        "after it had reported finished 2-0. The result stands until a second"
        in taken.problems[FeedProblem.objects.get().about]
    )
    says(subscribed, WON, at=KICKOFF + 2 * DAY + HOUR)
    assert (state(), open_problems()) == (("finished", "2-0"), [])
    assert ResultRevision.objects.count() == 1


@pytest.mark.parametrize("feed", sorted(CODES))
@pytest.mark.parametrize(
    ("after", "expected"), [(10 * MINUTE - SECOND, "finished"), (10 * MINUTE, "scheduled")]
)
def test_a_feed_that_repeats_it_ten_minutes_later_is_believed(subscribe, says, feed, after, expected):
    subscribed = subscribe(feed)
    says(subscribed, WON, at=OVER)
    says(subscribed, TIMED, at=LATER)

    says(subscribed, TIMED, at=LATER + after)

    assert state()[0] == expected
    assert open_problems() == (["result"] if expected == "finished" else [])


@pytest.mark.parametrize("feed", ["football-data", "api-football", "openligadb"])
def test_a_score_that_is_gone_is_a_withdrawal_too(subscribe, says, feed):
    subscribed = subscribe(feed)
    says(subscribed, WON, at=OVER)

    says(subscribed, NO_SCORE, at=OVER + 5 * MINUTE)

    assert (state(), open_problems()) == (("finished", "2-0"), ["result"])
    says(subscribed, NO_SCORE, at=OVER + 15 * MINUTE)
    assert (state(), open_problems()) == (("live", "-"), [])
    assert reason() == f"{feed} withdraws its result and repeated this"


# --- The limits -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "status"),
    [(timedelta(hours=3, minutes=30), "live"), (timedelta(hours=3, minutes=30, seconds=1), "finished")],
)
def test_a_match_that_is_live_again_is_believed_until_three_and_a_half_hours_after_kickoff(
    won, says, after, status
):
    says(won, LIVE, at=KICKOFF + after)

    assert state()[0] == status
    assert open_problems() == ([] if status == "live" else ["result"])


def test_a_match_that_is_scheduled_again_is_not_believed_at_once(won, says):
    says(won, TIMED, at=OVER + MINUTE)

    assert (state(), open_problems()) == (("finished", "2-0"), ["result"])


@pytest.mark.parametrize(
    ("repeated_at", "expected"), [(KICKOFF + DAY - SECOND, "scheduled"), (KICKOFF + DAY, "finished")]
)
def test_repeating_it_counts_until_a_day_after_kickoff(won, says, repeated_at, expected):
    says(won, TIMED, at=KICKOFF + DAY - HOUR)

    says(won, TIMED, at=repeated_at)

    assert state()[0] == expected


def test_a_day_after_kickoff_no_repetition_is_enough(won, says):
    for hours in range(5):
        says(won, TIMED, at=KICKOFF + 2 * DAY + hours * HOUR)

    assert (state(), open_problems()) == (("finished", "2-0"), ["result"])
    assert FeedProblem.objects.get().times == 5


def test_a_feed_that_returned_to_its_result_begins_anew(won, says):
    says(won, TIMED, at=LATER)
    says(won, WON, at=LATER + 5 * MINUTE)

    says(won, TIMED, at=LATER + 11 * MINUTE)

    assert (state(), open_problems()) == (("finished", "2-0"), ["result"])


def test_a_feed_that_returns_with_another_score_corrects_itself(won, says):
    says(won, TIMED, at=LATER)

    says(won, replace(WON, ninety=(2, 1)), at=LATER + 5 * MINUTE)

    assert (state(), open_problems()) == (("finished", "2-1"), [])
    assert reason() == "football-data corrects itself"


def test_a_match_that_is_over_after_all_is_recorded_again(won, says):
    says(won, TIMED, at=LATER)
    says(won, TIMED, at=LATER + 10 * MINUTE)

    says(won, WON, at=LATER + 20 * MINUTE)

    assert state() == ("finished", "2-0")


def test_a_result_that_is_taken_back_and_a_new_date_move_the_match(won, says):
    says(won, TIMED, at=LATER)

    says(won, replace(TIMED, kickoff_at=KICKOFF + 9 * DAY), at=LATER + 10 * MINUTE)

    match = the_match()
    assert (match.status, match.kickoff_at) == ("scheduled", KICKOFF + 9 * DAY)
    assert open_problems() == []


# --- The check poll ---------------------------------------------------------------------------------------


def waiting() -> list:
    return list(JobRun.objects.filter(kind="poll_feed", state="queued").values_list("due_at", "priority"))


def test_a_check_is_scheduled_ten_minutes_later(won, says):
    says(won, TIMED, at=LATER)

    assert waiting() == [(LATER + 10 * MINUTE, JobRun.Priority.TODAY)]
    assert FeedSubscription.objects.get().next_due_at == LATER + 10 * MINUTE


def test_a_poll_before_the_check_keeps_it(won, says):
    says(won, TIMED, at=LATER)

    says(won, TIMED, at=LATER + 4 * MINUTE)

    assert FeedSubscription.objects.get().next_due_at == LATER + 10 * MINUTE


def test_the_check_asks_for_the_whole_response(won, says, server):
    says(won, TIMED, at=LATER)

    says(won, TIMED, at=LATER + 10 * MINUTE)

    assert not {"If-None-Match", "If-Modified-Since"} & server.asked[-1].headers.keys()
    assert state()[0] == "scheduled"


def test_no_check_is_scheduled_that_could_confirm_nothing(won, says):
    says(won, TIMED, at=KICKOFF + 2 * DAY)

    assert waiting() == []


def test_a_check_without_an_answer_confirms_nothing_and_is_repeated(won, says, server):
    says(won, TIMED, at=LATER)
    server.moods = [Mood(status=500)]
    says(won, TIMED, at=LATER + 10 * MINUTE)
    assert state()[0] == "finished"

    says(won, TIMED, at=LATER + 11 * MINUTE)

    assert state()[0] == "scheduled"


def test_the_check_stays_within_the_budget(won, says, server):
    Feed.objects.update(per_day=2)
    says(won, TIMED, at=LATER)

    taken = says(won, TIMED, at=LATER + 10 * MINUTE)

    assert taken.waits_until is not None
    assert (server.times("football-data"), state()[0]) == (2, "finished")


# --- A second feed ----------------------------------------------------------------------------------------


@pytest.fixture
def second(subscribe, says, won):
    """Another feed that reported 2-0, too."""
    subscribed = subscribe("openligadb")
    says(subscribed, WON, at=OVER)
    return subscribed


def test_a_second_feed_that_agrees_takes_the_result_back_even_days_later(won, second, says):
    says(won, TIMED, at=KICKOFF + 2 * DAY)
    assert state()[0] == "finished"

    says(second, TIMED, at=KICKOFF + 2 * DAY + HOUR)

    assert (state(), open_problems()) == (("scheduled", "-"), [])
    assert reason() == "football-data and openligadb withdraw the result"


def test_the_second_feed_may_have_reported_it_first(won, second, says):
    says(second, TIMED, at=KICKOFF + 2 * DAY)
    assert (state()[0], open_problems()) == ("finished", [])

    says(won, TIMED, at=KICKOFF + 2 * DAY + HOUR)

    assert (state(), open_problems()) == (("scheduled", "-"), [])


def test_a_feed_that_lags_behind_agrees_with_nothing(subscribe, says):
    slow, subscribed = subscribe("openligadb"), subscribe()
    says(slow, TIMED)
    says(subscribed, WON, at=OVER)

    says(subscribed, TIMED, at=LATER)

    assert (state(), open_problems()) == (("finished", "2-0"), ["result"])


def test_repeating_it_is_not_enough_while_another_feed_reports_the_result(won, second, says):
    says(won, TIMED, at=LATER)

    says(won, TIMED, at=LATER + 10 * MINUTE)

    assert (state(), open_problems()) == (("finished", "2-0"), ["result"])


# --- Operators --------------------------------------------------------------------------------------------


def test_an_operator_confirms_that_the_match_is_not_over(won, says, operator):
    says(won, TIMED, at=KICKOFF + 2 * DAY)

    confirmed(operator, "feedproblem", FeedProblem.objects.get(), "confirm")

    assert (state(), open_problems()) == (("scheduled", "-"), [])
    last = ResultRevision.objects.order_by("version").last()
    assert (last.source, last.recorded_by.username, last.reason) == ("admin", "ada", "asked to")


def test_an_operator_rejects_it_and_the_result_stands_however_often_it_is_repeated(won, says, operator):
    says(won, TIMED, at=OVER + 5 * MINUTE)

    confirmed(operator, "feedproblem", FeedProblem.objects.get(), "reject")

    says(won, TIMED, at=OVER + 15 * MINUTE)
    says(won, LIVE, at=OVER + 30 * MINUTE)
    assert (state(), open_problems()) == (("finished", "2-0"), [])
    assert FeedProblem.objects.get().times == 3
    assert FeedSubscription.objects.get().etag, "nothing of the response is left to be decided"


def test_a_rejected_withdrawal_stays_rejected_when_a_second_feed_agrees(won, second, says, operator):
    says(won, TIMED, at=LATER)
    confirmed(operator, "feedproblem", FeedProblem.objects.get(), "reject")

    says(second, TIMED, at=LATER + 20 * MINUTE)

    assert (state(), open_problems()) == (("finished", "2-0"), [])


def test_a_result_that_an_operator_records_closes_the_problem(won, says):
    says(won, TIMED, at=LATER)

    record(the_match(), 3, 1, source="admin")

    assert (state(), open_problems()) == (("finished", "3-1"), [])
    says(won, TIMED, at=LATER + 10 * MINUTE)
    assert (state(), open_problems()) == (("finished", "3-1"), [])


def test_an_award_after_a_withdrawal_counts_as_before(won, says):
    says(won, TIMED, at=KICKOFF + 2 * DAY)

    says(won, Told(status="awarded", ninety=(0, 3)), at=KICKOFF + 3 * DAY)

    assert (state(), open_problems()) == (("awarded", "0-3"), [])


# --- Files ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("status", ["scheduled", "live", "finished"])
def test_a_file_takes_no_result_back(teams, status, overwrite):
    SeasonFactory()
    imported(row())

    for _ in range(2):
        done = imported(row(result=Result(status=status)), now=OVER + DAY, overwrite=overwrite)

    assert state() == ("finished", "2-1")
    assert done.refused == ({2: "it is finished, but its score is missing"} if status == "finished" else {})
