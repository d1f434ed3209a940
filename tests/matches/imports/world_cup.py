"""Invented cups in files: matches with groups and a knockout stage, and forecasts of them."""

import csv
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

BEGINNINGS = ("Ard", "Bel", "Cor", "Dun", "Esk", "Fir", "Gol", "Hav", "Ist", "Jur", "Kem", "Lop")
ENDINGS = ("land", "via", "mark", "stan")
GROUPS = {
    letter: [beginning + ending for ending in ENDINGS]
    for letter, beginning in zip("ABCDEFGHIJKL", BEGINNINGS, strict=True)
}
ROUNDS = {"Round of 32": 32, "Round of 16": 16, "Quarter-finals": 8, "Semi-finals": 4, "Final": 2}
MATCH = (
    "id",
    "competition",
    "season",
    "round",
    "kickoff",
    "home",
    "away",
    "home_score",
    "away_score",
    "status",
)
FORECAST = ("match_id", "forecaster", "p_home", "p_draw", "p_away")
Fixture = tuple[str, str, str]  # round, home, away
Row = tuple[object, ...]


@dataclass(frozen=True)
class CupFiles:
    """The files of a cup. All its matches are over, and two forecasters predicted each of them."""

    matches: str
    forecasts: str


def cup_files(folder: Path, fixtures: Iterable[Fixture], *, name: str = "Cup of All Lands") -> CupFiles:
    """Write the files: columns separated by semicolons, and half of the forecasts in per cent."""
    dice, begin = random.Random(3), datetime(2022, 6, 8, 16, tzinfo=UTC)
    matches: list[Row] = [MATCH]
    forecasts: list[Row] = [FORECAST]
    for number, (label, home, away) in enumerate(fixtures, start=1):
        kickoff = (begin + timedelta(hours=7 * number)).isoformat()
        score = dice.choice([(1, 0), (2, 1), (0, 2), (3, 1)])
        matches.append((f"w{number}", name, "2022", label, kickoff, home, away, *score, "finished"))
        forecasts.append((f"w{number}", "Delphi", "45,5 %", "30 %", "24,5 %"))
        forecasts.append((f"w{number}", "Odds", "0.5", "0.3", "0.2"))
    return CupFiles(_written(folder / "matches.csv", matches), _written(folder / "forecasts.csv", forecasts))


def _written(path: Path, rows: Iterable[Row]) -> str:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    return str(path)


def world_cup() -> Iterator[Fixture]:
    """Yield the 104 matches of 48 teams: 12 groups of four, then the last 32."""
    for letter, teams in GROUPS.items():
        for home, away in combinations(teams, 2):
            yield f"Group {letter}", home, away
    through = [teams[place] for place in (0, 1) for teams in GROUPS.values()]
    through += [teams[2] for teams in list(GROUPS.values())[:8]]
    for label, size in ROUNDS.items():
        if label == "Final":
            yield "Match for third place", through[2], through[3]
        for number in range(size // 2):
            yield label, through[number], through[size - 1 - number]


def small_cup() -> Iterator[Fixture]:
    """Yield five matches of five teams: two groups, an odd round, and a final."""
    yield "Group A", "Ardland", "Ardvia"
    yield "Group A", "Ardvia", "Ardmark"
    yield "Group B", "Belland", "Belvia"
    yield "Charity day", "Ardmark", "Belvia"
    yield "Final", "Ardland", "Belland"
