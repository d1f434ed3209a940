"""What the matches app announces. Receivers live in the apps above (docs/pipeline.md has the table).

Results are announced by Django's own `post_save` of Match, which `services.record_result` sends inside
its transaction.
"""

from django.dispatch import Signal

# match_ids: list[int]. Sent inside the transaction that stores the predictions.
predictions_submitted = Signal()

# season: Season. Sent inside the transaction that closes it.
season_closed = Signal()
