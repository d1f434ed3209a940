"""Every model has an admin, every page of it opens, and no list asks a query per row."""

import pytest
from axes.models import AccessAttempt, AccessLog
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, User
from django.db import connection
from django.templatetags.static import static
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from content.models import Roundup
from core.admin.actions import ReadOnlyAdmin
from core.pipeline.models import Heartbeat
from matches.admin.shared import OpenFilter
from matches.models import TeamAlias
from matches.services.grounds import move_ground
from matches.services.seasons import adjust_points
from tests.core.pipeline.copies import add_copies
from tests.factories import (
    KICKOFF,
    MatchFactory,
    StageFactory,
    TeamFactory,
    coin,
    committed,
    digest_of,
    homer,
    missed_question,
    new_key,
    oracle,
    predict,
    record,
    upcoming_match,
)
from tests.matches.feeds.rows import a_feed_with_all_that_comes_of_it
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db

OURS = ("pipeline", "matches", "scoring", "stats", "content")
REGISTERED = [model for model in admin.site._registry if model._meta.app_label in OURS]
# On the page of the row that they belong to.
INLINE = {"KickoffMove", "MatchSource", "DrawnLot", "DailyUsage", "Timestamp"}
# The admin has no pages for composite keys (scores and tallies show what is in these), nor for counters, nor
# for answers that are kept for a day, nor for statistics that the pages show in full.
WINDOWED = {
    "BoardHistory",
    "BoardInference",
    "BoardMember",
    "CalibrationCell",
    "CalibrationReport",
    "DailyLatency",
    "FieldSum",
    "MatchDifficulty",
    "PairSum",
    "Participant",
    "SettlementScore",
    "FormPeriod",
    "NamesVersion",
    "PredictionLogEntry",
    "PredictionLog",
    "StoredResponse",
    "PlacesBacktest",
    "SeasonForecast",
    "StandingsRow",
    "StandingsChange",
    "LinkImage",
}


@pytest.fixture
def a_played_season(db):
    """Two matches with all that the pipeline makes of them, one corrected."""
    for scores in ([(2, 1), (2, 2)], [(0, 0)]):
        play(*scores)
    Heartbeat.objects.create(name="reconciler", beat_at=timezone.now())
    TeamAlias.objects.create(team=TeamFactory(name="Ashford"), source="feed", name="Ashford Town")
    a_feed_with_all_that_comes_of_it()
    missed_question(MatchFactory())
    new_key(oracle())
    committed(upcoming_match())
    digest_of(MatchFactory())
    move_ground(match_id=upcoming_match().pk, source="feed", moved_at=timezone.now())
    adjust_points(
        stage=StageFactory(),
        team=TeamFactory(name="Ashford"),
        points=-3,
        decided_on=KICKOFF.date(),
        reason="Breach of the rules",
        source="The league",
        recorded_at=timezone.now(),
    )


def play(*scores: tuple[int, int]) -> None:
    match = MatchFactory()
    for forecaster, pick in ((oracle(), (2, 1)), (homer(), (1, 0)), (coin(), (1, 1))):
        predict(match, forecaster, pick)
    for home, away in scores:
        record(match, home, away)
        run_waiting()


def test_every_model_of_ours_is_in_the_admin():
    models = {
        model for label in OURS for model in apps.get_app_config(label).get_models() if model._meta.managed
    }
    elsewhere = {model.__name__ for model in models} - {model.__name__ for model in REGISTERED}
    assert elsewhere == INLINE | WINDOWED


def list_of(model) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def test_every_list_and_every_page_opens(a_played_season, operator):
    for model in REGISTERED:
        row = model.objects.first()
        assert row is not None, model
        page = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[row.pk])
        for url in (list_of(model), page):
            assert (url, operator.get(url).status_code) == (url, 200)


def test_no_list_asks_a_query_per_row(a_played_season, operator):
    """Of every model in the admin, those of other packages included: 10 rows more ask no more."""
    AccessAttempt.objects.create(username="eve", ip_address="192.0.2.1", failures_since_start=1)
    AccessLog.objects.create(username="ada", ip_address="192.0.2.1", path_info="/admin/")
    Group.objects.get_or_create(name="readers")
    LogEntry.objects.log_actions(User.objects.first().pk, [oracle()], CHANGE, "why", single_object=True)
    models = [model for model in admin.site._registry if model._meta.managed]
    for model in models:
        add_copies(model, max(1, 2 - model.objects.count()))
    for model in models:
        operator.get(list_of(model))

    asked = {}
    for model in models:
        few = queries_of(operator, model)
        add_copies(model, 10)
        asked[model.__name__] = few, queries_of(operator, model)

    assert {name: counts for name, counts in asked.items() if counts[1] != counts[0]} == {}


def queries_of(operator, model) -> int:
    """Return the number of queries of the model's list, which must show all of its rows."""
    filters = [each for each in admin.site._registry[model].list_filter if isinstance(each, type)]
    all_rows = {"state": "all"} if any(issubclass(each, OpenFilter) for each in filters) else {}
    with CaptureQueriesContext(connection) as captured:
        page = operator.get(list_of(model), all_rows)
    shown = page.context["cl"].result_count
    assert shown >= model.objects.count(), model
    return len(captured)


@pytest.mark.parametrize("model", ["settlement", "score", "tally", "viewrefresh", "roundup"])
def test_what_can_be_made_anew_cannot_be_edited(model):
    (found,) = [
        model_admin for each, model_admin in admin.site._registry.items() if each._meta.model_name == model
    ]
    assert isinstance(found, ReadOnlyAdmin)


def test_a_roundup_is_shown_as_it_is_published(a_played_season, operator):
    roundup = Roundup.objects.filter(status="published").first()
    page = operator.get(reverse("admin:content_roundup_change", args=[roundup.pk])).content.decode()
    assert roundup.body_html in page
    assert "&quot;settlement_id&quot;" in page


def test_the_index_loads_our_stylesheet_and_no_inline_script(operator):
    page = operator.get("/admin/").content.decode()
    assert static("pipeline/admin.css") in page
