"""Season files: read and validate a real season, and split it into the rounds of a replay.

Pure: no Django, no database, no clock. `seasons/README.md` lists the sources of the data.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import groupby
from operator import attrgetter
from pathlib import Path

SEASONS = Path(__file__).parent / "seasons"
EPL_2014_15 = SEASONS / "epl-2014-15.csv"
EPL_2015_16 = SEASONS / "epl-2015-16.csv"

# The sources contain dates without times: every match kicks off at this hour.
KICKOFF = time(15, 0, tzinfo=UTC)
MOST_GOALS = 30
TEAM_FIELDS = ("slug", "name", "short_name")
MATCH_FIELDS = ("matchday", "date", "home", "away", "home_goals", "away_goals")


class SeasonFileError(ValueError):
    """A season file is invalid. `errors` lists each fault with file, row and field."""

    def __init__(self, errors: Sequence[str]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(self.errors))


@dataclass(frozen=True, slots=True)
class SeasonTeam:
    """Slug and names of a team."""

    slug: str
    name: str
    short_name: str


@dataclass(frozen=True, slots=True)
class SeasonMatch:
    """A match with its result: `home` and `away` are team slugs, `kickoff_at` is aware UTC."""

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
    """Matches to predict together. `matchday` is the one that most of them belong to."""

    matchday: int
    matches: tuple[SeasonMatch, ...]


def load_season(path: Path) -> SeasonData:
    """Read a season file and the `teams.csv` beside it.

    Returns the whole season or raises SeasonFileError with every fault found, each with file, row (the header
    is row 1) and field. The label is the end of the file's name: `epl-2015-16.csv` is 2015/16.
    """
    errors: list[str] = []
    teams = _teams(path.with_name("teams.csv"), errors)
    matches = _matches(path, teams.keys(), errors)
    if not errors:
        errors.extend(_round_robin_faults(path, matches))
    if errors:
        raise SeasonFileError(errors)
    playing = {match.home for match in matches}
    return SeasonData(
        label="/".join(path.stem.split("-")[-2:]),
        teams=tuple(teams[slug] for slug in sorted(playing)),
        matches=tuple(sorted(matches, key=attrgetter("kickoff_at", "matchday", "home"))),
    )


def rounds(season: SeasonData) -> list[Round]:
    """Return the rounds of a replay: each contains matches that can be predicted before its first result.

    A round consists of whole days, so rounds never overlap, and no team plays twice in one. A new round
    starts on a day on which a team of the round plays again, and after a pause. A moved match is in the round
    of the day on which it was played, but keeps its own matchday.
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
    return pause.days > 2 or not _playing(batch).isdisjoint(_playing(today))


def _playing(matches: Iterable[SeasonMatch]) -> set[str]:
    return {slug for match in matches for slug in (match.home, match.away)}


def _main_matchday(batch: list[SeasonMatch]) -> int:
    counts = Counter(match.matchday for match in batch)
    return max(counts, key=lambda matchday: (counts[matchday], matchday))


def _rows(path: Path, fields: Sequence[str], errors: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield rows that have all fields, with row number. Rows with missing fields are reported and skipped."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            if missing := [field for field in fields if field not in (reader.fieldnames or ())]:
                errors.extend(f"{path.name}, row 1, {field}: no such column" for field in missing)
                return
            for row in reader:
                empty = [field for field in fields if not (row[field] or "").strip()]
                errors.extend(f"{path.name}, row {reader.line_num}, {field}: missing" for field in empty)
                if not empty:
                    yield reader.line_num, {field: row[field].strip() for field in fields}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        errors.append(f"{path.name}: cannot be read: {error}")


def _teams(path: Path, errors: list[str]) -> dict[str, SeasonTeam]:
    teams: dict[str, SeasonTeam] = {}
    for number, row in _rows(path, TEAM_FIELDS, errors):
        if row["slug"] in teams:
            errors.append(f"{path.name}, row {number}, slug: {row['slug']!r} is there twice")
        teams[row["slug"]] = SeasonTeam(**row)
    return teams


def _matches(path: Path, slugs: Iterable[str], errors: list[str]) -> list[SeasonMatch]:
    known = frozenset(slugs)
    first_row: dict[tuple[str, str], int] = {}
    matches = []
    for number, row in _rows(path, MATCH_FIELDS, errors):
        faults = list(_faults(row, known))
        fixture = row["home"], row["away"]
        if first_row.setdefault(fixture, number) != number:
            faults.append(f"home: {' - '.join(fixture)} is already in row {first_row[fixture]}")
        errors.extend(f"{path.name}, row {number}, {fault}" for fault in faults)
        if not faults:
            matches.append(_match(row))
    return matches


def _faults(row: dict[str, str], known: frozenset[str]) -> Iterator[str]:
    """Yield the faults of a single row as `field: reason`."""
    for field in ("home", "away"):
        if row[field] not in known:
            yield f"{field}: unknown team {row[field]!r}"
    if row["home"] == row["away"]:
        yield f"away: {row['away']!r} cannot play itself"
    for field in ("home_goals", "away_goals"):
        if not _whole(row[field], 0, MOST_GOALS):
            yield f"{field}: {row[field]!r} is not a whole number from 0 to {MOST_GOALS}"
    if not _whole(row["matchday"], 1, 99):
        yield f"matchday: {row['matchday']!r} is not a whole number from 1 to 99"
    if not _day(row["date"]):
        yield f"date: {row['date']!r} is not a date such as 2015-08-08"


def _whole(text: str, least: int, most: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 2 and least <= int(text) <= most


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        return None


def _match(row: dict[str, str]) -> SeasonMatch:
    return SeasonMatch(
        matchday=int(row["matchday"]),
        kickoff_at=datetime.combine(date.fromisoformat(row["date"]), KICKOFF),
        home=row["home"],
        away=row["away"],
        home_goals=int(row["home_goals"]),
        away_goals=int(row["away_goals"]),
    )


def _round_robin_faults(path: Path, matches: Sequence[SeasonMatch]) -> Iterator[str]:
    """Yield violations of a double round robin: all pairs meet home and away, no team plays twice a day."""
    if not matches:
        yield f"{path.name}: no matches"
    home, away = Counter(match.home for match in matches), Counter(match.away for match in matches)
    slugs = sorted(home.keys() | away.keys())
    for slug in slugs:
        for field, count in (("home", home[slug]), ("away", away[slug])):
            if count != len(slugs) - 1:
                yield f"{path.name}, {field}: {slug} has {count} matches, not {len(slugs) - 1}"
    days: defaultdict[tuple[str, datetime], int] = defaultdict(int)
    for match in matches:
        for slug in (match.home, match.away):
            days[slug, match.kickoff_at] += 1
    for (slug, kickoff_at), count in days.items():
        if count > 1:
            yield f"{path.name}, date: {slug} plays {count} times on {kickoff_at:%Y-%m-%d}"
