"""The template writer: sentences with references, selected by the facts, the same for the same facts."""

from content.roundups.facts import Document
from content.roundups.writers.article import Article
from content.roundups.writers.desk import Desk, sentences
from content.roundups.writers.phrases import ahead, board, field, headline, league, story, summary, winners

NAME = "template"


def write(document: Document) -> Article:
    desk = Desk(document)
    return Article(
        title=headline.title(desk), summary=sentences(summary.summary(desk)), body=body(desk), writer=NAME
    )


def body(desk: Desk) -> str:
    """Return the article in Markdown; sections without text are left out with their headings."""
    sections = (
        ("What happened", story.story(desk), ""),
        ("How the forecasters saw it", field.field(desk), ""),
        ("Who gained, who lost", winners.winners(desk), ""),
        ("The forecasters' leaderboard", board.board(desk), ""),
        (league.heading(desk), league.league(desk), league.table(desk)),
        ("What comes next", ahead.ahead(desk), ""),
    )
    texts = [(heading, [sentences(part), table]) for heading, part, table in sections]
    return "\n\n".join(
        "\n\n".join([f"## {heading}", *filter(None, part)]) for heading, part in texts if any(part)
    )
