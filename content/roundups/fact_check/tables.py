"""Markdown tables: a row that names a team must be that team's row of the facts, cell by cell."""

import re
from collections.abc import Iterator, Sequence

from content.roundups.facts import Facts

# What a heading means; cells under other headings are not accepted.
_COLUMNS = {
    "": "position",
    "#": "position",
    "p": "played",
    "w": "won",
    "d": "drawn",
    "l": "lost",
    "gf": "goals_for",
    "ga": "goals_against",
    "gd": "goal_difference",
    "pts": "points",
    "team": "name",
}
_BOLD = re.compile(r"^\*\*(.*)\*\*$")
_RULE = re.compile(r"[|:\- ]+")


def is_table(block: str) -> bool:
    return block.startswith("|")


def wrong_cells(block: str, facts: Facts) -> Iterator[tuple[str, str]]:
    """Cells that the facts do not carry, each with its row. `block` has names as they are, unmasked."""
    heading, *lines = block.splitlines()
    columns = [_COLUMNS.get(cell.lower(), cell) for cell in _cells(heading)]
    for line in lines:
        if not _RULE.fullmatch(line):
            yield from ((cell, line) for cell in _wrong(columns, _cells(line), facts))


def _cells(line: str) -> list[str]:
    cells = re.split(r"(?<!\\)\|", line.strip().removeprefix("|").removesuffix("|"))
    return [re.sub(r"\\([\W_])", r"\1", _BOLD.sub(r"\1", cell.strip())) for cell in cells]


def _wrong(columns: Sequence[str], cells: Sequence[str], facts: Facts) -> Iterator[str]:
    league = facts["league"]
    rows = {row["name"]: row for row in league["rows"]} if league else {}
    name = next((cell for column, cell in zip(columns, cells, strict=False) if column == "name"), "")
    if name not in rows or len(cells) != len(columns):
        yield name or cells[0]
        return
    for column, cell in zip(columns, cells, strict=True):
        if cell.removeprefix("+") != str(dict(rows[name]).get(column)):
            yield cell
