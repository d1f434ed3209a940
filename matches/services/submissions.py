"""Submit live predictions: each is accepted, or refused with the reason, independently of the others.

This module validates; `services.predictions.submit_predictions` stores. The lock triggers check again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from matches.models import Forecaster, Prediction, PredictionLogEntry
from matches.services.predictions import (
    LockedMatch,
    NewPrediction,
    Pair,
    current_predictions,
    lock_matches,
    submit_predictions,
)
from matches.statuses import OPEN

# Columns that are equal in unchanged predictions.
_COMPARED = (
    *("home_goals", "away_goals", "p_home", "p_draw", "p_away"),
    *("rationale", "model_version", "client_ref"),
)


@dataclass(frozen=True, slots=True)
class RefusedPrediction:
    """A refused prediction. `code` is for programs, `reason` for people."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class AcceptedPrediction:
    """An accepted prediction.

    `state` is "created", "superseding" (it replaces an earlier one) or "unchanged".
    """

    prediction: Prediction
    position: int  # in the log of the match
    lock_at: datetime
    state: str


SubmissionResult = AcceptedPrediction | RefusedPrediction


def unknown_match(pk: int) -> RefusedPrediction:
    return RefusedPrediction("match-unknown", f"No match with id {pk}; see /api/v1/matches/.")


def unknown_forecaster(name: object) -> RefusedPrediction:
    return RefusedPrediction("forecaster-unknown", f'No forecaster "{name}"; see /api/v1/forecasters/.')


def submit(new: Sequence[NewPrediction], *, now: datetime, dry_run: bool = False) -> list[SubmissionResult]:
    """Submit live predictions; return one result for each, in order. Unchanged ones are not stored again.

    Runs in one transaction; other submissions of the same forecasters wait for its end. With `dry_run` the
    transaction is rolled back, and the results show what would have been stored.
    """
    with transaction.atomic():
        results = None
        while results is None:  # one more pass for each match that locks at this moment
            results = _submit(new, now=now)
        if dry_run:
            transaction.set_rollback(True)
    return results


def _submit(new: Sequence[NewPrediction], *, now: datetime) -> list[SubmissionResult] | None:
    """Validate and store the predictions; return one result for each, in order.

    Returns None, with nothing stored, if a match locked in the meantime.
    """
    forecasters = _lock_forecasters(each.forecaster_id for each in new)
    matches = lock_matches(each.match_id for each in new)
    refused: dict[int, RefusedPrediction] = {}
    valid: list[NewPrediction] = []
    seen: set[Pair] = set()
    for number, each in enumerate(new):
        match, forecaster = matches.get(each.match_id), forecasters.get(each.forecaster_id)
        if refusal := _refusal(each, match, forecaster, seen, now=now):
            refused[number] = refusal
        else:
            valid.append(each)
        seen.add(each.pair)
    before = current_predictions(valid)
    stored = _store([each for each in valid if not _is_unchanged(each, before)], now=now)
    if stored is None:
        return None
    accepted = _accepted(stored, before, matches)
    return [refused.get(number) or accepted[each.pair] for number, each in enumerate(new)]


def _lock_forecasters(ids: Iterable[int]) -> dict[int, Forecaster]:
    rows = Forecaster.objects.select_for_update(no_key=True).filter(pk__in=set(ids)).order_by("pk")
    return {each.pk: each for each in rows}


def _refusal(
    new: NewPrediction,
    match: LockedMatch | None,
    forecaster: Forecaster | None,
    seen: set[Pair],
    *,
    now: datetime,
) -> RefusedPrediction | None:
    if match is None:
        return unknown_match(new.match_id)
    if forecaster is None:
        return unknown_forecaster(new.forecaster_id)
    if forecaster.retired_at is not None and forecaster.retired_at <= now:
        return RefusedPrediction(
            "forecaster-retired",
            f"{forecaster.name} retired on {forecaster.retired_at:%Y-%m-%d} and cannot predict any more.",
        )
    if new.pair in seen:
        return RefusedPrediction(
            "duplicate", "This request contains an earlier prediction of this match by this forecaster."
        )
    return None if match.is_open else RefusedPrediction("prediction-locked", _why_locked(match))


def _why_locked(match: LockedMatch) -> str:
    if match.now < match.lock_at:
        return f"Match {match.pk} is {match.status} and does not accept predictions."
    reason = (
        f"Match {match.pk} locked at {_time(match.lock_at)}; it is {_time(match.now)} by the server's clock."
    )
    if match.now < match.reveal_at and match.status in OPEN:
        reason += (
            f" Its kickoff is in doubt: if {_time(match.reveal_at)} is confirmed, the match opens again."
        )
    return reason


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _is_unchanged(new: NewPrediction, before: dict[Pair, Prediction]) -> bool:
    row = before.get(new.pair)
    return (
        row is not None
        and row.provenance == Prediction.Provenance.LIVE
        and all(getattr(row, name) == getattr(new, name) for name in _COMPARED)
    )


def _store(new: list[NewPrediction], *, now: datetime) -> dict[Pair, Prediction] | None:
    """Store the predictions; return them by match id and forecaster id.

    Returns None, with nothing stored, if a match locked in the meantime.
    """
    try:
        with transaction.atomic():
            rows = submit_predictions(new, provenance=Prediction.Provenance.LIVE, now=now)
    except IntegrityError as error:
        if "prediction-locked" not in str(error):
            raise
        return None
    return {(row.match_id, row.forecaster_id): row for row in rows}


def _accepted(
    stored: dict[Pair, Prediction], before: dict[Pair, Prediction], matches: dict[int, LockedMatch]
) -> dict[Pair, AcceptedPrediction]:
    rows = before | stored
    entries = PredictionLogEntry.objects.filter(prediction__in=list(rows.values()))
    positions = dict(entries.values_list("prediction", "position"))
    accepted = {}
    for pair, row in rows.items():
        state = "unchanged" if pair not in stored else "superseding" if pair in before else "created"
        accepted[pair] = AcceptedPrediction(row, positions[row.pk], matches[pair[0]].lock_at, state)
    return accepted
