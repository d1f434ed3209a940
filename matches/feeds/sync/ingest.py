"""Ingest a response of a feed: in one transaction, with a savepoint for each match.

An error in one match is stored as a problem and does not affect the others. The validators (ETag) of a
response with problems are not stored, so that the feed sends all of it again.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import DataError, IntegrityError, transaction

from matches.feeds.polling.fetch import FetchResult
from matches.feeds.providers.feed_format import FeedMatch, Reading
from matches.feeds.sync.apply_feed import Contradiction, FeedUpdate, PreviousReport, apply
from matches.feeds.sync.issues import ANSWER, Problems, open_decisions
from matches.feeds.sync.match_linker import Unclear, follow_sides, hold_seasons, link_by_teams
from matches.feeds.sync.team_resolver import TeamNames
from matches.feeds.sync.withdrawals import next_check
from matches.models import FeedSnapshot, FeedSubscription, MatchSource
from matches.result import InvalidResult
from matches.services.kickoffs import InvalidKickoff
from matches.services.teams import TeamUnknown
from matches.statuses import SETTLED

REFUSALS = (
    *(InvalidResult, InvalidKickoff, Contradiction, Unclear, TeamUnknown),
    *(IntegrityError, DataError),  # checked by the database only
)
_DOUBT = 300
_STATE = [
    *("asked_at", "answered_at", "failures", "error", "listed"),
    *("marked_url", "etag", "last_modified"),
]


@dataclass(slots=True)
class IngestResult:
    """Result of ingesting a response: counts per action, problems, error."""

    subscription: FeedSubscription
    done: Counter[str] = field(default_factory=Counter)
    problems: dict[str, str] = field(default_factory=dict)  # subject -> text
    error: str = ""
    unchanged: bool = False
    check_at: datetime | None = None  # when to poll to see if the feed repeats a withdrawal
    waits_until: datetime | None = None

    def as_report(self) -> dict[str, Any]:
        return {
            "subscription": self.subscription.pk,
            "feed": self.subscription.feed.name,
            "code": self.subscription.code,
            "unchanged": self.unchanged,
            "error": self.error,
            "waits_until": self.waits_until,
            "done": dict(self.done),
            "problems": [{"about": about, "text": text} for about, text in self.problems.items()],
        }


def ingest(asked: FetchResult, *, now: datetime) -> IngestResult:
    """Ingest the outcome of a fetch, in one transaction (the caller's, if there is one).

    Responses older than the last ingested one are ignored.
    """
    with transaction.atomic():
        locked = FeedSubscription.objects.select_for_update(no_key=True, of=["self"])
        subscription = locked.select_related("feed", "season__competition").get(pk=asked.subscription_id)
        taken = IngestResult(subscription, unchanged=asked.unchanged, error=asked.error)
        if asked.spent:
            taken.error, taken.waits_until = asked.spent.why, asked.spent.until
        elif subscription.asked_at is None or asked.asked_at >= subscription.asked_at:
            _store_outcome(asked, taken, now)
        return taken


def _store_outcome(asked: FetchResult, taken: IngestResult, now: datetime) -> None:
    subscription = taken.subscription
    subscription.asked_at = asked.asked_at
    if asked.error:
        subscription.failures, subscription.error = subscription.failures + 1, asked.error
        problems = Problems(subscription)
        problems.add(ANSWER, f"{subscription.feed.name} gave no answer: {asked.error}.")
        problems.store(now=now, only_about=[ANSWER])
    else:
        subscription.failures, subscription.error, subscription.answered_at = 0, "", now
        if asked.reading is None:
            Problems(subscription).store(now=now, only_about=[ANSWER])
        else:
            _ingest_reading(asked, asked.reading, taken, now)
    subscription.save(update_fields=_STATE)


def _ingest_reading(asked: FetchResult, reading: Reading, taken: IngestResult, now: datetime) -> None:
    subscription = taken.subscription
    taken.problems = _ResponseIngest(taken, reading, now).ingest_all() | open_decisions(subscription)
    taken.check_at = next_check(subscription, now=now)
    is_whole = not taken.problems
    subscription.listed = reading.entries
    subscription.marked_url = asked.url if is_whole else ""
    subscription.etag = asked.page.etag if asked.page and is_whole else ""
    subscription.last_modified = asked.page.last_modified if asked.page and is_whole else ""


class _ResponseIngest:
    """Ingestion of the matches of one response, one after the other."""

    def __init__(self, taken: IngestResult, reading: Reading, now: datetime) -> None:
        self.taken, self.reading, self.now = taken, reading, now
        self.subscription = taken.subscription
        self.source = self.subscription.feed.name
        self.names = TeamNames(self.source)
        self.problems = Problems(self.subscription)
        self.listed = {said.external_id for said in reading.matches}
        self.snapshots = {
            row.external_id: row for row in self.subscription.snapshots.select_related("link__match")
        }
        self.with_problems = set(
            self.subscription.problems.filter(ended_at__isnull=True).values_list("about", flat=True)
        )
        self.links = {
            link.external_id: link
            for link in MatchSource.objects.filter(
                source=self.source, external_id__in=self.listed
            ).select_related("match__home_team", "match__away_team")
        }

    def ingest_all(self) -> dict[str, str]:
        """Ingest each match; return the open problems: subject -> text."""
        if not self.reading.entries:
            self.problems.add(ANSWER, "It lists no match at all: is the code right?")
        for fault in self.reading.faults:
            self.problems.add(fault.about, fault.text)
        news = [said for said in self.reading.matches if not self._is_known(said)]
        self.taken.done["unchanged"] += len(self.reading.matches) - len(news)
        if any(said.external_id not in self.links for said in news):
            hold_seasons([self.subscription.season_id])
        for said in sorted(news, key=self._lock_order):
            self._ingest_safely(said)
        self.taken.done += Counter()  # removes zero counts
        self._mark_missing()
        self.names.keep_unknown(now=self.now)
        return self.problems.store(now=self.now)

    def _lock_order(self, said: FeedMatch) -> tuple[int, datetime]:
        """Sort key: by match id, the lock order of all writers; unlinked matches come last, by kickoff."""
        link = self.links.get(said.external_id)
        return (link.match_id if link else 2**62, said.kickoff_at)

    def _ingest_safely(self, said: FeedMatch) -> None:
        try:
            with transaction.atomic():
                done = self._ingest_match(said)
        except REFUSALS as refusal:
            self.problems.add(said.external_id, _problem_text(refusal, said))
        else:
            self.taken.done.update(done)

    def _ingest_match(self, said: FeedMatch) -> list[str]:
        before = self.snapshots.get(said.external_id)
        done, link = self._link(said)
        known = PreviousReport.of(before)
        snapshot = _save_snapshot(self.subscription, before, said, link, self.now)
        news = FeedUpdate(
            said,
            link,
            known,
            snapshot,
            self.now,
            lambda text: self.problems.add(said.external_id, text),
        )
        return [*done, *apply(news)] or ["noted"]

    def _is_known(self, said: FeedMatch) -> bool:
        """Return True if the report has not changed and was ingested without a problem."""
        before = self.snapshots.get(said.external_id)
        if (
            before is None
            or before.link_id is None
            or before.gone_at
            or said.external_id in self.with_problems
        ):
            return False
        return before.digest == _digest(said)

    def _link(self, said: FeedMatch) -> tuple[list[str], MatchSource]:
        """Return the link to our match, created if it is missing. Raises TeamUnknown or Unclear."""
        example = f"{said.home} - {said.away}, {said.round_label}, {said.kickoff_at:%Y-%m-%d}"
        home, away = self.names.teams(said.home, said.away, example=example)
        link = self.links.get(said.external_id)
        if link is None:
            linked = link_by_teams(
                said, home, away, season=self.subscription.season, source=self.source, listed=self.listed
            )
            return ["added" if linked.added else "linked"], linked.link
        match = link.match
        if {home.pk, away.pk} != {match.home_team_id, match.away_team_id}:
            raise Unclear(
                f"it is {home} - {away} now, and linked to match {match.pk}, {match}; correct the link there."
            )
        follow_sides(link, home)
        return [], link

    def _mark_missing(self) -> None:
        """Mark matches that the feed no longer lists, and report those without a result.

        A match that the feed lists under another id now is not reported.
        """
        faulty = {fault.about for fault in self.reading.faults}
        missing = [row for row in self.snapshots.values() if row.external_id not in self.listed | faulty]
        still = FeedSnapshot.objects.filter(subscription=self.subscription, external_id__in=self.listed)
        listed_otherwise = set(still.values_list("link__match_id", flat=True))
        for row in missing:
            match = row.link.match if row.link else None
            if row.gone_at is None:
                row.gone_at = self.now
                row.save(update_fields=["gone_at"])
            if match and match.pk not in listed_otherwise and match.status not in SETTLED:
                self.problems.add(row.external_id, f"It lists {match} (match {match.pk}) no more.")


def _save_snapshot(
    subscription: FeedSubscription,
    before: FeedSnapshot | None,
    said: FeedMatch,
    link: MatchSource,
    now: datetime,
) -> FeedSnapshot:
    row = before or FeedSnapshot(
        subscription=subscription, external_id=said.external_id, first_reported_at=now
    )
    result = said.result.as_columns()
    if before is None or before.gone_at or any(getattr(row, name) != value for name, value in result.items()):
        row.first_reported_at, row.overruled_at = now, None
    for name, value in result.items():
        setattr(row, name, value)
    row.link, row.digest, row.gone_at = link, _digest(said), None
    row.home, row.away, row.round_label = said.home, said.away, said.round_label
    row.kickoff_at, row.day_only = said.kickoff_at, said.day_only
    row.doubt, row.updated_at = said.doubt[:_DOUBT], said.updated_at
    row.save()
    return row


def _digest(said: FeedMatch) -> str:
    """Hash the report without `updated_at`: the same digest means nothing new."""
    parts = [getattr(said, name) for name in said.__dataclass_fields__ if name != "updated_at"]
    return sha256(repr(parts).encode()).hexdigest()


def _problem_text(refusal: Exception, said: FeedMatch) -> str:
    what = str(refusal).partition("\n")[0]
    return f"{said.home} - {said.away}: {what}"
