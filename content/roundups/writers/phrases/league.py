"""The table of the league, stage or group with this match counted."""

from collections.abc import Iterator
from typing import Any

from content.roundups.writers.desk import Desk, fill, listing

HEAD = "| # | Team | P | W | D | L | GD | Pts |\n|---:|:---|---:|---:|---:|---:|---:|---:|"
POINT = 1  # for a draw
CELLS = ("played", "won", "drawn", "lost", "goal_difference|signed", "points")
MOVES = {
    "up": ("{T} move up from {B|ordinal} to {P|ordinal}", "{T} climb from {B|ordinal} to {P|ordinal}"),
    "down": ("{T} drop from {B|ordinal} to {P|ordinal}", "{T} slip from {B|ordinal} to {P|ordinal}"),
    "still": ("{T} stay {P|ordinal}", "{T} remain {P|ordinal}"),
    "new": ("{T} start", "{T} begin"),
}


def heading(desk: Desk) -> str:
    title = (desk.facts["league"] or {}).get("title")
    return "The table of {league.title}" if title else "The table"


def league(desk: Desk) -> list[str]:
    """Return the sentences; `table` returns the rows."""
    if desk.facts["league"] is None:
        return []
    return [*_leader(desk), *_sides(desk), *_adjusted(desk), *_as_it_stood(desk)]


def table(desk: Desk) -> str:
    """Return the table in Markdown, both teams in bold; "" without one."""
    lines = []
    for index, row in enumerate((desk.facts["league"] or {}).get("rows", ())):
        address = f"league.rows.{index}"
        name = f"**{{{address}.name}}**" if row["plays_here"] else f"{{{address}.name}}"
        cells = [f"{{{address}.position}}", name, *(f"{{{address}.{cell}}}" for cell in CELLS)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([HEAD, *lines]) if lines else ""


def has_new_leader(desk: Desk) -> bool:
    """Return True if one of both teams is now the only one in first place."""
    facts = desk.facts["league"] or {}
    here = {row["name"] for row in facts.get("rows", ()) if row["plays_here"]}
    return bool(facts.get("new_leader")) and len(facts["leaders"]) == 1 and facts["leaders"][0] in here


def _leader(desk: Desk) -> Iterator[str]:
    first = desk.facts["league"]["rows"][0]
    # If it was lower before, the sentence about its position contains this.
    if has_new_leader(desk) and first["position_before"] in (None, first["position"]):
        of = " of {league.title}" if desk.facts["league"]["title"] else ""
        yield desk.choose(
            "leader", f"{{league.leaders.0}} go top{of}", f"{{league.leaders.0}} take the lead{of}"
        )


def _sides(desk: Desk) -> Iterator[str]:
    """Yield the positions of both teams, that of the winner first; never the same words for both."""
    rows = [(index, row) for index, row in enumerate(desk.facts["league"]["rows"]) if row["plays_here"]]
    first = "away" if desk.result.get("winner") == desk.match["away"]["name"] else "home"
    rows.sort(key=lambda row: row[1]["slug"] != desk.match[first]["slug"])
    if {(_move(row), row["points"]) for _, row in rows} == {("new", POINT)}:
        first, second = (f"league.rows.{index}" for index, _ in rows)
        yield f"{{{first}.name}} and {{{second}.name}} start with {{{first}.points|counted}} each"
        return
    texts: list[str] = []
    for index, row in rows:
        address, move = f"league.rows.{index}", _move(row)
        wording = desk.choose("league", *MOVES[move], other=bool(texts))
        joint = wording.replace("{P", "joint {P") if row["is_shared"] else wording
        place = fill(joint, T=f"{address}.name", P=f"{address}.position", B=f"{address}.position_before")
        points = f"{'with' if move == 'new' else 'on'} {{{address}.points|counted}}"
        texts.append(f"{place} {points if row['points'] else 'without a point'}")
    if texts:
        yield listing(texts)


def _move(row: dict[str, Any]) -> str:
    place, before = row["position"], row["position_before"]
    return "new" if before is None else "still" if before == place else "up" if place < before else "down"


def _adjusted(desk: Desk) -> Iterator[str]:
    """Yield sentences about teams whose points are not the sum of their results."""
    for index, row in enumerate(desk.facts["league"]["rows"]):
        address = f"league.rows.{index}"
        if row["carried"] and row["plays_here"]:
            yield f"{{{address}.name}} had brought {{{address}.carried|counted}} from the stage before"
        if row["deducted"]:
            yield f"{{{address}.name}} have had {{{address}.deducted|counted}} deducted by the league"
        if row["added"]:
            yield f"{{{address}.name}} have been given {{{address}.added|counted}} by the league"


def _as_it_stood(desk: Desk) -> Iterator[str]:
    if desk.facts["league"]["simultaneous_open"]:
        others = "{league.simultaneous_open|counted}"
        yield f"It is the table of that moment: {others} with the same kickoff had not been counted yet"
