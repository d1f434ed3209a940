"""Submit live predictions: each is accepted, or refused with the reason, independently of the others.

This module validates; `services.predictions.submit_predictions` stores. The lock triggers check again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from matches.models import Forecaster, Prediction, PredictionLogEntry
from matches.services.predictions import NewPrediction, submit_predictions
from matches.statuses import OPEN, sql_list

SAYING = (
    *("home_goals", "away_goals", "p_home", "p_draw", "p_away"),
    *("rationale", "model_version", "client_ref"),
)
Pair = tuple[int, int]  # match, forecaster

# In the order of ids to prevent deadlocks; locked until the transaction ends, so that no kickoff moves.
_LOCK_MATCHES = f"""
SELECT id, lock_at, reveal_at, status, clock_timestamp(),
       clock_timestamp() >= lock_at OR status NOT IN ({sql_list(OPEN)})
FROM matches_match WHERE id = ANY(%s) ORDER BY id FOR SHARE
"""


@dataclass(frozen=True, slots=True)
class RefusedPrediction:
    """A refused prediction. `code` is for programs, `reason` for people."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class AcceptedPrediction:
    """An accepted prediction. `state`: created, superseding (an earlier one), or unchanged."""

    prediction: Prediction
    position: int  # in the log of the match
    lock_at: datetime
    state: str


Answer = AcceptedPrediction | RefusedPrediction


@dataclass(frozen=True, slots=True)
class _Match:
    """A locked match row. `now` and `is_locked` are by the clock of the database."""

    pk: int
    lock_at: datetime
    reveal_at: datetime
    status: str
    now: datetime
    is_locked: bool


def submit(new: Sequence[NewPrediction], *, now: datetime, dry_run: bool = False) -> list[Answer]:
    """Submit live predictions; return one answer for each, in order. Unchanged ones are not stored again.

    Runs in one transaction; other submissions of the same forecasters wait for it. With `dry_run` it is
    rolled back at the end, and the answers show what would have happened.
    """
    with transaction.atomic():
        answers = None
        while answers is None:  # one more pass for each match that locks at this moment
            answers = _submit(new, now=now)
        if dry_run:
            transaction.set_rollback(True)
    return answers


def _submit(new: Sequence[NewPrediction], *, now: datetime) -> list[Answer] | None:
    """Validate and store the predictions; return None if a match locked in the meantime."""
    forecasters = _lock_forecasters(each.forecaster_id for each in new)
    matches = _lock_matches(each.match_id for each in new)
    answers: dict[int, Answer] = {}
    seen: set[Pair] = set()
    for number, each in enumerate(new):
        if refused := _refused(each, matches, forecasters, seen, now=now):
            answers[number] = refused
        seen.add(_pair(each))
    wanted = {number: each for number, each in enumerate(new) if number not in answers}
    standing = _standing(wanted.values())
    changed = [each for each in wanted.values() if not _is_unchanged(each, standing)]
    stored = _store(changed, now=now)
    if stored is None:
        return None
    accepted_by_number = _accepted(wanted, stored, standing, matches)
    return [
        answers[number] if number in answers else accepted_by_number[number] for number in range(len(new))
    ]


def _lock_forecasters(ids: Iterable[int]) -> dict[int, Forecaster]:
    held = Forecaster.objects.select_for_update(no_key=True).filter(pk__in=set(ids)).order_by("pk")
    return {each.pk: each for each in held}


def _lock_matches(ids: Iterable[int]) -> dict[int, _Match]:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_MATCHES, [sorted(set(ids))])
        return {row[0]: _Match(*row) for row in cursor.fetchall()}


def _refused(
    new: NewPrediction,
    matches: dict[int, _Match],
    forecasters: dict[int, Forecaster],
    seen: set[Pair],
    *,
    now: datetime,
) -> RefusedPrediction | None:
    match, forecaster = matches.get(new.match_id), forecasters.get(new.forecaster_id)
    if match is None:
        return RefusedPrediction(
            "match-unknown", f"There is no match {new.match_id}; /api/v1/matches/ lists them."
        )
    if forecaster is None:
        return RefusedPrediction("forecaster-unknown", f"There is no forecaster {new.forecaster_id}.")
    if forecaster.retired_at is not None and forecaster.retired_at <= now:
        since = f"{forecaster.retired_at:%Y-%m-%d}"
        return RefusedPrediction(
            "forecaster-retired", f"{forecaster.name} retired on {since} and predicts no more."
        )
    if _pair(new) in seen:
        return RefusedPrediction("duplicate", "The same match and forecaster stand earlier in this request.")
    return _refuse_locked(match) if match.is_locked else None


def _refuse_locked(match: _Match) -> RefusedPrediction:
    if match.now >= match.lock_at:
        clock = f"it is {match.now:%Y-%m-%dT%H:%M:%SZ} by our clock"
        reason = f"Match {match.pk} locked at {match.lock_at:%Y-%m-%dT%H:%M:%SZ}; {clock}."
        if match.now < match.reveal_at and match.status in OPEN:
            later = f"{match.reveal_at:%Y-%m-%dT%H:%M:%SZ}"
            reason += f" Its kickoff is in doubt; if {later} turns out to be right, the match opens again."
        return RefusedPrediction("prediction-locked", reason)
    return RefusedPrediction(
        "prediction-locked", f"Match {match.pk} is {match.status}: it takes no predictions."
    )


def _standing(new: Iterable[NewPrediction]) -> dict[Pair, Prediction]:
    """Return the current predictions that the new ones would supersede."""
    pairs = {_pair(each) for each in new}
    current = Prediction.objects.current().filter(
        match_id__in={match for match, _ in pairs}, forecaster_id__in={who for _, who in pairs}
    )
    return {_pair(row): row for row in current if _pair(row) in pairs}


def _is_unchanged(new: NewPrediction, standing: dict[Pair, Prediction]) -> bool:
    row = standing.get(_pair(new))
    return (
        row is not None
        and row.provenance == Prediction.Provenance.LIVE
        and all(getattr(row, name) == getattr(new, name) for name in SAYING)
    )


def _store(new: list[NewPrediction], *, now: datetime) -> dict[Pair, Prediction] | None:
    try:
        with transaction.atomic():
            rows = submit_predictions(new, provenance=Prediction.Provenance.LIVE, now=now)
    except IntegrityError as error:
        if "prediction-locked" not in str(error):
            raise
        return None
    return {_pair(row): row for row in rows}


def _accepted(
    wanted: dict[int, NewPrediction],
    stored: dict[Pair, Prediction],
    standing: dict[Pair, Prediction],
    matches: dict[int, _Match],
) -> dict[int, AcceptedPrediction]:
    rows = {number: stored.get(_pair(new)) or standing[_pair(new)] for number, new in wanted.items()}
    entries = PredictionLogEntry.objects.filter(prediction__in=list(rows.values()))
    positions = dict(entries.values_list("prediction", "position"))
    accepted_by_number = {}
    for number, row in rows.items():
        pair = _pair(row)
        state = "unchanged" if pair not in stored else "superseding" if pair in standing else "created"
        accepted_by_number[number] = AcceptedPrediction(
            row, positions[row.pk], matches[row.match_id].lock_at, state
        )
    return accepted_by_number


def _pair(row: NewPrediction | Prediction) -> Pair:
    return row.match_id, row.forecaster_id
