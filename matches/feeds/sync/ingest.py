"""Ingest a response of a feed: in one transaction, with a savepoint for each match.

An error in one match is stored as a problem and does not affect the others. The validators (ETag) of a
response with problems are not stored, so that the feed sends the whole response again at the next poll.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from matches.feeds.polling.fetch import FetchResult
from matches.feeds.providers.feed_format import FeedMatch, Reading
from matches.feeds.sync.apply_row import ROW_ERRORS, ReportedMatch, apply_row
from matches.feeds.sync.feed_policy import Contradiction, FeedPolicy, PreviousReport
from matches.feeds.sync.issues import RESPONSE, Problems, open_decisions
from matches.feeds.sync.match_linker import linked_match, lock_matches, lock_seasons
from matches.feeds.sync.match_search import Listing
from matches.feeds.sync.team_resolver import TeamNames
from matches.feeds.sync.withdrawals import next_check
from matches.models import FeedSnapshot, FeedSubscription, MatchSource
from matches.result import Result
from matches.statuses import SETTLED

_DOUBT = 300  # maximum characters
_COPIED = ("home", "away", "round_label", "kickoff_at", "day_only", "reason", "updated_at")  # of a snapshot
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


def ingest(fetched: FetchResult, *, now: datetime) -> IngestResult:
    """Ingest the outcome of a fetch, in one transaction (the caller's, if there is one).

    Responses older than the last ingested one are ignored.
    """
    with transaction.atomic():
        locked = FeedSubscription.objects.select_for_update(no_key=True, of=["self"])
        subscription = locked.select_related("feed", "season__competition").get(pk=fetched.subscription_id)
        result = IngestResult(subscription, unchanged=fetched.unchanged, error=fetched.error)
        if fetched.limit:
            result.error, result.waits_until = fetched.limit.why, fetched.limit.until
        elif subscription.asked_at is None or fetched.asked_at >= subscription.asked_at:
            _store_outcome(fetched, result, now)
        return result


def _store_outcome(fetched: FetchResult, result: IngestResult, now: datetime) -> None:
    subscription = result.subscription
    subscription.asked_at = fetched.asked_at
    if fetched.error:
        subscription.failures, subscription.error = subscription.failures + 1, fetched.error
        problems = Problems(subscription)
        problems.add(RESPONSE, f"No usable response from {subscription.feed.name}: {fetched.error}.")
        problems.store(now=now, only_about=[RESPONSE])
    else:
        subscription.failures, subscription.error, subscription.answered_at = 0, "", now
        if fetched.reading is None:
            Problems(subscription).store(now=now, only_about=[RESPONSE])
        else:
            _ingest_reading(fetched, fetched.reading, result, now)
    subscription.save(update_fields=_STATE)


def _ingest_reading(fetched: FetchResult, reading: Reading, result: IngestResult, now: datetime) -> None:
    subscription, response = result.subscription, fetched.response
    result.problems = _ResponseIngest(result, reading, now).ingest_all() | open_decisions(subscription)
    result.check_at = next_check(subscription, now=now)
    is_whole = not result.problems
    subscription.listed = reading.entries
    subscription.marked_url = fetched.url if is_whole else ""
    subscription.etag = response.etag if response and is_whole else ""
    subscription.last_modified = response.last_modified if response and is_whole else ""


class _ResponseIngest:
    """Ingestion of the matches of one response, one after the other."""

    def __init__(self, result: IngestResult, reading: Reading, now: datetime) -> None:
        self.result, self.reading, self.now = result, reading, now
        self.subscription = result.subscription
        self.source = self.subscription.feed.name
        self.names = TeamNames(self.source)
        self.problems = Problems(self.subscription)
        faulty = [fault.about for fault in reading.faults]
        self.listing = Listing(self.source, reading.matches, faulty=faulty, is_whole=True)
        self.snapshots = {
            snapshot.external_id: snapshot
            for snapshot in self.subscription.snapshots.select_related("link__match")
        }
        self.with_problems = set(
            self.subscription.problems.filter(ended_at__isnull=True).values_list("about", flat=True)
        )
        links = MatchSource.objects.filter(source=self.source, external_id__in=self.listing.ids)
        with_match = links.select_related("match__stage", "match__home_team", "match__away_team")
        self.links = {link.external_id: link for link in with_match}

    def ingest_all(self) -> dict[str, str]:
        """Ingest the matches in the order of their kickoffs; return the open problems: subject -> text.

        A second leg can thus be compared with its first leg.
        """
        if not self.reading.entries:
            self.problems.add(RESPONSE, "The response contains no match. Is the code right?")
        for fault in self.reading.faults:
            self.problems.add(fault.about, fault.text)
        rows = [row for row in self.reading.matches if not self._is_known(row)]
        self.result.done["unchanged"] += len(self.reading.matches) - len(rows)
        if any(row.external_id not in self.links for row in rows):
            lock_seasons([self.subscription.season_id])
        lock_matches(self.links[row.external_id] for row in rows if row.external_id in self.links)
        for row in sorted(rows, key=lambda row: row.kickoff_at):
            self._ingest_safely(row)
        self.result.done += Counter()  # removes zero counts
        self._mark_missing()
        self.names.store_unknown(now=self.now)
        return self.problems.store(now=self.now)

    def _is_known(self, row: FeedMatch) -> bool:
        """Return True if the report has not changed and was ingested without a problem."""
        before = self.snapshots.get(row.external_id)
        if before is None or before.link_id is None or before.gone_at:
            return False
        return row.external_id not in self.with_problems and before.digest == _digest(row)

    def _ingest_safely(self, row: FeedMatch) -> None:
        try:
            with transaction.atomic():
                done = self._ingest_match(row)
        except (*ROW_ERRORS, Contradiction) as error:
            reason = str(error).partition("\n")[0]
            self.problems.add(row.external_id, f"{row.home} - {row.away}: {reason}")
        else:
            self.result.done.update(done)

    def _ingest_match(self, row: FeedMatch) -> list[str]:
        def note(text: str) -> None:
            self.problems.add(row.external_id, text)

        teams = self.names.teams(
            row.home, row.away, example=row.summary, competition=self.subscription.season.competition
        )
        link, done = linked_match(
            row,
            self.links.get(row.external_id),
            teams,
            listing=self.listing,
            season=self.subscription.season,
            now=self.now,
            note=note,
        )
        snapshot = self.snapshots.get(row.external_id)
        before = PreviousReport.of(snapshot)
        snapshot = _save_snapshot(self.subscription, snapshot, row, link, self.now)
        reported = ReportedMatch(row, link, self.now, note)
        return [*done, *apply_row(reported, FeedPolicy(before, snapshot))] or ["noted"]

    def _mark_missing(self) -> None:
        """Mark matches that the feed no longer lists, and store a problem for each of them without a result.

        There is no problem if the feed lists the match under another id.
        """
        listed = {row.external_id for row in self.listing.rows}
        current = FeedSnapshot.objects.filter(subscription=self.subscription, external_id__in=listed)
        listed_otherwise = set(current.values_list("link__match_id", flat=True))
        for snapshot in self.snapshots.values():
            if snapshot.external_id in self.listing.ids:
                continue
            if snapshot.gone_at is None:
                snapshot.gone_at = self.now
                snapshot.save(update_fields=["gone_at"])
            match = snapshot.link.match if snapshot.link else None
            if match and match.pk not in listed_otherwise and match.status not in SETTLED:
                text = f"The feed no longer lists {match} (match {match.pk})."
                self.problems.add(snapshot.external_id, text)


def _save_snapshot(
    subscription: FeedSubscription,
    before: FeedSnapshot | None,
    row: FeedMatch,
    link: MatchSource,
    now: datetime,
) -> FeedSnapshot:
    snapshot = before or FeedSnapshot(
        subscription=subscription, external_id=row.external_id, first_reported_at=now
    )
    if before is None or before.gone_at or Result.of(before) != row.result:
        snapshot.first_reported_at, snapshot.overruled_at = now, None
    stage, group = row.place
    values = row.result.as_columns() | {
        "stage": stage,
        "group": group,
        "link": link,
        "digest": _digest(row),
        "gone_at": None,
        "doubt": row.doubt[:_DOUBT],
        **{name: getattr(row, name) for name in _COPIED},
    }
    for name, value in values.items():
        setattr(snapshot, name, value)
    snapshot.save()
    return snapshot


def _digest(row: FeedMatch) -> str:
    """Return a hash of the report without `updated_at`. Reports with equal hashes contain nothing new."""
    parts = [getattr(row, name) for name in row.__dataclass_fields__ if name != "updated_at"]
    return sha256(repr(parts).encode()).hexdigest()
