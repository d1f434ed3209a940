"""API-Football, version 3.

Its `fulltime` is the score after 90 minutes. Its `extratime` counts only the goals of extra time.
"""

import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from matches.feeds.providers import fields as read
from matches.feeds.providers.feed_format import BadAnswer, Complaint, Doubt, FeedMatch
from matches.feeds.providers.fields import Entry
from matches.feeds.providers.provider import FeedProvider
from matches.feeds.providers.scores import awarded, plus, result_of, shown
from matches.result import Result
from matches.stage_hints import StageHint, stage_of_round
from matches.statuses import POSTPONED_OR_SUSPENDED, VOID, Status

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
# The texts that the feed documents for a status; any other text is a reason.
_NO_REASON = re.compile(
    r"(?:match )?(?:postponed|cancell?ed|abandoned|suspended|interrupted|finished)|not started|awarded",
    re.IGNORECASE,
)
# A group of a league that splits, or play-offs.
_AMBIGUOUS = ("relegation round", "championship round")
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
        """Return the error in the field `errors` of the document, or None if there is no error.

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
        words = read.text(league, "round")
        round_label, matchday = read.round_of(words, _MATCHDAY)
        stage = StageHint(words) if words.lower() in _AMBIGUOUS else stage_of_round(read.label(words))
        day_only = _status_word(entry) == "TBD"
        return FeedMatch(
            external_id=self.identity(entry),
            league=str(league.get("id") or ""),
            round_label=round_label,
            matchday=matchday,
            kickoff_at=read.kickoff(fixture, "date", day_only=day_only),
            day_only=day_only,
            home=home,
            away=away,
            stage=stage,
            leg=read.leg(words, stage),
            reason=_reason(entry),
        )

    def result(self, entry: Entry) -> Result:
        word = _status_word(entry)
        status = read.status(word, STATUSES)
        if status == Status.FINISHED:
            return _finished(word, entry)
        if status == Status.AWARDED:
            return awarded(read.pair(entry, "goals"), _winner(entry))
        return result_of(status, None)


def _status(entry: Entry) -> Entry:
    return read.child(read.child(entry, "fixture"), "status")


def _status_word(entry: Entry) -> str:
    return read.text(_status(entry), "short").upper()


def _reason(entry: Entry) -> str:
    """Return why a match is e.g. postponed or awarded ("Technical loss"), or "" if no reason is given.

    The reason is the long form of the status, unless that only repeats the status.
    """
    status, words = STATUSES.get(_status_word(entry)), _status(entry).get("long")
    if status not in (*VOID, *POSTPONED_OR_SUSPENDED) or not isinstance(words, str) or not words.strip():
        return ""
    words = read.text(_status(entry), "long")
    return "" if _NO_REASON.fullmatch(words) else read.cut(words, read.MAX_REASON, "the reason")


def _winner(entry: Entry) -> str:
    teams = read.child(entry, "teams")
    winners = [side for side in ("home", "away") if read.child(teams, side).get("winner") is True]
    return winners[0] if len(winners) == 1 else ""


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
