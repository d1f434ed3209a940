"""What is refused in a text by a language model, and that the template then writes the roundup."""

import random
from collections import Counter

import pytest
from django.utils import timezone

from content.models import Roundup
from content.roundups import jobs
from content.roundups.facts import SCHEMA, Document, gather
from content.roundups.writers import template
from content.roundups.writers.article import Article
from content.roundups.writers.llm_check import TextRefused, check
from core.pipeline.models import JobRun
from matches.models import Endpoint, Match
from tests.content.roundups.conftest import play, play_blanks, week
from tests.factories import EndpointFactory
from tests.loopback_llm import says
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db
TITLE = "{match.home.name} {match.score.text} {match.away.name}"
KNOWN = ["Ashford", "Barrow", "The Oracle", "The Homer", "The Coin", "Corley"]
WINNER_FIRST = "{match.score.text|winner_first}"


@pytest.fixture
def match(db) -> Match:
    """Ashford 2-1 Barrow; the Oracle had 2-1, the Homer 1-0, the Coin 1-1."""
    play_blanks()
    return play(week(1), (2, 1), [(2, 1), (1, 0), (1, 1)])


def reason(
    match: Match, text: str, title: str = "{match.home.name} {match.score.text} {match.away.name}"
) -> str:
    """Why the text is refused; "" if it is accepted."""
    article = Article(title=title, summary="{field.hits.text}.", body=f"## News\n\n{text}", writer="llm")
    try:
        check(article, Document(gather(match.pk), SCHEMA), known_names=KNOWN)
    except TextRefused as refused:
        return str(refused)
    return ""


@pytest.mark.parametrize(
    "text",
    [
        f"{{result.subject}} {{result.verb}} {{result.object}} {WINNER_FIRST}.",
        "Here {field.consensus.count|words} of {field.score_picks|words} had {field.consensus.texts.0}.",
        "{picks.0.name} had {picks.0.pick}, {picks.0.verdict}, and got {picks.0.points|counted}.",
        "The day belonged to {heroes.people.0.name}, with {heroes.points|counted}.",
        "{league.rows.0.name} are {league.rows.0.position|ordinal} with {league.rows.0.points} points.",
        "No one, it seems, minded; one another is fine, too.".replace("No one, it seems, minded; o", "O"),
    ],
)
def test_text_with_references_is_accepted(match, text):
    assert reason(match, text) == ""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("The match had 3 goals.", "'3' is a digit"),
        ("It had ³ goals.", "is a digit"),
        ("The match had three goals.", "'three' is a number"),
        ("It was the twenty-first match.", "'twenty-first' is a number"),
        ("They met twice, and both were fine.", "is a number"),
        ("A brace by Salah made it so.", "'Salah' is a name"),
        ("So Ashford did it.", "'Ashford' is a name"),
        ("ashford did it.", "'Ashford' is a name"),
        ("In the end The Coin got nothing.", "'The Coin' is a name"),
        ("So Corley watched.", "'Corley' is a name"),
        ("The striker was superb.", "something that no fact contains"),
        ("{match.away.name} won.", "'won' is about a result"),
        ("{match.home.name} are now unbeaten.", "'unbeaten' is about a result"),
        ("{match.away.name} lead the table.", "'lead' is about a result"),
        ("They finished level.", "'level' is about a result"),
        ("Everyone saw it.", "'Everyone' is about a result"),
        (
            f"{{result.object}} {{result.verb}} {{result.subject}} {WINNER_FIRST}.",
            "needs Ashford as",
        ),
        (
            f"{{match.away.name}} {{result.verb}} {{match.home.name}} {WINNER_FIRST}.",
            "needs Ashford as",
        ),
        ("{match.home.name} {result.verb} {picks.0.name}.", "needs Barrow as its object"),
        ("{picks.1.name} got {picks.0.points|counted}.", "is about The Oracle"),
        ("It got {picks.0.points|counted}.", "is about The Oracle"),
        ("{picks.2.name} is best with {heroes.points|counted}.", "is about The Oracle"),
        ("{league.rows.1.name} have {league.rows.0.points|counted}.", "is about"),
        ("{picks.0.name} got {picks.0.points|words} goals.", "counts points, not goals"),
        ("{match.referee} was there.", "refers to no fact"),
        ("{match.status} it was.", "does not have this form"),
        ("{match.home.name|ordinal} it was.", "does not have this form"),
        ("See [the table](page).", "Markdown or HTML"),
        ("It was **great**.", "Markdown or HTML"),
        ("A <b>great</b> match.", "Markdown or HTML"),
        ("A great match&#33;", "is a digit"),
    ],
)
def test_anything_else_is_refused_with_a_reason(match, text, why):
    assert why in reason(match, text)


def test_the_title_has_the_score(match):
    assert "lacks {match.score.text}" in reason(
        match, "It was fine.", title="{match.home.name} and a good day"
    )


def test_all_reasons_of_a_text_are_named_at_once(match):
    assert reason(match, "So Ashford won 3 points.").count(" is ") == 3


# --- A sloppy model --------------------------------------------------------------------------------------

GOOD = (
    "{result.subject} {result.verb} {result.object} {match.score.text|winner_first} on {match.kickoff_on}.",
    "{field.consensus.count|words} of {field.score_picks|words} had expected {field.consensus.texts.0}.",
    "{picks.0.name} had {picks.0.pick} and got {picks.0.points|counted}.",
    "{field.hits.text}, as the figures show.",
)
SLIPS = {
    "a digit": ("The crowd of forecasters gave it 2 points.", "They had met on 12 May."),
    "a number word": ("The favourites took all three points.", "It was their second meeting."),
    "an invented name": ("A late goal by Haaland decided it.", "At Villa Park the mood was good."),
    "a typed name": ("Barrow deserved more.", "The Oracle did well."),
    "a reversed winner": ("{result.object} {result.verb} {result.subject}.",),
    "a word about the result": ("Barrow's side lost again.", "The hosts won with ease.", "They stay top."),
    "a fact of someone else": ("{picks.2.name} got {picks.0.points|counted}.",),
    "a wrong reference": (
        "{match.stadium} was full.",
        "{heroes.name} did it.",
        "{field.consensus.percent|words}.",
    ),
    "Markdown": ("Read [more](here).", "# A headline", "It was *close*."),
    "HTML": ("It was <em>close</em>.",),
    "a link": ("More at https://example.net/.",),
}


def sloppy(seed: int) -> tuple[dict, set[str]]:
    """An answer with up to two mistakes, and their names."""
    dice = random.Random(seed)
    slips = dice.sample(sorted(SLIPS), dice.choice([0, 1, 1, 1, 2]))
    paragraphs = [*GOOD, *(dice.choice(SLIPS[slip]) for slip in slips)]
    dice.shuffle(paragraphs)
    sections = [{"heading": "The match", "paragraphs": paragraphs}]
    return {"title": TITLE, "summary": GOOD[2], "sections": sections}, set(slips)


def test_of_fifty_answers_of_a_sloppy_model_exactly_those_without_a_mistake_are_published(
    match, endpoint_server, settings
):
    JobRun.objects.all().delete()
    settings.ROUNDUP_WRITER = "llm"
    EndpointFactory(purpose="roundups", forecaster=None, base_url=endpoint_server.url, max_tokens=2000)
    refused = Counter[str]()
    for seed in range(50):
        answer, slips = sloppy(seed)
        Roundup.objects.all().delete()
        Endpoint.objects.update(failures_in_row=0)
        endpoint_server.behave(says(answer))
        jobs.request_roundup([match.pk], now=timezone.now())
        run_waiting("write_roundup")
        roundup = Roundup.objects.get()
        assert (roundup.writer == "llm") == (not slips), (slips, roundup.checks["refused"])
        refused.update(slips or {"nothing"})
        assert len(roundup.checks["refused"]) == (2 if slips else 0)
    assert refused.keys() == {*SLIPS, "nothing"}
    assert refused["nothing"] == 10


def test_the_template_itself_writes_after_the_second_refusal(match, endpoint_server, settings):
    settings.ROUNDUP_WRITER = "llm"
    EndpointFactory(purpose="roundups", forecaster=None, base_url=endpoint_server.url, max_tokens=2000)
    wrong, _ = sloppy(1)
    wrong["summary"] = "Ashford won 2-1."
    endpoint_server.behave(says(wrong))
    JobRun.objects.all().delete()
    jobs.request_roundup([match.pk], now=timezone.now())
    run_waiting("write_roundup")

    roundup = Roundup.objects.get()

    assert len(endpoint_server.asked) == 2
    assert "is a digit outside a reference" in endpoint_server.asked[1]["body"]["messages"][-1]["content"]
    expected = template.write(Document(gather(match.pk), SCHEMA))
    assert roundup.writer == expected.writer == "template"
