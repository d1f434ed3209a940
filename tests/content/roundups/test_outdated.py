"""A published roundup that is known to be out of date says so on every face until the new one is there."""

from xml.etree import ElementTree

import pytest
from django.utils import timezone

from content.models import Roundup
from content.roundups import out_of_date
from content.roundups.jobs import request_rewrite
from core.pipeline import ledger
from core.pipeline.models import JobRun
from matches.models import Match
from scoring.jobs import request_scoring
from tests.content.roundups.conftest import count, week
from tests.factories import ForecasterFactory, coin, homer, oracle, predict, record
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def told(number: int, home: str = "Ashford", away: str = "Barrow") -> Match:
    """A 2-1 of that week, all the way to its roundup."""
    match = week(number, home, away)
    for forecaster, pick in ((oracle, (2, 1)), (homer, (1, 0)), (coin, (1, 1))):
        predict(match, forecaster(), pick)
    record(match, 2, 1)
    run_waiting()
    return match


@pytest.fixture
def match(db) -> Match:
    return told(1)


def unpredicted(number: int = 1, home: str = "Ashford", away: str = "Barrow") -> Match:
    """A 2-1 of that week with an article that says that nobody had predicted it."""
    match = week(number, home, away)
    record(match, 2, 1)
    run_waiting()
    return match


def scoring_of(match: Match) -> JobRun:
    return JobRun.objects.filter(kind="score_match", key=str(match.pk)).latest("pk")


def end(run: JobRun, state: str) -> None:
    """End a waiting job without success: cancelled by an operator, or failed three times."""
    if state == "cancelled":
        ledger.cancel(run, now=timezone.now())
        return
    for _attempt in range(ledger.ATTEMPTS):
        JobRun.objects.filter(pk=run.pk).update(due_at=timezone.now())
        ledger.fail(ledger.claim(run.pk, now=timezone.now()), ValueError("no"), now=timezone.now())


def article(client, match: Match) -> str:
    return client.get(published(match).get_absolute_url()).content.decode()


def published(match: Match) -> Roundup:
    return Roundup.objects.get(match=match, status="published")


def reason(match: Match) -> str:
    """The reason that is known in the one place that defines it."""
    return (
        out_of_date.with_state(Roundup.objects.filter(status="published")).get(match=match).out_of_date_reason
    )


def api(client, path: str) -> dict:
    return client.get(f"/api/v1/{path}").json()


def faces(client, match: Match) -> dict[str, str]:
    """The HTML of each page that shows the article, its headline or its summary."""
    roundup = published(match)
    return {
        path: client.get(path).content.decode()
        for path in (
            *("/", "/roundups/", match.season.competition.get_absolute_url()),
            *(match.get_absolute_url(), roundup.get_absolute_url(), "/roundups/feed.atom"),
        )
    }


def said(client, match: Match) -> set[bool]:
    """Whether they say that it is out of date: the pages, the feed, and the API in all its forms."""
    roundup = published(match)
    detail, [row] = (
        api(client, f"roundups/{roundup.pk}/"),
        api(client, f"roundups/?match={match.pk}")["results"],
    )
    known = reason(match)
    assert (detail["out_of_date_reason"], row["out_of_date_reason"]) == (known, known)
    pages = {"out of date" in html.lower() for html in faces(client, match).values()}
    return pages | {
        detail["out_of_date"],
        row["out_of_date"],
        api(client, f"matches/{match.pk}/")["roundup_out_of_date"],
    }


def test_an_article_that_is_up_to_date_says_nothing(client, match):
    assert said(client, match) == {False}
    assert reason(match) == ""


def test_a_newer_result_is_said_at_once_and_until_the_new_article_is_there(client, match):
    record(match, 0, 3)
    assert (reason(match), said(client, match)) == (out_of_date.RESULT, {True})
    page = client.get(published(match).get_absolute_url()).content.decode()
    assert f"<strong>This roundup is out of date:</strong> {out_of_date.RESULT}." in page
    assert "A new version is being written." in page

    count()
    assert (reason(match), said(client, match)) == (out_of_date.RESULT, {True})

    run_waiting()
    assert said(client, match) == {False}
    assert published(match).version == 2


def test_the_first_line_of_a_feed_entry_says_it(client, match):
    record(match, 0, 3)
    feed = ElementTree.fromstring(client.get("/roundups/feed.atom").content)
    summary = feed.findtext(f"{ATOM}entry/{ATOM}summary")
    assert summary.startswith(f"<p><strong>Out of date:</strong> {out_of_date.RESULT}.</p>")


def test_predictions_that_were_imported_are_said_before_they_are_scored(client):
    match = unpredicted()
    predict(match, oracle(), (2, 1))
    assert (reason(match), said(client, match)) == (out_of_date.SCORING, {True})
    assert "A new version is being written." in article(client, match)

    assert ledger.claim(scoring_of(match).pk, now=timezone.now()).state == "running"
    assert reason(match) == out_of_date.SCORING


def test_the_new_article_with_the_imported_predictions_says_nothing(client):
    match = unpredicted()
    predict(match, oracle(), (2, 1))
    run_waiting()
    assert said(client, match) == {False}
    assert published(match).facts["field"]["predictions"] == 1


@pytest.mark.parametrize("ends", ["failed", "cancelled"])
def test_imported_predictions_whose_scoring_ended_without_success_are_said_until_it_succeeds(client, ends):
    match = unpredicted()
    predict(match, oracle(), (2, 1))
    end(scoring_of(match), ends)
    assert (reason(match), said(client, match)) == (out_of_date.SCORING, {True})
    assert "A new version could not be written yet." in article(client, match)

    ledger.retry(scoring_of(match), now=timezone.now())
    assert "A new version is being written." in article(client, match)

    run_waiting()
    assert said(client, match) == {False}


def test_a_newer_request_to_score_the_match_takes_the_place_of_one_that_failed(client):
    match = unpredicted()
    predict(match, oracle(), (2, 1))
    end(scoring_of(match), "failed")
    predict(match, homer(), (1, 0))
    assert "A new version is being written." in article(client, match)


def test_an_article_written_after_the_scoring_failed_still_lacks_the_predictions(client, match):
    later = unpredicted(2, "Barrow", "Ashford")
    predict(later, oracle(), (2, 1))
    end(scoring_of(later), "failed")
    record(match, 0, 3)
    run_waiting()
    assert published(later).version == 2, "it follows the earlier match"
    assert (reason(later), said(client, later)) == (out_of_date.SCORING, {True})


def test_a_request_to_score_what_is_scored_already_makes_no_article_out_of_date(client, match):
    request_scoring([match], now=timezone.now())
    assert said(client, match) == {False}

    end(scoring_of(match), "failed")
    assert said(client, match) == {False}


def test_another_score_that_counts_is_said_before_the_match_is_scored_again(client):
    match = week(1)
    record(match, 1, 1, home_score_aet=2, away_score_aet=1)
    run_waiting()
    competition = match.season.competition
    competition.score_basis = "after_extra_time"
    competition.save()
    assert (reason(match), said(client, match)) == (out_of_date.SCORING, {True})


def test_a_newer_result_that_could_not_be_scored_is_said_to_be_without_a_new_version(client, match):
    record(match, 0, 3)
    end(scoring_of(match), "failed")
    assert reason(match) == out_of_date.RESULT
    assert "A new version could not be written yet." in article(client, match)


def test_a_newer_settlement_of_the_same_result_is_said(client, match):
    predict(match, ForecasterFactory(name="The Latecomer"), (2, 1))
    run_waiting("score_match")
    assert (reason(match), said(client, match)) == (out_of_date.SCORES, {True})

    run_waiting()
    assert said(client, match) == {False}


def test_a_result_that_was_taken_back_is_said(client, match):
    record(match, status="live")
    assert reason(match) == out_of_date.RESULT
    page = client.get(published(match).get_absolute_url()).content.decode()
    assert "A new version will be written when the match is over." in page


def test_a_change_of_an_earlier_match_is_said_until_the_later_roundup_was_looked_at(client, match):
    later = told(2, "Barrow", "Ashford")
    record(match, 0, 3)
    count()
    assert (reason(later), said(client, later)) == (out_of_date.EARLIER, {True})

    run_waiting()
    assert said(client, later) == {False}


def test_a_later_roundup_that_reads_the_same_after_all_is_up_to_date(client, match):
    later = told(2, "Corley", "Denby")
    record(match, 2, 1, home_score_aet=None)
    assert run_waiting() == []
    record(match, 3, 2)
    count()
    assert reason(later) == out_of_date.EARLIER
    record(match, 2, 1)
    run_waiting()
    assert published(later).version == 1
    assert said(client, later) == {False}


def test_a_rewrite_that_failed_is_said_until_one_succeeds(client, match, settings):
    settings.ROUNDUP_WRITER = "no-such-writer"
    record(match, 0, 3)
    [*_, run] = [run for run in run_waiting() if run.kind == "write_roundup"]
    assert run.state == "failed"

    assert said(client, match) == {True}
    page = client.get(published(match).get_absolute_url()).content.decode()
    assert "A new version could not be written yet." in page

    settings.ROUNDUP_WRITER = "template"
    ledger.retry(run, now=timezone.now())
    run_waiting()
    assert said(client, match) == {False}


def test_a_later_roundup_whose_rewrite_failed_or_was_cancelled_stays_out_of_date(client, match, settings):
    later = told(2, "Barrow", "Ashford")
    settings.ROUNDUP_WRITER = "no-such-writer"
    record(match, 0, 3)
    run_waiting()
    run = JobRun.objects.filter(kind="write_roundup", key=str(later.pk)).latest("pk")
    assert run.state == "failed"
    assert (reason(later), said(client, later)) == (out_of_date.EARLIER, {True})

    JobRun.objects.filter(pk=run.pk).update(state="cancelled")
    assert said(client, later) == {True}

    settings.ROUNDUP_WRITER = "template"
    request_rewrite([match.pk, later.pk], now=timezone.now())
    run_waiting()
    assert said(client, later) == {False}


def test_a_rewrite_on_request_makes_no_article_out_of_date(client, match):
    request_rewrite([match.pk], now=timezone.now())
    assert said(client, match) == {False}


def test_a_superseded_version_is_out_of_date_for_the_reason_that_it_gives(client, match):
    first = published(match)
    record(match, 0, 3)
    run_waiting()

    detail = api(client, f"roundups/{first.pk}/")

    assert detail["out_of_date"]
    assert detail["out_of_date_reason"] == "result corrected from 2-1 to 0-3"


def test_a_reader_with_an_etag_gets_the_notice(client, match):
    """The notice changes the response although no row of the roundup changes."""
    paths = [
        f"/api/v1/roundups/{published(match).pk}/",
        f"/api/v1/roundups/?match={match.pk}",
        f"/api/v1/matches/{match.pk}/",
    ]
    before = {path: client.get(path)["ETag"] for path in paths}
    record(match, 0, 3)
    for path, etag in before.items():
        response = client.get(path, headers={"If-None-Match": etag})
        assert response.status_code == 200, path
        assert response["ETag"] != etag
