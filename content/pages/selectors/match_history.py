"""History of a match: results and corrections, pipeline steps, roundups, moved kickoffs, commitments."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from content.models import Roundup
from content.pages.selectors.freshness import seconds_between
from content.roundups import out_of_date
from core.db import sql
from core.db.prepared import PreparedQuery
from matches.models import Commitment, KickoffMove, Match, Prediction, ResultRevision
from matches.statuses import SETTLED
from scoring import corrections
from scoring.corrections import ResultChange, State
from scoring.models import Settlement
from stats.refresh import latency


@dataclass(frozen=True, slots=True)
class Step:
    """Pipeline step: completion time, and seconds from the recording of the result."""

    name: str
    done_at: datetime | None
    seconds: float | None


@dataclass(frozen=True, slots=True)
class History:
    """Results, roundups and pipeline steps of a match. `changes` and `roundups` are oldest first."""

    changes: list[ResultChange]
    roundups: list[Roundup]
    steps: list[Step]

    @property
    def settlement(self) -> Settlement | None:
        """Current settlement, or None."""
        every = (each for change in self.changes for each in change.settlements)
        return next((each for each in every if each.superseded_at is None), None)

    @property
    def roundup(self) -> Roundup | None:
        """Published roundup, or None."""
        return next((each for each in self.roundups if each.status == Roundup.Status.PUBLISHED), None)

    @property
    def correction(self) -> ResultChange | None:
        """Last recorded result that replaced a final one, or None."""
        return next((each for each in reversed(self.changes) if each.is_correction), None)

    @property
    def newest(self) -> ResultChange | None:
        return self.changes[-1] if self.changes else None

    @property
    def detailed(self) -> list[ResultChange]:
        """Recorded results that the match page shows in detail, newest first: all except `interim`."""
        return [each for each in reversed(self.changes) if not _is_interim(each)]

    @property
    def interim(self) -> list[ResultChange]:
        """Results recorded before the match was over, newest first. They had no effect on points."""
        return [each for each in reversed(self.changes) if _is_interim(each)]


def _is_interim(change: ResultChange) -> bool:
    return change.state == State.OPEN and not change.is_correction


_ROUNDUPS = PreparedQuery(
    lambda match: (
        out_of_date.with_state(Roundup.objects.filter(match=match))
        .order_by("version")
        .defer("summary", "body", "body_html", "facts", "spans", "checks")
    )
)
_MOVES = PreparedQuery(lambda match: KickoffMove.objects.filter(match=match).order_by("pk"))


_COMMITMENTS = PreparedQuery(lambda match: Commitment.objects.filter(match=match).order_by("-number"))


def statements(match: int) -> list[sql.Statement]:
    """Return the SQL statements that `history_of`, `kickoffs_of` and `commitments_to` execute.

    They are to be passed to sql.prefetch().
    """
    own = [query.statement(match) for query in (_ROUNDUPS, _MOVES, _COMMITMENTS)]
    return [*corrections.statements(match), latency.shown_at_statement(match), *own]


def history_of(match: Match) -> History:
    """Return the history of a match. At most four queries.

    The text and facts of the roundups are deferred.
    """
    changes = corrections.changes_of(match)
    roundups = _ROUNDUPS(match.pk)
    return History(changes, roundups, _steps(changes, roundups))


def with_moves(past: History, *, named: bool) -> History:
    """Return the history with the changes of points, in `moved` of each result. At most three queries.

    If `named` is False, `moved` contains only sums (see `scoring.corrections.with_moves`), and the roundups
    are removed, because they contain predictions.
    """
    changes = corrections.with_moves(past.changes, named=named)
    return replace(past, changes=changes, roundups=past.roundups if named else [])


def _steps(changes: list[ResultChange], roundups: list[Roundup]) -> list[Step]:
    """Return the steps of the newest result by time; empty if the match is not over.

    If a step was repeated for the same result (e.g. after an import), its first time is returned. Steps that
    are not done have no time, and come last.
    """
    if not changes or changes[-1].revision.status not in SETTLED:
        return []
    newest, revision = changes[-1], changes[-1].revision
    recorded_at = revision.recorded_at
    scored = next(iter(newest.settlements), None)
    roundup = next((each for each in roundups if each.result_version == revision.version), None)
    moments = {
        "Result recorded": recorded_at,
        "Scored": scored.settled_at if scored else None,
        "Leaderboards updated": latency.shown_at(revision.match_id) if newest.is_counted else None,
        "Roundup published": (roundup.published_at or roundup.written_at) if roundup else None,
    }
    steps = [Step(name, moment, seconds_between(recorded_at, moment)) for name, moment in moments.items()]
    return sorted(steps, key=lambda step: step.done_at or datetime.max.replace(tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Kickoffs:
    """Moves of the kickoff, oldest first, and live predictions received after the current kickoff."""

    moves: list[KickoffMove]
    late: list[Prediction]


def kickoffs_of(match: Match, *, named: bool) -> Kickoffs:
    """Return the kickoff moves and, if `named`, the late predictions. At most two queries.

    If the kickoff was never moved, no prediction is late. `named` must be False while the predictions are
    secret.
    """
    moves = _MOVES(match.pk)
    if not (moves and named):
        return Kickoffs(moves, [])
    late = match.predictions.filter(late=True).select_related("forecaster")
    return Kickoffs(moves, list(late.order_by("submitted_at", "pk")))


def commitments_to(match: Match) -> list[Commitment]:
    """Return the commitments of a match, newest first; there are several if its kickoff moved."""
    return _COMMITMENTS(match.pk)


def seconds_to_publish(roundup: Roundup) -> float | None:
    """Return the seconds from the recorded result to its roundup, or None if unknown."""
    recorded = ResultRevision.objects.filter(match=roundup.match_id, version=roundup.result_version).first()
    return seconds_between(recorded.recorded_at, roundup.written_at) if recorded else None
