"""References in a text: what is inserted, where it is, and what is refused."""

import pytest

from content.roundups.references import Document, FactKind, FactSchema, InvalidReference, Span, escape, render

SCHEMA = FactSchema(
    shape={
        "match": {
            "home": {"name": FactKind.TEAM, "points": FactKind.POINTS},
            "score": FactKind.SCORE,
            "status": FactKind.CODE,
            "reason": FactKind.QUOTATION,
        },
        "picks": [{"name": FactKind.FORECASTER, "points": FactKind.POINTS, "percent": FactKind.PER_CENT}],
        "place": FactKind.PLACE,
        "lead": FactKind.AVERAGE,
        "difference": FactKind.GOALS,
        "verb": FactKind.RESULT,
    },
    sources={
        "match": ["/match/"],
        "picks": ["/picks/"],
        "picks.*": ["/picks/{name}/"],
    },
)


def document(**changed) -> Document:
    facts = {
        "match": {
            "home": {"name": "Ashford", "points": 5},
            "score": "1-3",
            "status": "finished",
            "reason": "A typing error",
        },
        "picks": [
            {"name": "Elo", "points": 1, "percent": 63},
            {"name": "bet365", "points": 14, "percent": 0},
        ],
        "place": 3,
        "lead": 0.5,
        "difference": -7,
        "verb": "beat",
    }
    return Document(facts | changed, SCHEMA)


def text(template: str, *, markdown: bool = False, **changed) -> str:
    return render(template, document(**changed), markdown=markdown)[0]


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("It has {match.home.points}.", "It has 5."),
        ("It has {match.home.points|words}.", "It has five."),
        ("It has {match.home.points|counted}.", "It has five points."),
        ("It has {picks.0.points|counted}.", "It has one point."),
        ("It has {picks.1.points|counted}.", "It has 14 points."),
        ("It is {place|ordinal}.", "It is third."),
        ("It is {place}.", "It is 3."),
        ("It has {picks.0.percent|per_cent}.", "It has 63 per cent."),
        ("It leads by {lead}.", "It leads by 0.50."),
        ("It has {difference|signed}.", "It has -7."),
        ("It came {match.home.points|times}.", "It came five times."),
        ("It had {match.home.points|all}.", "It had all five."),
        ("It is {picks.0.name|possessive}.", "It is Elo's."),
        ("They won {match.score|winner_first}.", "They won 3-1."),
        ("It ended {match.score}.", "It ended 1-3."),
    ],
)
def test_a_fact_is_inserted_in_the_form_asked_for(template, expected):
    assert text(template) == expected


def test_nothing_is_counted_as_no_points():
    assert text("It has {match.home.points|counted}.", match={"home": {"points": 0}}) == "It has no points."


def test_positions_are_those_of_the_rendered_text():
    written, spans = render("So {picks.0.name} takes {picks.0.points|counted}.", document(), markdown=False)

    assert spans == [Span(3, 6, "picks.0.name", "Elo"), Span(13, 22, "picks.0.points", 1)]
    assert [written[span.start : span.end] for span in spans] == ["Elo", "one point"]


def test_a_name_that_looks_like_a_reference_stays_a_name():
    names = {"match": {"home": {"name": "{match.home.points}", "points": 5}}}
    assert text("{match.home.name} have {match.home.points}.", **names) == "{match.home.points} have 5."


def test_facts_are_escaped_in_markdown_and_positions_follow():
    names = {"match": {"home": {"name": "1. FC *A*", "points": 5}}}
    written, spans = render(
        "So {match.home.name} have {match.home.points}.", document(**names), markdown=True
    )

    assert written == r"So 1\. FC \*A\* have 5."
    assert [written[span.start : span.end] for span in spans] == [r"1\. FC \*A\*", "5"]


def test_numbers_in_markdown_are_not_escaped():
    assert text("| {difference|signed} |", markdown=True) == "| -7 |"


def test_a_number_word_at_the_start_of_a_sentence_gets_a_capital_and_a_name_does_not():
    assert text("{match.home.points|words} did. {picks.1.name} did.") == "Five did. bet365 did."
    assert text("## {match.home.points|words}\n\n{match.home.points|words} did") == "## Five\n\nFive did"
    assert text("{picks.0.name} {match.home.points|words}, {picks.1.name} {picks.0.points|words}") == (
        "Elo five, bet365 one"
    )


def test_a_name_that_ends_with_a_full_stop_is_followed_by_no_other():
    names = {"match": {"home": {"name": "Ashford F.C.", "points": 5}}}
    assert text("It was {match.home.name}. So be it.", **names) == "It was Ashford F.C. So be it."


@pytest.mark.parametrize(
    "template",
    [
        "{match.away.name}",
        "{match.home}",
        "{picks.2.name}",
        "{picks.name}",
        "{picks.-1.name}",
        "{match.home.name.first}",
        "{match.status}",
        "{match.home.name|words}",
        "{match.home.points|per_cent}",
        "{match.home.points|shouted}",
        "{match.home.points",
        "match.home.points}",
        "{ match.home.points }",
        "{}",
        "{match.home.points!r}",
        "{__class__}",
    ],
)
def test_a_reference_to_nothing_or_in_another_form_is_refused(template):
    with pytest.raises(InvalidReference):
        render(template, document(), markdown=False)


def test_a_missing_fact_cannot_be_inserted():
    with pytest.raises(InvalidReference, match="refers to no fact"):
        text("{match.reason}", match={"reason": None})


def test_the_source_of_a_fact_is_that_of_the_closest_object():
    facts = document()
    assert facts.sources("match.home.points") == ["/match/"]
    assert facts.sources("picks.1.points") == ["/picks/bet365/"]
    assert facts.sources("place") == []


def test_the_parent_of_a_fact_is_the_object_that_contains_it():
    assert document().parent("picks.1.points")["name"] == "bet365"
    assert document().parent("place")["place"] == 3


def test_all_facts_are_listed_with_their_kinds():
    listed = {address: (kind, value) for address, kind, value in document(place=None).all()}
    assert listed["picks.1.percent"] == (FactKind.PER_CENT, 0)
    assert "place" not in listed
    assert len(listed) == 14


def test_markdown_is_escaped_to_be_read_as_itself():
    assert escape("1. FC_x") == r"1\. FC\_x"
    assert escape("- a | b") == r"\- a \| b"
