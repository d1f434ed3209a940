"""What a feed says becomes fixtures, kickoffs and results; what cannot be taken stops nothing else."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connections, transaction

from matches.feeds.polling.fetch import fetch
from matches.feeds.sync.ingest import ingest
from matches.models import (
    FeedProblem,
    FeedSnapshot,
    FeedSubscription,
    KickoffMove,
    Match,
    MatchSource,
    ResultRevision,
    TeamAlias,
    UnknownTeam,
)
from matches.result import score_text
from tests.factories import MatchFactory, TeamFactory, move, record
from tests.fixtures.feeds import BEFORE, OVER, the_match
from tests.matches.feeds.loopback import CODES, Mood
from tests.matches.feeds.providers import documents
from tests.matches.feeds.providers.documents import KICKOFF, Told, openligadb_goal

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TO_COME = Told()
LIVE = replace(TO_COME, status="live")
WON = replace(TO_COME, status="finished", ninety=(2, 1))


def problems() -> dict[str, str]:
    return dict(FeedProblem.objects.filter(ended_at=None).values_list("about", "text"))


def state() -> tuple[str, str]:
    match = the_match()
    return match.status, score_text(match)


# --- From the fixture to the result, with each feed -----------------------------------------------------


@pytest.mark.parametrize("feed", sorted(CODES))
def test_a_fixture_appears_and_its_result_is_recorded(subscribe, says, feed):
    subscribed = subscribe(feed)
    assert says(subscribed, TO_COME).done == {"added": 1}

    taken = says(subscribed, WON, at=OVER)

    assert taken.done == {"recorded": 1}
    assert state() == ("finished", "2-1")
    revision = ResultRevision.objects.get()
    assert (revision.source, revision.recorded_at, revision.recorded_by) == (feed, OVER, None)
    assert problems() == {}


def test_a_season_that_is_half_over_comes_with_its_results(subscribe, says):
    taken = says(subscribe(), WON, replace(TO_COME, number=2, home="Crewe", away="Dover"), at=OVER)

    assert taken.done == {"added": 2, "recorded": 1}


def test_what_is_said_again_changes_nothing(subscribe, says, server):
    subscribed = subscribe()
    says(subscribed, WON, at=OVER)

    assert says(subscribed, WON, at=OVER + HOUR).unchanged
    assert says(subscribed, WON, replace(TO_COME, number=2, home="Crewe"), at=OVER + HOUR).done == {
        "unchanged": 1,
        "added": 1,
    }
    assert ResultRevision.objects.count() == 1


def test_extra_time_and_the_shootout_do_not_count_as_the_90_minutes(subscribe, says):
    tie = {"matchday": None, "stage": "QUARTER_FINALS", "status": "finished", "ninety": (1, 1)}

    says(subscribe(), replace(TO_COME, **tie, after=(1, 1), shootout=(3, 4)), at=OVER + HOUR)

    assert state() == ("finished", "1-1 (1-1 aet, 3-4 pens)")


def test_a_match_is_live_in_between(subscribe, says):
    subscribed = subscribe()
    says(subscribed, TO_COME)

    says(subscribed, LIVE, at=KICKOFF + timedelta(minutes=20))

    assert state() == ("live", "-")


# --- The traps -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("feed", ["football-data", "api-football", "openligadb"])
def test_finished_before_the_score_is_there(subscribe, says, feed):
    subscribed, whistle = subscribe(feed), replace(TO_COME, status="finished")
    says(subscribed, TO_COME)

    says(subscribed, whistle, at=OVER)

    assert state() == ("live", "-")
    assert problems() == {}
    says(subscribed, WON, at=OVER + timedelta(minutes=2))
    assert state() == ("finished", "2-1")


def test_a_score_that_vanishes_again_does_not_take_the_result_back(subscribe, says):
    subscribed = subscribe()
    says(subscribed, WON, at=OVER)

    says(subscribed, replace(TO_COME, status="finished"), at=OVER + HOUR)

    assert state() == ("finished", "2-1")


def test_a_score_after_90_minutes_that_cannot_be_known_is_not_recorded_but_told(subscribe, server, says):
    subscribed = subscribe("openligadb")
    says(subscribed, TO_COME)
    cup = replace(TO_COME, status="finished", matchday=None, stage="1. Runde")
    server.documents["openligadb"] = [documents.openligadb_match(cup, {2: (2, 1), 3: (2, 1)})]

    says(subscribed, at=OVER + HOUR)

    assert state() == ("live", "-")
    assert "its score was not used: it went beyond 90 minutes, and no goals" in problems()["1"]
    goals = [openligadb_goal(1, 0, 10), openligadb_goal(1, 1, 80), openligadb_goal(2, 1, 110)]
    server.documents["openligadb"] = [documents.openligadb_match(cup, {2: (2, 1), 3: (2, 1)}, goals=goals)]
    says(subscribed, at=OVER + 2 * HOUR)
    assert state() == ("finished", "1-1 (2-1 aet)")
    assert problems() == {}


def test_a_doubt_ends_when_somebody_else_knows_the_result(subscribe, says, server):
    subscribed = subscribe("openligadb")
    cup = replace(TO_COME, status="finished", matchday=None, stage="1. Runde")
    server.documents["openligadb"] = [documents.openligadb_match(cup, {2: (2, 1), 3: (2, 1)})]
    says(subscribed, at=OVER)
    record(the_match(), 1, 1, home_score_aet=2, away_score_aet=1)

    says(subscribed, at=OVER + HOUR)

    assert problems() == {}


def test_recreated_ids_are_the_same_match(subscribe, says):
    subscribed = subscribe()
    says(subscribed, TO_COME)

    taken = says(subscribed, replace(WON, number=900), at=OVER)

    assert taken.done == {"linked": 1, "recorded": 1}
    assert state() == ("finished", "2-1")
    assert MatchSource.objects.count() == 2
    assert FeedSnapshot.objects.get(external_id="1").gone_at == OVER
    assert problems() == {}


def test_no_ids_and_a_moved_kickoff_are_the_same_match(subscribe, says):
    subscribed = subscribe("openfootball")
    says(subscribed, TO_COME)

    taken = says(subscribed, replace(TO_COME, kickoff_at=KICKOFF + 20 * DAY))

    assert taken.done == {"moved": 1}
    assert the_match().kickoff_at == KICKOFF + 20 * DAY


def test_a_match_that_has_only_a_day_gets_its_time_later(subscribe, server, says):
    subscribed = subscribe("openfootball")
    dated = documents.openfootball_match(TO_COME)
    del dated["time"]
    server.documents["openfootball"] = {"matches": [dated]}
    says(subscribed)
    assert the_match().kickoff_at == KICKOFF.replace(hour=0)
    assert not the_match().kickoff_time_known
    del server.documents["openfootball"]

    says(subscribed, TO_COME)

    assert the_match().kickoff_at == KICKOFF
    assert the_match().kickoff_time_known


def test_a_time_at_midnight_completes_a_day(subscribe, server, says):
    subscribed = subscribe("openfootball")
    dated = documents.openfootball_match(TO_COME)
    server.documents["openfootball"] = {"matches": [dated | {"time": "00:00"}]}
    MatchFactory(kickoff_at=KICKOFF.replace(hour=0), kickoff_time_known=False, matchday=7)

    taken = says(subscribed)

    assert taken.done == {"linked": 1, "moved": 1}
    assert the_match().kickoff_time_known
    assert the_match().kickoff_at == KICKOFF.replace(hour=0)
    assert problems() == {}


def test_a_day_does_not_move_a_kickoff_on_that_day(subscribe, server, says):
    MatchFactory(kickoff_at=KICKOFF, matchday=7)
    dated = documents.openfootball_match(TO_COME)
    del dated["time"]
    server.documents["openfootball"] = {"matches": [dated]}

    says(subscribe("openfootball"))

    assert the_match().kickoff_at == KICKOFF
    assert the_match().kickoff_time_known
    assert problems() == {}


def test_a_time_of_another_feed_replaces_a_day(subscribe, server, says):
    dated = documents.openfootball_match(TO_COME)
    del dated["time"]
    server.documents["openfootball"] = {"matches": [dated]}
    says(subscribe("openfootball"))

    says(subscribe("football-data"), TO_COME)

    assert the_match().kickoff_at == KICKOFF
    assert the_match().kickoff_time_known


@pytest.mark.parametrize(("status", "feed"), [("awarded", "football-data"), ("abandoned", "api-football")])
def test_awarded_and_abandoned_void_the_match(subscribe, says, status, feed):
    subscribed = subscribe(feed)
    says(subscribed, TO_COME)

    says(subscribed, replace(TO_COME, status=status, ninety=(3, 0)), at=OVER)

    assert state() == (status, "3-0" if status == "awarded" else "-")
    assert the_match().is_void


def test_a_result_may_be_awarded_after_it_was_played(subscribe, says):
    subscribed = subscribe()
    says(subscribed, WON, at=OVER)

    says(subscribed, replace(TO_COME, status="awarded", ninety=(0, 3)), at=OVER + 9 * DAY)

    assert state() == ("awarded", "0-3")
    assert ResultRevision.objects.order_by("version").last().reason == "football-data corrects itself"


def test_the_replay_of_an_abandoned_match_is_added_beside_it(subscribe, says):
    subscribed = subscribe("openfootball")
    stopped = replace(TO_COME, status="abandoned")
    says(subscribed, stopped, at=OVER)

    says(subscribed, stopped, replace(WON, kickoff_at=KICKOFF + 9 * DAY), at=OVER + 9 * DAY)

    assert sorted(Match.objects.values_list("status", flat=True)) == ["abandoned", "finished"]


def test_a_second_leg_may_go_to_penalties_from_any_score(subscribe, says):
    tie = {"matchday": None, "stage": "Last 16", "status": "finished"}
    first = replace(TO_COME, **tie, number=1, home="Barrow", away="Ashford", ninety=(0, 1))
    second = replace(TO_COME, **tie, number=2, kickoff_at=KICKOFF + 7 * DAY, ninety=(0, 1), shootout=(1, 4))

    says(subscribe("api-football"), first, second, at=KICKOFF + 8 * DAY)

    match = Match.objects.get(home_team__name="Ashford")
    assert (score_text(match), match.leg) == ("0-1 (1-4 pens)", 2)


def test_a_shootout_after_a_score_that_is_not_level_is_a_problem_without_a_first_leg(subscribe, says):
    tie = {"matchday": None, "stage": "Last 16", "status": "finished"}

    says(subscribe("api-football"), replace(TO_COME, **tie, ninety=(0, 1), shootout=(1, 4)), at=OVER)

    assert "a shootout follows a level score" in problems()["1"]
    assert not Match.objects.exists(), "the fixture comes with the result, or not at all"


# --- Kickoffs -------------------------------------------------------------------------------------------


def test_a_kickoff_moves_with_the_lock_and_is_kept(subscribe, says):
    subscribed = subscribe()
    says(subscribed, TO_COME)

    taken = says(subscribed, replace(TO_COME, kickoff_at=KICKOFF + HOUR))

    assert taken.done == {"moved": 1}
    match = the_match()
    assert (match.kickoff_at, match.lock_at) == (KICKOFF + HOUR, KICKOFF + HOUR)
    assert KickoffMove.objects.get().source == "football-data"


def test_a_kickoff_that_is_in_no_season_is_not_taken(subscribe, says):
    subscribed = subscribe()
    says(subscribed, TO_COME)

    says(subscribed, replace(TO_COME, kickoff_at=KICKOFF + 3000 * DAY))

    assert the_match().kickoff_at == KICKOFF
    assert "was kept" in problems()["1"]


def test_two_feeds_that_differ_by_an_hour_do_not_take_turns(subscribe, says):
    alpha, beta = subscribe("football-data"), subscribe("openligadb")
    late = replace(TO_COME, kickoff_at=KICKOFF + HOUR)
    says(alpha, TO_COME)

    for _ in range(3):
        says(beta, late)
        says(alpha, TO_COME)

    assert the_match().kickoff_at == KICKOFF
    assert not KickoffMove.objects.exists()
    assert "Reported kickoff 2026-03-07 16:00 UTC; the recorded kickoff, 2026-03-07 15:00" in problems()["1"]


def test_the_result_of_a_feed_that_differs_by_an_hour_counts_all_the_same(subscribe, says):
    alpha, beta = subscribe("football-data"), subscribe("openligadb")
    says(alpha, TO_COME)

    says(beta, replace(WON, kickoff_at=KICKOFF + HOUR), at=OVER + HOUR)

    assert state() == ("finished", "2-1")


def test_a_feed_that_changes_its_mind_moves_the_kickoff_that_it_knew(subscribe, says):
    alpha, beta = subscribe("football-data"), subscribe("openligadb")
    says(alpha, TO_COME)
    says(beta, TO_COME)

    says(beta, replace(TO_COME, kickoff_at=KICKOFF + HOUR))

    assert the_match().kickoff_at == KICKOFF + HOUR
    says(alpha, replace(TO_COME, home="Ashford", matchday=8))  # it never noticed, and says something else
    assert the_match().kickoff_at == KICKOFF + HOUR


def test_a_kickoff_that_an_operator_moved_stays(subscribe, says):
    subscribed = subscribe()
    says(subscribed, TO_COME)
    move(the_match(), KICKOFF + 2 * HOUR, source="admin")

    says(subscribed, replace(TO_COME, kickoff_at=KICKOFF + HOUR))

    assert the_match().kickoff_at == KICKOFF + 2 * HOUR
    assert "was kept" in problems()["1"]


def test_a_postponed_match_gets_its_new_date(subscribe, says):
    subscribed = subscribe()
    says(subscribed, TO_COME)
    says(subscribed, replace(TO_COME, status="postponed"), at=KICKOFF - HOUR)
    assert the_match().status == "postponed"

    says(subscribed, replace(TO_COME, kickoff_at=KICKOFF + 30 * DAY), at=KICKOFF + DAY)

    match = the_match()
    assert (match.status, match.kickoff_at) == ("scheduled", KICKOFF + 30 * DAY)


def test_a_feed_that_never_noticed_the_postponement_does_not_undo_it(subscribe, says):
    alpha, beta = subscribe("football-data"), subscribe("openligadb")
    says(alpha, TO_COME)
    says(beta, TO_COME)
    says(alpha, replace(TO_COME, status="postponed"), at=KICKOFF - HOUR)

    says(beta, replace(TO_COME, matchday=8), at=KICKOFF - HOUR)

    assert the_match().status == "postponed"


def test_a_match_that_is_on_after_all_is_scheduled_again(subscribe, says):
    subscribed = subscribe()
    says(subscribed, TO_COME)
    says(subscribed, replace(TO_COME, status="postponed"), at=KICKOFF - 5 * HOUR)

    says(subscribed, replace(TO_COME, matchday=7), at=KICKOFF - 4 * HOUR)

    assert the_match().status == "scheduled"


# --- News that come too late, or are taken back ---------------------------------------------------------


def test_a_slow_feed_does_not_bring_a_match_back_to_life(subscribe, says):
    alpha, beta = subscribe("football-data"), subscribe("openligadb")
    says(beta, TO_COME)
    says(alpha, WON, at=OVER)

    says(beta, LIVE, at=OVER + timedelta(minutes=1))
    says(beta, replace(LIVE, goals=(openligadb_goal(1, 0, 5),)), at=OVER + timedelta(minutes=2))

    assert state() == ("finished", "2-1")
    assert problems() == {}


def test_a_feed_takes_its_own_result_back(subscribe, says):
    subscribed = subscribe()
    says(subscribed, WON, at=OVER)

    says(subscribed, LIVE, at=OVER + timedelta(minutes=3))

    assert state() == ("live", "-")
    assert ResultRevision.objects.order_by("version").last().reason == "football-data withdraws its result"


def test_a_feed_does_not_take_back_what_an_operator_recorded(subscribe, says):
    subscribed = subscribe()
    says(subscribed, WON, at=OVER)
    record(the_match(), 3, 1, source="admin")

    says(subscribed, LIVE, at=OVER + timedelta(minutes=3))

    assert state() == ("finished", "3-1")


def test_a_void_match_that_is_scheduled_again_is_for_an_operator(subscribe, says):
    subscribed = subscribe()
    says(subscribed, replace(TO_COME, status="cancelled"))

    says(subscribed, TO_COME)

    assert state() == ("cancelled", "-")
    assert "The feed no longer reports the match as cancelled" in problems()["1"]


def test_what_an_operator_recorded_is_not_overwritten(subscribe, says):
    subscribed = subscribe()
    says(subscribed, TO_COME)
    record(the_match(), 3, 1, source="admin")

    taken = says(subscribed, WON, at=OVER)

    assert taken.done == {"held": 1}
    assert state() == ("finished", "3-1")


def test_a_feed_that_says_the_same_as_an_operator_changes_nothing(subscribe, says):
    subscribed = subscribe()
    says(subscribed, TO_COME)
    record(the_match(), 2, 1, source="admin")

    says(subscribed, WON, at=OVER)

    assert ResultRevision.objects.count() == 1


# --- What cannot be taken ---------------------------------------------------------------------------------


def test_an_unknown_team_is_kept_and_stops_no_other_match(subscribe, says):
    subscribed = subscribe()

    taken = says(subscribed, replace(TO_COME, home="Ashford FC"), replace(TO_COME, number=2, home="Crewe"))

    assert taken.done == {"added": 1}
    assert "no team is called 'Ashford FC'" in problems()["1"]
    row = UnknownTeam.objects.get()
    assert (row.source, row.name) == ("football-data", "Ashford FC")
    assert row.example == "Ashford FC - Barrow, Matchday 7, 2026-03-07"


def test_once_it_is_mapped_the_next_poll_goes_through_although_nothing_is_new(subscribe, says):
    subscribed, there = subscribe(), replace(TO_COME, home="Ashford FC")
    says(subscribed, there)
    TeamAlias.objects.create(source="football-data", name="Ashford FC", team=TeamFactory(name="Ashford"))

    taken = says(subscribed, there, at=BEFORE + HOUR)

    assert taken.done == {"added": 1}
    assert problems() == {}
    assert UnknownTeam.objects.get().mapped_at == BEFORE + HOUR


def test_a_result_that_cannot_be_is_kept_and_stops_no_other_match(subscribe, says):
    subscribed = subscribe()
    says(subscribed, TO_COME)

    taken = says(
        subscribed,
        replace(WON, ninety=(100, 0)),
        replace(WON, number=2, home="Crewe", away="Dover"),
        at=OVER,
    )

    assert taken.done == {"added": 1, "recorded": 1}
    assert "100 is out of range" in problems()["1"]
    assert FeedSnapshot.objects.get(external_id="1").status == "scheduled", "what was taken in last"


def test_a_result_before_the_kickoff_is_a_problem(subscribe, says):
    says(subscribe(), WON, at=BEFORE)

    assert "it cannot be finished yet" in problems()["1"]


def test_an_entry_that_cannot_be_read_is_a_problem(subscribe, server, says):
    entry = documents.football_data_match(TO_COME, status="ASLEEP")
    server.documents["football-data"] = {"matches": [entry]}

    says(subscribe())

    assert problems() == {"1": "It is invalid: status 'ASLEEP' is unknown."}


def test_an_answer_without_a_match_is_a_problem(subscribe, says):
    assert says(subscribe("openligadb")).problems == {
        "answer": "The response contains no match. Is the code right?"
    }


def test_text_that_no_database_holds_stops_no_other_match(subscribe, says):
    taken = says(subscribe(), replace(TO_COME, home="Ash\0ford"), replace(TO_COME, number=2, home="Crewe"))

    assert taken.done == {"added": 1}
    assert "invisible characters" in problems()["1"]


def test_numbers_that_no_database_holds_stop_no_other_match(subscribe, says):
    odd = replace(WON, ninety=(10**30, 0))

    taken = says(subscribe(), odd, replace(WON, number=2, home="Crewe"), at=OVER)

    assert taken.done == {"added": 1, "recorded": 1}
    assert "1" in problems()


def test_an_answer_of_which_not_all_was_taken_is_asked_for_again_in_whole(subscribe, says, server):
    subscribed = subscribe()
    says(subscribed, TO_COME)
    assert FeedSubscription.objects.get().etag

    says(subscribed, TO_COME, replace(TO_COME, number=2, home="Nobody"))

    assert FeedSubscription.objects.get().etag == ""
    says(subscribed, TO_COME, replace(TO_COME, number=2, home="Nobody"))
    assert "If-None-Match" not in server.asked[-1].headers


def test_a_problem_that_lasts_is_one_row_and_ends_when_it_is_mended(subscribe, says):
    subscribed = subscribe()
    for hours in range(3):
        says(subscribed, replace(TO_COME, home="Nobody"), at=BEFORE + hours * HOUR)
    row = FeedProblem.objects.get()
    assert (row.times, row.first_seen_at, row.last_seen_at) == (3, BEFORE, BEFORE + 2 * HOUR)

    says(subscribed, TO_COME, at=BEFORE + 3 * HOUR)

    row.refresh_from_db()
    assert row.ended_at == BEFORE + 3 * HOUR


def test_a_dismissed_problem_is_open_again_when_it_is_another_one(subscribe, says):
    subscribed = subscribe()
    says(subscribed, replace(TO_COME, home="Nobody"))
    FeedProblem.objects.update(dismissed_at=BEFORE)

    assert says(subscribed, replace(TO_COME, home="Nobody"), at=BEFORE + HOUR).problems == {}
    assert FeedSubscription.objects.get().etag, "an answer whose problems are dismissed is whole"
    says(subscribed, replace(TO_COME, home="Noone"), at=BEFORE + 2 * HOUR)
    assert FeedProblem.objects.get().dismissed_at is None


def test_a_match_that_is_listed_no_more_is_told_until_it_is_back(subscribe, says):
    subscribed, other = subscribe(), replace(TO_COME, number=2, home="Crewe", away="Dover")
    says(subscribed, TO_COME, other)

    says(subscribed, other, at=BEFORE + HOUR)

    match = Match.objects.get(home_team__name="Ashford")
    match = Match.objects.get(home_team__name="Ashford")
    assert problems() == {"1": f"The feed no longer lists {match} (match {match.pk})."}
    says(subscribed, TO_COME, other, at=BEFORE + 2 * HOUR)
    assert problems() == {}
    assert FeedSnapshot.objects.get(external_id="1").gone_at is None


def test_an_id_that_means_other_teams_now_is_a_problem(subscribe, says):
    subscribed = subscribe()
    says(subscribed, TO_COME)

    says(subscribed, replace(TO_COME, home="Crewe", away="Dover"))

    assert "its id is linked to match" in problems()["1"]


def test_a_feed_that_turns_the_sides_round_is_followed(subscribe, says):
    MatchFactory(kickoff_at=KICKOFF, matchday=7, neutral=True)
    subscribed = subscribe()
    says(subscribed, TO_COME)

    says(subscribed, replace(WON, home="Barrow", away="Ashford"), at=OVER)

    assert state() == ("finished", "1-2")
    assert MatchSource.objects.get().flipped


# --- No answer ------------------------------------------------------------------------------------------


def test_no_answer_is_a_problem_that_ends_with_the_next_answer(subscribe, says, server):
    subscribed = subscribe()
    server.moods = [Mood(status=500)]

    taken = says(subscribed, TO_COME)

    assert taken.error == "server error (500)"
    assert problems() == {"answer": "No usable response from football-data: server error (500)."}
    assert (subscribed.failures, FeedSubscription.objects.get().failures) == (0, 1)
    says(subscribed, TO_COME)
    assert problems() == {}
    assert FeedSubscription.objects.get().failures == 0


def test_no_answer_leaves_the_other_problems_as_they_are(subscribe, says, server):
    subscribed = subscribe()
    says(subscribed, replace(TO_COME, home="Nobody"))
    server.moods = [Mood(status=500)]

    says(subscribed)

    assert set(problems()) == {"1", "answer"}


def test_an_answer_that_was_overtaken_by_a_newer_one_is_let_go(subscribe, server):
    subscribed = subscribe()
    server.knows(TO_COME)
    old = fetch(subscribed, urgent=True, now=BEFORE)
    server.knows(replace(TO_COME, kickoff_at=KICKOFF + HOUR))
    new = fetch(subscribed, urgent=True, now=BEFORE + timedelta(seconds=5))
    ingest(new, now=BEFORE + timedelta(seconds=6))

    ingest(old, now=BEFORE + timedelta(seconds=7))

    assert the_match().kickoff_at == KICKOFF + HOUR
    assert not KickoffMove.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_feeds_that_bring_the_same_new_match_at_the_same_moment_make_one(subscribe, server):
    """Their names of the round differ, so no unique key would see it."""
    alpha, beta = subscribe("football-data"), subscribe("api-football")
    server.knows(replace(TO_COME, matchday=None, stage="QUARTER_FINALS"), feeds=("football-data",))
    server.knows(replace(TO_COME, matchday=None, stage="Quarter-finals"), feeds=("api-football",))
    answers = [fetch(each, urgent=True, now=BEFORE) for each in (alpha, beta)]
    first_is_in, second_waits = threading.Event(), threading.Event()

    def first() -> None:
        with transaction.atomic():
            ingest(answers[0], now=BEFORE)
            first_is_in.set()
            second_waits.wait(0.5)
        connections.close_all()

    def second() -> None:
        first_is_in.wait()
        ingest(answers[1], now=BEFORE)
        connections.close_all()

    threads = [threading.Thread(target=each) for each in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Match.objects.count() == 1
    assert MatchSource.objects.count() == 2


def test_polling_a_season_that_did_not_change_asks_few_questions(
    subscribe, says, django_assert_max_num_queries
):
    subscribed = subscribe()
    matches = [replace(TO_COME, number=number, matchday=number) for number in range(1, 39)]
    spread = [replace(told, kickoff_at=KICKOFF + 2 * told.number * DAY) for told in matches]
    says(subscribed, *spread)
    FeedSubscription.objects.update(etag="")

    with django_assert_max_num_queries(30):
        assert says(subscribed, *spread, at=BEFORE + HOUR).done == {"unchanged": 38}
