"""Store predictions, and retire forecasters. API predictions are validated first by `services.submissions`.

Match rows are locked while predictions are stored, so that no kickoff is moved in the meantime.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction

from matches.models import Forecaster, Prediction
from matches.signals import predictions_submitted
from matches.statuses import OPEN

Pair = tuple[int, int]  # match, forecaster
# Matches before predictions, in the order of ids: the same order everywhere prevents deadlocks.
_LOCK = "SELECT FROM matches_match WHERE id = ANY(%s) ORDER BY id FOR SHARE"
# A separate statement after locking: it sees the changes that the lock waited for.
_READ = """
SELECT m.id, m.lock_at, m.reveal_at, m.status, clock_timestamp(),
       m.status = ANY(%s) AND clock_timestamp() < m.lock_at,
       EXISTS (SELECT FROM matches_prediction p WHERE p.match_id = m.id AND p.superseded_at IS NULL),
       m.exposed_at IS NOT NULL
FROM matches_match m WHERE m.id = ANY(%s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPrediction:
    """A prediction to submit: a score, three probabilities, or both."""

    match_id: int
    forecaster_id: int
    home_goals: int | None = None
    away_goals: int | None = None
    p_home: float | None = None
    p_draw: float | None = None
    p_away: float | None = None
    predicted_at: datetime | None = None
    rationale: str = ""
    model_version: str = ""
    client_ref: str = ""

    @property
    def pair(self) -> Pair:
        return self.match_id, self.forecaster_id

    def as_columns(self) -> dict[str, Any]:
        """Return the values by column. A negative zero becomes zero, as its digest would differ."""
        values = asdict(self)
        chances = {name: values[name] for name in ("p_home", "p_draw", "p_away")}
        return values | {name: p if p is None else p + 0.0 for name, p in chances.items()}


class LockedMatch(NamedTuple):
    """A match whose row is locked. `is_open` is computed with `now`, the time of the database."""

    pk: int
    lock_at: datetime
    reveal_at: datetime  # later than lock_at while the kickoff is in doubt
    status: str
    now: datetime
    is_open: bool
    has_predictions: bool
    was_exposed: bool  # its predictions had been public before it opened again


def lock_matches(ids: Iterable[int]) -> dict[int, LockedMatch]:
    """Lock the rows of these matches until the end of the transaction; return the existing ones by id."""
    match_ids = sorted(set(ids))
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [match_ids])
        cursor.execute(_READ, [[*map(str, OPEN)], match_ids])
        return {row[0]: LockedMatch(*row) for row in cursor.fetchall()}


def submit_predictions(new: Sequence[NewPrediction], *, provenance: str, now: datetime) -> list[Prediction]:
    """Store all predictions, or none, and return them in the given order.

    Each prediction supersedes the forecaster's earlier one for the same match. After the match's prediction
    lock, the database refuses new `live` rows and the superseding of existing rows (IntegrityError). The
    database sets `submitted_at`, salt and digest.
    """
    if not new:
        return []
    with transaction.atomic():
        match_ids = sorted({row.match_id for row in new})
        matches = lock_matches(match_ids)
        superseded = [row.pk for row in current_predictions(new).values()]
        Prediction.objects.filter(pk__in=superseded).update(superseded_at=now)
        rows = Prediction.objects.bulk_create(
            Prediction(provenance=provenance, **row.as_columns()) for row in new
        )
        for row in rows:  # as the database has marked it
            row.after_exposure = (
                provenance == Prediction.Provenance.LIVE and matches[row.match_id].was_exposed
            )
        predictions_submitted.send(sender=Prediction, match_ids=match_ids)
        return rows


def current_predictions(new: Iterable[NewPrediction]) -> dict[Pair, Prediction]:
    """Return the stored predictions that the new ones supersede, by match id and forecaster id."""
    pairs = {each.pair for each in new}
    rows = Prediction.objects.current().filter(
        match_id__in={match for match, _ in pairs}, forecaster_id__in={forecaster for _, forecaster in pairs}
    )
    by_pair = {(row.match_id, row.forecaster_id): row for row in rows}
    return {pair: row for pair, row in by_pair.items() if pair in pairs}


def retire(forecaster: Forecaster, *, retired_at: datetime) -> None:
    """Retire a forecaster: it cannot predict any more, but stays on its leaderboards."""
    forecaster.retired_at = retired_at
    forecaster.save(update_fields=["retired_at"])
