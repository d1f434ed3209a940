"""Apply a feed's report of one match: kickoff, status, result.

Only a changed report has an effect. A feed that repeats its report, or that has not noticed what another feed
reported, changes nothing; otherwise two feeds that differ would overwrite each other in turn.
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
from matches.models import FeedSnapshot, Match, MatchSource
from matches.result import Result
from matches.services.kickoffs import move_kickoff
from matches.services.results import record_result
from matches.statuses import SETTLED, Status

_DATED = (Status.SCHEDULED, Status.LIVE, Status.FINISHED)  # else the kickoff is ignored
_WAITING = (Status.POSTPONED, Status.SUSPENDED)
# If only the day is known: a kickoff this far from its beginning is on that day in some time zone.
_DAY = (-timedelta(hours=12), timedelta(hours=36))


class Contradiction(ValueError):
    """The report contradicts the recorded state, and an operator has to decide."""


@dataclass(frozen=True, slots=True)
class PreviousReport:
    """The previous report of the feed, with an empty `status` if it is the first."""

    status: str = ""
    kickoff_at: datetime | None = None

    @classmethod
    def of(cls, snapshot: FeedSnapshot | None) -> "PreviousReport":
        return cls(snapshot.status, snapshot.kickoff_at) if snapshot else cls()


@dataclass(frozen=True, slots=True)
class FeedUpdate:
    """The current and the previous report of a feed about one of our matches."""

    said: FeedMatch
    link: MatchSource
    before: PreviousReport
    snapshot: FeedSnapshot  # already saved
    now: datetime
    note: Callable[[str], None]  # adds a problem for the operators that does not stop the update

    @property
    def source(self) -> str:
        return self.link.source

    @property
    def result(self) -> Result:
        """The reported result with our home and away sides."""
        return self.said.result.mirrored() if self.link.flipped else self.said.result

    @property
    def status(self) -> str:
        """The reported status; a finished match without a score counts as live."""
        return Status.LIVE if self.said.lacks_score else self.said.result.status


def apply(news: FeedUpdate) -> list[str]:
    """Apply the report; return what was done, e.g. ["moved", "recorded"].

    The snapshot is saved already. Raises InvalidKickoff, InvalidResult or Contradiction; then the caller must
    roll back.
    """
    match = Match.objects.select_for_update(of=["self"]).select_related("season").get(pk=news.link.match_id)
    if _withdraws_own_result(news, match):
        return _withdraw(news, match)
    if done := _apply_kickoff(news, match):
        match.refresh_from_db()
    if news.said.is_outcome:
        withdrawals.close(match, news.snapshot.subscription_id, at=news.now)
        mark_second_leg(match, news.result, hint=news.said.second_leg)
        return [*done, *_apply_result(news)]
    if news.said.doubt and match.status not in SETTLED:
        news.note(f"It is over, and its score is not taken from here: {news.said.doubt}.")
    return [*done, *_apply_status(news, match)]


# --- The kickoff --------------------------------------------------------------------------------------


def _apply_kickoff(news: FeedUpdate, match: Match) -> list[str]:
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
    """Return True if both have the same kickoff, or the same day if the report contains only that."""
    apart = match.kickoff_at - said.kickoff_at
    return _DAY[0] <= apart < _DAY[1] if said.day_only else not apart


def _is_news_of_kickoff(news: FeedUpdate, match: Match) -> bool:
    """Return True if the feed changed the kickoff, added the time, or reports the new date of the match.

    It changed the kickoff if its previous report had ours. A postponed or suspended match has a new date if
    the reported kickoff is ahead and the previous report had a waiting status or another kickoff.
    """
    said, before = news.said, news.before
    if match.status in _WAITING and said.kickoff_at > news.now:
        return before.status in _WAITING or before.kickoff_at != said.kickoff_at
    return before.kickoff_at == match.kickoff_at or (not said.day_only and _has_only_a_day(match))


def _has_only_a_day(match: Match) -> bool:
    """Return True if our kickoff is the beginning of a day, from a feed that reported no time."""
    told = FeedSnapshot.objects.filter(link__match=match, day_only=True, kickoff_at=match.kickoff_at)
    return told.exists()


# --- The status ---------------------------------------------------------------------------------------


def _apply_result(news: FeedUpdate) -> list[str]:
    decided = review(news.link.match_id, now=news.now)
    words = {Record: "recorded", Wait: "waiting", Conflicting: "held"}
    return [words[type(decided)]] if type(decided) in words else []


def _apply_status(news: FeedUpdate, match: Match) -> list[str]:
    """Apply a status without a result."""
    if match.status == Status.FINISHED and withdrawals.is_withdrawal(news.said):
        return ["recorded"] if withdrawals.review(match, now=news.now) else []
    if news.status == match.status or news.before.status == news.said.result.status:
        return []
    if match.status in SETTLED:
        return _refuse_withdrawal(news, match)
    if news.status == Status.SCHEDULED and not _is_rescheduled(news, match):
        return []
    return _record(news, Result(status=news.status))


def _is_rescheduled(news: FeedUpdate, match: Match) -> bool:
    """Return True if this feed had reported the match as live or put off, and now reports it as scheduled."""
    if match.status in _WAITING:
        return news.before.status in _WAITING and news.said.kickoff_at > news.now
    return news.before.status == Status.LIVE


def _is_own(news: FeedUpdate, match: Match) -> bool:
    """Return True if the result was recorded from this feed."""
    standing = recorded_result_of(match)
    return standing.by_feed and standing.source == news.source


def _withdraws_own_result(news: FeedUpdate, match: Match) -> bool:
    """Return True if the feed withdraws its own result, for the first time or again."""
    if (
        match.status != Status.FINISHED
        or not withdrawals.is_withdrawal(news.said)
        or not _is_own(news, match)
    ):
        return False
    return news.before.status in SETTLED or withdrawals.pending(match) is not None


def _withdraw(news: FeedUpdate, match: Match) -> list[str]:
    """Withdraw the result if the withdrawal is accepted, and apply the kickoff reported with it."""
    if withdrawals.is_believed_at_once(match, news.said.result.status, news.source, now=news.now):
        done = _record(news, Result(status=news.status), reason=f"{news.source} takes its result back")
    else:
        withdrawals.report(match, news.snapshot, now=news.now)
        done = ["recorded"] if withdrawals.review(match, now=news.now) else []
    if done:
        match.refresh_from_db()
        done += _apply_kickoff(news, match)
    return done


def _refuse_withdrawal(news: FeedUpdate, match: Match) -> list[str]:
    """Refuse to withdraw a void status or to postpone a finished match (Contradiction, InvalidResult).

    Ignore the report if the result came from another feed (this one may just be late), or if another feed
    still reports a result.
    """
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
