"""Digests are true: all numbers stand in spans, and an independent recount agrees with each."""

import random
from collections import defaultdict
from datetime import timedelta

import pytest

from content.digests.fact_schema import SCHEMA
from content.digests.template import write
from content.models import Digest
from content.roundups.references import Document
from matches.imports.predictions.bulk import import_predictions
from matches.imports.predictions.copy_format import ImportRow
from matches.models import Match, Team
from scoring.models import Score
from tests.content.digests.conftest import assert_numbers_stand_in_spans, matchday, play, publish
from tests.factories import (
    KICKOFF,
    ForecasterFactory,
    MatchFactory,
    StageFactory,
    TeamFactory,
    oracle,
    predict,
    record,
)

pytestmark = pytest.mark.django_db
HOSTILE = ("1. FC *Nord*", "{round.goals}", "<b>9</b> | Town", "Team [7](x)", "A\nB", "Zwölf & Söhne")


def goals(match: Match) -> tuple[int, int]:
    return (3, 0) if match.award else (match.home_score, match.away_score)


def naive_table(matches: list[Match]) -> dict[str, tuple[int, int, int]]:
    """Return points, goal difference and goals of each team; a match awarded to the home team counts 3-0."""
    table: dict[str, tuple[int, int, int]] = defaultdict(lambda: (0, 0, 0))
    for match in matches:
        for team, ours, theirs in (
            (match.home_team.slug, *goals(match)),
            (match.away_team.slug, *reversed(goals(match))),
        ):
            points, difference, scored = table[team]
            won = 3 if ours > theirs else 1 if ours == theirs else 0
            table[team] = (points + won, difference + ours - theirs, scored + ours)
    return table


def place(table: dict, team: str) -> int:
    return 1 + sum(row > table[team] for row in table.values())


def recount(digest: Digest) -> None:
    """Compare the facts with sums over the rows of the database."""
    facts = digest.facts
    matches = list(Match.objects.filter(stage=digest.stage).select_related("home_team", "away_team"))
    in_table = [match for match in matches if match.status in ("finished", "awarded")]
    finished = [match for match in in_table if match.kickoff_at <= digest.as_of]
    ours = [match for match in matches if match.pk in digest.match_ids]
    begun_at = min(match.kickoff_at for match in ours)
    after = naive_table(finished)
    before = naive_table([match for match in finished if match.kickoff_at < begun_at])
    teams = {team.slug for match in matches for team in (match.home_team, match.away_team)}
    for table in (after, before):
        for team in teams:
            table[team] = table[team]
    for row in facts["tables"][0]["rows"] if facts["tables"] else ():
        assert (row["points"], row["goal_difference"]) == after[row["slug"]][:2]
        assert row["position"] == place(after, row["slug"])
        if row["position_before"] is not None:
            assert row["position_before"] == place(before, row["slug"])
    if facts["tables"] and facts["tables"][0]["lead"] is not None:
        most, second = sorted((row[0] for row in after.values()), reverse=True)[:2]
        assert facts["tables"][0]["lead"] == most - second
    counted = [match for match in ours if match.status == "finished"]
    widest = (
        max((abs(match.home_score - match.away_score), match.pk) for match in counted) if counted else (0,)
    )
    if facts["rout"]:
        assert (5, facts["rout"]["id"]) <= widest
        assert facts["rout"]["id"] == widest[1]
    assert facts["round"]["goals"] == sum(match.home_score + match.away_score for match in counted)
    assert (facts["round"]["matches"] or 0) == len(counted)
    points: dict[str, int] = defaultdict(int)
    scores = Score.objects.filter(prediction__match__in=counted).select_related("prediction__forecaster")
    for score in scores:
        points[score.prediction.forecaster.slug] += score.points
    best = facts["field"] and facts["field"]["best"]
    if best:
        assert best["points"] == max(points.values())
        assert best["count"] == list(points.values()).count(best["points"])
        assert {person["slug"] for person in best["people"]} <= {
            slug for slug, sum_ in points.items() if sum_ == best["points"]
        }


def assert_spans_are_facts(digest: Digest) -> None:
    """Each span shows the fact at its address, and has a source."""
    document = Document(digest.facts, SCHEMA)
    for name in ("title", "summary", "body"):
        for start, end, address, value in digest.spans[name]:
            assert getattr(digest, name)[start:end]
            assert document.find(address)[1] == value
            assert document.sources(address)


@pytest.mark.parametrize("seed", range(4))
def test_an_independent_recount_agrees_with_random_rounds(seed):
    dice = random.Random(seed)
    teams = [TeamFactory(name=name, slug=f"team-{number}") for number, name in enumerate(HOSTILE)]
    people = [ForecasterFactory(name=f"{name}!", slug=f"f-{number}") for number, name in enumerate(HOSTILE)]
    for number in (1, 2, 3):
        dice.shuffle(teams)
        for home, away in zip(teams[::2], teams[1::2], strict=True):
            kickoff_at = KICKOFF + timedelta(days=7 * number, hours=dice.randrange(40))
            match = MatchFactory(matchday=number, home_team=home, away_team=away, kickoff_at=kickoff_at)
            for person in people[: dice.choice([0, 1, 6])]:
                predict(match, person, (dice.randrange(4), dice.randrange(3)), (0.5, 0.25, 0.25))
            score = dice.randrange(4), dice.randrange(4)
            status = dice.choice(["finished"] * 6 + ["abandoned", "cancelled", "awarded", "postponed"])
            award = {"award": "home"} if status == "awarded" else {}
            record(match, *(score if status == "finished" else (None, None)), status=status, **award)
    publish()

    digests = list(Digest.objects.filter(status="published"))
    assert digests
    for digest in digests:
        recount(digest)
        assert_numbers_stand_in_spans(digest)
        assert_spans_are_facts(digest)


def test_a_digest_tells_results_moves_and_the_best_and_worst(db):
    first, second = matchday(1)
    play(first, (2, 1), [(2, 1), (1, 0), (1, 1)])
    play(second, (0, 0), [(0, 0), (2, 0), (1, 1)])
    digest = publish()

    assert digest.title == "Premier League, Matchday 1: The Oracle did best with 12 points"
    assert digest.summary == (
        "Two matches with three goals, on Saturday 23 August 2025. Ashford lead the table with three points."
        " The Oracle did best, with 12 points."
    )
    assert "- Ashford 2-1 Barrow (2 of 3 right)" in digest.body
    assert "The Homer had the fewest, " in digest.body


def test_moves_in_the_table_are_those_since_before_the_round(db):
    for number, scores in ((1, [(2, 1), (0, 0)]), (2, [(1, 0), (0, 3)])):
        for match, score in zip(matchday(number), scores, strict=True):
            play(match, score)
    digest = publish()

    assert digest.title == "Premier League, Matchday 2: Corley go top"
    assert "Corley go top, with four points. " in digest.body
    assert "Barrow climb furthest, from fourth to second." in digest.body
    assert "No one predicted a match of this round before its kickoff." in digest.body


def test_only_tables_of_groups_that_played_are_told(db):
    stage = StageFactory(name="Group stage", kind="groups")
    for group, number in (("A", 1), ("B", 2)):
        names = [TeamFactory(name=f"{group} {side}") for side in ("North", "South", "East", "West")]
        for home, away in ((0, 1), (2, 3)):
            MatchFactory(
                stage=stage,
                group=group,
                round_label=f"Round {number}",
                home_team=names[home],
                away_team=names[away],
                kickoff_at=KICKOFF + timedelta(days=number),
            )
    for match in Match.objects.filter(round_label="Round 2"):
        play(match, (1, 0))
    digest = publish()

    assert [table["title"] for table in digest.facts["tables"]] == ["Group B"]
    assert "## The table of Group B" in digest.body


def test_two_legs_tell_who_goes_through(db):
    stage = StageFactory(name="Knockout", kind="knockout")
    teams = [TeamFactory(name=name) for name in ("Ashford", "Barrow", "Corley", "Denby")]
    for leg in (1, 2):
        for home, away in ((0, 1), (2, 3)):
            pair = (teams[home], teams[away]) if leg == 1 else (teams[away], teams[home])
            match = MatchFactory(
                stage=stage,
                leg=leg,
                round_label=f"Semi-finals, leg {leg}",
                home_team=pair[0],
                away_team=pair[1],
                kickoff_at=KICKOFF + timedelta(days=7 * leg),
            )
            play(match, (1, 0) if home == 0 or leg == 1 else (0, 2), [(1, 0)])
    publish()
    first, second = Digest.objects.order_by("round_label")

    assert "- Ashford v Barrow: Ashford lead 1-0 after the first leg" in first.body
    assert "- Corley v Denby: Corley go through 3-0 on aggregate" in second.body
    assert "- Ashford v Barrow: Level at 1-1" in second.body
    assert "## The table" not in second.body
    assert_numbers_stand_in_spans(second)


def test_ties_of_forecasters_are_told_as_ties_and_500_are_bounded(db):
    first, second = matchday(1)
    rows = [ForecasterFactory(name=f"Bot {number:03}") for number in range(500)]
    made = (
        ImportRow(number, match.pk, row.pk, 1, 0, None, None, None, None, "")
        for match in (first, second)
        for number, row in enumerate(rows)
    )
    assert sum(chunk.stored for chunk in import_predictions(made)) == 1000
    play(first, (1, 0))
    play(second, (1, 0))
    digest = publish()

    assert "All 500 forecasters took 12 points each." in digest.body
    assert len(str(digest.facts)) < 6000


def test_one_forecaster_is_told_as_the_only_one(db):
    for match in matchday(1):
        play(match, (1, 0), [(1, 0)])
    assert "The Oracle, the only forecaster with scores, took 12 points." in publish().body


def test_probabilities_alone_name_the_closest(db):
    people = [ForecasterFactory(name=name) for name in ("Sharp", "Blunt")]
    for match in matchday(1):
        predict(match, people[0], None, (0.8, 0.1, 0.1))
        predict(match, people[1], None, (0.4, 0.3, 0.3))
        record(match, 1, 0)
    digest = publish()
    assert "Sharp gave the best probabilities, by average RPS." in digest.body
    assert digest.facts["field"]["best"] is None


def test_a_round_that_no_one_had_right_is_news(db):
    for match in matchday(1):
        play(match, (0, 2), [(1, 0), (2, 0), (1, 1)])
    digest = publish()
    assert digest.title == "Premier League, Matchday 1: no forecaster had a result right"
    assert "No one took a point." in digest.body
    assert "| Forecaster |" not in digest.body


def test_the_same_facts_give_the_same_text(db):
    for match in matchday(1):
        play(match, (1, 0), [(1, 0), (2, 0)])
    digest = publish()
    assert write(digest.facts).body == digest.body


def test_a_long_headline_is_shortened(db):
    teams = [TeamFactory(name=f"{'Long Name ' * 9}{number}", slug=f"long-{number}") for number in range(4)]
    for home, away in ((0, 1), (2, 3)):
        match = MatchFactory(
            round_label="Matchday " + "7" * 90, home_team=teams[home], away_team=teams[away], matchday=home
        )
        play(match, (2, 0), [(0, 1), (0, 1), (0, 2)])
    assert Team.objects.count() == 4
    assert len(publish().title) <= 200


def test_hindsight_predictions_are_left_out(db):
    for match in matchday(1):
        predict(match, oracle(), (1, 0), provenance="hindsight")
        record(match, 1, 0)
    assert publish().facts["field"] is None


@pytest.mark.parametrize(
    ("scores", "news"),
    [
        (((6, 0), (1, 0)), "Ashford 6-0 Barrow"),
        (((6, 0), (6, 0)), "two matches, 12 goals"),
        (((2, 0), (1, 1)), "Ashford lead by two points"),
        (((1, 1), (0, 0)), "two matches, two goals"),
    ],
)
def test_a_round_with_one_forecaster_has_news_of_the_football(scores, news):
    for match, score in zip(matchday(1), scores, strict=True):
        play(match, score, [score])
    assert publish().title == f"Premier League, Matchday 1: {news}"


def test_one_forecaster_is_not_counted_for_each_result():
    for match in matchday(1):
        play(match, (2, 1), [(2, 1)])
    body = publish().body
    assert (
        "One forecaster predicted two scores: two had the right result (100 per cent), and two were exact."
        in body
    )
    assert "right)" not in body
