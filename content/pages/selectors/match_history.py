"""How a result came to be counted and told: its way through the pipeline, former versions, kickoffs."""

from dataclasses import dataclass, replace
from datetime import datetime

from content.models import Roundup
from content.pages.selectors.freshness import seconds_between
from content.roundups import out_of_date
from core.db import sql
from core.db.prepared import PreparedQuery
from matches.models import KickoffMove, Match, Prediction, ResultRevision
from matches.statuses import SETTLED
from scoring import corrections
from scoring.corrections import ResultChange, State
from scoring.models import Settlement
from stats.models import ViewRefresh
from stats.refresh import latency, matviews


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of the pipeline: when it was done, and how many seconds after the result was recorded."""

    name: str
    done_at: datetime | None
    seconds: float | None


@dataclass(frozen=True, slots=True)
class History:
    """All that is known about the results of a match. `changes` and `roundups` come oldest first."""

    changes: list[ResultChange]
    roundups: list[Roundup]
    steps: list[Step]

    @property
    def settlement(self) -> Settlement | None:
        """The current one."""
        every = (each for change in self.changes for each in change.settlements)
        return next((each for each in every if each.superseded_at is None), None)

    @property
    def roundup(self) -> Roundup | None:
        """The published one."""
        return next((each for each in self.roundups if each.status == Roundup.Status.PUBLISHED), None)

    @property
    def correction(self) -> ResultChange | None:
        """The last result that corrected another one."""
        return next((each for each in reversed(self.changes) if each.is_correction), None)

    @property
    def newest(self) -> ResultChange | None:
        return self.changes[-1] if self.changes else None

    @property
    def told(self) -> list[ResultChange]:
        """The results worth a paragraph each, newest first."""
        return [each for each in reversed(self.changes) if not _is_passing(each)]

    @property
    def passing(self) -> list[ResultChange]:
        """Reports of a match that was not over, newest first: they moved nothing and corrected nothing."""
        return [each for each in reversed(self.changes) if _is_passing(each)]


def _is_passing(change: ResultChange) -> bool:
    return change.state == State.OPEN and not change.is_correction


_ROUNDUPS = PreparedQuery(
    lambda match: (
        out_of_date.with_state(Roundup.objects.filter(match=match))
        .order_by("version")
        .defer("summary", "body", "body_html", "facts", "checks")
    )
)
_MOVES = PreparedQuery(lambda match: KickoffMove.objects.filter(match=match).order_by("pk"))


def questions(match: int) -> list[sql.Statement]:
    """What `history_of` and `kickoffs_of` ask of every match, for whoever asks ahead."""
    shown = latency.question(match)
    return [*corrections.questions(match), _ROUNDUPS.asked(match), _MOVES.asked(match), shown]


def history_of(match: Match) -> History:
    """The history of a match's results, in four queries however many versions there are.

    The roundups are headlines: what they say is not read.
    """
    changes = corrections.changes_of(match)
    roundups = _ROUNDUPS(match.pk)
    return History(changes, roundups, _steps(changes, roundups))


def with_moves(past: History, *, named: bool) -> History:
    """The same with the points that moved, in two queries more; see `scoring.corrections.with_moves`.

    Not `named`: without roundups either, which tell the picks.
    """
    changes = corrections.with_moves(past.changes, named=named)
    return replace(past, changes=changes, roundups=past.roundups if named else [])


def _steps(changes: list[ResultChange], roundups: list[Roundup]) -> list[Step]:
    """Return the steps of the newest result, in order of time; empty if the match is not over.

    Each is the first of its kind for that result: an import that settles it again does not move one behind
    the next. A step may be still to come.
    """
    if not changes or changes[-1].revision.status not in SETTLED:
        return []
    newest, revision = changes[-1], changes[-1].revision
    recorded_at = revision.recorded_at
    scored = next(iter(newest.settlements), None)
    told = next((each for each in roundups if each.result_version == revision.version), None)
    moments = {
        "Result recorded": recorded_at,
        "Scored": scored.settled_at if scored else None,
        "Counted": latency.shown_at(revision.match_id) if newest.is_counted else None,
        "Roundup published": (told.published_at or told.written_at) if told else None,
    }
    return [Step(name, moment, seconds_between(recorded_at, moment)) for name, moment in moments.items()]


@dataclass(frozen=True, slots=True)
class Kickoffs:
    """How the kickoff moved, oldest first, and the live picks that came too late for the one known now."""

    moves: list[KickoffMove]
    late: list[Prediction]


def kickoffs_of(match: Match, *, named: bool) -> Kickoffs:
    """One query, two where it moved: else none came too late. Not `named`: who picked is still secret."""
    moves = _MOVES(match.pk)
    if not (moves and named):
        return Kickoffs(moves, [])
    late = match.predictions.filter(late=True).select_related("forecaster")
    return Kickoffs(moves, list(late.order_by("submitted_at", "pk")))


def boards_refreshed() -> ViewRefresh | None:
    """The newest refresh of the leaderboards: what was counted after it, they do not show."""
    return matviews.newest()


def seconds_to_publish(roundup: Roundup) -> float | None:
    """Seconds from the recorded result to the roundup that tells it."""
    recorded = ResultRevision.objects.filter(match=roundup.match_id, version=roundup.result_version).first()
    return seconds_between(recorded.recorded_at, roundup.written_at) if recorded else None
