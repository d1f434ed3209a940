"""Apply one row of an import file to a match, and report where the existing values were kept."""

from dataclasses import dataclass
from datetime import datetime

from matches.feeds.providers.feed_format import FeedMatch
from matches.feeds.sync.agreement_rules import agree, in_words, merged
from matches.feeds.sync.apply_feed import is_same_kickoff
from matches.feeds.sync.reported_results import mark_second_leg, recorded_result_of
from matches.models import KickoffMove, Match, MatchSource
from matches.result import Result
from matches.services.kickoffs import move_kickoff
from matches.services.results import record_result
from matches.statuses import SETTLED, Status

_OF_THE_MOMENT = (Status.SCHEDULED, Status.LIVE)  # never recorded from a file
_WAITING = (Status.POSTPONED, Status.SUSPENDED)


@dataclass(frozen=True, slots=True)
class KeptExisting:
    """Note that the existing value was kept although the row differs."""

    text: str


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row of a file about one of our matches."""

    said: FeedMatch
    link: MatchSource
    now: datetime
    overwrite: bool

    @property
    def source(self) -> str:
        return self.link.source

    @property
    def told(self) -> Result:
        """The result in the row, with our home and away sides."""
        return self.said.result.mirrored() if self.link.flipped else self.said.result

    def take(self) -> list[str | KeptExisting]:
        """Apply the row as far as allowed; return what was done, and what was kept instead.

        Raises InvalidKickoff or InvalidResult.
        """
        if self._says_nothing_new(self.link.match):
            return []
        match = Match.objects.select_for_update().get(pk=self.link.match_id)
        if "moved" in (done := self._kickoff(match)):
            match.refresh_from_db()
        done += self._result(match)
        if "moved" in done:
            match.refresh_from_db()
            done += _doubt(match)
        return done

    def _says_nothing_new(self, match: Match) -> bool:
        is_settled = self.told.status in _OF_THE_MOMENT or self.told == Result.of(match)
        return is_settled and self._has_no_kickoff_for(match)

    def _has_no_kickoff_for(self, match: Match) -> bool:
        is_dated = self.said.result.status in (*_OF_THE_MOMENT, Status.FINISHED)
        return not is_dated or is_same_kickoff(self.said, match)

    def _kickoff(self, match: Match) -> list[str | KeptExisting]:
        """Move the kickoff if this source is allowed to."""
        said = self.said
        if self._has_no_kickoff_for(match):
            return []
        if not (self.overwrite or self._owns_kickoff(match)):
            return [
                KeptExisting(
                    f"it says kickoff {said.kickoff_at:%Y-%m-%d %H:%M} UTC;"
                    f" ours, {match.kickoff_at:%Y-%m-%d %H:%M}, is kept"
                )
            ]
        move_kickoff(
            match_id=match.pk,
            kickoff_at=said.kickoff_at,
            source=self.source,
            moved_at=self.now,
            reschedule=match.status in _WAITING and said.result.status == Status.SCHEDULED,
            trusted=False,
        )
        return ["moved"]

    def _owns_kickoff(self, match: Match) -> bool:
        """Return True if the recorded kickoff came from this source."""
        last = KickoffMove.objects.filter(match=match).order_by("-pk").first()
        return last.source == self.source if last else self.link.added

    def _result(self, match: Match) -> list[str | KeptExisting]:
        """Record the result if this source is allowed to."""
        told, standing = self.told, recorded_result_of(match)
        if told.status in _OF_THE_MOMENT or told == standing.result:
            return []
        if agree(told, standing.result):
            told = merged([standing.result, told])
        if told == standing.result:
            return []
        if standing.result.status in SETTLED and standing.source != self.source and not self.overwrite:
            ours = f"{in_words(standing.result)} from {standing.source}"
            return [KeptExisting(f"it says {in_words(told)}; ours, {ours}, is kept")]
        mark_second_leg(match, told, hint=self.said.second_leg)
        self._record(told)
        return ["recorded"]

    def _record(self, told: Result) -> None:
        record_result(match_id=self.link.match_id, result=told, source=self.source, recorded_at=self.now)


def _doubt(match: Match) -> list[str | KeptExisting]:
    """Return a note if the new kickoff is in doubt."""
    if not match.is_kickoff_in_doubt:
        return []
    return [
        KeptExisting(
            f"its kickoff {match.kickoff_at:%Y-%m-%d %H:%M} UTC is over or less than an hour ahead: it is in"
            f" doubt until confirmed or rejected in Feed problems; predictions lock at"
            f" {match.lock_at:%Y-%m-%d %H:%M} and stay secret until {match.reveal_at:%Y-%m-%d %H:%M}"
        )
    ]
