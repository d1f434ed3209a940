"""Prediction log of a match: commitments to the log, made when the match locks, and inclusion proofs.

docs/proofs.md describes the hashes and how to verify them; docs/examples/verify.py is an independent
verifier.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet

from matches.commitments import merkle
from matches.models import Commitment, Match, Prediction, PredictionLogEntry, ResultRevision
from matches.models.predictions import SEALED
from matches.services.results import locked_match

# One line of text per leaf: position, forecaster, digest. A log is a text file of these lines.
_LEAVES = """
SELECT e.position || ' ' || f.slug || ' ' || p.digest
FROM matches_predictionlogentry e
JOIN matches_prediction p ON p.id = e.prediction_id
JOIN matches_forecaster f ON f.id = p.forecaster_id
WHERE e.match_id = %s AND e.position <= %s
ORDER BY e.position
"""
_SEALED = ", ".join(SEALED)


class NothingToCommit(LookupError):
    """The match has no predictions, or all of them are in a commitment already."""


class NotCommitted(LookupError):
    """No commitment covers the prediction."""


class PredictionsMissing(RuntimeError):
    """The database lacks predictions that a commitment covers, so it was tampered with."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Inclusion proof of a prediction in the log of a commitment."""

    prediction: Prediction
    position: int
    form: str  # canonical form, of which the digest is the hash
    leaf: str
    path: list[str]  # hexadecimal, nearest first
    commitment: Commitment


def commit(match_id: int, *, at: datetime) -> Commitment:
    """Store the Merkle root over the prediction log of a match that has locked.

    Waits for running submissions, which hold a lock on the match row; submissions that begin later are
    rejected. Raises NothingToCommit.
    """
    with transaction.atomic():
        match = locked_match(match_id)
        lines = log_lines(match_id)
        if not lines:
            raise NothingToCommit(f"Match {match_id} has no live predictions.")
        last = newest_commitment(match_id)
        if last is not None and last.size == len(lines):
            raise NothingToCommit(f"All {last.size} predictions are in commitment {last.number} already.")
        return Commitment.objects.create(
            match=match,
            number=last.number + 1 if last else 1,
            size=len(lines),
            root=merkle.root(hashes(lines)).hex(),
            locked_at=match.lock_at,
            before_result=not _has_result(match),
            about=describe(match),
        )


def _has_result(match: Match) -> bool:
    """Return True if any score of the match was ever recorded, including scores during play."""
    return ResultRevision.objects.filter(match=match, home_score__isnull=False).exists()


def describe(match: Match) -> dict[str, object]:
    """Return a description that identifies the match to third parties.

    It contains slugs, as the names of teams and competitions may change.
    """
    season = match.season
    return {
        "id": match.pk,
        "competition": season.competition.slug,
        "season": season.label,
        "round": match.round_label,
        "home": match.home_team.slug,
        "away": match.away_team.slug,
        "kickoff_at": match.kickoff_at.isoformat().replace("+00:00", "Z"),
    }


def log_lines(match_id: int, size: int | None = None) -> list[str]:
    """Return the first `size` lines of the match's prediction log, or all of them."""
    with connection.cursor() as cursor:
        cursor.execute(_LEAVES, [match_id, size if size is not None else 2**31 - 1])
        return [line for (line,) in cursor.fetchall()]


def hashes(lines: Sequence[str]) -> list[bytes]:
    return [merkle.leaf_hash(line.encode()) for line in lines]


def newest_commitment(match_id: int) -> Commitment | None:
    return Commitment.objects.filter(match=match_id).order_by("-number").first()


def prove(prediction: Prediction) -> Proof:
    """Return the proof that the newest commitment to the match includes this live prediction.

    Raises NotCommitted if that commitment does not cover the prediction. Raises PredictionsMissing if the
    database lacks predictions that the commitment covers.
    """
    entry = PredictionLogEntry.objects.filter(prediction=prediction).first()
    commitment = newest_commitment(prediction.match_id)
    if entry is None:
        raise NotCommitted(
            f"The prediction is not in the log: its provenance is {prediction.provenance} (imported)."
        )
    if commitment is None or commitment.size < entry.position:
        raise NotCommitted(
            "There is no proof yet: the commitment is published within seconds when the match locks."
        )
    lines = log_lines(prediction.match_id, commitment.size)
    if len(lines) != commitment.size:
        raise PredictionsMissing(
            f"The database was tampered with: match {prediction.match_id} has {len(lines)} of the"
            f" {commitment.size} predictions of commitment {commitment.number}."
        )
    index = entry.position - 1
    return Proof(
        prediction=prediction,
        position=entry.position,
        form=canonical_form(prediction),
        leaf=lines[index],
        path=[each.hex() for each in merkle.path(hashes(lines), index)],
        commitment=commitment,
    )


def canonical_form(prediction: Prediction) -> str:
    """Return the prediction's canonical form as computed by the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT matches_prediction_form({_SEALED}) FROM matches_prediction WHERE id = %s",
            [prediction.pk],
        )
        return str(cursor.fetchone()[0])


def tampered(commitments: QuerySet[Commitment]) -> list[Commitment]:
    """Return the commitments whose root differs from the root computed from the stored predictions.

    A difference indicates tampering.
    """
    return [
        each
        for each in commitments
        if merkle.root(hashes(log_lines(each.match_id, each.size))).hex() != each.root
    ]
