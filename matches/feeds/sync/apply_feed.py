"""What a feed's news of one match does to it: its kickoff, its status, and its claim of a result.

Only news does something. A feed that says what it said before, or that never noticed what another one told
us, changes nothing: so two feeds that differ do not take turns.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from matches.feeds.providers.feed_format import FeedMatch
from matches.feeds.sync import withdrawals
from matches.feeds.sync.agreement_rules import Conflicting, Record, Wait
from matches.feeds.sync.match_linker import is_in_season
from matches.feeds.sync.reported_results import (
    mark_second_leg,
    recorded_result_of,
    reported_results_of,
    review,
)
from matches.models import FeedSighting, Match, MatchSource
from matches.result import Result
from matches.services.kickoffs import move_kickoff
from matches.services.results import record_result
from matches.statuses import SETTLED, Status

_DATED = (Status.SCHEDULED, Status.LIVE, Status.FINISHED)  # of the others nobody keeps the kickoff
_WAITING = (Status.POSTPONED, Status.SUSPENDED)
# A day begins earlier or later elsewhere: where only the day is known, a kickoff so far from it is on it.
_DAY = (-timedelta(hours=12), timedelta(hours=36))


class Contradiction(ValueError):
    """What the feed says and what we have cannot both be so, and an operator has to say which is right."""


@dataclass(frozen=True, slots=True)
class PreviousReport:
    """What the feed said the last time; nothing where the status is empty."""

    status: str = ""
    kickoff_at: datetime | None = None

    @classmethod
    def of(cls, sighting: FeedSighting | None) -> "PreviousReport":
        return cls(sighting.status, sighting.kickoff_at) if sighting else cls()


@dataclass(frozen=True, slots=True)
class FeedUpdate:
    """What a feed says of one of our matches, and what it said before."""

    said: FeedMatch
    link: MatchSource
    before: PreviousReport
    sighting: FeedSighting  # as saved now
    now: datetime
    note: Callable[[str], None]  # for what an operator should see and what stops nothing

    @property
    def source(self) -> str:
        return self.link.source

    @property
    def result(self) -> Result:
        """With our sides."""
        return self.said.result.mirrored() if self.link.flipped else self.said.result

    @property
    def status(self) -> str:
        """A match that is over and whose score is not there yet is as good as being played."""
        return Status.LIVE if self.said.lacks_score else self.said.result.status


def apply(news: FeedUpdate) -> list[str]:
    """Do what the news wants, and return what was done, in single words for the report.

    The sighting is saved already. Raises InvalidKickoff, InvalidResult or Contradiction; then the caller
    writes nothing of it.
    """
    match = Match.objects.select_for_update(of=["self"]).select_related("season").get(pk=news.link.match_id)
    if _withdraws(news, match):
        return _withdraw(news, match)
    if done := _kickoff(news, match):
        match.refresh_from_db()
    if news.said.is_outcome:
        withdrawals.close(match, news.sighting.subscription_id, at=news.now)
        mark_second_leg(match, news.result, hint=news.said.second_leg)
        return [*done, *_claim(news)]
    if news.said.doubt and match.status not in SETTLED:
        news.note(f"It is over, and its score is not taken from here: {news.said.doubt}.")
    return [*done, *_status(news, match)]


# --- The kickoff --------------------------------------------------------------------------------------


def _kickoff(news: FeedUpdate, match: Match) -> list[str]:
    said = news.said
    if said.result.status not in _DATED or match.status == Status.CANCELLED or is_same_kickoff(said, match):
        return []
    if not _is_news_of_kickoff(news, match) or not is_in_season(said.kickoff_at, match.season):
        news.note(
            f"It says kickoff {said.kickoff_at:%Y-%m-%d %H:%M} UTC, and ours is"
            f" {match.kickoff_at:%Y-%m-%d %H:%M}. Ours is kept; move it in the admin if the feed is right."
        )
        return []
    move_kickoff(
        match_id=match.pk,
        kickoff_at=said.kickoff_at,
        source=news.source,
        moved_at=news.now,
        reschedule=match.status in _WAITING and said.result.status == Status.SCHEDULED,
        trusted=False,
    )
    return ["moved"]


def is_same_kickoff(said: FeedMatch, match: Match) -> bool:
    """Whether they mean the same moment, or the same day where only that is known."""
    apart = match.kickoff_at - said.kickoff_at
    return _DAY[0] <= apart < _DAY[1] if said.day_only else not apart


def _is_news_of_kickoff(news: FeedUpdate, match: Match) -> bool:
    """The feed knew our kickoff and tells another one now, or tells the time of what had only a day.

    Or the match waited for a date, and here is one.
    """
    said, before = news.said, news.before
    if match.status in _WAITING and said.kickoff_at > news.now:
        return before.status in _WAITING or before.kickoff_at != said.kickoff_at
    return before.kickoff_at == match.kickoff_at or (not said.day_only and _has_only_a_day(match))


def _has_only_a_day(match: Match) -> bool:
    """Our kickoff is the beginning of a day, as a feed that knew no time told it."""
    told = FeedSighting.objects.filter(link__match=match, day_only=True, kickoff_at=match.kickoff_at)
    return told.exists()


# --- The status ---------------------------------------------------------------------------------------


def _claim(news: FeedUpdate) -> list[str]:
    decided = review(news.link.match_id, now=news.now)
    words = {Record: "recorded", Wait: "waiting", Conflicting: "held"}
    return [words[type(decided)]] if type(decided) in words else []


def _status(news: FeedUpdate, match: Match) -> list[str]:
    """News that say nothing of a result."""
    if match.status == Status.FINISHED and withdrawals.is_withdrawal(news.said):
        return ["recorded"] if withdrawals.review(match, now=news.now) else []
    if news.status == match.status or news.before.status == news.said.result.status:
        return []
    if match.status in SETTLED:
        return _take_back(news, match)
    if news.status == Status.SCHEDULED and not _is_on_again(news, match):
        return []
    return _record(news, Result(status=news.status))


def _is_on_again(news: FeedUpdate, match: Match) -> bool:
    """The feed itself had said that the match waits, or is being played, and says so no more."""
    if match.status in _WAITING:
        return news.before.status in _WAITING and news.said.kickoff_at > news.now
    return news.before.status == Status.LIVE


def _is_own(news: FeedUpdate, match: Match) -> bool:
    """Return True if the result was recorded from this feed."""
    standing = recorded_result_of(match)
    return standing.by_feed and standing.source == news.source


def _withdraws(news: FeedUpdate, match: Match) -> bool:
    """Return True if the feed takes back its own result, for the first time or again."""
    if (
        match.status != Status.FINISHED
        or not withdrawals.is_withdrawal(news.said)
        or not _is_own(news, match)
    ):
        return False
    return news.before.status in SETTLED or withdrawals.pending(match) is not None


def _withdraw(news: FeedUpdate, match: Match) -> list[str]:
    """Take the result back if that is believed, with the kickoff that is reported with it."""
    if withdrawals.is_believed_at_once(match, news.said.result.status, news.source, now=news.now):
        done = _record(news, Result(status=news.status), reason=f"{news.source} takes its result back")
    else:
        withdrawals.report(match, news.sighting, now=news.now)
        done = ["recorded"] if withdrawals.review(match, now=news.now) else []
    if done:
        match.refresh_from_db()
        done += _kickoff(news, match)
    return done


def _take_back(news: FeedUpdate, match: Match) -> list[str]:
    """Refuse that the feed takes back a void match, or puts off a finished one; other feeds only lag."""
    if not _is_own(news, match) or news.before.status not in SETTLED or news.said.lacks_score:
        return []
    if any(claim.source != news.source for claim in reported_results_of([match.pk]).get(match.pk, [])):
        return []
    if match.is_void:
        raise Contradiction(
            f"It takes back that the match is {match.status}. If it is played after all, record it as"
            " scheduled; if it is replayed, add the replay as a match of its own."
        )
    return _record(news, Result(status=news.status), reason=f"{news.source} takes its result back")


def _record(news: FeedUpdate, result: Result, *, reason: str = "") -> list[str]:
    revision = record_result(
        match_id=news.link.match_id,
        result=result,
        source=news.source,
        recorded_at=news.now,
        reason=reason,
    )
    return ["recorded"] if revision else []
