"""Table in the context of a prompt: that of the match's stage or group, equal to the one that readers see."""

import json
import random
from datetime import date, timedelta

import pytest
from django.utils import timezone

from matches.forecasters.llm import build_prompt
from matches.match_context import context_of_matches
from matches.models import DrawnLot, Match, Stage
from matches.services.seasons import adjust_points
from stats.models import StandingsRow
from tests.factories import MatchFactory, StageFactory, TeamFactory, record
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db

KIND, CARRIES = Stage.Kind, Stage.Carries


def fixture(stage: Stage, home: str, away: str, *, days: float = 1, **more) -> Match:
    """Create a match in so many days from now."""
    return MatchFactory(
        stage=stage,
        home_team=TeamFactory(name=home),
        away_team=TeamFactory(name=away),
        kickoff_at=timezone.now() + timedelta(days=days),
        **more,
    )


def ended(stage: Stage, home: str, away: str, score: tuple[int, int], *, days: float = -2, **more) -> Match:
    match = fixture(stage, home, away, days=days, **more)
    record(match, *score)
    return match


def told(match: Match) -> dict:
    return context_of_matches([match.pk], now=timezone.now())[match.pk]


def table(match: Match) -> list[tuple[int, str, int]]:
    return [(row["place"], row["team"], row["points"]) for row in told(match)["table"]]


def deduct(stage: Stage, team: str, points: int) -> None:
    adjust_points(
        stage=stage,
        team=TeamFactory(name=team),
        points=-points,
        decided_on=date(2025, 9, 1),
        reason="late accounts",
        source="the league",
        recorded_at=timezone.now(),
    )


@pytest.mark.parametrize("kind", [KIND.KNOCKOUT, KIND.FRIENDLY, KIND.UNKNOWN])
def test_a_stage_without_a_table_is_asked_about_without_a_word_of_tables(kind):
    ended(StageFactory(), "Ashford", "Barrow", (2, 0))
    stage = StageFactory(name="Quarter-finals", kind=kind)
    ended(stage, "Ashford", "Corley", (1, 0))
    match = fixture(stage, "Ashford", "Barrow")

    prompt = json.dumps(build_prompt(told(match)))

    assert "table" not in prompt
    assert "standings" not in prompt
    assert "Quarter-finals" in prompt


def test_a_group_match_comes_with_the_table_of_its_group():
    stage = StageFactory(name="Group stage", kind=KIND.GROUPS)
    ended(stage, "Ashford", "Barrow", (1, 0), group="A")
    ended(stage, "Denby", "Elton", (5, 1), group="B")
    coming = fixture(stage, "Corley", "Ashford", group="A")

    context = told(coming)

    assert table(coming) == [(1, "Ashford", 3), (2, "Corley", 0), (3, "Barrow", 0)]
    assert (context["match"]["stage_kind"], context["match"]["group"]) == ("groups", "A")


def test_results_of_another_stage_count_in_no_table_but_their_own():
    ended(StageFactory(name="Apertura"), "Ashford", "Barrow", (3, 0))
    coming = fixture(StageFactory(name="Clausura"), "Ashford", "Barrow")

    assert table(coming) == [(1, "Ashford", 0), (1, "Barrow", 0)]


def test_a_deduction_before_the_first_match_is_in_the_table():
    stage = StageFactory()
    ended(stage, "Ashford", "Barrow", (1, 1))
    coming = fixture(stage, "Corley", "Denby")
    deduct(stage, "Corley", 6)

    assert table(coming) == [(1, "Ashford", 1), (1, "Barrow", 1), (3, "Denby", 0), (4, "Corley", -6)]
    assert [row.get("adjustment") for row in told(coming)["table"]] == [None, None, None, -6]


def test_two_points_for_a_win_are_counted_as_such():
    stage = StageFactory(points_win=2)
    ended(stage, "Ashford", "Barrow", (4, 0))
    ended(stage, "Corley", "Barrow", (0, 0))
    ended(stage, "Corley", "Denby", (1, 0))
    coming = fixture(stage, "Ashford", "Denby")

    assert table(coming) == [(1, "Corley", 3), (2, "Ashford", 2), (3, "Barrow", 1), (4, "Denby", 0)]


def test_a_match_lost_by_both_sides_is_a_defeat_of_both():
    stage = StageFactory()
    ended(stage, "Ashford", "Barrow", (1, 0), days=-9)
    record(fixture(stage, "Barrow", "Ashford", days=-2), status="awarded", award="both")
    coming = fixture(stage, "Ashford", "Barrow", game=2)

    rows = {row["team"]: row for row in told(coming)["table"]}

    assert [rows["Ashford"][name] for name in ("won", "lost", "goals_for", "goals_against")] == [1, 1, 1, 3]
    assert [rows["Barrow"][name] for name in ("won", "lost", "goals_for", "goals_against")] == [0, 2, 0, 4]


def test_a_split_season_is_told_with_what_is_carried():
    regular = StageFactory()
    ended(regular, "Ashford", "Barrow", (1, 0), days=-30)
    ended(regular, "Corley", "Denby", (2, 2), days=-29)
    deciding = StageFactory(
        name="Second phase",
        kind=KIND.GROUPS,
        carries_from=regular,
        carries=CARRIES.HALF_UP,
        ranked_groups=["Championship", "Relegation"],
    )
    fixture(deciding, "Ashford", "Corley", group="Championship")
    coming = fixture(deciding, "Barrow", "Denby", group="Relegation")

    assert table(coming) == [(3, "Denby", 1), (4, "Barrow", 0)]
    assert told(coming)["table"][0]["carried"] == 1


def test_the_own_result_is_never_in_the_table():
    match = ended(StageFactory(), "Ashford", "Barrow", (5, 0))

    assert table(match) == [(1, "Ashford", 0), (1, "Barrow", 0)]


def test_an_awarded_first_leg_counts_in_the_aggregate_as_in_a_table():
    stage = StageFactory(name="Knockout stage", kind=KIND.KNOCKOUT, away_goals=True)
    record(fixture(stage, "Barrow", "Ashford", days=-7), status="awarded", award="away")
    ended(StageFactory(), "Barrow", "Ashford", (9, 9), days=-40)
    second = fixture(stage, "Ashford", "Barrow", leg=2)

    tie = told(second)["tie"]

    assert (tie["aggregate"], tie["away_goals_rule"]) == ("3-0", True)
    assert [(leg["leg"], leg["home"], leg["score"]) for leg in tie["earlier_legs"]] == [(1, "Barrow", "0-3")]


# --- The same table as in the API and on the pages --------------------------------------------------------


def result(dice: random.Random) -> dict:
    """Return a random result: mostly played, sometimes awarded, with and without a score."""
    goals = {"home": dice.randrange(4), "away": dice.randrange(4)}
    level = {"home": goals["home"], "away": goals["home"], "home_penalties": 4, "away_penalties": 3}
    awards = [{"status": "awarded", "award": side} for side in ("home", "away", "both")]
    return dice.choice([goals, goals, goals, level, *awards, {"status": "awarded", "home": 3, "away": 0}])


def season_with_every_kind_of_stage(dice: random.Random) -> None:
    names = ("Ashford", "Barrow", "Corley", "Denby", "Elton", "Filton")
    regular = StageFactory(points_win=dice.choice([2, 3]), points_shootout_win=2, points_shootout_loss=1)
    groups = StageFactory(name="Group stage", kind=KIND.GROUPS)
    split = StageFactory(
        name="Second phase",
        kind=KIND.GROUPS,
        carries_from=regular,
        carries=dice.choice(CARRIES.values[1:]),
        carries_record=dice.random() < 0.5,
        ranked_groups=["Top", "Bottom"],
    )
    cup = StageFactory(name="Knockout stage", kind=KIND.KNOCKOUT)
    for home in names:
        for away in set(names) - {home}:
            group = "A" if {home, away} <= set(names[:3]) else "B" if {home, away} <= set(names[3:]) else ""
            half = {"A": "Top", "B": "Bottom"}.get(group, "")
            for stage, of_group in ((regular, ""), (cup, ""), (groups, group), (split, half)):
                if of_group or stage in (regular, cup):
                    match = fixture(stage, home, away, days=-1, group=of_group)
                    if dice.random() < 0.6:
                        record(match, **result(dice))
    deduct(regular, "Corley", 2)
    DrawnLot.objects.create(
        stage=groups, team=TeamFactory(name="Barrow"), number=1, source="UEFA", recorded_at=timezone.now()
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_table_is_the_one_that_readers_see(seed):
    season_with_every_kind_of_stage(random.Random(seed))
    run_waiting("refresh_views")
    coming = list(Match.objects.filter(result_version=0).select_related("stage"))

    contexts = context_of_matches([match.pk for match in coming], now=timezone.now())

    assert len({match.stage_id for match in coming}) == 4
    for match in coming:
        rows = StandingsRow.objects.filter(stage=match.stage, group__in=["", match.group])
        expected = [
            (row.position, row.team.name, row.played, row.goals_for, row.points, row.carried, row.adjustment)
            for row in rows.select_related("team").order_by("position", "team__name")
        ]
        assert expected == [
            (
                *(row[name] for name in ("place", "team", "played", "goals_for", "points")),
                *(row.get(name, 0) for name in ("carried", "adjustment")),
            )
            for row in contexts[match.pk].get("table", ())
        ]
