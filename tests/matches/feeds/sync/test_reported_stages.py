"""A match follows the stage and group of its feed, unless another source or an operator decided them."""

import pytest

from matches.models import Match, ResultRevision, Season, Stage
from matches.services.stages import assign, stage_named, undecided
from matches.stage_hints import StageHint, stage_of_round
from tests.factories import MatchFactory, SeasonFactory, StageFactory
from tests.fixtures.feeds import OVER, the_match
from tests.matches.feeds.providers.documents import Told, api_football_match, football_data_match

pytestmark = pytest.mark.django_db

WON = Told(status="finished", ninety=(2, 1))


def place() -> tuple[str, str, str]:
    match = the_match()
    return match.stage.name, match.stage.kind, match.group


@pytest.fixture
def reports(subscribe, server, says):
    """`reports(stage="GROUP_STAGE", group="GROUP_A")`: football-data reports the match with these fields."""
    subscribed = subscribe()

    def report(told: Told = WON, **fields: object) -> dict[str, int]:
        server.documents["football-data"] = {"matches": [football_data_match(told, **fields)]}
        return dict(says(subscribed, at=OVER).done)

    return report


def test_a_match_is_added_in_its_stage_and_group(reports):
    assert reports(stage="GROUP_STAGE", group="GROUP_B") == {"added": 1, "recorded": 1}

    assert place() == ("Group stage", "groups", "B")


def test_a_match_follows_when_the_feed_reports_another_stage(reports):
    reports()
    assert place() == ("Regular season", "league", "")

    assert reports(stage="GROUP_STAGE", group="GROUP_B") == {"assigned": 1}

    assert place() == ("Group stage", "groups", "B")


def test_a_group_that_is_reported_later_completes_the_stage(reports):
    reports(stage="GROUP_STAGE")
    assert place() == ("Group stage", "unknown", "")

    reports(stage="GROUP_STAGE", group="GROUP_B")

    assert place() == ("Group stage", "groups", "B")


def test_a_stage_that_an_operator_changed_stays(reports):
    reports()
    match = the_match()
    assign(match, StageFactory(name="Cup", kind="knockout"), group="", leg=None)

    reports(stage="GROUP_STAGE", group="GROUP_B")

    assert place() == ("Cup", "knockout", "")


def test_a_kind_that_an_operator_decided_stays(reports):
    reports()
    Stage.objects.update(kind="groups")

    reports(lastUpdated="2026-03-08T00:00:00Z", matchday=8)

    assert place() == ("Regular season", "groups", "")


@pytest.fixture
def second(subscribe, server, says):
    """`second("Round of 16")`: API-Football reports the match in this round."""
    subscribed = subscribe("api-football")

    def report(label: str) -> None:
        entry = api_football_match(WON)
        entry["league"]["round"] = label
        server.documents["api-football"] = {"response": [entry], "errors": []}
        says(subscribed, at=OVER)

    return report


def test_a_second_feed_decides_an_unknown_stage(reports, second):
    reports(stage="ROUND_3")
    assert place() == ("Rounds", "unknown", "")

    second("Round of 16")
    assert place() == ("Knockout stage", "knockout", "")

    reports(stage="ROUND_3", matchday=9)
    assert place() == ("Knockout stage", "knockout", ""), "an unknown kind changes nothing"


def test_a_second_feed_with_other_names_changes_no_known_stage(reports, second):
    reports()

    for label in ("Apertura - 5", "Clausura - 5"):
        second(label)
        assert place() == ("Regular season", "league", "")


def test_a_leg_that_is_reported_later_is_added(reports, server):
    reports(stage="SEMI_FINALS", matchday=None)
    assert the_match().leg is None

    reports(stage="SEMI_FINALS", matchday=2)

    assert the_match().leg == 2


# --- Reasons --------------------------------------------------------------------------------------------


def told_with(reason: str, **status: object) -> dict:
    return {
        "response": [api_football_match(Told(), long=reason, **status)],
        "errors": [],
        "paging": {"total": 1},
    }


@pytest.mark.parametrize(
    ("short", "status"), [("PST", "postponed"), ("ABD", "abandoned"), ("AWD", "awarded")]
)
def test_a_reason_of_a_feed_is_kept_with_the_result(subscribe, server, says, short, status):
    server.documents["api-football"] = told_with("Floodlight failure", short=short)

    says(subscribe("api-football"), at=OVER)

    revision = ResultRevision.objects.get()
    assert (revision.status, revision.reason) == (status, "Floodlight failure")


# --- Stages of a season ---------------------------------------------------------------------------------


def test_a_split_is_created_with_ranked_groups_and_waits_for_an_operator():
    season: Season = SeasonFactory()
    league = StageFactory(season=season)
    split = stage_named(season, stage_of_round("Championship Round - 1"))
    unknown = stage_named(season, StageHint("Rounds"))
    stage_named(season, StageHint("Empty"))
    for stage in (league, split, unknown):
        MatchFactory(season=season, stage=stage)

    assert split.ranked_groups == ["Championship round", "Relegation round"]
    assert (split.carries, split.carries_from) == ("nothing", None)
    assert list(undecided()) == [split, unknown]

    Stage.objects.filter(pk=split.pk).update(carries_from=league)
    assert list(undecided()) == [unknown]


def test_a_stage_of_unknown_kind_gets_the_first_kind_that_is_known():
    season = SeasonFactory()
    stage_named(season, StageHint("Main"))

    assert stage_named(season, StageHint("Main", "league")).kind == "league"
    assert stage_named(season, StageHint("Main", "knockout")).kind == "league"
    assert not Match.objects.exists()
