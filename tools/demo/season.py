"""Season files: read a real season, and split it into the rounds of a replay.

Pure: no Django, no database, no clock. `seasons/README.md` lists the sources of the data, and tests check the
files.
"""

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import groupby
from operator import attrgetter
from pathlib import Path

SEASONS = Path(__file__).parent / "seasons"
EPL_2014_15 = SEASONS / "epl-2014-15.csv"
EPL_2015_16 = SEASONS / "epl-2015-16.csv"

# The sources contain dates without times, so the recorded kickoff is the beginning of the day.
DAY_BEGINS = time(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SeasonTeam:
    """Slug and names of a team."""

    slug: str
    name: str
    short_name: str


@dataclass(frozen=True, slots=True)
class SeasonMatch:
    """A match with its result: `home` and `away` are team slugs, `kickoff_at` is the beginning of its day."""

    matchday: int
    kickoff_at: datetime
    home: str
    away: str
    home_goals: int
    away_goals: int


@dataclass(frozen=True, slots=True)
class SeasonData:
    """A complete double round robin: matches in kickoff order, teams by slug."""

    label: str
    teams: tuple[SeasonTeam, ...]
    matches: tuple[SeasonMatch, ...]

    @property
    def starts_on(self) -> date:
        return self.matches[0].kickoff_at.date()

    @property
    def ends_on(self) -> date:
        return self.matches[-1].kickoff_at.date()


@dataclass(frozen=True, slots=True)
class Round:
    """Matches that are predicted together. `matchday` is the matchday of most of them."""

    matchday: int
    matches: tuple[SeasonMatch, ...]


def load_season(path: Path) -> SeasonData:
    """Read a season file and the `teams.csv` beside it.

    The label is the end of the file's name: `epl-2015-16.csv` is 2015/16.
    """
    matches = sorted((_match(row) for row in _rows(path)), key=attrgetter("kickoff_at", "matchday", "home"))
    teams = {row["slug"]: SeasonTeam(**row) for row in _rows(path.with_name("teams.csv"))}
    return SeasonData(
        label="/".join(path.stem.split("-")[-2:]),
        teams=tuple(teams[slug] for slug in sorted(_slugs(matches))),
        matches=tuple(matches),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _match(row: dict[str, str]) -> SeasonMatch:
    return SeasonMatch(
        matchday=int(row["matchday"]),
        kickoff_at=datetime.combine(date.fromisoformat(row["date"]), DAY_BEGINS),
        home=row["home"],
        away=row["away"],
        home_goals=int(row["home_goals"]),
        away_goals=int(row["away_goals"]),
    )


def rounds(season: SeasonData) -> list[Round]:
    """Return the rounds of a replay: each contains matches that can be predicted before its first result.

    A round consists of whole days, so rounds never overlap, and no team plays twice in one. A new round
    starts on a day on which a team of the current round plays again, or after a pause of at least three days.
    A moved match is in the round of the day on which it was played, but keeps its own matchday.
    """
    batches: list[list[SeasonMatch]] = []
    for _, day in groupby(season.matches, key=attrgetter("kickoff_at")):
        today = list(day)
        if not batches or _starts_new_round(batches[-1], today):
            batches.append([])
        batches[-1].extend(today)
    return [Round(_main_matchday(batch), tuple(batch)) for batch in batches]


def _starts_new_round(batch: list[SeasonMatch], today: list[SeasonMatch]) -> bool:
    # A matchday has no pause of three days. Without this rule, a round of moved matches would absorb half of
    # the next matchday.
    pause = today[0].kickoff_at - batch[-1].kickoff_at
    return pause.days > 2 or not _slugs(batch).isdisjoint(_slugs(today))


def _slugs(matches: Iterable[SeasonMatch]) -> set[str]:
    return {slug for match in matches for slug in (match.home, match.away)}


def _main_matchday(batch: list[SeasonMatch]) -> int:
    counts = Counter(match.matchday for match in batch)
    return max(counts, key=lambda matchday: (counts[matchday], matchday))
