"""Signals of the scoring app. The table in docs/pipeline.md lists the receivers."""

from django.dispatch import Signal

# Arguments: match_id: int, run: JobRun. Sent inside the transaction that settles the match, or withdraws its
# settlement.
match_scored = Signal()
