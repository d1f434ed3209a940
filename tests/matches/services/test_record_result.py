"""Recording results: one door, one transaction, clear refusals."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.pipeline.models import JobRun
from matches.models import Competition, Match, ResultRevision
from matches.result import InvalidResult, Result
from matches.services.results import UnknownMatch, record_result
from matches.services.seasons import NewMatch, add_matches
from tests.factories import (
    KICKOFF,
    CompetitionFactory,
    MatchFactory,
    SeasonFactory,
    TeamFactory,
    move,
    record,
    upcoming_match,
)

pytestmark = pytest.mark.django_db


def test_a_result_its_revision_and_its_scoring_job_are_stored_together():
    match = MatchFactory()

    revision = record(match, 2, 1)

    match.refresh_from_db()
    assert (match.status, match.home_score, match.away_score, match.result_version) == ("finished", 2, 1, 1)
    assert (revision.version, revision.home_score, revision.source) == (1, 2, "test")
    assert JobRun.objects.get().subject == f"match:{match.pk}"


def test_the_same_result_twice_is_a_no_op():
    match = MatchFactory()
    record(match, 2, 1)

    assert record(match, 2, 1) is None
    assert ResultRevision.objects.count() == 1


def test_a_correction_is_a_new_version_and_the_old_one_stays():
    match = MatchFactory()
    record(match, 1, 1)
    record(match, 2, 1)

    versions = ResultRevision.objects.filter(match=match).values_list("version", "home_score", "away_score")
    assert list(versions) == [(1, 1, 1), (2, 2, 1)]


@pytest.mark.parametrize(
    "change", ["UPDATE matches_resultrevision SET home_score = 9", "DELETE FROM matches_resultrevision"]
)
def test_history_cannot_be_rewritten_even_in_sql(change):
    record(MatchFactory(), 1, 1)

    with pytest.raises(IntegrityError, match="revision-append-only"), transaction.atomic():
        connection.cursor().execute(change)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"status": "finished"}, "home_score"),
        ({"status": "finished", "home_score": -1, "away_score": 0}, "home_score"),
        ({"status": "finished", "home_score": 2, "away_score": 100}, "away_score"),
        ({"status": "finished", "home_score": 2}, "away_score"),
        ({"status": "finished", "home_score": 2.5, "away_score": 0}, "home_score"),
        ({"status": "finished", "home_score": True, "away_score": 0}, "home_score"),
        ({"status": "won", "home_score": 2, "away_score": 0}, "status"),
        ({"status": "postponed", "home_score_aet": 2, "away_score_aet": 1}, "home_score"),
        (
            {
                "status": "finished",
                "home_score": 2,
                "away_score": 2,
                "home_score_aet": 1,
                "away_score_aet": 2,
            },
            "home_score_aet",
        ),
        (
            {
                "status": "finished",
                "home_score": 2,
                "away_score": 2,
                "home_penalties": 61,
                "away_penalties": 60,
            },
            "home_penalties",
        ),
    ],
)
def test_a_result_that_cannot_be_names_its_field_and_writes_nothing(wrong, field):
    match = MatchFactory()

    with pytest.raises(InvalidResult) as refusal:
        record_result(match_id=match.pk, result=Result(**wrong), source="test", recorded_at=match.kickoff_at)

    assert refusal.value.field == field
    assert str(refusal.value).startswith(field)
    assert not ResultRevision.objects.exists()
    assert not JobRun.objects.exists()


def test_an_unknown_match_is_refused_by_its_id():
    with pytest.raises(UnknownMatch, match="4711"):
        record(Match(pk=4711), 1, 0)


def test_a_match_cannot_go_from_finished_to_postponed():
    match = MatchFactory()
    record(match, 1, 0)

    with pytest.raises(InvalidResult, match="from finished to postponed"):
        record(match, status="postponed")


def test_a_match_is_not_finished_before_its_kickoff():
    match = MatchFactory(kickoff_at=timezone.now() + timedelta(minutes=1))

    with pytest.raises(InvalidResult, match=r"cannot be finished yet, .* move the kickoff first") as refusal:
        record(match, 2, 1)

    assert refusal.value.field == "status"
    assert not ResultRevision.objects.exists()
    assert not JobRun.objects.exists()

    move(match, timezone.now() - timedelta(hours=2))
    assert record(match, 2, 1)


@pytest.mark.parametrize("status", ["live", "suspended", "abandoned"])
def test_a_match_may_begin_hours_before_the_kickoff_that_we_know_but_not_days(status):
    with pytest.raises(InvalidResult, match=f"cannot be {status} yet"):
        record(MatchFactory(kickoff_at=timezone.now() + timedelta(hours=3, minutes=1)), status=status)

    assert record(MatchFactory(kickoff_at=timezone.now() + timedelta(hours=2, minutes=59)), status=status)


@pytest.mark.parametrize("status", ["awarded", "cancelled", "postponed"])
def test_decisions_off_the_pitch_can_be_recorded_before_the_kickoff(status):
    assert record(upcoming_match(), status=status)


def test_the_database_refuses_a_finished_match_without_a_score():
    match = MatchFactory()

    with pytest.raises(IntegrityError, match="match_finished_has_score"), transaction.atomic():
        Match.objects.filter(pk=match.pk).update(status="finished")


def test_the_score_that_counts_follows_the_competitions_basis():
    league = MatchFactory(home_score=1, away_score=1, home_score_aet=2, away_score_aet=1)
    cup = CompetitionFactory(slug="cup", name="Cup", score_basis=Competition.ScoreBasis.AFTER_EXTRA_TIME)
    tie = MatchFactory(
        season=SeasonFactory(competition=cup), home_score=1, away_score=1, home_score_aet=2, away_score_aet=1
    )

    assert league.counting_score == (1, 1)
    assert tie.counting_score == (2, 1)


def test_a_new_kickoff_moves_the_lock():
    match = MatchFactory()
    later = match.kickoff_at.replace(year=2027)

    move(match, later)

    match.refresh_from_db()
    assert (match.kickoff_at, match.lock_at) == (later, later)


def test_fixtures_are_added_all_or_none():
    season, home, away = SeasonFactory(), TeamFactory(name="Ashford"), TeamFactory(name="Barrow")
    good = NewMatch(kickoff_at=KICKOFF, home_team=home, away_team=away, round_label="Matchday 1")

    with pytest.raises(IntegrityError, match="match_two_teams"), transaction.atomic():
        add_matches(season, [good, replace(good, away_team=home)])

    assert not Match.objects.exists()


def test_meetings_in_one_round_are_numbered_by_their_kickoffs():
    season, home, away = SeasonFactory(), TeamFactory(name="Ashford"), TeamFactory(name="Barrow")
    first = NewMatch(kickoff_at=KICKOFF, home_team=home, away_team=away, round_label="Final")
    second = replace(first, kickoff_at=KICKOFF + timedelta(days=7), home_team=away, away_team=home)

    added = add_matches(season, [second, first])
    (third,) = add_matches(season, [replace(first, kickoff_at=KICKOFF - timedelta(days=7))])

    assert [match.game for match in (*added, third)] == [2, 1, 3]
