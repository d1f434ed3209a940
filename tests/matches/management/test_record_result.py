"""`record_result`: clear about what it wrote, clearer about what it refused."""

import pytest

from core.pipeline.models import JobRun
from matches.models import MatchSource, ResultRevision

pytestmark = pytest.mark.django_db


def test_a_score_is_recorded_and_scoring_is_queued(manage, match):
    ran = manage("record_result", str(match.pk), "2-1", "--json")
    assert ran.code == 0
    assert ran.json["changed"] is True
    assert (ran.json["home_score"], ran.json["away_score"], ran.json["status"]) == (2, 1, "finished")
    assert ran.json["result_version"] == 1
    assert ResultRevision.objects.get().source == "admin"
    assert JobRun.objects.get().kind == "score_match"


def test_extra_time_the_shootout_and_the_reason_are_kept(manage, match):
    manage(
        "record_result", str(match.pk), "1:1",
        "--aet", "2-2", "--penalties", "4-3", "--reason", "cup tie", "--source", "league",
    )  # fmt: skip
    revision = ResultRevision.objects.get()
    assert (revision.home_score_aet, revision.home_penalties, revision.away_penalties) == (2, 4, 3)
    assert (revision.reason, revision.source) == ("cup tie", "league")


def test_the_message_contains_the_whole_result(manage, match):
    ran = manage("record_result", str(match.pk), "1-1", "--aet", "2-2", "--penalties", "4-3")
    assert "recorded result 1, finished 1-1 (2-2 aet, 4-3 pens)." in ran.said


def test_a_source_id_finds_the_match_and_its_sides(manage, match):
    MatchSource.objects.create(match=match, source="mirror", external_id="m:1", flipped=True)
    ran = manage("record_result", "mirror:m:1", "1-3", "--json")
    assert (ran.json["match"], ran.json["home_score"], ran.json["away_score"]) == (match.pk, 3, 1)
    assert ResultRevision.objects.get().source == "mirror"


def test_a_source_id_that_is_linked_to_no_match_is_named(manage, db):
    ran = manage("record_result", "mirror:m1", "1-3")
    assert ran.code == 1
    assert "No match is linked to 'm1' of mirror" in ran.complaint


@pytest.mark.parametrize("words", ["mirror:", ":m1", "-4", "four", "4.0"])
def test_an_invalid_match_argument_is_a_usage_error(manage, db, words):
    assert "Error: argument MATCH" in manage("record_result", words, "1-3").complaint


def test_a_status_needs_no_score(manage, match):
    ran = manage("record_result", str(match.pk), "postponed")
    assert "recorded result 1, postponed" in ran.said
    match.refresh_from_db()
    assert match.status == "postponed"


def test_an_award_may_carry_a_score(manage, match):
    assert manage("record_result", str(match.pk), "3-0", "--status", "awarded").code == 0
    match.refresh_from_db()
    assert (match.status, match.home_score) == ("awarded", 3)


@pytest.mark.parametrize(
    ("award", "words"),
    [
        ("home", "awarded to the home team"),
        ("away", "awarded to the away team"),
        ("both", "lost by both teams"),
    ],
)
def test_a_match_is_awarded_to_a_side_or_lost_by_both(manage, match, award, words):
    ran = manage("record_result", str(match.pk), "awarded", "--award", award)
    match.refresh_from_db()
    assert (ran.code, match.status, match.award) == (0, "awarded", award)
    assert f"recorded result 1, {words}." in ran.said


def test_the_same_result_twice_changes_nothing(manage, match):
    manage("record_result", str(match.pk), "2-1")
    ran = manage("record_result", str(match.pk), "2-1")
    assert ran.code == 0
    assert "nothing changed" in ran.said
    assert ResultRevision.objects.count() == 1


def test_a_dry_run_writes_nothing(manage, match):
    ran = manage("record_result", str(match.pk), "2-1", "--dry-run")
    assert "would record result 1, finished 2-1" in ran.said
    assert not ResultRevision.objects.exists()
    assert not JobRun.objects.exists()


def test_an_unknown_match_is_an_error_with_its_id(manage, db):
    ran = manage("record_result", "987654", "2-1", "--json")
    assert (ran.code, ran.said) == (1, "")
    assert "No match with id 987654" in ran.complaint


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["2--1"], "away_score: -1 is out of range; it must be 0 to 99"),
        (["100-0"], "home_score: 100 is out of range"),
        (["2-1", "--award", "home"], "award: only an awarded match has one"),
        (["0-3", "--status", "awarded", "--award", "home"], "award: it goes to the home team, and 0-3"),
        (["finished"], "home_score: a finished match needs its score"),
        (["2-1", "--aet", "1-1"], "home_score_aet: extra time cannot take goals away"),
        (["1-1", "--penalties", "99-3"], "home_penalties: 99 is out of range"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(manage, match, words, complaint):
    ran = manage("record_result", str(match.pk), *words)
    assert ran.code == 1
    assert complaint in ran.complaint
    assert f"Match {match.pk}" in ran.complaint
    assert not ResultRevision.objects.exists()


def test_a_transition_that_is_not_allowed_is_refused(manage, match):
    manage("record_result", str(match.pk), "2-1")
    ran = manage("record_result", str(match.pk), "postponed")
    assert "cannot go from finished to postponed" in ran.complaint


@pytest.mark.parametrize(
    "words", [["two-one"], ["\u0663-1"], ["2"], ["2-1", "--aet", "x"], ["2-1", "--status", "over"], []]
)
def test_an_invalid_result_argument_is_a_usage_error(manage, match, words):
    ran = manage("record_result", str(match.pk), *words)
    assert "Error" in ran.complaint
    assert not ResultRevision.objects.exists()


def test_a_status_that_contradicts_the_outcome_is_a_usage_error(manage, match):
    assert manage("record_result", str(match.pk), "postponed", "--status", "finished").code == 2


@pytest.mark.parametrize(("option", "limit"), [("--reason", 200), ("--source", 40)])
def test_text_that_is_too_long_is_a_usage_error(manage, match, option, limit):
    ran = manage("record_result", str(match.pk), "2-1", option, "x" * (limit + 1))
    assert f"argument {option}: it has {limit + 1} characters; at most {limit} are allowed" in ran.complaint
    assert not ResultRevision.objects.exists()
    assert manage("record_result", str(match.pk), "2-1", option, "x" * limit).code == 0


@pytest.mark.parametrize("option", ["--reason", "--source"])
def test_invisible_characters_are_a_usage_error(manage, match, option):
    ran = manage("record_result", str(match.pk), "2-1", option, "a\u202eb")
    assert f"argument {option}: it contains invisible characters (U+202E)" in ran.complaint
    assert not ResultRevision.objects.exists()
