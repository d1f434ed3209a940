"""The table of the league, stage or group with this match counted."""

from collections.abc import Iterator

from content.roundups.facts.schema_tables import LeagueFacts, LeagueRow
from content.roundups.writers.english import counted, listing, ordinal
from content.roundups.writers.template_context import Desk

HEAD = "| # | Team | P | W | D | L | GD | Pts |\n|---:|:---|---:|---:|---:|---:|---:|---:|"
POSITIONS = {
    "up": (
        "{team} move up from {before} to {place} {with_points}",
        "{team} climb from {before} to {place} {with_points}",
    ),
    "down": (
        "{team} drop from {before} to {place} {with_points}",
        "{team} slip from {before} to {place} {with_points}",
    ),
    "still": ("{team} stay {place} {with_points}", "{team} remain {place} {with_points}"),
    "new": ("{team} start in {place} place {with_points}",),
}


def heading(desk: Desk) -> str:
    title = _title(desk)
    return f"The table of {title}" if title else "The league table"


def _title(desk: Desk) -> str | None:
    """Return the name of the table, or None if the season has one; facts of earlier versions lack it."""
    facts = desk.facts["league"]
    title = facts.get("title") if facts else None
    return desk.show(title) if title else None


def league(desk: Desk) -> list[str]:
    """The sentences; `table` has the rows."""
    facts = desk.facts["league"]
    if facts is None:
        return []
    return [
        *_leaders(desk, facts),
        *_sides(desk, facts),
        *_adjusted(desk, facts),
        *_as_it_stood(desk, facts),
    ]


def table(desk: Desk) -> str:
    """Markdown, the two sides in bold; empty where there is no table."""
    facts = desk.facts["league"]
    return "\n".join([HEAD, *(_line(desk, row) for row in facts["rows"])]) if facts else ""


def _line(desk: Desk, row: LeagueRow) -> str:
    name = desk.show(row["name"])
    cells = (
        row["position"],
        f"**{name}**" if row["plays_here"] else name,
        *(row["played"], row["won"], row["drawn"], row["lost"]),
        f"{row['goal_difference']:+d}" if row["goal_difference"] else "0",
        row["points"],
    )
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def _leaders(desk: Desk, facts: LeagueFacts) -> Iterator[str]:
    leaders, sides = facts["leaders"], (desk.match["home"]["name"], desk.match["away"]["name"])
    if "new_league_leader" not in desk.tags or len(leaders) != 1 or leaders[0] not in sides:
        return
    if title := _title(desk):
        yield f"{desk.show(leaders[0])} now lead {title}"
    else:
        yield f"The {desk.show(desk.match['competition']['name'])} has a new leader: {desk.show(leaders[0])}"


def _sides(desk: Desk, facts: LeagueFacts) -> Iterator[str]:
    rows = [row for row in facts["rows"] if row["plays_here"]]
    rows.sort(key=lambda row: row["name"] != desk.match["final_winner"])
    if rows:
        yield listing([_position(desk, row) for row in rows])


def _position(desk: Desk, row: LeagueRow) -> str:
    place, before = row["position"], row["position_before"]
    moved = "new" if before is None else "still" if before == place else "up" if place < before else "down"
    return desk.tell(
        f"league/{row['slug']}",
        *POSITIONS[moved],
        team=desk.short(row["name"]),
        place=ordinal(place),
        before=ordinal(before or place),
        with_points=f"on {counted(row['points'], 'point')}" if row["points"] else "without a point",
    )


def _adjusted(desk: Desk, facts: LeagueFacts) -> Iterator[str]:
    """Yield sentences about teams whose points are not the sum of their results."""
    for row in facts["rows"]:
        team, carried = desk.short(row["name"]), row.get("carried")
        if carried and row["plays_here"]:
            yield f"{team} had taken {counted(carried, 'point')} along from the stage before"
        if row["deducted"]:
            yield f"{team} have had {counted(row['deducted'], 'point')} deducted by the league"
        if row["added"]:
            yield f"{team} have been given {counted(row['added'], 'point')} by the league"


def _as_it_stood(desk: Desk, facts: LeagueFacts) -> Iterator[str]:
    if others := facts.get("simultaneous_open", desk.facts["ahead"]["simultaneous_open"]):
        yield desk.tell(
            "open",
            "That is how it stood when this result was counted, with {n} of the same kickoff not counted yet",
            "It is the table of that moment, with {n} of the same kickoff still to be counted",
            n=counted(others, "match"),
        )
