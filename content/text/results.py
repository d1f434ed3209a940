"""Short descriptions of recorded results and their effects, for pages, feeds and roundups."""

from matches.models import Match, ResultRevision
from matches.result import award_in_words, score_text
from matches.statuses import SETTLED, VOID, Status
from scoring.corrections import Moved, ResultChange, State
from scoring.models import Settlement


def result_in_words(result: ResultRevision | Match) -> str:
    """Format a result: "2-1", "1-1 (2-1 aet)", "abandoned at 1-0", "lost by both teams", "cancelled" etc."""
    if result.award:
        return award_in_words(result)
    if result.home_score is None:
        return result.get_status_display().lower()
    if result.status == Status.FINISHED:
        return score_text(result)
    between = "" if result.status == Status.AWARDED else " at"
    return f"{result.get_status_display().lower()}{between} {score_text(result)}"


def became(change: ResultChange) -> str:
    """Describe a correction: "2-1 corrected to 1-1", "2-1 voided (cancelled)", "2-1 withdrawn (live)"."""
    after = result_in_words(change.revision)
    if change.former is None:
        return after
    before = result_in_words(change.former)
    if change.revision.status not in SETTLED:
        return f"{before} withdrawn ({after})"
    if change.revision.status in VOID and change.former.status not in VOID:
        return f"{before} voided ({after})"
    return f"{before} corrected to {after}"


def moved_in_words(change: ResultChange) -> str:
    """Describe how a result changed points and scores, in one or two sentences."""
    if change.moved is None:
        return WITHOUT_MOVES[change.state]
    return " ".join(filter(None, [_points_moved(change, change.moved), _scores_moved(change, change.moved)]))


def _points_moved(change: ResultChange, moved: Moved) -> str:
    count = moved.forecasters
    if not count:
        return "No forecaster's points changed."
    if not moved.points:
        return _no_difference(change, count)
    whose = "One forecaster's points" if count == 1 else f"The points of {count} forecasters"
    return f"{whose} changed, by {moved.points} in total."


def _scores_moved(change: ResultChange, moved: Moved) -> str:
    """Describe for how many forecasters RPS, Brier score and log score changed; "" if for none."""
    counts = {"RPS": moved.rps, "Brier score": moved.brier, "log score": moved.log_score}
    changed = [(name, count) for name, count in counts.items() if count]
    if not changed:
        return ""
    verb = "changed"
    if _has_no_points(change.settlement):
        verb = "no longer counts"
    elif _has_no_points(change.before):
        verb = "counts again"
    (first, count), *rest = changed
    sentence = f"{first} {verb} for {count} forecaster{'s' if count != 1 else ''}"
    return ", ".join([sentence, *(f"{name} for {count}" for name, count in rest)]) + "."


def _no_difference(change: ResultChange, count: int) -> str:
    """Describe a change in which no points were gained or lost: 0 points became null, or null became 0."""
    who = "one forecaster" if count == 1 else f"{count} forecasters"
    if _has_no_points(change.settlement):
        return f"The match no longer counts for {who}, who had 0 points."
    if _has_no_points(change.before):
        return f"The match counts again for {who}, who {'has' if count == 1 else 'have'} 0 points."
    return "No forecaster gained or lost a point."


def _has_no_points(settlement: Settlement | None) -> bool:
    return settlement is None or settlement.voided


WITHOUT_MOVES = {
    State.SETTLED: "No points had been awarded before.",
    State.WITHDRAWN: "No points had been awarded before.",
    State.WAITING: "The predictions are about to be scored again.",
    State.OVERTAKEN: "A newer result replaced it before the predictions were scored.",
    State.OPEN: "No points had been awarded before.",
}
