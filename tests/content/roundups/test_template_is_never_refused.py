"""The checker accepts every article of the template writer, in every wording."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given

from content.models import Roundup
from content.roundups.fact_check.checker import UncheckedClaim, check
from content.roundups.facts import Facts, gather
from content.roundups.writers import get
from matches.models import Match
from tests.content.roundups import invented
from tests.content.roundups.conftest import count, tell, week
from tests.example_counts import examples
from tests.factories import coin, homer, oracle, predict, record
from tests.pipeline_helpers import run_waiting

KNOWN = [invented.HOME, invented.AWAY, *invented.OTHERS, *(f"The {name}" for name in invented.NAMES)]
WORDINGS = ("On average Ashford", "The mean probabilities:", "Together they had given")


@examples(150)
@given(facts=invented.facts())
def test_every_article_of_the_template_passes(facts: Facts):
    assert check(get().write(facts), facts, known_names=KNOWN).sentences > 1


@examples(50)
@given(facts=invented.facts())
def test_facts_that_were_stored_before_tables_had_titles_are_still_told(facts: Facts):
    """Facts of schema 3."""
    facts["schema"] = 3
    del facts["match"]["award"]  # type: ignore[misc]
    if facts["correction"]:
        del facts["correction"]["award_before"]  # type: ignore[misc]
    if league := facts["league"]:
        del league["title"], league["simultaneous_open"]  # type: ignore[misc]
        for row in league["rows"]:
            del row["carried"]  # type: ignore[misc]

    assert check(get().write(facts), facts, known_names=KNOWN).sentences > 1


@pytest.fixture
def favourites(db) -> Match:
    """Ashford - Barrow, with a mean probability of 9 per cent for the draw; no result yet."""
    match = week(1)
    for forecaster, score, p in (
        (oracle, (3, 0), (0.88, 0.09, 0.03)),
        (homer, (2, 0), (0.9, 0.07, 0.03)),
        (coin, (1, 1), (0.8, 0.11, 0.09)),
    ):
        predict(match, forecaster(), score, p)
    return match


@pytest.mark.parametrize("score", [(2, 1), (1, 2), (1, 1), (0, 0)])
def test_a_draw_below_ten_per_cent_is_told_in_every_wording_whatever_the_outcome(favourites, score):
    record(favourites, *score)
    count()
    facts, found = gather(favourites.pk), set()
    for number in range(1, 30):  # the match id selects the wording
        facts["match"]["id"] = number
        article = get().write(facts)
        check(article, facts, known_names=KNOWN)
        found |= {wording for wording in WORDINGS if wording in article.body}
    assert found == set(WORDINGS)


def test_every_wording_of_the_probabilities_passes_with_every_outcome_and_small_percentage(favourites):
    refused = []
    for score in ((2, 1), (1, 2), (1, 1)):
        record(favourites, *score)
        count()
        facts = gather(favourites.pk)
        for number, draw, home in product(range(1, 10), range(13), (0, 9, 50)):
            facts["match"]["id"] = number
            facts["field"]["chances"] |= {
                "home_percent": home,
                "draw_percent": draw,
                "away_percent": 100 - home - draw,
            }
            try:
                assert check(get().write(facts), facts, known_names=KNOWN).sentences > 1
            except UncheckedClaim as fault:
                refused.append(str(fault))
    assert refused == []


@pytest.mark.parametrize("score", [(2, 1), (1, 2)])
def test_the_pipeline_publishes_the_roundup_of_a_match_whose_draw_was_unlikely(favourites, score):
    matches = [favourites]
    for number in range(2, 8):
        match = week(number)
        predict(match, oracle(), (3, 0), (0.88, 0.09, 0.03))
        predict(match, homer(), (2, 0), (0.9, 0.07, 0.03))
        matches.append(match)
    for match in matches:
        record(match, *score)

    ran = run_waiting()

    assert {run.state for run in ran} == {"done"}, [run.error for run in ran]
    assert Roundup.objects.filter(status="published").count() == len(matches)


@pytest.mark.parametrize(
    "sentence",
    [
        "Ashford and Barrow draw 2-1.",
        "Ashford and Barrow draw 2\N{EN DASH}1.",
        "Ashford and Barrow drew 2-1.",
    ],
)
def test_a_claimed_draw_is_still_refused_where_someone_won(favourites, sentence):
    record(favourites, 2, 1)
    count()
    facts, article = tell(favourites)
    with pytest.raises(UncheckedClaim, match="claims a draw"):
        check(replace(article, body=f"{article.body}\n\n{sentence}"), facts, known_names=KNOWN)
