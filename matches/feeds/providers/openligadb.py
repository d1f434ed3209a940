"""OpenLigaDB: users enter results during the match.

"Endergebnis" (final result) is not always the score after 90 minutes.
"""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from matches.feeds.providers import fields as read
from matches.feeds.providers.feed_format import BadEntry, FeedMatch, TeamsOpen
from matches.feeds.providers.fields import Entry
from matches.feeds.providers.openligadb_scores import EnteredScores, Goal, finished_result
from matches.feeds.providers.provider import FeedProvider
from matches.feeds.providers.scores import Score
from matches.result import Result
from matches.stage_hints import GROUP_STAGE, GROUPS, LEAGUE, StageHint, stage_of_round
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
SERVER_ZONE = ZoneInfo("Europe/Berlin")
END, EXTRA, SHOOTOUT = 2, 3, 5  # `resultTypeID`
_MATCHDAY = r"(?:gruppenphase ?)?(\d{1,2})(?:\. ?spieltag)?"
_PLACEHOLDER = re.compile(r"(?:sieger|verlierer|gewinner|winner|loser)\b.*", re.IGNORECASE)


class OpenLigaDB(FeedProvider):
    """Feed provider that parses responses of `getmatchdata/{shortcut}/{season}`: all matches of a season."""

    name = "openligadb"
    title = "OpenLigaDB"
    url = "https://api.openligadb.de"
    per_minute, per_day = 20, 5000
    code_pattern = re.compile(r"([A-Za-z0-9_-]{1,30})/(\d{4})")
    code_hint = "the shortcut of the league and the year in which the season begins, like bl1/2025"
    url_path = "/getmatchdata/{}/{}"

    def identity(self, entry: Entry) -> str:
        return read.identity(entry, "matchID")

    def fixture(self, entry: Entry, zone: ZoneInfo | None) -> FeedMatch:
        words, stage = _round_name(entry), _stage(entry)
        round_label, matchday = read.round_of(words, _MATCHDAY)
        return FeedMatch(
            external_id=self.identity(entry),
            league=read.text_or_none(entry, "leagueShortcut") or "",
            round_label=round_label,
            matchday=matchday,
            kickoff_at=_kickoff(entry, zone),
            home=_team(entry, "team1"),
            away=_team(entry, "team2"),
            stage=stage,
            leg=read.leg(words, stage),
            updated_at=_updated(entry),
        )

    def result(self, entry: Entry) -> Result:
        """Return the result of the match.

        An unfinished match is live if a final score or a goal is entered, else scheduled.
        """
        scores = EnteredScores(
            end=_entry_of_type(entry, END),
            extra=_entry_of_type(entry, EXTRA),
            shootout=_entry_of_type(entry, SHOOTOUT),
            goals=tuple(_goals(entry)),
            in_a_league=_stage(entry).kind in (LEAGUE, GROUPS) or _stage(entry).name == GROUP_STAGE,
        )
        if entry.get("matchIsFinished") is True:
            return finished_result(scores)
        has_begun = scores.end is not None or bool(scores.goals)
        return Result(status=Status.LIVE if has_begun else Status.SCHEDULED)


def _round_name(entry: Entry) -> str:
    return read.label(read.text(read.child(entry, "group"), "groupName"))


def _stage(entry: Entry) -> StageHint:
    """Return the stage of the match, with a group if both teams have the same group name."""
    groups = {read.group(read.child(entry, team), "teamGroupName") for team in ("team1", "team2")}
    return stage_of_round(_round_name(entry), group=groups.pop() if len(groups) == 1 else "")


def _team(entry: Entry, key: str) -> str:
    found = read.name(read.child(entry, key), "teamName")
    if _PLACEHOLDER.fullmatch(found):
        raise TeamsOpen
    return found


def _kickoff(entry: Entry, zone: ZoneInfo | None) -> datetime:
    """Return the kickoff in UTC: from the UTC field if it is present, else from the local time.

    The local time is in the time zone of the entry or, if that is missing or unknown, in `zone`. Raises
    BadEntry if both are missing.
    """
    if entry.get("matchDateTimeUTC"):
        utc = read.parsed(read.text(entry, "matchDateTimeUTC"), "matchDateTimeUTC")
        return utc.replace(tzinfo=UTC) if utc.tzinfo is None else utc.astimezone(UTC)
    local = read.parsed(read.text(entry, "matchDateTime"), "matchDateTime")
    if local.tzinfo is None:
        named = ZONES.get(str(entry.get("timeZoneID")))
        where = ZoneInfo(named) if named else zone
        if where is None:
            raise BadEntry("its kickoff is a local time, and its time zone is unknown")
        local = local.replace(tzinfo=where)
    return local.astimezone(UTC)


def _updated(entry: Entry) -> datetime | None:
    if not entry.get("lastUpdateDateTime"):
        return None
    at = read.parsed(read.text(entry, "lastUpdateDateTime"), "lastUpdateDateTime")
    return (at.replace(tzinfo=SERVER_ZONE) if at.tzinfo is None else at).astimezone(UTC)


def _entry_of_type(entry: Entry, kind: int) -> Score | None:
    """Return the score with this `resultTypeID`, or None if the entry has no such score.

    Raises BadEntry if the entry has several that differ. The id is used because the name of a type may be
    "Unknown".
    """
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
        raise BadEntry(f"{key} is not a list of objects")
    return found
