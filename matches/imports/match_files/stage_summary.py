"""Stages and tables in which the matches of a file were placed, for the report of an import."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import QuerySet

from matches.models import Match, MatchSource, Stage
from matches.tables.rules import TableRules
from matches.tables.wording import carried_in_words, order_in_words

Teams = set[int]


def stages_of(source: str, ids: Collection[str]) -> list[Stage]:
    """Return the stages of the matches with these ids of the source."""
    stages = Stage.objects.filter(pk__in=_matches(source, ids).values("stage"))
    return list(
        stages.select_related("season__competition", "carries_from").order_by("season_id", "order", "pk")
    )


def stage_report(source: str, ids: Collection[str]) -> list[dict[str, Any]]:
    """Return a dict for each stage: its kind, matches and teams, its tables and their rules."""
    groups = defaultdict[int, dict[str, list[Teams]]](lambda: defaultdict(list))
    rows = _matches(source, ids).values_list("stage_id", "group", "home_team_id", "away_team_id")
    for stage_id, group, home, away in rows:
        groups[stage_id][group].append({home, away})
    return [_entry(stage, groups[stage.pk]) for stage in stages_of(source, ids)]


def _matches(source: str, ids: Collection[str]) -> QuerySet[Match]:
    links = MatchSource.objects.filter(source=source, external_id__in=ids)
    return Match.objects.filter(pk__in=links.values("match"))


def _entry(stage: Stage, groups: dict[str, list[Teams]]) -> dict[str, Any]:
    tables = sorted(groups.items()) if stage.has_table else []
    return {
        "season": str(stage.season),
        "stage": stage.name,
        "kind": stage.kind,
        **_counts(pair for pairs in groups.values() for pair in pairs),
        "tables": [{"group": group, **_counts(pairs)} for group, pairs in tables],
        "points": _points(stage.rules) if tables else None,
        "tie_breakers": stage.tie_breakers if tables else [],
        "order": order_in_words(stage.rules) if tables else "",
        "carried": carried_in_words(stage) if tables else "",
        "waits_for_carries": stage.is_split and not stage.is_decided,
    }


def _points(rules: TableRules) -> str:
    """Return the points for win, draw and loss, e.g. "3-1-0", or "3-2-1-0" if shootouts decide draws."""
    draws = [rules.draw] if rules.shootout_win is None else [rules.shootout_win, rules.shootout_loss]
    return "-".join(map(str, [rules.win, *draws, rules.loss]))


def _counts(pairs: Iterable[Teams]) -> dict[str, int]:
    found = list(pairs)
    return {"matches": len(found), "teams": len(set[int]().union(*found))}


def stage_lines(stages: Iterable[dict[str, Any]]) -> list[str]:
    """Return a heading and the stages as lines of text, or an empty list if there are no stages."""
    found = [line for stage in stages for line in _lines(stage)]
    return ["Stages:", *found] if found else []


def _lines(stage: dict[str, Any]) -> list[str]:
    kind = f"{stage['kind']}, no table"
    if stage["kind"] == Stage.Kind.UNKNOWN:
        kind = "kind not known, so no table yet"
    elif stage["tables"]:
        kind = stage["kind"]
    counts = _counted(stage["matches"], "match", "es"), _counted(stage["teams"], "team", "s")
    lines = [f"  {stage['season']}, {stage['stage']}: {kind}; {', '.join(counts)}."]
    if stage["tables"]:
        lines += _table_lines(stage["tables"])
        lines.append(f"    Points {stage['points']}. {stage['order']}")
        lines += [f"    {stage['carried']}"] if stage["carried"] else []
        if stage["waits_for_carries"]:
            lines.append(
                "    Its teams start with 0 points until it is decided which points they take along."
            )
    return lines


def _table_lines(tables: list[dict[str, Any]]) -> list[str]:
    """Return a line with the groups and their sizes, or an empty list if the stage has no groups."""
    sizes = defaultdict[tuple[int, int], list[str]](list)
    for table in tables:
        sizes[table["matches"], table["teams"]].append(table["group"] or "without a group")
    if not any(table["group"] for table in tables):
        return []
    shown = [
        f"{', '.join(groups)} ({'each ' if len(groups) > 1 else ''}{_counted(matches, 'match', 'es')},"
        f" {_counted(teams, 'team', 's')})"
        for (matches, teams), groups in sizes.items()
    ]
    return [f"    Groups: {'; '.join(shown)}.", *_unequal(tables)]


def _unequal(tables: list[dict[str, Any]]) -> list[str]:
    """Return a line with the groups that have more teams than most, if there are any."""
    usual = Counter(table["teams"] for table in tables).most_common(1)[0][0]
    larger = [f"{table['group']} ({table['teams']})" for table in tables if table["teams"] > usual]
    if not larger or not all(table["group"] for table in tables):
        return []
    return [
        f"    Most groups have {_counted(usual, 'team', 's')}, but not {', '.join(larger)}: check that no"
        " team of theirs has two spellings."
    ]


def _counted(number: int, word: str, plural: str) -> str:
    return f"{number} {word}{'' if number == 1 else plural}"
