"""Signals of the matches app, received by the apps that depend on it (table in docs/pipeline.md).

New results have no signal here: `services.record_result` saves the Match, and so sends Django's `post_save`,
in its transaction.
"""

from django.dispatch import Signal

# match_ids: list[int]. Sent inside the transaction that stores the predictions.
predictions_submitted = Signal()

# match: Match, move: KickoffMove. Sent inside the transaction that moves the kickoff, after the database has
# updated which predictions count.
kickoff_moved = Signal()

# season: Season. Sent inside the transaction that closes it.
season_closed = Signal()

# season: Season. Sent inside the transaction that adds fixtures to it or changes one of its stages.
fixtures_changed = Signal()

# adjustment: PointsAdjustment. Sent inside the transaction that stores it.
points_adjusted = Signal()

# team_ids: list[int], description: str for readers. Sent inside the transaction that splits a team or merges
# two, after their matches have moved.
team_matches_moved = Signal()
