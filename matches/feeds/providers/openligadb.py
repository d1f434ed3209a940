"""OpenLigaDB: entries typed in by users during the match. "Endergebnis" is not always the final score."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from matches.feeds.providers import fields as read
from matches.feeds.providers.feed_format import (
    BadEntry,
    Complaint,
    Doubt,
    FeedMatch,
    Reading,
    TeamsOpen,
    parts_of,
    read_entries,
)
from matches.feeds.providers.fields import Entry, Score
from matches.feeds.providers.openligadb_scores import Goal, Told, settled
from matches.result import Result
from matches.statuses import Status

# Windows time zone names in the feed -> IANA names.
ZONES = {
    "W. Europe Standard Time": "Europe/Berlin",
    "Central European Standard Time": "Europe/Warsaw",
    "Central Europe Standard Time": "Europe/Budapest",
    "Romance Standard Time": "Europe/Paris",
    "GMT Standard Time": "Europe/London",
    "E. Europe Standard Time": "Europe/Chisinau",
    "UTC": "UTC",
}
HOME = ZoneInfo("Europe/Berlin")  # time zone of its servers
END, EXTRA, SHOOTOUT = 2, 3, 5  # `resultTypeID`
_CODE = re.compile(r"([A-Za-z0-9_-]{1,30})/(\d{4})")
_MATCHDAY = r"(\d{1,2})\. ?spieltag"
_PLACE = re.compile(r"(?:sieger|verlierer|gewinner|winner|loser)\b.*", re.IGNORECASE)


class OpenLigaDB:
    """Responses of `getmatchdata/{shortcut}/{season}`: every match of the season."""

    name = "openligadb"
    title = "OpenLigaDB"
    per_minute, per_day = 20, 5000
    token_header = ""
    code_hint = "the shortcut of the league and the year in which the season begins, like bl1/2025"
    needs_zone = False

    def path(self, code: str) -> str:
        league, season = parts_of(code, _CODE, self)
        return f"/getmatchdata/{league}/{season}"

    def league(self, code: str) -> str:
        return parts_of(code, _CODE, self)[0]

    def complaint(self, document: object) -> Complaint | None:
        return None

    def read(self, document: object, *, code: str = "", zone: ZoneInfo | None = None) -> Reading:
        found = read.entries(document, "matches")

        def read_one(entry: Entry) -> FeedMatch:
            return _match(entry, zone)

        return read_entries(found, read_one, id_of=lambda entry: read.identity_or_nothing(entry, "matchID"))


def _match(entry: Entry, zone: ZoneInfo | None) -> FeedMatch:
    group = read.child(entry, "group")
    label = read.text(group, "groupName")
    matchday = read.matchday_in(label, _MATCHDAY)
    result, doubt = _result(entry, in_a_league=matchday is not None)
    return FeedMatch(
        external_id=read.identity(entry, "matchID"),
        league=read.text_or_none(entry, "leagueShortcut") or "",
        round_label=read.matchday_label(matchday) if matchday else read.label(label),
        matchday=matchday,
        kickoff_at=_kickoff(entry, zone),
        home=_team(entry, "team1"),
        away=_team(entry, "team2"),
        result=result,
        doubt=doubt,
        updated_at=_updated(entry),
    )


def _team(entry: Entry, key: str) -> str:
    found = read.name(read.child(entry, key), "teamName")
    if _PLACE.fullmatch(found):
        raise TeamsOpen
    return found


def _kickoff(entry: Entry, zone: ZoneInfo | None) -> datetime:
    """Return the kickoff in UTC: the UTC field, else the local time in the entry's or subscription's zone."""
    if entry.get("matchDateTimeUTC"):
        utc = read.parsed(read.text(entry, "matchDateTimeUTC"), "matchDateTimeUTC")
        return utc.replace(tzinfo=UTC) if utc.tzinfo is None else utc.astimezone(UTC)
    local = read.parsed(read.text(entry, "matchDateTime"), "matchDateTime")
    if local.tzinfo is None:
        named = ZONES.get(str(entry.get("timeZoneID")))
        where = ZoneInfo(named) if named else zone
        if where is None:
            raise BadEntry("its time is a local one, and no time zone is known")
        local = local.replace(tzinfo=where)
    return local.astimezone(UTC)


def _updated(entry: Entry) -> datetime | None:
    if not entry.get("lastUpdateDateTime"):
        return None
    at = read.parsed(read.text(entry, "lastUpdateDateTime"), "lastUpdateDateTime")
    return (at.replace(tzinfo=HOME) if at.tzinfo is None else at).astimezone(UTC)


def _result(entry: Entry, *, in_a_league: bool) -> tuple[Result, str]:
    """Return the result, and the doubt about its score. An unfinished match with results or goals is live."""
    told = Told(
        end=_entry_of_type(entry, END),
        extra=_entry_of_type(entry, EXTRA),
        shootout=_entry_of_type(entry, SHOOTOUT),
        goals=tuple(_goals(entry)),
        in_a_league=in_a_league,
    )
    if entry.get("matchIsFinished") is not True:
        under_way = told.end is not None or bool(told.goals)
        return Result(status=Status.LIVE if under_way else Status.SCHEDULED), ""
    try:
        return settled(told), ""
    except Doubt as doubt:
        return Result(status=Status.FINISHED), str(doubt)


def _entry_of_type(entry: Entry, kind: int) -> Score | None:
    """Return the score of this `resultTypeID`; the name of a type may be "Unknown". Raises BadEntry."""
    of_kind = [each for each in _list(entry, "matchResults") if each.get("resultTypeID") == kind]
    scores = {read.both(each, "pointsTeam1", "pointsTeam2", what="a result") for each in of_kind} - {None}
    if len(scores) > 1:
        raise BadEntry(f"it has several results of type {kind} that differ")
    return scores.pop() if scores else None


def _goals(entry: Entry) -> list[Goal]:
    goals = []
    for each in _list(entry, "goals"):
        score = read.both(each, "scoreTeam1", "scoreTeam2", what="a goal")
        if score is not None:
            goals.append(Goal(score, read.whole(each, "matchMinute"), each.get("isPenalty") is True))
    return goals


def _list(entry: Entry, key: str) -> list[Entry]:
    found = entry.get(key) or []
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise BadEntry(f"{key} is no list of objects")
    return found
