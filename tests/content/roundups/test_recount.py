"""Every value in the roundups of random seasons is counted again from the tables."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from content.roundups import generate
from content.roundups.facts import SCHEMA, Document, gather
from matches.models import Competition, Match, Stage
from tests.content.roundups.conftest import count, week
from tests.content.roundups.outside import assert_only_facts_have_numbers_and_names, texts_of
from tests.content.roundups.recount import Recount
from tests.example_counts import examples
from tests.factories import ForecasterFactory, StageFactory, predict, record

pytestmark = pytest.mark.django_db
TEAMS = ("Ashford", "Barrow", "Corley", "Denby")
PEOPLE = ("Alpha", "Beta", "Gamma", "Delta", "Epsilon")
GOALS = st.tuples(st.integers(0, 3), st.integers(0, 3))
CHANCES = st.sampled_from([(0.6, 0.25, 0.15), (0.3, 0.4, 0.3), (0.1, 0.2, 0.7), (0.45, 0.275, 0.275)])


@st.composite
def played(draw: st.DrawFn) -> dict[str, Any]:
    """A match: teams, predictions and result, perhaps with extra time, a void end or a correction."""
    home, away = draw(st.permutations(TEAMS))[:2]
    score = draw(GOALS)
    more: dict[str, int] = {}
    if draw(st.integers(0, 3)) == 0:
        late = draw(st.tuples(st.integers(0, 1), st.integers(0, 1)))
        more = {"home_score_aet": score[0] + late[0], "away_score_aet": score[1] + late[1]}
        if len({*map(more.__getitem__, more)}) == 1:
            more |= dict(
                zip(
                    ("home_penalties", "away_penalties"), draw(st.sampled_from([(4, 3), (2, 4)])), strict=True
                )
            )
    picks = {}
    for name in draw(st.sets(st.sampled_from(PEOPLE))):
        pick, chances = draw(st.none() | GOALS), draw(st.none() | CHANCES)
        if pick or chances:
            picks[name] = (pick, chances, draw(st.sampled_from(["archive", "archive", "hindsight"])))
    return {
        "teams": (home, away),
        "score": score,
        "more": more,
        "picks": picks,
        "status": draw(st.sampled_from(["finished"] * 5 + ["abandoned", "cancelled", "awarded"])),
        "corrected": draw(st.none() | st.none() | GOALS),
        "days": draw(st.sampled_from([0, 1, 7])),
    }


SEASONS = st.tuples(
    st.lists(played(), min_size=1, max_size=7),
    st.sampled_from(["league", "groups", "knockout"]),
    st.sampled_from(["full_time", "after_extra_time"]),
    st.sampled_from(["UTC", "Europe/London", "Pacific/Auckland"]),
)


def season(games: list[dict[str, Any]], kind: str, basis: str, zone: str) -> list[Match]:
    """Record the matches in their order, each scored and counted before the next."""
    day, matches = 1, []
    stage = StageFactory(name="Stage", kind=Stage.Kind(kind))
    Competition.objects.update(score_basis=basis, time_zone=zone)
    for number, game in enumerate(games, start=1):
        day += game["days"]
        label = f"Round {number}" if kind == "knockout" else f"Matchday {number}"
        group = "A" if kind == "groups" else ""
        match = week(0, *game["teams"], stage=stage, round_label=label, group=group)
        Match.objects.filter(pk=match.pk).update(
            kickoff_at=match.kickoff_at + timedelta(days=day), lock_at=match.lock_at + timedelta(days=day)
        )
        match.refresh_from_db()
        for name, (pick, chances, provenance) in game["picks"].items():
            made = ForecasterFactory(
                name=f"The {name}", kind="bookmaker" if name == "Alpha" else "statistical"
            )
            predict(match, made, pick, chances, provenance=provenance)
        finish(match, game)
        count()
        if game["corrected"] and game["status"] == "finished":
            record(match, *game["corrected"], reason="A typing error, it was 9-9")
            count()
        matches.append(match)
    return matches


def finish(match: Match, game: dict[str, Any]) -> None:
    if game["status"] == "finished":
        record(match, *game["score"], **game["more"])
    elif game["status"] == "awarded":
        record(match, 3, 0, status="awarded")
    else:
        record(match, status=game["status"])


def assert_recounted(match: Match) -> None:
    match.refresh_from_db()
    facts = gather(match.pk)
    article = generate.article_of(facts, writer="template")
    assert_only_facts_have_numbers_and_names(article, Document(facts, SCHEMA))
    recount = Recount(match, facts)
    for name, text in texts_of(article).items():
        for span in article.spans[name]:
            expected = recount.value(span.address)
            assert expected in (..., span.value), (span, expected, text)


@examples(80)
@given(drawn=SEASONS)
def test_every_value_in_every_roundup_of_a_random_season_is_what_the_tables_say(drawn):
    with transaction.atomic():
        for match in season(*drawn):
            assert_recounted(match)
        transaction.set_rollback(True)


def test_the_days_of_matches_in_another_year_are_recounted():
    matches = [week(1), week(20, "Barrow", "Ashford"), week(30, "Ashford", "Corley")]
    for match in matches:
        record(match, 2, 1)
    count()
    for match in matches:
        assert_recounted(match)
    facts = gather(matches[1].pk)
    assert facts["earlier_meeting"]["kickoff_on"] == "Saturday 23 August 2025"
    assert gather(matches[0].pk)["ahead"]["home"]["kickoff_on"] == "Saturday 3 January 2026"


def test_a_match_with_hundreds_of_forecasters_is_recounted():
    match = week(1)
    for number in range(500):
        made = ForecasterFactory(name=f"Model {number}")
        predict(match, made, (number % 4, number % 3), (0.5, 0.3, 0.2) if number % 2 else None)
    record(match, 2, 1)
    count()
    assert_recounted(match)


@pytest.mark.parametrize(
    ("section", "name"),
    [("heroes", "points"), ("field", "score_picks"), ("match", "goals"), ("lost_most", "pick")],
)
def test_a_wrong_value_is_noticed(section, name, monkeypatch):
    match = week(1)
    for person, pick in (("Alpha", (4, 3)), ("Beta", (0, 1)), ("Gamma", (2, 2))):
        predict(match, ForecasterFactory(name=person), pick)
    record(match, 4, 3)
    count()
    assert_recounted(match)
    facts = gather(match.pk)
    facts[section][name] = "7-7" if name == "pick" else facts[section][name] + 1
    monkeypatch.setattr("tests.content.roundups.test_recount.gather", lambda pk: facts)

    with pytest.raises(AssertionError):
        assert_recounted(match)
