"""API-Football, version 3. `fulltime` is the score after 90 minutes, `extratime` the goals of extra time."""

import re
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from matches.feeds.providers import fields as read
from matches.feeds.providers.feed_format import (
    BadAnswer,
    BadEntry,
    Complaint,
    Doubt,
    FeedMatch,
    Reading,
    TeamsOpen,
    parts_of,
    read_entries,
)
from matches.feeds.providers.fields import Entry, plus, result_of, shown
from matches.result import Result
from matches.statuses import Status

STATUSES = {
    "TBD": Status.SCHEDULED,  # the time is not fixed yet
    "NS": Status.SCHEDULED,
    **dict.fromkeys(("1H", "HT", "2H", "ET", "BT", "P", "LIVE"), Status.LIVE),
    "INT": Status.LIVE,  # interrupted for some minutes
    "SUSP": Status.SUSPENDED,
    **dict.fromkeys(("FT", "AET", "PEN"), Status.FINISHED),
    "PST": Status.POSTPONED,
    "CANC": Status.CANCELLED,
    "ABD": Status.ABANDONED,
    "AWD": Status.AWARDED,
    "WO": Status.AWARDED,  # a walkover
}
_CODE = re.compile(r"(\d{1,6})/(\d{4})")
_MATCHDAY = r"(?:regular season|league stage|group stage|group [a-z]|league phase) ?- ?(\d{1,3})"
_A_MINUTE, _A_DAY = 60, 86_400


class ApiFootball:
    """Responses of `fixtures?league=&season=`. Errors, too, have HTTP status 200."""

    name = "api-football"
    title = "API-Football"
    per_minute, per_day = 10, 100
    token_header = "x-apisports-key"
    code_hint = "the number of the league and the year in which the season begins, like 39/2025"
    needs_zone = False

    def path(self, code: str) -> str:
        league, season = parts_of(code, _CODE, self)
        return f"/fixtures?league={league}&season={season}"

    def league(self, code: str) -> str:
        return parts_of(code, _CODE, self)[0]

    def complaint(self, document: object) -> Complaint | None:
        """Return the `errors` of the response, which are an empty list, or an object: name -> message."""
        errors = document.get("errors") if isinstance(document, Mapping) else None
        if not errors:
            return None
        by_name = errors if isinstance(errors, Mapping) else {"errors": errors}
        text = "; ".join(f"{name}: {what}" for name, what in by_name.items())
        wait = _A_DAY if "requests" in by_name else _A_MINUTE if "rateLimit" in by_name else None
        return Complaint(text, wait)

    def read(self, document: object, *, code: str = "", zone: ZoneInfo | None = None) -> Reading:
        paging = document.get("paging") if isinstance(document, Mapping) else None
        if isinstance(paging, Mapping) and paging.get("total") not in (None, 0, 1):
            raise BadAnswer(f"it is one page of {paging['total']}, and a whole season was asked for")
        found = read.entries(document, "response")
        return read_entries(found, _match, id_of=_id_of)


def _id_of(entry: Entry) -> str:
    fixture = entry.get("fixture")
    return read.identity_or_nothing(fixture, "id") if isinstance(fixture, Mapping) else ""


def _match(entry: Entry) -> FeedMatch:
    fixture, league, teams = (read.child(entry, key) for key in ("fixture", "league", "teams"))
    home, away = read.child(teams, "home"), read.child(teams, "away")
    if home.get("name") is None or away.get("name") is None:
        raise TeamsOpen
    word = read.text(read.child(fixture, "status"), "short")
    if word not in STATUSES:
        raise BadEntry(f"status {word!r} is unknown here")
    result, doubt = _result(STATUSES[word], word, entry)
    label = read.text(league, "round")
    matchday = read.matchday_in(label, _MATCHDAY)
    return FeedMatch(
        external_id=read.identity(fixture, "id"),
        league=str(league.get("id") or ""),
        round_label=read.matchday_label(matchday) if matchday else read.label(label),
        matchday=matchday,
        kickoff_at=read.moment(fixture, "date"),
        day_only=word == "TBD",
        home=read.name(home, "name"),
        away=read.name(away, "name"),
        result=result,
        doubt=doubt,
    )


def _result(status: Status, word: str, entry: Entry) -> tuple[Result, str]:
    if status == Status.FINISHED:
        try:
            return _finished(word, entry), ""
        except Doubt as doubt:
            return Result(status=status), str(doubt)
    awarded = read.pair(entry, "goals") if status == Status.AWARDED else None
    return result_of(status, awarded), ""


def _finished(word: str, entry: Entry) -> Result:
    """Return the result. Raises Doubt if a part of the score is missing or contradicts the others."""
    score = read.child(entry, "score")
    goals, ninety = read.pair(entry, "goals"), read.pair(score, "fulltime")
    extra, shootout = read.pair(score, "extratime"), read.pair(score, "penalty")
    if ninety is None:
        if goals is None:
            return Result(status=Status.FINISHED)
        raise Doubt(f"the score after 90 minutes is missing (goals {shown(goals)})")
    if (word == "AET" and extra is None) or (word == "PEN" and shootout is None):
        raise Doubt(f"it is {word}, and the score of that is missing")
    after = plus(ninety, extra) if extra else ninety
    if goals is not None and goals != after:
        raise Doubt(
            f"its parts do not add up: {shown(ninety)} and {shown(extra)} in extra time"
            f" are not {shown(goals)}"
        )
    return result_of(Status.FINISHED, ninety, after if extra else None, shootout)
