"""The table of a roundup: that of the match's stage or group, as of the match."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from content.models import Roundup
from content.roundups.facts import gather
from matches.models import DrawnLot, Match, Stage
from matches.services.seasons import adjust_points
from stats.models import StandingsRow
from tests.content.roundups.conftest import count, play, publish, tell, week
from tests.factories import MatchFactory, StageFactory, TeamFactory, record
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db

KIND = Stage.Kind


def groups(**more: object) -> Stage:
    return StageFactory(name="Group stage", kind=KIND.GROUPS, **more)


def rows(match: Match) -> list[tuple[int, str, int]]:
    league = gather(match.pk)["league"]
    return [(row["position"], row["name"], row["points"]) for row in league["rows"]]


def test_a_group_match_tells_the_table_of_its_group():
    stage = groups()
    play(week(1, "Corley", "Denby", stage=stage, group="A"), (0, 5))
    play(week(1, "Ashford", "Barrow", stage=stage, group="B"), (1, 1))
    match = play(week(2, "Elton", "Ashford", stage=stage, group="B"), (1, 0))

    facts, article = tell(match)

    assert rows(match) == [(1, "Elton", 3), (2, "Barrow", 1), (3, "Ashford", 1)]
    assert facts["league"]["title"] == "Group B"
    assert "## The table of Group B" in article.body
    assert re.search(r"Elton (begin|start) with three points", article.body)
    assert "Denby" not in article.body


def test_nobody_leads_the_whole_competition_after_a_group_match():
    stage = groups()
    play(week(1, "Corley", "Denby", stage=stage, group="A"), (1, 0))
    match = play(week(2, stage=stage, group="B"), (1, 0))

    _, article = tell(match)

    assert "new leader" not in article.body
    assert "go top" not in article.body, "no one led the group before"


@pytest.mark.parametrize("kind", [KIND.KNOCKOUT, KIND.FRIENDLY, KIND.UNKNOWN])
def test_a_stage_without_a_table_tells_none(kind):
    play(week(1), (1, 0))
    match = play(
        week(2, stage=StageFactory(name="Second phase", kind=kind), round_label="Matchday 2"), (1, 0)
    )

    facts, article = tell(match)

    assert facts["league"] is None
    assert "The table" not in article.body
    assert "Pts" not in article.body


def test_a_numbered_round_of_a_league_named_like_a_cup_round_has_its_table():
    """The kind of the stage counts, not the words of the round."""
    assert rows(play(week(1, round_label="Final round 1"), (1, 0))) == [(1, "Ashford", 3), (2, "Barrow", 0)]


def test_one_of_several_stages_with_a_table_is_named():
    play(week(1, stage=StageFactory(name="Apertura")), (0, 3))
    clausura = StageFactory(name="Clausura")
    play(week(2, "Corley", "Denby", stage=clausura), (1, 0))
    match = play(week(3, stage=clausura), (2, 0))

    _, article = tell(match)

    assert rows(match) == [(1, "Ashford", 3), (2, "Corley", 3), (3, "Denby", 0), (4, "Barrow", 0)]
    assert "## The table of the Clausura" in article.body
    assert re.search(r"Ashford (go top|take the lead) of the Clausura\.", article.body)


def test_points_follow_the_rules_of_the_stage():
    stage = StageFactory(points_win=2)
    play(week(1, "Ashford", "Barrow", stage=stage), (1, 0))
    match = play(week(2, "Corley", "Ashford", stage=stage), (0, 0))

    assert rows(match) == [(1, "Ashford", 3), (2, "Corley", 1), (3, "Barrow", 0)]


def test_a_deduction_before_the_first_match_of_a_team_is_told():
    match = week(1)
    MatchFactory(
        home_team=TeamFactory(name="Corley"),
        away_team=TeamFactory(name="Denby"),
        kickoff_at=match.kickoff_at + timedelta(days=40),
    )
    adjust_points(
        stage=match.stage,
        team=TeamFactory(name="Corley"),
        points=-6,
        decided_on=date(2025, 8, 1),
        reason="late accounts",
        source="the league",
        recorded_at=timezone.now(),
    )

    _, article = tell(play(match, (1, 1)))

    assert rows(match) == [(1, "Ashford", 1), (1, "Barrow", 1), (3, "Denby", 0), (4, "Corley", -6)]
    assert "Corley have had six points deducted by the league." in article.body
    assert re.search("Barrow (begin|start) with one point", article.body)


def test_a_second_phase_begins_with_the_points_taken_along():
    regular = StageFactory()
    play(week(1, "Ashford", "Barrow", stage=regular), (1, 0))
    play(week(2, "Ashford", "Barrow", stage=regular), (1, 0))
    play(week(3, "Corley", "Denby", stage=regular), (1, 0))
    top = groups(carries_from=regular, carries="half_down", ranked_groups=["Top", "Bottom"])
    week(5, "Barrow", "Denby", stage=top, group="Bottom")
    match = play(week(4, "Corley", "Ashford", stage=top, group="Top"), (4, 0))
    last = play(week(6, "Denby", "Barrow", stage=top, group="Bottom"), (0, 1))

    facts, article = tell(match)

    assert rows(match) == [(1, "Corley", 4), (2, "Ashford", 3)]
    assert facts["league"]["leaders_before"] == ["Ashford"]
    assert re.search(r"Corley (climb|move up) from second to first on four points", article.body)
    assert "Corley had brought one point from the stage before." in article.body
    assert rows(last) == [(3, "Barrow", 3), (4, "Denby", 0)], "relegation never ranks above championship"
    assert gather(last.pk)["league"]["leaders"] == ["Barrow"]


def test_a_match_lost_by_both_is_told_and_counted_as_such():
    play(week(1), (2, 0))
    match = week(2, "Barrow", "Ashford")
    record(match, status="awarded", award="both")
    count()

    facts, article = tell(match)

    assert "It counts as a defeat for each side." in article.body
    assert "| 1 | **Ashford** | 2 | 1 | 0 | 1 | -1 | 3 |" in article.body
    assert "| 2 | **Barrow** | 2 | 0 | 0 | 2 | -5 | 0 |" in article.body
    assert facts["match"]["award"] == "both"


@pytest.mark.parametrize(
    ("score", "award", "said"),
    [
        ((None, None), "away", "It was awarded to Barrow."),
        ((0, 2), "away", "It was awarded 2-0 to Barrow."),
        ((0, 0), "both", "It counts as a defeat for each side."),
        ((1, 1), "", "It was awarded 1-1."),
    ],
)
def test_an_award_is_told_as_it_was_made(score, award, said):
    match = week(1)
    record(match, *score, status="awarded", award=award)
    count()

    assert said in publish(match).body


def test_a_corrected_award_tells_who_had_been_given_the_match():
    match = week(1)
    record(match, status="awarded", award="away")
    count()
    record(match, status="awarded", award="both")
    count()
    record(match, 2, 1)
    run_waiting()

    corrected = Roundup.objects.get(match=match, status=Roundup.Status.PUBLISHED)

    assert "the match had stood as a defeat for each side and void; now it counts" in corrected.body
    assert gather(match.pk)["correction"]["before"] == "a defeat for each side"


def test_runs_go_on_over_the_stages_of_a_season():
    for number in range(1, 3):
        play(week(number, stage=groups(), group="A"), (1, 0))
    cup = StageFactory(name="Knockout stage", kind=KIND.KNOCKOUT)
    match = play(week(3, stage=cup), (1, 0))

    runs = {run["name"]: (run["kind"], run["length"]) for run in gather(match.pk)["team_runs"]}

    assert runs == {"Ashford": ("wins", 3), "Barrow": ("losses", 3)}


def test_an_award_is_a_defeat_in_the_runs_of_a_side_that_lost_it():
    for number in range(1, 3):
        record(week(number), status="awarded", award="both")
    match = play(week(3), (0, 1))

    runs = {run["name"]: (run["kind"], run["length"]) for run in gather(match.pk)["team_runs"]}

    assert runs == {"Ashford": ("losses", 3)}


def test_only_the_matches_of_the_own_stage_are_left_of_a_round():
    clausura = StageFactory(name="Clausura")
    week(9, "Corley", "Denby", stage=clausura, round_label="Matchday 1")
    apertura = StageFactory(name="Apertura")
    week(2, "Corley", "Denby", stage=apertura, round_label="Matchday 1")

    match = play(week(1, stage=apertura, round_label="Matchday 1"), (1, 0))

    assert gather(match.pk)["ahead"]["round_left"] == 1


def test_matches_of_the_same_kickoff_in_another_group_leave_the_table_as_it_is():
    stage = groups()
    match = week(1, stage=stage, group="A")
    week(1, "Corley", "Denby", stage=stage, group="B")
    week(1, "Elton", "Filton", stage=stage, group="A")

    facts = gather(play(match, (1, 0)).pk)

    assert (facts["ahead"]["simultaneous_open"], facts["league"]["simultaneous_open"]) == (2, 1)


def test_an_old_match_keeps_the_table_of_its_day():
    stage = groups()
    old = play(week(1, stage=stage, group="A"), (1, 0))
    coming = week(2, "Barrow", "Corley", stage=stage, group="A")
    before = gather(old.pk)["league"]

    play(coming, (6, 0))

    assert gather(old.pk)["league"] == before


def test_the_table_of_the_last_match_is_the_one_that_readers_see():
    stage = groups()
    TEAMS = ("Ashford", "Barrow", "Corley", "Denby")
    DrawnLot.objects.create(
        stage=stage, team=TeamFactory(name="Denby"), number=1, source="draw", recorded_at=timezone.now()
    )
    meetings = [(home, away) for home in TEAMS for away in TEAMS if home < away]
    for number, (home, away) in enumerate(meetings, start=1):
        match = play(week(number, home, away, stage=stage, group="A"), (number % 3, number % 2))

    stored = StandingsRow.objects.filter(stage=stage).select_related("team")

    assert rows(match) == [
        (row.position, row.team.name, row.points) for row in stored.order_by("position", "team__name")
    ]
