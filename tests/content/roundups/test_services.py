"""Drafting and publishing: versions, reasons, and never on numbers that are out of date."""

from contextlib import suppress

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from content.models import Roundup
from content.roundups import services
from content.roundups.facts import MatchUnknown, gather
from content.roundups.references import InvalidReference
from content.roundups.services import FactsChanged, NotReady, SettledAgain
from content.roundups.writers import template
from content.roundups.writers.article import Article
from matches.models import Team
from scoring import services as scoring
from scoring.jobs import request_scoring
from scoring.models import Settlement
from stats.jobs import refresh_now
from stats.tallies import fold
from tests.content.roundups.conftest import count, play, publish, week
from tests.factories import ForecasterFactory, predict, record
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db


def test_a_roundup_has_its_facts_and_where_they_are_in_the_text(match):
    roundup = publish(match)

    assert (roundup.version, roundup.result_version, roundup.status) == (1, 1, "published")
    assert roundup.settlement_id == Settlement.objects.get().pk
    assert roundup.facts["match"]["score"]["text"] == "2-1"
    assert roundup.checks["numbers"] > 20
    for text in ("title", "summary", "body"):
        written = getattr(roundup, text)
        shown = [written[start:end] for start, end, _, _ in roundup.spans[text]]
        assert "Ashford" in shown
    assert (roundup.writer, roundup.tokens) == ("template", 0)
    assert "<h2>What happened</h2>" in roundup.body_html
    assert roundup.written_at == roundup.published_at


def test_the_same_again_is_no_new_version(match):
    publish(match)
    assert publish(match) is None
    assert Roundup.objects.count() == 1


def test_facts_that_the_text_does_not_tell_are_kept_up_to_date_without_a_new_version(match):
    """The API serves them as what the text may use, so they must be true as well."""
    first = publish(match)
    stale = {**first.facts, "streaks": [{"name": "nobody", "length": 99}]}
    Roundup.objects.filter(pk=first.pk).update(facts=stale)

    again = publish(match)

    assert (again.pk, again.version) == (first.pk, 1)
    again.refresh_from_db()
    assert again.facts == first.facts


def test_a_draft_is_not_published_if_another_match_changed_its_facts(match):
    drafted = services.draft(match.pk)
    play(week(0, "Corley", "Denby"), (0, 0))  # an earlier match, reported late: the table is another one

    with pytest.raises(FactsChanged):
        services.publish(drafted, at=timezone.now())

    assert not Roundup.objects.exists()


def test_a_forced_one_is_a_new_version_although_nothing_changed(match):
    first = publish(match)
    second = publish(match, force=True)
    first.refresh_from_db()
    assert (second.version, second.body) == (2, first.body)
    assert (first.status, first.supersede_reason) == ("superseded", "rewritten on request")


def test_a_correction_supersedes_with_both_results(match):
    first = publish(match)
    record(match, 1, 1)
    count()
    publish(match)
    first.refresh_from_db()
    assert first.supersede_reason == "result corrected from 2-1 to 1-1"


def test_a_voided_match_supersedes_with_its_status(match):
    first = publish(match)
    record(match, 2, 1, status="abandoned")
    count()
    publish(match)
    first.refresh_from_db()
    assert first.supersede_reason == "result corrected from 2-1 to abandoned at 2-1"


def test_more_predictions_of_a_predicted_match_are_a_new_version_and_no_correction(match):
    first = publish(match)
    predict(match, ForecasterFactory(name="The Latecomer"), (2, 1))
    count()
    second = publish(match)
    first.refresh_from_db()
    assert first.supersede_reason == "predictions were added"
    assert second.facts["correction"] is None
    assert "first count" not in second.body


def test_the_first_predictions_of_a_match_complete_its_article_in_place():
    match = week(1)
    play(match, (2, 1))
    first = publish(match)
    assert first.facts["field"]["predictions"] == 0

    predict(match, ForecasterFactory(name="The Oracle"), (2, 1))
    count()
    completed = publish(match)

    assert [(row.pk, row.version) for row in Roundup.objects.all()] == [(first.pk, 1)]
    assert (completed.status, completed.published_at) == ("published", first.published_at)
    assert completed.written_at > first.written_at
    assert completed.settlement_id == Settlement.objects.get(superseded_at=None).pk
    assert completed.facts["field"]["predictions"] == 1
    assert completed.facts["correction"] is None
    for text in ("first count", "scored again", "corrects"):
        assert text not in completed.body


def test_an_article_whose_facts_word_the_same_score_otherwise_is_completed_in_place():
    """Facts that an earlier version stored may lack parts of a score, or have others."""
    match = week(1)
    play(match, (2, 1))
    first = publish(match)
    stored = {
        **first.facts,
        "match": {**first.facts["match"], "score": {"home": 2, "away": 1, "text": "2:1"}},
    }
    Roundup.objects.filter(pk=first.pk).update(facts=stored)
    predict(match, ForecasterFactory(name="The Oracle"), (2, 1))
    count()

    completed = publish(match)

    assert (completed.pk, completed.version, completed.status) == (first.pk, 1, "published")


def test_predictions_that_are_not_scored_yet_are_not_told():
    match = week(1)
    play(match, (2, 1))
    predict(match, ForecasterFactory(name="The Oracle"), (0, 2))

    assert gather(match.pk)["field"]["predictions"] == 0


def test_predictions_after_a_correction_do_not_replace_the_article_on_the_former_result():
    match = week(1)
    play(match, (2, 1))
    first = publish(match)
    record(match, 1, 1)
    predict(match, ForecasterFactory(name="The Oracle"), (2, 1))
    count()

    second = publish(match)

    first.refresh_from_db()
    assert (first.version, first.status, second.version) == (1, "superseded", 2)
    assert first.supersede_reason == "result corrected from 2-1 to 1-1"


def test_first_predictions_do_not_complete_an_article_on_another_score_in_place():
    match = week(1)
    record(match, 1, 1, home_score_aet=2, away_score_aet=1)
    count()
    first = publish(match)
    competition = match.season.competition
    competition.score_basis = "after_extra_time"
    competition.save()
    predict(match, ForecasterFactory(name="The Oracle"), (2, 1))
    count()

    second = publish(match)

    first.refresh_from_db()
    assert (first.status, second.version, second.facts["field"]["predictions"]) == ("superseded", 2, 1)
    assert first.supersede_reason == (
        "predictions are now scored by the result after extra time: 2-1 instead of 1-1"
    )


def test_a_match_that_is_about_to_be_scored_with_imported_predictions_is_not_written_about():
    match = week(1)
    play(match, (2, 1))
    predict(match, ForecasterFactory(name="The Oracle"), (2, 1))

    with pytest.raises(NotReady, match="about to be scored again"):
        services.draft(match.pk)

    count()
    assert services.draft(match.pk).facts["field"]["predictions"] == 1


def test_a_match_that_is_about_to_be_scored_by_another_basis_is_not_said_to_gain_predictions():
    match = week(1)
    predict(match, ForecasterFactory(name="The Oracle"), (2, 1))
    record(match, 1, 1, home_score_aet=2, away_score_aet=1)
    count()
    match.season.competition.score_basis = "after_extra_time"
    match.season.competition.save()

    with pytest.raises(NotReady, match=rf"^Match {match.pk} is about to be scored again\.$"):
        services.draft(match.pk)


def test_a_request_to_score_what_is_scored_already_does_not_hold_the_roundup_back(match):
    request_scoring([match], now=timezone.now())

    assert publish(match).version == 1


def test_scored_anew_without_a_change_still_tells_the_current_settlement(match):
    first = publish(match)
    scoring.score_match(match_id=match.pk, settled_at=timezone.now(), force=True)
    refresh_now(at=timezone.now())
    second = publish(match)
    first.refresh_from_db()
    assert second.settlement_id == Settlement.objects.get(superseded_at=None).pk
    assert first.supersede_reason == "the match was scored again"


def test_there_is_nothing_to_write_before_the_match_is_scored():
    match = week(1)
    with pytest.raises(NotReady, match="is scheduled; its result is not scored"):
        services.draft(match.pk)


def test_views_older_than_the_settlement_are_refused():
    match = week(1)
    record(match, 2, 1)
    run_waiting("score_match")
    with pytest.raises(NotReady, match="views are older than the settlement"):
        services.draft(match.pk)

    fold.fold(at=timezone.now())  # counted, but no refresh has shown it

    with pytest.raises(NotReady, match="views are older than the settlement"):
        services.draft(match.pk)


def test_a_newer_result_is_waited_for(match):
    record(match, 3, 1)
    with pytest.raises(NotReady, match="its result is not scored"):
        services.draft(match.pk)


def test_a_draft_is_not_published_if_the_match_was_settled_again(match):
    draft = services.draft(match.pk)
    record(match, 1, 1)
    with pytest.raises(SettledAgain):
        services.publish(draft, at=timezone.now())
    count()
    with pytest.raises(SettledAgain):
        services.publish(draft, at=timezone.now())
    assert not Roundup.objects.exists()


def test_a_text_that_refers_to_no_fact_is_never_published(match, monkeypatch):
    wrong = Article(title="{match.home.name}", summary="{match.referee}", body="", writer="template")
    monkeypatch.setattr(template, "write", lambda document: wrong)
    with pytest.raises(InvalidReference, match="referee"):
        publish(match)
    assert not Roundup.objects.exists()


def test_a_match_that_is_not_over_after_all_loses_its_roundup(match):
    roundup = publish(match)
    assert not services.withdraw(match.pk)
    record(match, status="live")
    run_waiting("score_match")
    assert services.withdraw(match.pk)
    roundup.refresh_from_db()
    assert (roundup.status, roundup.supersede_reason) == ("superseded", "the match is live, not finished")


def test_an_unknown_match_is_named():
    with pytest.raises(MatchUnknown, match="987654"):
        services.draft(987654)


def test_a_draft_takes_as_many_queries_however_many_forecasters_there_are(match):
    for number in range(20):
        predict(match, ForecasterFactory(name=f"Model {number}"), (number % 4, 1))
    count()
    with CaptureQueriesContext(connection) as queries:
        services.draft(match.pk)
    assert len(queries) == 4


@pytest.mark.django_db(transaction=True)
def test_facts_are_gathered_twice_only_where_somebody_committed_since_the_draft():
    match = play(week(1), (2, 1), [(2, 1), (1, 0)])
    drafted = services.draft(match.pk)
    with CaptureQueriesContext(connection) as queries:
        services.publish(drafted, at=timezone.now())
    assert not [query for query in queries if "scoring_settlementscore" in query["sql"]]

    drafted = services.draft(match.pk)
    Team.objects.filter(pk=match.home_team_id).update(name="Ashford United")
    with pytest.raises(FactsChanged):
        services.publish(drafted, at=timezone.now(), force=True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("statement", range(5))
@pytest.mark.parametrize("is_awaited", [True, False])
def test_no_roundup_is_published_of_a_settlement_that_the_boards_do_not_show_yet(statement, is_awaited):
    """Imported predictions are scored before a statement of the draft; their refresh has not run yet."""
    match = play(week(1), (2, 1), [(2, 1), (1, 0)])
    latecomer, moments = ForecasterFactory(name="The Latecomer"), iter(range(99))
    if is_awaited:
        predict(match, latecomer, (3, 3))

    def score_in_between(execute, sql, params, many, context):
        if next(moments, None) == statement:
            for _ in moments:
                pass
            if not is_awaited:
                predict(match, latecomer, (3, 3))
            scoring.score_match(match_id=match.pk, settled_at=timezone.now())
        return execute(sql, params, many, context)

    with suppress(NotReady):
        with connection.execute_wrapper(score_in_between):
            drafted = services.draft(match.pk)
        services.publish(drafted, at=timezone.now())

    assert not Roundup.objects.exists()
    scoring.score_match(match_id=match.pk, settled_at=timezone.now())
    refresh_now(at=timezone.now())
    assert publish(match).facts["field"]["predictions"] == 3
