"""What the matches app announces. Receivers live in the apps above (docs/pipeline.md has the table).

Results are announced by Django's own `post_save` of Match, which `services.record_result` sends inside
its transaction.
"""

from django.dispatch import Signal

# match_ids: list[int]. Sent inside the transaction that stores the predictions.
predictions_submitted = Signal()

# match: Match, move: KickoffMove. Sent inside the transaction that moves the kickoff; which picks count
# has been decided anew by then.
kickoff_moved = Signal()

# season: Season. Sent inside the transaction that closes it.
season_closed = Signal()

# adjustment: PointsAdjustment. Sent inside the transaction that stores it.
points_adjusted = Signal()
