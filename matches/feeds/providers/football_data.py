"""football-data.org, version 4. Its `fullTime` includes the goals of a shootout."""

import re
from zoneinfo import ZoneInfo

from matches.feeds.providers import fields as read
from matches.feeds.providers.feed_format import Doubt, FeedMatch
from matches.feeds.providers.fields import Entry, Score, level, minus, plus, result_of, shown
from matches.feeds.providers.provider import FeedProvider
from matches.result import Result
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

    def fixture(self, entry: Entry, zone: ZoneInfo | None) -> FeedMatch:
        home, away = read.decided_team(entry, "homeTeam"), read.decided_team(entry, "awayTeam")
        matchday, stage = read.whole(entry, "matchday"), read.text_or_none(entry, "stage")
        in_matchdays = stage is None or stage in _MATCHDAY_STAGES
        numbered = matchday if in_matchdays else None
        return FeedMatch(
            external_id=self.identity(entry),
            league=str(read.child(entry, "competition").get("code") or ""),
            round_label=_round_label(stage or _MATCHDAY_STAGES[0], numbered),
            matchday=numbered,
            kickoff_at=read.moment(entry, "utcDate"),
            day_only=entry.get("status") == "SCHEDULED",
            home=home,
            away=away,
            # In knockout rounds with two legs, the second leg has matchday 2.
            leg=2 if not in_matchdays and matchday == 2 else None,
            updated_at=read.moment(entry, "lastUpdated") if entry.get("lastUpdated") else None,
        )

    def result(self, entry: Entry) -> Result:
        status, score = read.status(read.text(entry, "status"), STATUSES), read.child(entry, "score")
        if status == Status.FINISHED:
            return _finished(score)
        return result_of(status, read.pair(score, "fullTime") if status == Status.AWARDED else None)


def _round_label(stage: str, matchday: int | None) -> str:
    if matchday is not None:
        return read.matchday_label(matchday)
    return read.label(stage.replace("_", " ").capitalize())


def _finished(score: Entry) -> Result:
    """Return the result. Raises Doubt if the score after 90 minutes cannot be determined."""
    full, regular = read.pair(score, "fullTime"), read.pair(score, "regularTime")
    extra, shootout = read.pair(score, "extraTime"), read.pair(score, "penalties")
    if full is None:
        return Result(status=Status.FINISHED)
    duration = score.get("duration") or "REGULAR"
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

    Raises Doubt if `full` and `regular` differ. Also raises it if the score is level, is not 0-0, and has a
    winner: the match then went beyond 90 minutes.
    """
    if regular is not None and regular != full:
        raise Doubt(f"after 90 minutes it was {shown(regular)}, and at the end of them {shown(full)}")
    if level(full) and winner in ("HOME_TEAM", "AWAY_TEAM") and full != (0, 0):
        raise Doubt(f"{shown(full)} has a winner, so it went beyond 90 minutes, and their score is missing")
    return result_of(Status.FINISHED, full)


def _without_breakdown(full: Score, shootout: Score | None, duration: str) -> Result:
    """Return the result of a match that went beyond 90 minutes and has no `regularTime`.

    Raises Doubt unless the match was 0-0 before a shootout, because then it was 0-0 after 90 minutes as well.
    """
    before = full
    if shootout is not None and not level(full):
        before = minus(full, shootout)
    if duration == "PENALTY_SHOOTOUT" and before == (0, 0):
        return result_of(Status.FINISHED, before, shootout=shootout)
    raise Doubt(f"the match went beyond 90 minutes, and their score is missing (fullTime {shown(full)})")
