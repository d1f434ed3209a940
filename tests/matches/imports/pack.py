"""A pack of matches and forecasts in files: what is read is kept beside, to be counted again by hand."""

import csv
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

MATCH = (
    *("id", "competition", "season", "round", "kickoff", "home", "away"),
    *("home_score", "away_score", "status"),
)
FORECAST = ("match_id", "forecaster", "p_home", "p_draw", "p_away", "predicted_home", "predicted_away")
SAYS_BOTH, SAYS_SCORES, SAYS_CHANCES = "both", "scores", "chances"
CAST = {"All": SAYS_BOTH, "Goals": SAYS_SCORES, "Odds": SAYS_CHANCES, "Late": SAYS_BOTH}


@dataclass(frozen=True)
class Pack:
    """The folder, and its rows as text."""

    folder: Path

    @property
    def matches(self) -> list[dict[str, str]]:
        return _rows(self.folder / "matches.csv")

    @property
    def forecasts(self) -> list[dict[str, str]]:
        return _rows(self.folder / "forecasts.csv")


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def invented(folder: Path, *, seed: int = 7) -> Pack:
    """Two leagues of six teams, twice thirty matches; four forecasters, none of whom forecasts everything."""
    dice = random.Random(seed)
    matches, forecasts = [], []
    for league in ("North League", "South League"):
        for number, (home, away) in enumerate(_pairs(f"{league[0]} Team")):
            pk = f"{league[0]}{number:03}"
            kickoff = datetime(2024, 8, 3, 14, tzinfo=UTC) + timedelta(days=number)
            score = dice.choices(range(5), weights=(6, 7, 4, 2, 1), k=2)
            status = "CANCELLED" if number == 11 else "FINISHED"
            goals = ("", "") if status == "CANCELLED" else score
            about = (pk, league, "2024/25", f"Matchday {number + 1}", kickoff.isoformat(), home, away)
            matches.append((*about, *goals, status))
            for who, what in CAST.items():
                if dice.random() < 0.85 and not (who == "Late" and number < 20):
                    forecasts.append((pk, who, *_said(dice, what)))
    _write(folder / "matches.csv", MATCH, matches)
    _write(folder / "forecasts.csv", FORECAST, forecasts)
    return Pack(folder)


def _pairs(name: str) -> list[tuple[str, str]]:
    teams = [f"{name} {letter}" for letter in "ABCDEF"]
    return [(home, away) for home in teams for away in teams if home != away]


def _said(dice: random.Random, what: str) -> tuple[object, ...]:
    raw = [dice.random() ** 3 + 0.0001 for _ in range(3)]
    home, draw = (round(each / sum(raw), 6) for each in raw[:2])
    chances = ("", "", "") if what == SAYS_SCORES else (home, draw, round(1 - home - draw, 6))
    goals = ("", "") if what == SAYS_CHANCES else (dice.randint(0, 3), dice.randint(0, 2))
    return *chances, *goals


def _write(path: Path, header: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([header, *rows])
