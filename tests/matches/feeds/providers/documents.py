"""Matches as the four feeds tell them: small documents in the documented shapes, with teams of our own."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

KICKOFF = datetime(2026, 3, 7, 15, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
LONDON = ZoneInfo("Europe/London")

Score = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Told:
    """One match as the stadium knows it. Scores are after 90 and 120 minutes, the shootout is alone."""

    number: int = 1
    home: str = "Ashford"
    away: str = "Barrow"
    kickoff_at: datetime = KICKOFF
    matchday: int | None = 7
    stage: str = ""  # of a knock-out round, where there is no matchday
    status: str = "scheduled"
    ninety: Score | None = None
    after: Score | None = None
    shootout: Score | None = None
    goals: tuple[dict, ...] = field(default=())  # OpenLigaDB's

    @property
    def extra(self) -> Score | None:
        """The goals of extra time alone."""
        if self.after is None or self.ninety is None:
            return None
        return self.after[0] - self.ninety[0], self.after[1] - self.ninety[1]

    @property
    def total(self) -> Score | None:
        """Everything counted together, as one feed does."""
        scores = [self.after or self.ninety, self.shootout]
        parts = [score for score in scores if score is not None]
        return (sum(home for home, _ in parts), sum(away for _, away in parts)) if parts else None


def sides(score: Score | None) -> dict[str, int | None]:
    return {"home": score[0], "away": score[1]} if score else {"home": None, "away": None}


# --- football-data.org --------------------------------------------------------------------------------

_FOOTBALL_DATA = {
    "scheduled": "TIMED",
    "live": "IN_PLAY",
    "finished": "FINISHED",
    "postponed": "POSTPONED",
    "suspended": "SUSPENDED",
    "cancelled": "CANCELLED",
    "awarded": "AWARDED",
}


def football_data_match(told: Told, **more: object) -> dict:
    duration = "PENALTY_SHOOTOUT" if told.shootout else "EXTRA_TIME" if told.after else "REGULAR"
    score = {"winner": None, "duration": duration, "fullTime": sides(told.total), "halfTime": sides(None)}
    if duration != "REGULAR":
        score |= {"regularTime": sides(told.ninety), "extraTime": sides(told.extra)}
    if told.shootout:
        score["penalties"] = sides(told.shootout)
    return {
        "competition": {"id": 2021, "name": "Premier League", "code": "PL", "type": "LEAGUE"},
        "season": {"id": 1, "startDate": "2025-08-01", "endDate": "2026-05-31"},
        "id": told.number,
        "utcDate": f"{told.kickoff_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "status": _FOOTBALL_DATA[told.status],
        "matchday": told.matchday,
        "stage": told.stage or "REGULAR_SEASON",
        "group": None,
        "lastUpdated": "2026-03-07T20:20:19Z",
        "homeTeam": {"id": 1, "name": told.home, "shortName": told.home, "tla": told.home[:3].upper()},
        "awayTeam": {"id": 2, "name": told.away, "shortName": told.away, "tla": told.away[:3].upper()},
        "score": score,
        "odds": {"msg": "Activate Odds-Package in User-Panel to retrieve odds."},
        "referees": [],
        **more,
    }


def football_data(matches: Iterable[Told]) -> dict:
    entries = [football_data_match(told) for told in matches]
    return {"filters": {}, "resultSet": {"count": len(entries)}, "matches": entries}


# --- API-Football -------------------------------------------------------------------------------------

_API_FOOTBALL = {
    "scheduled": "NS",
    "live": "2H",
    "postponed": "PST",
    "suspended": "SUSP",
    "cancelled": "CANC",
    "abandoned": "ABD",
    "awarded": "AWD",
}


def api_football_match(told: Told, **status: object) -> dict:
    finished = "PEN" if told.shootout else "AET" if told.after else "FT"
    short = _API_FOOTBALL.get(told.status, finished)
    return {
        "fixture": {
            "id": told.number,
            "timezone": "UTC",
            "date": told.kickoff_at.isoformat(),
            "timestamp": int(told.kickoff_at.timestamp()),
            "status": {"long": "", "short": short, "elapsed": 90, **status},
        },
        "league": {
            "id": 39,
            "name": "Premier League",
            "season": 2025,
            "round": f"Regular Season - {told.matchday}" if told.matchday else told.stage,
        },
        "teams": {"home": {"id": 1, "name": told.home}, "away": {"id": 2, "name": told.away}},
        "goals": sides(told.after or told.ninety),
        "score": {
            "halftime": sides(None),
            "fulltime": sides(told.ninety),
            "extratime": sides(told.extra),
            "penalty": sides(told.shootout),
        },
    }


def api_football(matches: Iterable[Told], **envelope: object) -> dict:
    entries = [api_football_match(told) for told in matches]
    return {
        "get": "fixtures",
        "parameters": {"league": "39", "season": "2025"},
        "errors": [],
        "results": len(entries),
        "paging": {"current": 1, "total": 1},
        "response": entries,
        **envelope,
    }


# --- OpenLigaDB ---------------------------------------------------------------------------------------


def openligadb_result(kind: int, score: Score) -> dict:
    names = {1: "Halbzeit", 2: "Endergebnis", 3: "Nachspielzeit", 5: "Elfmeterschießen"}
    return {
        "resultName": names[kind],
        "pointsTeam1": score[0],
        "pointsTeam2": score[1],
        "resultTypeID": kind,
        "resultTypeKind": "Unknown",
    }


def openligadb_goal(home: int, away: int, minute: int | None = None, penalty: bool = False) -> dict:
    return {"scoreTeam1": home, "scoreTeam2": away, "matchMinute": minute, "isPenalty": penalty}


def openligadb_match(told: Told, results: dict[int, Score] | None = None, **more: object) -> dict:
    if results is None:
        kinds = {2: told.total, 3: told.after, 5: told.total if told.shootout else None}
        results = {kind: score for kind, score in kinds.items() if score}
    local = told.kickoff_at.astimezone(BERLIN)
    group = f"{told.matchday}. Spieltag" if told.matchday else told.stage
    return {
        "matchID": told.number,
        "matchDateTime": f"{local:%Y-%m-%dT%H:%M:%S}",
        "timeZoneID": "W. Europe Standard Time",
        "leagueId": 1,
        "leagueSeason": 2025,
        "leagueShortcut": "bl1",
        "matchDateTimeUTC": f"{told.kickoff_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "group": {"groupName": group, "groupOrderID": told.matchday or 1, "groupID": 1},
        "team1": {"teamId": 1, "teamName": told.home, "shortName": ""},
        "team2": {"teamId": 2, "teamName": told.away, "shortName": ""},
        "lastUpdateDateTime": "2026-03-07T18:57:17.5",
        "matchIsFinished": told.status == "finished",
        "matchResults": [openligadb_result(kind, score) for kind, score in results.items()],
        "goals": list(told.goals),
        **more,
    }


def openligadb(matches: Iterable[Told]) -> list[dict]:
    return [openligadb_match(told) for told in matches]


# --- openfootball -------------------------------------------------------------------------------------


def openfootball_match(told: Told, **more: object) -> dict:
    local = told.kickoff_at.astimezone(LONDON)
    score = {"ft": told.ninety, "et": told.after, "p": told.shootout}
    entry: dict[str, object] = {
        "round": f"Matchday {told.matchday}" if told.matchday else told.stage,
        "date": f"{local:%Y-%m-%d}",
        "time": f"{local:%H:%M}",
        "team1": told.home,
        "team2": told.away,
    }
    if told.ninety:
        entry["score"] = {key: list(value) for key, value in score.items() if value}
    if told.status in ("postponed", "cancelled", "abandoned", "awarded"):
        entry["status"] = told.status
    return {**entry, **more}


def openfootball(matches: Iterable[Told]) -> dict:
    return {"name": "Premier League 2025/26", "matches": [openfootball_match(told) for told in matches]}
