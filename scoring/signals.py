"""What the scoring app announces. Receivers live in the apps above (docs/pipeline.md has the table)."""

from django.dispatch import Signal

# match_id: int, run: JobRun. Sent inside the transaction that settles the match, or withdraws its
# settlement.
match_scored = Signal()
