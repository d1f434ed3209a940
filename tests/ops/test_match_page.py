"""The match page: facts that only services change, the timeline, and what an operator may do."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from core.pipeline.models import JobRun
from matches.models import KickoffMove, Match, ResultRevision
from scoring.models import Score
from stats.models import ViewRefresh
from tests.confirm_pages import seen_at
from tests.factories import ForecasterFactory, move, predict, record
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db


def page_of(match: Match) -> str:
    return reverse("admin:matches_match_change", args=[match.pk])


def do(client, match: Match, name: str, **data: object):
    url = reverse("admin:matches_match_do", args=[match.pk, name])
    sent = {"confirmed": "yes", "reason": "asked to", "seen": seen_at(client, url), **data}
    return client.post(url, sent, follow=True)


def form_of(match: Match, **changes: object) -> dict[str, object]:
    """What the browser sends when the match form is saved."""
    fields = ("season_id", "round_label", "matchday", "home_team_id", "away_team_id")
    data = {name.removesuffix("_id"): getattr(match, name) for name in fields}
    inlines = ("revisions", "kickoff_moves", "settlements", "predictions", "sources")
    counts = {f"{inline}-{kind}_FORMS": 0 for inline in inlines for kind in ("TOTAL", "INITIAL")}
    return {
        **data,
        **counts,
        "kickoff_at_0": f"{match.kickoff_at:%Y-%m-%d}",
        "kickoff_at_1": f"{match.kickoff_at:%H:%M:%S}",
        "reason": "the league's letter",
        **changes,
    }


def result(
    status: str = "finished", home: object = "", away: object = "", **more: object
) -> dict[str, object]:
    return {
        "status": status,
        "home_score": home,
        "away_score": away,
        "reason": "the referee's report",
        **more,
    }


def test_the_page_shows_predictions_with_provenance_and_points(operator, match):
    record(match, 2, 1)
    run_waiting("score_match")
    page = operator.get(page_of(match)).content.decode()
    assert "The Oracle" in page
    assert "archive: imported afterwards" in page
    assert "60% / 25% / 15%" in page
    assert '<td class="field-points"' in page
    assert "<p>6</p>" in page


def test_the_list_of_scores_shows_which_predictions_were_made_in_hindsight(operator, match):
    predict(match, ForecasterFactory(name="The Prophet"), (2, 1), provenance="hindsight")
    record(match, 2, 1)
    run_waiting("score_match")

    page = operator.get(reverse("admin:scoring_score_changelist")).content.decode()

    labels = dict(re.findall(r">(The \w+)</a></th>.*?field-prediction__provenance\">(\w+)<", page, re.DOTALL))
    assert labels == {
        "The Oracle": "archive",
        "The Homer": "archive",
        "The Coin": "archive",
        "The Prophet": "hindsight",
    }


def test_the_timeline_tells_what_happened_in_order(operator, match):
    record(match, 2, 1)
    run_waiting("score_match", "refresh_views")
    page = operator.get(page_of(match)).content.decode()
    timeline = page[page.index('id="timeline"') : page.index("</table>", page.index('id="timeline"'))]
    steps = [
        "Result 1 recorded",
        "score_match queued",
        "Settlement 1 made",
        "Settlement 1 counted, leaderboards refreshed",
    ]
    places = [timeline.index(step) for step in steps]
    assert places == sorted(places)
    refresh = JobRun.objects.get(kind="refresh_views")
    assert reverse("admin:pipeline_jobrun_change", args=[refresh.pk]) in timeline


def test_the_timeline_of_a_match_to_come_is_empty(operator, match):
    assert "Nothing yet" in operator.get(page_of(match)).content.decode()


def test_saving_the_fixture_cannot_touch_the_result(operator, match):
    record(match, 2, 1)
    match.refresh_from_db()
    answer = operator.post(page_of(match), form_of(match, round_label="Round 9", home_score=9, status="live"))
    assert answer.status_code == 302
    match.refresh_from_db()
    assert (match.round_label, match.home_score, match.status) == ("Round 9", 2, "finished")
    assert JobRun.objects.filter(kind="score_match").count() == 1


def test_the_teams_of_a_match_that_was_predicted_or_played_cannot_be_exchanged(operator, match):
    page = operator.get(page_of(match)).content.decode()

    assert 'name="round_label"' in page
    assert not [name for name in ("season", "home_team", "away_team") if f'name="{name}"' in page]


def test_the_kickoff_of_a_match_is_shown_in_its_form_and_a_field_only_where_one_is_added(operator, match):
    page = operator.get(page_of(match)).content.decode()

    assert 'name="kickoff_at_0"' not in page
    assert "Later, use the action Move kickoff" in page
    assert 'name="kickoff_at_0"' in operator.get(reverse("admin:matches_match_add")).content.decode()


def test_a_form_opened_before_the_kickoff_was_moved_does_not_bring_the_old_one_back(operator, match):
    opened_before = form_of(match, matchday=9)
    moved = move(match, match.kickoff_at + timedelta(days=3))

    assert operator.post(page_of(match), opened_before).status_code == 302

    stored = Match.objects.get(pk=match.pk)
    assert stored.kickoff_at == stored.lock_at == moved.new_kickoff_at
    assert stored.matchday == 9
    assert KickoffMove.objects.count() == 1


def test_a_result_is_corrected_with_a_revision_a_reason_and_an_audit_entry(operator, superuser, match):
    record(match, 2, 1)
    run_waiting("score_match")

    do(operator, match, "correct", **result(home=1, away=1))
    run_waiting("score_match")

    revision = ResultRevision.objects.get(match=match, version=2)
    assert (revision.home_score, revision.source, revision.recorded_by) == (1, "admin", superuser)
    assert revision.reason == "the referee's report"
    assert LogEntry.objects.get().change_message == "Change result: the referee's report"
    assert Score.objects.get(prediction__forecaster__name="The Coin").points > 0


def test_the_confirm_page_says_what_will_happen_and_changes_nothing(operator, match):
    record(match, 2, 1)
    run_waiting("score_match")
    for name in ("correct", "void", "rescore", "refresh", "rewrite"):
        before = JobRun.objects.count()
        answer = operator.get(reverse("admin:matches_match_do", args=[match.pk, name]))
        assert answer.status_code == 200
        assert "Effects" in answer.content.decode()
        assert JobRun.objects.count() == before
    assert ResultRevision.objects.count() == 1
    page = operator.get(reverse("admin:matches_match_do", args=[match.pk, "correct"])).content.decode()
    assert "All predictions (3) are scored again" in page
    assert "Settlement 1 becomes history" in page
    assert 'name="home_score" value="2"' in page


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (result(), "a finished match needs its score"),
        (result(home=1), "required, because"),
        (result(home=100, away=0), "less than or equal to 99"),
        (result(home=-1, away=0), "greater than or equal to 0"),
        (result(home=2, away=1, home_score_aet=1, away_score_aet=1), "extra time cannot take goals away"),
        (result(home=2, away=1, reason=""), "This field is required"),
        (result(status="postponed"), "cannot go from finished to postponed"),
        (result(home=3, away=1), "match already has this result"),
    ],
)
def test_a_result_that_cannot_be_is_explained_and_nothing_is_written(operator, match, sent, said):
    record(match, 3, 1)
    answer = do(operator, match, "correct", **sent)
    assert said in answer.content.decode()
    assert ResultRevision.objects.count() == 1
    assert not LogEntry.objects.exists()


def test_a_match_is_voided_with_a_reason(operator, match):
    record(match, 2, 1)
    do(operator, match, "void", status="abandoned", reason="floodlights")
    match.refresh_from_db()
    assert match.status == "abandoned"
    assert ResultRevision.objects.get(version=2).reason == "floodlights"


def test_void_takes_no_other_status(operator, match):
    answer = do(operator, match, "void", status="finished", reason="no")
    assert "Select a valid choice" in answer.content.decode()


def test_rescore_queues_a_scoring_job(operator, match):
    record(match, 2, 1)
    run_waiting("score_match")
    do(operator, match, "rescore")
    assert JobRun.objects.filter(kind="score_match", state="queued").count() == 1


def test_rewrite_queues_a_new_version_of_the_roundup(operator, match):
    record(match, 2, 1)
    run_waiting()
    do(operator, match, "rewrite", reason="clumsy words")
    run_waiting("rewrite_roundup")
    assert sorted(match.roundups.values_list("version", "status")) == [(1, "superseded"), (2, "published")]
    assert LogEntry.objects.get().change_message == "Rewrite roundup: clumsy words"


@pytest.mark.parametrize("name", ["rescore", "rewrite"])
def test_a_match_that_has_not_ended_cannot_be_rescored_or_rewritten(operator, match, name):
    answer = do(operator, match, name)
    assert "None of these matches has ended" in answer.content.decode()


def test_refresh_queues_one_refresh(operator, match):
    do(operator, match, "refresh")
    do(operator, match, "refresh")
    assert JobRun.objects.filter(kind="refresh_views").count() == 1


def test_several_matches_are_rescored_from_the_list(operator, match):
    record(match, 2, 1)
    run_waiting("score_match")
    chosen = {"action": "rescore", "_selected_action": [match.pk]}
    url = reverse("admin:matches_match_changelist")
    assert "Scoring jobs: 1," in operator.post(url, {**chosen, "index": 0}).content.decode()
    operator.post(url, {**chosen, "confirmed": "yes", "reason": "a rule was wrong"})
    assert JobRun.objects.filter(kind="score_match", state="queued").count() == 1


@pytest.mark.parametrize("name", ["correct", "void", "rescore", "refresh", "rewrite"])
def test_who_may_only_look_can_do_none_of_it(staff, match, name):
    record(match, 2, 1)
    client = staff("matches.view_match")
    assert "/do/" not in client.get(page_of(match)).content.decode()
    assert do(client, match, name, **result(home=0, away=0)).status_code == 403
    assert ResultRevision.objects.count() == 1


def test_an_unknown_operation_or_match_is_not_found(operator, match):
    assert do(operator, match, "explode").status_code == 404
    match.pk = 987654
    assert do(operator, match, "rescore").status_code == 404


def test_a_season_is_closed_through_the_service(operator, match):
    url = reverse("admin:matches_season_do", args=[match.season_id, "close"])
    assert "1 of its matches have no final result" in operator.get(url).content.decode()
    operator.post(url, {"confirmed": "yes", "reason": "over"})
    match.season.refresh_from_db()
    assert match.season.closed_at
    assert JobRun.objects.filter(kind="refresh_views").count() == 1
    assert (
        "/do/close/"
        not in operator.get(reverse("admin:matches_season_change", args=[match.season_id])).content.decode()
    )


def test_the_freshness_page_shows_every_view_and_asks_for_a_refresh(operator, match):
    record(match, 2, 1)
    run_waiting("score_match", "refresh_views")
    url = reverse("admin:stats_viewrefresh_changelist")
    page = operator.get(url).content.decode()
    assert "✓ fresh" in page
    assert f"{ViewRefresh.objects.filter(view='stats_standings').count()}" in page
    operator.post(
        reverse("admin:stats_viewrefresh_do_list", args=["refresh"]), {"confirmed": "yes", "reason": "now"}
    )
    assert JobRun.objects.filter(kind="refresh_views", state="queued").count() == 1
