"""API-Football, version 3. `fulltime` is the score after 90 minutes; `extratime` counts extra time only."""

import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from matches.feeds.providers import fields as read
from matches.feeds.providers.feed_format import BadAnswer, Complaint, Doubt, FeedMatch
from matches.feeds.providers.fields import Entry, plus, result_of, shown
from matches.feeds.providers.provider import FeedProvider
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
_MATCHDAY = r"(?:regular season|league stage|group stage|group [a-z]|league phase) ?- ?(\d{1,3})"
_MINUTE, _DAY = 60, 86_400


class ApiFootball(FeedProvider):
    """Feed provider that parses responses of `fixtures?league=&season=`.

    The feed sends errors with HTTP status 200.
    """

    name = "api-football"
    title = "API-Football"
    url = "https://v3.football.api-sports.io"
    per_minute, per_day = 10, 100
    token_header = "x-apisports-key"
    code_pattern = re.compile(r"(\d{1,6})/(\d{4})")
    code_hint = "the number of the league and the year in which the season begins, like 39/2025"
    url_path = "/fixtures?league={}&season={}"
    entries_key = "response"

    def complaint(self, document: object) -> Complaint | None:
        """Return the error in `errors`, or None.

        The feed sends an empty list if there is no error, else an object: name -> message.
        """
        errors = document.get("errors") if isinstance(document, Mapping) else None
        if not errors:
            return None
        by_name = errors if isinstance(errors, Mapping) else {"errors": errors}
        text = "; ".join(f"{name}: {what}" for name, what in by_name.items())
        wait = _DAY if "requests" in by_name else _MINUTE if "rateLimit" in by_name else None
        return Complaint(text, wait)

    def entries(self, document: object, code: str) -> list[Any]:
        paging = document.get("paging") if isinstance(document, Mapping) else None
        if isinstance(paging, Mapping) and paging.get("total") not in (None, 0, 1):
            raise BadAnswer(f"it is one page of {paging['total']}, but a whole season was requested")
        return super().entries(document, code)

    def identity(self, entry: Entry) -> str:
        return read.identity(read.child(entry, "fixture"), "id")

    def fixture(self, entry: Entry, zone: ZoneInfo | None) -> FeedMatch:
        fixture, league, teams = (read.child(entry, key) for key in ("fixture", "league", "teams"))
        home, away = read.decided_team(teams, "home"), read.decided_team(teams, "away")
        round_label, matchday = read.round_of(read.text(league, "round"), _MATCHDAY)
        return FeedMatch(
            external_id=self.identity(entry),
            league=str(league.get("id") or ""),
            round_label=round_label,
            matchday=matchday,
            kickoff_at=read.moment(fixture, "date"),
            day_only=_status_word(entry) == "TBD",
            home=home,
            away=away,
        )

    def result(self, entry: Entry) -> Result:
        word = _status_word(entry)
        status = read.status(word, STATUSES)
        if status == Status.FINISHED:
            return _finished(word, entry)
        return result_of(status, read.pair(entry, "goals") if status == Status.AWARDED else None)


def _status_word(entry: Entry) -> str:
    return read.text(read.child(read.child(entry, "fixture"), "status"), "short")


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
        raise Doubt(f"its status is {word}, but the score of that part is missing")
    after = plus(ninety, extra) if extra else ninety
    if goals is not None and goals != after:
        raise Doubt(
            f"its parts do not add up: {shown(ninety)} and {shown(extra)} in extra time"
            f" are not {shown(goals)}"
        )
    return result_of(Status.FINISHED, ninety, after if extra else None, shootout)
