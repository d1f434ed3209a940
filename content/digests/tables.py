"""Facts about the tables after the round, with the moves of the teams, or about the ties of the round."""

from collections.abc import Iterator, Sequence
from types import SimpleNamespace

from content.roundups.facts.occasion import group_name, one_line
from content.roundups.facts.people import group, person
from content.roundups.references.documents import Facts
from matches.tables.sums import Table, TableLine, by_stage, tables, without
from matches.ties.grouping import ties_of
from matches.ties.rounds import is_last_round
from matches.ties.tie import Tie
from matches.ties.wording import in_words

TOP = 6


def table_facts(raw: Facts) -> list[Facts]:
    """Return the tables in which matches of the round count. [] if the stage has no table."""
    stage, sums = raw["stage"]["id"], by_stage(raw["sums"] or ())
    if stage not in sums:
        return []
    after = tables(stage, sums)
    before = tables(stage, {**sums, stage: without(sums[stage], raw["sides"] or ())})
    played = {row["group"] for row in raw["matches"]}
    wanted = [name for name in after if name in played or name == ""]
    return [
        _table(name, after[name], before.get(name, []), raw)
        for name in wanted
        if any(line.record.played for line in after[name])
    ]


def _table(name: str, after: Table, before: Table, raw: Facts) -> Facts:
    teams = {int(pk): team for pk, team in raw["teams"].items()}
    earlier = {line.record.team: line.position for line in before if _has_begun(line)}
    rows = [_row(line, teams[line.record.team], earlier.get(line.record.team)) for line in after]
    rows.sort(key=lambda row: (row["position"], row["name"]))
    first = [row for row in rows if row["position"] == rows[0]["position"]]
    former = {team for team, place in earlier.items() if place == min(earlier.values())}
    now = {line.record.team for line in after if line.position == rows[0]["position"]}
    return {
        "title": _title(name, raw["stage"]),
        "group": name,
        "size": len(rows),
        "leaders": group(map(person, first), points=first[0]["points"]),
        "lead": rows[0]["points"] - rows[1]["points"] if len(first) == 1 < len(rows) else None,
        "new_leader": bool(former) and not now <= former,
        "climbers": _moves(rows, 1),
        "fallers": _moves(rows, -1),
        "rows": rows[:TOP],
    }


def _has_begun(line: TableLine) -> bool:
    return bool(line.record.played or line.record.carried)


def _title(name: str, stage: Facts) -> str | None:
    """Return the name of the table: "Group B", "Clausura"; None if it is the only one of the season."""
    if name:
        return group_name(name)
    return None if stage["is_only_stage"] else one_line(stage["name"])


def _row(line: TableLine, team: Facts, before: int | None) -> Facts:
    record = line.record
    return {
        **person(team),
        "position": line.position,
        "position_before": before,
        "played": record.played,
        "won": record.won,
        "drawn": record.drawn,
        "lost": record.lost,
        "goal_difference": record.goal_difference,
        "points": record.points,
    }


def _moves(rows: Sequence[Facts], direction: int) -> Facts | None:
    """Return the longest climb (direction 1) or fall (-1), with all teams that made it."""
    moved = [
        (direction * (row["position_before"] - row["position"]), row)
        for row in rows
        if row["position_before"] is not None
    ]
    longest = max((places for places, _ in moved), default=0)
    if longest < 1:
        return None
    return group(
        (
            person(row)
            | {"position_before": row["position_before"], "position": row["position"]}
            | {"is_shared": [each["position"] for each in rows].count(row["position"]) > 1}
            for places, row in moved
            if places == longest
        ),
        places=longest,
    )


def tie_facts(raw: Facts) -> list[Facts]:
    """Return the ties with a match in the round, by first kickoff; [] for a stage with a table."""
    matches = [SimpleNamespace(stage=None, **row) for row in raw["tie_matches"] or ()]
    stage, ids = raw["stage"], {row["id"] for row in raw["matches"]}
    found = ties_of(matches, away_goals=stage["away_goals"], is_knockout=stage["kind"] == "knockout")
    teams = {row[side]["slug"]: row[side]["name"] for row in raw["matches"] for side in ("home", "away")}
    names = {slug: one_line(name) for slug, name in teams.items()}
    return [*_tie_rows((tie for tie in found if ids & {match.pk for match in tie.matches}), names)]


def _tie_rows(ties: Iterator[Tie], names: dict[str, str]) -> Iterator[Facts]:
    for tie in ties:
        text = in_words(tie, name=lambda slug: names[slug])
        if text:
            yield {
                "first": {"slug": tie.first, "name": names[tie.first]},
                "second": {"slug": tie.second, "name": names[tie.second]},
                "winner": names[tie.winner] if tie.winner else None,
                "is_final": is_last_round(tie.round),
                "text": text,
            }
