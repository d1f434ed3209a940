"""When digests are written, superseded and withdrawn, and how lost requests are found again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from content.digests import publication
from content.digests.jobs import sweep_digests
from content.models import Digest
from core.pipeline.models import JobRun
from matches.models import Match
from tests.content.digests.conftest import matchday, play, publish
from tests.factories import KICKOFF, ForecasterFactory, MatchFactory, TeamFactory, move, predict, record
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def played(db) -> list[Match]:
    """The first matchday, counted, with all roundups and its digest."""
    matches = matchday(1)
    play(matches[0], (2, 1), [(2, 1), (1, 0), (1, 1)])
    play(matches[1], (0, 0), [(0, 0), (2, 0), (1, 1)])
    run_waiting()
    return matches


def test_a_refresh_requests_the_digest_when_the_round_is_complete(db, settings):
    first, second = matchday(1)
    play(first, (1, 0))
    run_waiting()
    assert not JobRun.objects.filter(kind="write_digest").exists()

    play(second, (0, 2))
    run_waiting("score_match", "refresh_views")
    run = JobRun.objects.get(kind="write_digest")
    assert (run.queue, run.subject, run.priority) == (
        "content",
        f"stage {first.stage_id}, Matchday 1",
        JobRun.Priority.ARCHIVE,
    )
    assert run.triggered_by.kind == "refresh_views"
    assert run.due_at - run.created_at == settings.ROUNDUP_DELAY


def test_a_round_is_written_without_its_postponed_match_and_again_when_it_is_played(played):
    late = MatchFactory(
        matchday=1,
        home_team=TeamFactory(name="Elton"),
        away_team=TeamFactory(name="Filey"),
        kickoff_at=played[0].kickoff_at,
    )
    record(late, status="postponed")
    run_waiting()
    (first,) = Digest.objects.all()
    move(late, KICKOFF + timedelta(days=60))
    record(late, 4, 0)
    run_waiting()

    first.refresh_from_db()
    second = Digest.objects.latest("version")
    assert first.supersede_reason == "Elton - Filey was played later: 4-0"
    assert "- Elton 4-0 Filey, played later, on Wednesday 15 October 2025" in second.body
    assert second.as_of == first.as_of
    for row in second.facts["tables"][0]["rows"]:
        assert row["played"] == (0 if row["name"] in ("Elton", "Filey") else 1)


def test_a_correction_makes_a_new_version_that_names_it(played):
    record(played[0], 1, 1, reason="Goal given by mistake.")
    run_waiting()
    first, second = Digest.objects.order_by("version")
    assert first.supersede_reason == "Ashford - Barrow was corrected from 2-1 to 1-1"
    assert "Ashford - Barrow was corrected from 2-1 to 1-1 (“Goal given by mistake”)." in second.body


def test_a_correction_of_an_earlier_round_rewrites_later_digests(played):
    for match in matchday(2):
        play(match, (1, 0))
    run_waiting()
    record(played[0], 0, 5)
    run_waiting()
    second = Digest.objects.filter(round_label="Matchday 2").order_by("version")
    assert [each.supersede_reason for each in second] == ["results or points of earlier matches changed", ""]


def test_later_rounds_do_not_change_a_digest(played):
    before = Digest.objects.get().body
    for match in matchday(2):
        play(match, (3, 0), [(3, 0)])
    run_waiting()
    draft = publication.draft(played[0].stage_id, "Matchday 1")
    assert draft is not None
    assert draft.article.body == before


def test_predictions_that_were_added_are_the_reason(played):
    predict(played[0], ForecasterFactory(name="Late Import"), (3, 1))
    run_waiting()
    assert Digest.objects.get(status="superseded").supersede_reason == "predictions were added"


def test_a_digest_is_withdrawn_if_a_match_is_not_over_after_all(played):
    record(played[0], 2, 1, status="live")
    run_waiting()
    (digest,) = Digest.objects.all()
    assert digest.supersede_reason == "Ashford - Barrow is not over, or no longer a match of this round"

    record(played[0], 2, 2)
    run_waiting()
    assert [each.status for each in Digest.objects.order_by("version")] == ["superseded", "published"]


def test_a_final_alone_has_no_digest(db):
    play(MatchFactory(round_label="Final"), (1, 0))
    run_waiting()
    assert not Digest.objects.exists()
    assert sweep_digests(timezone.now()) == 0


def test_the_reconciler_finds_a_complete_round_without_a_digest(played):
    Digest.objects.all().delete()
    JobRun.objects.filter(kind="write_digest").delete()
    assert sweep_digests(timezone.now()) == 1
    assert sweep_digests(timezone.now()) == 0, "the job is open"
    assert publish().version == 1


def test_the_reconciler_finds_a_stale_digest(played):
    Digest.objects.update(settlement_ids=[1])
    JobRun.objects.filter(kind="write_digest").delete()
    assert sweep_digests(timezone.now()) == 1


def test_a_digest_that_failed_is_not_requested_again_by_the_reconciler(played):
    Digest.objects.all().delete()
    JobRun.objects.filter(kind="write_digest").update(state="failed")
    assert sweep_digests(timezone.now()) == 0


def test_a_digest_is_written_once_if_nothing_changes(played):
    JobRun.objects.filter(kind="write_digest").update(state="queued", finished_at=None)
    (ran,) = run_waiting("write_digest")
    assert (ran.state, ran.error) == ("skipped", "The published digest is already up to date.")


def test_a_digest_takes_few_statements(played, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        publication.draft(played[0].stage_id, "Matchday 1")
