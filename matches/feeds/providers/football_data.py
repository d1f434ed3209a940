"""football-data.org, version 4. Its `fullTime` includes the goals of a shootout."""

import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from matches.feeds.providers import fields as read
from matches.feeds.providers.feed_format import Doubt, FeedMatch
from matches.feeds.providers.fields import Entry
from matches.feeds.providers.provider import FeedProvider
from matches.feeds.providers.scores import Score, awarded, level, minus, plus, result_of, shown
from matches.result import Result
from matches.stage_hints import GROUPS, KNOCKOUT, ROUNDS, UNKNOWN, StageHint, group_name, stage_of_round
from matches.statuses import Status

STATUSES = {
    "SCHEDULED": Status.SCHEDULED,  # the day is fixed, the time is not
    "TIMED": Status.SCHEDULED,
    "LIVE": Status.LIVE,
    "IN_PLAY": Status.LIVE,
    "PAUSED": Status.LIVE,
    "EXTRA_TIME": Status.LIVE,
    "PENALTY_SHOOTOUT": Status.LIVE,
    "FINISHED": Status.FINISHED,
    "SUSPENDED": Status.SUSPENDED,
    "POSTPONED": Status.POSTPONED,
    "CANCELLED": Status.CANCELLED,
    "CANCELED": Status.CANCELLED,
    "AWARDED": Status.AWARDED,
}
_MATCHDAY_STAGES = ("REGULAR_SEASON", "LEAGUE_STAGE", "GROUP_STAGE")
# Stages that may be played as a league or as a knockout.
_AMBIGUOUS = re.compile(r"ROUND_\d+|QUALIFICATION|CHAMPIONSHIP|RELEGATION")


class FootballData(FeedProvider):
    """Feed provider that parses responses of `competitions/{code}/matches?season=`."""

    name = "football-data"
    title = "football-data.org"
    url = "https://api.football-data.org/v4"
    per_minute, per_day = 10, 5000
    token_header = "X-Auth-Token"
    code_pattern = re.compile(r"([A-Za-z0-9]{1,10})/(\d{4})")
    code_hint = "the competition and the year in which the season begins, like PL/2025"
    url_path = "/competitions/{}/matches?season={}"

    def entries(self, document: object, code: str) -> list[Any]:
        """Return the entries with an additional field `has_legs`: True if their stage also has a matchday 2.

        In knockout stages with two legs, the feed uses the matchday for the number of the leg.
        """
        entries = super().entries(document, code)
        matches = [entry for entry in entries if isinstance(entry, Mapping)]
        with_legs = {str(entry.get("stage")) for entry in matches if entry.get("matchday") == 2}
        return [
            {**entry, "has_legs": str(entry.get("stage")) in with_legs}
            if isinstance(entry, Mapping)
            else entry
            for entry in entries
        ]

    def fixture(self, entry: Entry, zone: ZoneInfo | None) -> FeedMatch:
        home, away = read.decided_team(entry, "homeTeam"), read.decided_team(entry, "awayTeam")
        matchday, written = read.whole(entry, "matchday"), read.text_or_none(entry, "stage")
        numbered = matchday if written is None or written in _MATCHDAY_STAGES else None
        stage = _stage(entry, written)
        day_only = str(entry.get("status")).upper() == "SCHEDULED"
        return FeedMatch(
            external_id=self.identity(entry),
            league=str(read.child(entry, "competition").get("code") or ""),
            round_label=_round_label(written or _MATCHDAY_STAGES[0], numbered, matchday, stage),
            matchday=numbered,
            kickoff_at=read.kickoff(entry, "utcDate", day_only=day_only),
            day_only=day_only,
            home=home,
            away=away,
            stage=stage,
            leg=matchday if stage.kind == KNOCKOUT and entry["has_legs"] else None,
            updated_at=read.moment(entry, "lastUpdated") if entry.get("lastUpdated") else None,
        )

    def result(self, entry: Entry) -> Result:
        status, score = read.status(read.text(entry, "status"), STATUSES), read.child(entry, "score")
        if status == Status.FINISHED:
            return _finished(score)
        if status == Status.AWARDED:
            winner = {"HOME_TEAM": "home", "AWAY_TEAM": "away"}.get(str(score.get("winner")), "")
            return awarded(read.pair(score, "fullTime"), winner)
        return result_of(status, None)


def _stage(entry: Entry, written: str | None) -> StageHint:
    group = read.group(entry, "group")
    group = group if group.upper().startswith("GROUP") else ""
    words = read.label(written or ("GROUP_STAGE" if group else _MATCHDAY_STAGES[0]))
    if words.startswith("ROUND_") and not group:
        return StageHint(ROUNDS)
    if _AMBIGUOUS.fullmatch(words):
        return StageHint(_in_words(words), GROUPS if group else UNKNOWN, group_name(group))
    return stage_of_round(words, group=group)


def _round_label(written: str, numbered: int | None, matchday: int | None, stage: StageHint) -> str:
    if numbered is not None:
        return read.matchday_label(numbered)
    number = f" - {matchday}" if matchday and stage.kind != KNOCKOUT else ""
    return read.label(_in_words(written) + number)


def _in_words(written: str) -> str:
    return written.replace("_", " ").capitalize()


def _finished(score: Entry) -> Result:
    """Return the result. Raises Doubt if the score after 90 minutes cannot be determined."""
    full, regular = read.pair(score, "fullTime"), read.pair(score, "regularTime")
    extra, shootout = read.pair(score, "extraTime"), read.pair(score, "penalties")
    if full is None:
        return Result(status=Status.FINISHED)
    duration = str(score.get("duration") or "REGULAR").upper()
    if duration == "REGULAR" and extra is None and shootout is None:
        return _regular(full, regular, score.get("winner"))
    if regular is None:
        return _without_breakdown(full, shootout, duration)
    missing = {"EXTRA_TIME": extra is None, "PENALTY_SHOOTOUT": shootout is None}
    if missing.get(duration):
        raise Doubt(f"it was decided by {duration.lower().replace('_', ' ')}, and that part is missing")
    after = plus(regular, extra) if extra else regular
    total = plus(after, shootout) if shootout else after
    if full not in (total, after):
        raise Doubt(
            f"its parts do not add up: {shown(regular)}, {shown(extra)} in extra time and {shown(shootout)}"
            f" on penalties are not {shown(full)}"
        )
    return result_of(Status.FINISHED, regular, after if extra else None, shootout)


def _regular(full: Score, regular: Score | None, winner: object) -> Result:
    """Return the result of a match with duration REGULAR.

    Raises Doubt if the scores `full` and `regular` differ. Also raises Doubt if a level score other than 0-0
    has a winner, because such a match went beyond 90 minutes.
    """
    if regular is not None and regular != full:
        raise Doubt(f"after 90 minutes it was {shown(regular)}, and at the end of them {shown(full)}")
    if level(full) and winner in ("HOME_TEAM", "AWAY_TEAM") and full != (0, 0):
        raise Doubt(f"{shown(full)} has a winner, so it went beyond 90 minutes, and their score is missing")
    return result_of(Status.FINISHED, full)


def _without_breakdown(full: Score, shootout: Score | None, duration: str) -> Result:
    """Return the result of a match that went beyond 90 minutes and has no `regularTime`.

    If the score was 0-0 before a shootout, it was 0-0 after 90 minutes too. In all other cases, raises Doubt.
    """
    before = full
    if shootout is not None and not level(full):
        before = minus(full, shootout)
    if duration == "PENALTY_SHOOTOUT" and before == (0, 0):
        return result_of(Status.FINISHED, before, shootout=shootout)
    raise Doubt(f"the match went beyond 90 minutes, and their score is missing (fullTime {shown(full)})")
