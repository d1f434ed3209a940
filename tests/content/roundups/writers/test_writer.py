"""The prose of the template writer, in the situations that a season brings."""

import re

import pytest

from content.roundups.facts import gather
from content.roundups.generate import RenderedArticle
from content.roundups.markdown import render
from content.roundups.writers.desk import listing, sentences
from matches.models import Competition, Match
from tests.content.roundups.conftest import count, play, publish, tell, week
from tests.factories import ForecasterFactory, TeamFactory, coin, homer, oracle, predict, record

pytestmark = pytest.mark.django_db


def text_of(match: Match) -> RenderedArticle:
    return tell(match)[1]


def sentences_of(article: RenderedArticle) -> list[str]:
    prose = "\n\n".join(block for block in article.body.split("\n\n") if block[0] not in "#|")
    return re.split(r"(?<=[.!?])\s+", f"{article.summary}\n{prose}")


def test_an_ordinary_match_is_told_in_order(match):
    article = text_of(match)

    news = "The Oracle (calls|has) the exact score"
    assert re.fullmatch(f"Ashford 2-1 Barrow: {news}", article.title)
    headings = re.findall(r"^## (.+)$", article.body, re.MULTILINE)
    assert headings == [
        "What happened",
        "How the forecasters saw it",
        "Who gained, who lost",
        "The forecasters' leaderboard",
        "The table",
    ], "and nothing of what comes next: no later match is known"
    assert "back-tests" in article.body
    assert "| 1 | **Ashford** | 1 | 1 | 0 | 0 | +1 | 3 |" in article.body


def test_the_same_facts_give_the_same_article(match):
    assert tell(match)[1] == tell(match)[1]


def test_wording_varies_from_match_to_match():
    played = [play(week(number), (1, 0), [(1, 0), (1, 0), (0, 0)]) for number in range(1, 13)]
    openings = {re.sub(r"on \w+ \d.*", "", sentences_of(text_of(match))[2]) for match in played}
    assert len(openings) > 1


SITUATIONS = {
    "everybody right": ((2, 0), [(2, 1), (1, 0), (3, 0)]),
    "nobody right": ((0, 1), [(2, 1), (1, 0), (1, 1)]),
    "nobody had the draw": ((1, 1), [(2, 1), (1, 0), (0, 2)]),
    "goalless": ((0, 0), [(0, 0), (1, 0), (1, 1)]),
    "a lone hit": ((0, 3), [(0, 1), (1, 0), (1, 1)]),
    "a rout": ((6, 1), [(2, 1), (1, 0), (1, 1)]),
    "one prediction": ((1, 0), [(1, 0)]),
    "one wrong prediction": ((1, 0), [(0, 1)]),
    "two apart": ((1, 0), [(1, 0), (0, 1)]),
    "two wrong": ((1, 0), [(1, 1), (0, 1)]),
    "no prediction": ((3, 2), []),
}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_situation_reads_without_a_repeated_sentence(situation):
    article = text_of(play(week(1), *SITUATIONS[situation]))

    told = sentences_of(article)
    assert len(told) == len(set(told))
    assert not re.search(r"\b(None|null|nan)\b(?! of)|\{|\}|  | [.,;]|\b(\w+) \2\b", " ".join(told))
    assert not re.search(r"\b(?:one|1) (?:points|matches|goals|forecasters)\b", " ".join(told))


def test_nobody_predicted_it():
    article = text_of(play(week(1), (3, 2)))
    assert article.title == "Ashford 3-2 Barrow"
    assert "Who gained" not in article.body


@pytest.mark.parametrize(
    ("status", "score", "said"),
    [
        ("abandoned", (1, 1), "was abandoned. The recorded score is 1-1."),
        ("cancelled", (None, None), "was cancelled. The predictions are void"),
        ("awarded", (3, 0), "It was awarded 3-0 to Ashford."),
    ],
)
def test_a_void_match_says_so(status, score, said):
    match = week(1)
    predict(match, oracle(), (2, 1))
    record(match, *score, status=status)
    count()

    article = text_of(match)

    assert "no points given" in article.title
    assert article.summary == "The match does not count: one prediction is void."
    assert said in article.body
    assert "Who gained" not in article.body


def test_probabilities_alone_are_told_as_such():
    match = week(1)
    predict(match, oracle(), None, (0.6, 0.25, 0.15))
    predict(match, coin(), None, (0.3, 0.4, 0.3))
    record(match, 0, 1)
    count()
    article = text_of(match)
    assert "Two forecasters gave probabilities, but no score." in article.body
    assert article.summary == "Two forecasters had given a win for Barrow 23 per cent on average."


def test_a_correction_is_told_at_the_top_and_in_the_text(match):
    record(match, 1, 1)
    count()
    article = text_of(match)
    assert article.summary.startswith("Corrected: the match had been reported as 2-1, a win for Ashford.")
    assert "the result had stood as 2-1" in article.body


def test_extra_time_and_penalties_are_told_apart_from_the_score_that_counts():
    match = week(1, round_label="Final", neutral=True)
    predict(match, oracle(), (0, 0))
    record(match, 0, 0, home_score_aet=1, away_score_aet=1, home_penalties=3, away_penalties=4)
    count()
    article = text_of(match)
    assert article.title.startswith("Ashford 0-0 Barrow (Barrow win on penalties)")
    scores = "it was 0-0 after 90 minutes and 1-1 after extra time. Forecasts are judged by the 90 minutes."
    assert scores in article.body


def test_the_longest_names_still_give_a_title_that_fits():
    teams = {
        side: TeamFactory(name=letter * 100, slug=letter) for side, letter in (("home", "x"), ("away", "y"))
    }
    match = week(1)
    match.home_team, match.away_team = teams["home"], teams["away"]
    match.save()
    assert len(text_of(play(match, (1, 0))).title) <= 200


HOSTILE = [
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "1. FC *Ashford*",
    "- a | b",
    "&lt;b&gt;",
    "# `x`",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_markup_in_a_name_is_shown_and_never_run(name):
    match = week(1, name, "Barrow")
    match.home_team.slug = "hostile"
    predict(match, ForecasterFactory(name=f"{name} model"), (1, 0))
    predict(match, homer(), (0, 1))

    html = render(text_of(play(match, (1, 0))).body)

    shown = name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert f"<strong>{shown}</strong>" in html
    assert not re.search(r"<(script|b|a|em|code|h1|li|ul)\b", html)


def test_english():
    assert [listing(list(names)) for names in ("", "A", "AB", "ABC")] == ["", "A", "A and B", "A, B and C"]
    assert sentences(["a win", "", "{match.winner} won"]) == "A win. {match.winner} won."


def test_a_round_may_be_a_bare_number_that_stands_in_the_score(db):
    match = week(1, round_label="1")
    play(match, (3, 1), [(3, 1), (1, 0)])
    play(week(2, round_label="2"), (2, 1), [(2, 1)])

    roundup = publish(match)

    assert gather(match.pk)["match"]["round_in"] == "in round 1"
    assert "3-1" in roundup.title


@pytest.mark.parametrize(
    "name",
    ["Renamed Team!!", "Arsenal F.C.", "Who?", "1. FC Ashford", "St. Barrow", "Two", "Inter (Reserves)"],
)
def test_a_team_may_have_an_odd_name_and_its_roundups_are_written(db, name):
    """A name that ends like a sentence, or has a number in it, must not be read as either."""
    matches = [
        play(week(1, name, "Barrow"), (2, 0), [(2, 0), (1, 0), (0, 0)]),
        play(week(2, "Corley", name), (1, 1), [(1, 1), (2, 0), (0, 3)]),
        play(week(3, name, "Denby"), (0, 3), [(0, 3), (0, 1), (2, 2)]),
        play(week(4, "Barrow", name), (0, 2), [(0, 0), (0, 2), (1, 2)]),
    ]
    for match in matches:
        assert publish(match).body


def test_the_same_place_is_told_as_a_tie():
    match = week(1)
    for number in range(9):
        predict(match, ForecasterFactory(name=f"Model {number}"), (2, 1))
    predict(match, coin(), (0, 0))
    record(match, 2, 1)
    count()

    assert "Model 0, Model 1 and seven others did best, all nine with 2-1" in text_of(match).body


def test_a_market_that_is_beaten_is_news():
    match = week(1)
    bookmaker = ForecasterFactory(name="The Bookmaker", kind="bookmaker")
    predict(match, bookmaker, None, (0.6, 0.25, 0.15))
    for forecaster, pick in ((oracle, (0, 1)), (homer, (1, 2)), (coin, (1, 1))):
        predict(match, forecaster(), pick)
    record(match, 0, 3)
    count()

    article = text_of(match)

    assert article.title == "Ashford 0-3 Barrow: the forecasters beat the bookmakers"


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Matchday 38", "on Saturday 30 August 2025, matchday 38 of the 2025/26 Premier League."),
        ("7", "in round 7 of the 2025/26 Premier League on Saturday 30 August 2025."),
        ("Final", "in the final of the 2025/26 Premier League on Saturday 30 August 2025."),
        ("Quarter-finals", "in the quarter-finals of"),
        ("Semifinal 1st leg", "in the semi-finals of"),
        ("Round of 16", "in the round of 16 of"),
        ("Third Place Play-Off", "in the match for third place of"),
        ("Group B Matchday 3", "in Group B of"),
        ("Third round", "in the third round of"),
    ],
)
def test_the_round_has_its_preposition(label, expected):
    play(week(1), (1, 0))
    match = play(week(2, round_label=label), (1, 0))
    assert expected in text_of(match).body


def test_dates_are_in_the_time_zone_of_the_competition():
    match = play(week(1), (1, 0))
    following = week(2)
    Competition.objects.update(time_zone="Pacific/Auckland")

    assert following.kickoff_at.weekday() == 5
    assert "on Sunday 24 August 2025" in text_of(match).body
    assert "on Sunday 31 August (Auckland time)." in text_of(match).body


def test_a_record_of_the_season_is_told_after_some_matches_only():
    for number in range(1, 22):
        match = play(week(number), (1, 0))
    assert "No earlier match" not in text_of(match).body

    article = text_of(play(week(22), (3, 3)))

    assert "No earlier match of the season had as many goals: six." in article.body
