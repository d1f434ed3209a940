"""Rounds of stages: which are complete, and which matches their digests include."""

from collections.abc import Collection
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from django.db import connection

from core.db import sql
from stats.refresh import matviews

_ROUNDS = sql.read("content/sql/digest_rounds.sql")
_OF_MATCHES = "SELECT DISTINCT stage_id, round_label FROM matches_match WHERE id = ANY(%(matches)s)"
_ONE = "SELECT %(stage)s::bigint AS stage_id, %(label)s::text AS round_label"
# Rounds with a counted settlement that their published digest does not include.
_WITHOUT_DIGEST = """
SELECT DISTINCT m.stage_id, m.round_label
FROM scoring_settlement s JOIN matches_match m ON m.id = s.match_id
WHERE s.superseded_at IS NULL AND s.folded_at IS NOT NULL
AND NOT EXISTS (SELECT FROM content_digest d WHERE d.stage_id = m.stage_id AND d.round_label = m.round_label
                AND d.status = 'published' AND s.id = ANY(d.settlement_ids))
"""
LONGEST_KEY = 80  # JobRun.key


class RoundState(NamedTuple):
    """A round of a stage, from digest_rounds.sql.

    It is complete if its digest can be written: at least two matches are settled, at most 64, and all others
    are postponed or suspended, or were moved to a later day (`late_ids` once they are settled).
    """

    stage_id: int
    label: str
    season_id: int
    is_complete: bool
    match_ids: list[int]
    settlement_ids: list[int]
    late_ids: list[int]
    begun_at: datetime | None
    as_of: datetime | None

    @property
    def key(self) -> str:
        return key_of(self.stage_id, self.label)


def key_of(stage_id: int, label: str) -> str:
    """Return the key of jobs about this round; a long label is cut and gets a hash."""
    key = f"{stage_id}:{label}"
    if len(key) <= LONGEST_KEY:
        return key
    return f"{key[: LONGEST_KEY - 13]}#{sha256(label.encode()).hexdigest()[:12]}"


def of_matches(match_ids: Collection[int]) -> list[RoundState]:
    """Return the rounds that these matches belong to."""
    return _rounds(_OF_MATCHES, matches=list(match_ids)) if match_ids else []


def find(stage_id: int, label: str) -> RoundState | None:
    """Return one round, or None if the stage has no match with this label."""
    return next(iter(_rounds(_ONE, stage=stage_id, label=label)), None)


def without_digest() -> list[RoundState]:
    """Return the complete rounds without a published digest of their current settlements."""
    return [each for each in _rounds(_WITHOUT_DIGEST) if each.is_complete]


def _rounds(wanted: str, **values: Any) -> list[RoundState]:
    with connection.cursor() as cursor:
        cursor.execute(_ROUNDS.format(wanted=wanted), values | {"view": matviews.VERSIONED})
        rows = cursor.fetchall()
    return [RoundState(*row[:4], *(ids or [] for ids in row[4:7]), *row[7:]) for row in rows]
