"""The writer that needs no model: phrases, chosen by what is notable."""

from collections.abc import Callable

from content.roundups.facts import Facts
from content.roundups.writers.english import escape
from content.roundups.writers.phrases import ahead, board, field, headline, league, story, summary, winners
from content.roundups.writers.registry import Article
from content.roundups.writers.template_context import Desk

Part = Callable[[Desk], list[str]]


class TemplateWriter:
    """Deterministic prose: the same facts give the same article."""

    name = "template"

    def write(self, facts: Facts) -> Article:
        plain, markdown = Desk(facts, show=str), Desk(facts, show=escape)
        return Article(
            title=headline.title(plain),
            summary=summary.summary(plain),
            body=body(markdown),
            writer=self.name,
        )


def body(desk: Desk) -> str:
    """The article in Markdown; parts that have nothing to say are left out with their headings."""
    parts = (
        ("What happened", story.story(desk), ""),
        ("How the field saw it", field.field(desk), ""),
        ("Who gained, who lost", winners.winners(desk), ""),
        ("The forecasters' board", board.board(desk), ""),
        (league.heading(desk), league.league(desk), league.table(desk)),
        ("What comes next", ahead.ahead(desk), ""),
    )
    told = [_part(desk, *part) for part in parts]
    return "\n\n".join(part for part in told if part)


def _part(desk: Desk, heading: str, sentences: list[str], table: str) -> str:
    blocks = [desk.sentences(sentences), table]
    text = "\n\n".join(block for block in blocks if block)
    return f"## {heading}\n\n{text}" if text else ""
