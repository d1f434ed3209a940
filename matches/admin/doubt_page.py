"""Contents of the admin page about a kickoff in doubt: reports, earlier moves, and the possible decisions."""

from dataclasses import dataclass
from datetime import datetime

from matches.kickoff_days import kickoff_text
from matches.models import FeedProblem, FeedSnapshot, KickoffMove, Match, Prediction
from matches.services.kickoff_doubts import KickoffDoubt
from matches.statuses import OPEN


@dataclass(frozen=True, slots=True)
class Decision:
    """One of the two decisions on a kickoff in doubt: confirm the newest report, or reject it.

    `kickoff_at` is the kickoff of the match after the decision, or the beginning of its day if `day_only`.
    `effects` are sentences about its effects.
    """

    label: str
    kickoff_at: datetime
    day_only: bool
    effects: list[str]


@dataclass(frozen=True, slots=True)
class DoubtPage:
    match: Match
    is_open: bool
    decisions: list[Decision]
    moves: list[KickoffMove]
    reports: list[FeedSnapshot]  # what each feed reports now


def doubt_page(problem: FeedProblem, *, now: datetime) -> DoubtPage | None:
    """Return the contents of the page about a kickoff in doubt, or None for a problem of another kind."""
    match = problem.match
    if problem.kind != FeedProblem.Kind.KICKOFF or match is None:
        return None
    doubt = KickoffDoubt.about(match)
    reports = FeedSnapshot.objects.filter(link__match=match).select_related("subscription__feed")
    return DoubtPage(
        match=match,
        is_open=doubt is not None,
        decisions=_decisions(match, doubt, now=now) if doubt else [],
        moves=list(match.kickoff_moves.select_related("moved_by").order_by("pk")),
        reports=list(reports.order_by("subscription__feed__name")),
    )


def _decisions(match: Match, doubt: KickoffDoubt, *, now: datetime) -> list[Decision]:
    values = (("Confirm", doubt.reported), ("Reject", doubt.other))
    return [
        Decision(label, at, at in doubt.day_only, _effects(match, at, at in doubt.day_only, now=now))
        for label, at in values
    ]


def _effects(match: Match, kickoff_at: datetime, day_only: bool, *, now: datetime) -> list[str]:
    """Return sentences that describe the effects of a decision for this kickoff."""
    live = Prediction.objects.filter(match=match, provenance=Prediction.Provenance.LIVE)
    after = live.filter(submitted_at__gte=kickoff_at).count()
    return [
        f"The kickoff is {kickoff_text(kickoff_at, time_known=not day_only)}.",
        f"Live predictions: {live.count()}. Received at or after this kickoff: {after}; these do not count.",
        *_effects_on_access(match, kickoff_at, now=now),
    ]


def _effects_on_access(match: Match, kickoff_at: datetime, *, now: datetime) -> list[str]:
    if kickoff_at <= now:
        return ["Predictions stay closed, and all are public at once."]
    if match.status not in OPEN:
        return [f"Predictions stay closed, because the match is {match.status}. All are secret until then."]
    were_public = match.exposed_at is not None or match.reveal_at <= now
    marked = "New ones are marked `after_exposure`, because the predictions so far have been public."
    return ["Predictions are accepted until then, and all are secret until then.", *[marked] * were_public]
