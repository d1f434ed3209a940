"""The checker passes what the facts carry, and refuses the rest."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.roundups.fact_check.checker import Checked, UncheckedClaim, check
from content.roundups.fact_check.figures import figures
from content.roundups.facts import Facts
from content.roundups.writers import Article
from content.text import numbers
from matches.models import Match
from tests.content.roundups.conftest import count, play, play_blanks, tell, week
from tests.example_counts import examples
from tests.factories import ForecasterFactory, homer, predict, record

pytestmark = pytest.mark.django_db

KNOWN = ["Ashford", "Barrow", "Corley Rovers", "The Oracle", "The Homer", "The Coin", "The Stranger"]


@pytest.fixture
def told(match) -> tuple[Facts, Article]:
    return tell(match)


def say(told: tuple[Facts, Article], sentence: str) -> Checked:
    """Check the article with one more sentence in it."""
    facts, article = told
    return check(replace(article, body=f"{article.body}\n\n{sentence}"), facts, known_names=KNOWN)


def test_a_good_article_passes_and_says_what_was_checked(told):
    facts, article = told

    checked = check(article, facts, known_names=KNOWN)

    assert (checked.score, checked.winner) == ("2-1", "Ashford")
    assert checked.numbers > 20
    assert checked.table_rows == 2
    assert checked.as_dict()["sentences"] == checked.sentences


@pytest.mark.parametrize(
    "sentence",
    [
        "Ashford beat Barrow 2-1.",
        "Barrow lost 2-1 to Ashford.",
        "Two of the three forecasters, 67 per cent, had a home win.",
        "The Oracle took six points with 2-1.",
        "The Homer had given 80% to what happened.",
        "The 90 minutes were enough.",
        "No one had 2-1 but The Oracle.",
    ],
)
def test_true_sentences_pass(told, sentence):
    assert say(told, sentence).sentences > check(told[1], told[0], known_names=KNOWN).sentences


def test_the_lead_of_a_leader_passes(match):
    play_blanks()
    assert say(tell(match), "The Oracle leads by three points.").winner == "Ashford"


@pytest.mark.parametrize(
    ("sentence", "token"),
    [
        ("Ashford beat Barrow 3-1.", "3-1"),
        ("Barrow beat Ashford 2-1.", "Barrow beat Ashford"),
        ("Ashford lost 2-1 to Barrow.", "Ashford lost 2-1 to Barrow"),
        ("Ashford and Barrow drew.", "drew"),
        ("It ended Ashford 1-2 Barrow.", "1-2"),
        ("All four forecasters had a home win.", "four"),
        ("Two of the three forecasters, 76 per cent, had a home win.", "76"),
        (
            "One of the three forecasters, 67 per cent, had a home win.",
            "One of the three forecasters, 67 per cent",
        ),
        ("Two of the two forecasters had a home win.", "Two of the two"),
        ("The Oracle took ten points.", "ten"),
        ("The Homer took six points.", "six"),
        ("The Homer had given 60 per cent to what happened.", "60"),
        ("The Coin is now 14th.", "14th"),
        ("The Coin is now first.", "first"),
        ("The Oracle climbed from third to first.", "third"),
        ("The Oracle stands at 6.01 points a match.", "6.01"),
        ("Half of the field was right.", "Half"),
        ("Barrow hit the post twice.", "twice"),
        ("Ashford scored in the 38th minute.", "38th"),
        ("There were 23,456 people in the ground.", "23,456"),
        ("A dozen forecasters saw it.", "dozen"),
        ("It was 2x better.", "2x"),
        ("The Stranger saw it coming.", "The Stranger"),
        ("Now for Corley Rovers.", "Corley Rovers"),
    ],
)
def test_false_sentences_are_refused_with_the_culprit(told, sentence, token):
    with pytest.raises(UncheckedClaim) as refused:
        say(told, sentence)
    assert refused.value.token == token
    assert refused.value.sentence == sentence
    assert sentence in str(refused.value)


def test_a_title_without_the_right_score_is_refused(told):
    facts, article = told
    for title in ("Ashford beat Barrow", "Ashford 1-1 Barrow", "Ashford 12-1 Barrow", "Barrow 2-1 Ashford"):
        with pytest.raises(UncheckedClaim):
            check(replace(article, title=title), facts, known_names=KNOWN)


def test_an_earlier_result_may_only_be_told_as_one(match):
    record(match, 1, 0)
    count()
    told = tell(match)
    say(told, "Corrected: it had stood as 2-1.")
    with pytest.raises(UncheckedClaim, match="'2-1'"):
        say(told, "Ashford and their 2-1 will be remembered.")


def test_a_table_row_must_be_the_one_of_its_team(told):
    table = "| # | Team | P | Pts |\n|---|---|---|---|\n"
    say(told, f"{table}| 1 | Ashford | 1 | 3 |")
    for row in (
        "| 2 | Ashford | 1 | 3 |",
        "| 1 | Ashford | 1 | 4 |",
        "| 1 | Corley Rovers | 1 | 3 |",
        "| 1 | Ashford | 1 |",
    ):
        with pytest.raises(UncheckedClaim, match="league table"):
            say(told, table + row)


def test_names_with_numbers_or_markup_in_them_are_no_claims(match):
    name = "7 of *9*, 100 per cent. Always 4-4"
    other = play_with(name)
    facts, article = tell(other)
    assert "\\*9\\*" in article.body
    check(article, facts, known_names=[name, *KNOWN])


def play_with(name: str) -> Match:
    match = week(2)
    predict(match, ForecasterFactory(name=name, slug="odd"), (1, 0))
    predict(match, homer(), (0, 1))
    return play(match, (1, 0))


def test_a_name_that_is_an_ordinary_word_does_not_block_every_article(told):
    facts, article = told
    assert check(article, facts, known_names=["The", "Most", "Nobody", "1", *KNOWN]).winner == "Ashford"


def test_every_changed_figure_outside_the_facts_is_refused(told):
    """Each number of the article in turn becomes one that the facts know nowhere."""
    facts, article = told
    found = list(re.finditer(r"(?<=[ (])\d+(?=[ ),.]| per cent)", article.body))
    assert len(found) > 15
    for number in found:
        body = f"{article.body[: number.start()]}77{article.body[number.end() :]}"
        if re.match(r" \w+ 2025| of the 2025", body[number.start() + 2 :]):
            continue
        with pytest.raises(UncheckedClaim):
            check(replace(article, body=body), facts, known_names=KNOWN)


WORDS = [word for word, value in numbers.CARDINALS.items() if value > 12]


@examples(40)
@given(data=st.data())
def test_a_wrong_number_is_refused_wherever_it_stands(told, data):
    facts, article = told
    places = [space.end() for space in re.finditer(r"(?<=[a-z]) (?=[a-z])", article.body)]
    place = data.draw(st.sampled_from(places))
    wrong = data.draw(st.one_of(st.sampled_from(WORDS), st.integers(101, 10**6).map(str), st.just("9-8")))
    body = f"{article.body[:place]}{wrong} {article.body[place:]}"
    with pytest.raises(UncheckedClaim):
        check(replace(article, body=body), facts, known_names=KNOWN)


LETTERS = ["Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta", "Eta", "Theta", "Iota", "Kappa", "Lambda"]


def test_most_changes_by_one_are_refused_even_where_the_number_is_another_fact():
    """The measure of the checker: it reads kinds and subjects, so a neighbour's number is refused too."""
    changed = refused = 0
    for number in range(1, 7):
        match = week(number)
        for model, letter in enumerate(LETTERS):
            predict(match, ForecasterFactory(name=f"The {letter}"), (model % 4, number % 3), (0.5, 0.3, 0.2))
        facts, article = tell(play(match, (number % 3, 1)))
        bodies = list(_changed_by_one(article.body))
        changed += len(bodies)
        refused += sum(_is_refused(replace(article, body=body), facts) for body in bodies)
    assert changed > 30
    assert refused / changed > 0.75


def _changed_by_one(body: str) -> Iterator[str]:
    small = "|".join(word for word, number in numbers.CARDINALS.items() if number <= 10)
    for word in re.finditer(rf"\b(?:{small})\b", body, re.IGNORECASE):
        more = numbers.cardinal_word(numbers.CARDINALS[word[0].lower()] + 1)
        yield f"{body[: word.start()]}{more}{body[word.end() :]}"


def _is_refused(article: Article, facts: Facts) -> bool:
    try:
        check(article, facts, known_names=KNOWN)
    except UncheckedClaim:
        return True
    return False


def test_number_words_are_read_back_as_they_are_written():
    for number in range(100):
        assert numbers.CARDINALS[numbers.cardinal_word(number)] == number
        if number:
            assert numbers.ORDINALS[numbers.ordinal_word(number)] == number
    kinds = [
        (figure.kind, str(figure.value)) for figure in figures("the 21st win, twice 3-2, 1.50 points, 63%")
    ]
    assert kinds == [
        ("nth", "21"),
        ("matches", "2"),
        ("scoreline", "3-2"),
        ("points", "1.50"),
        ("percent", "63"),
    ]
