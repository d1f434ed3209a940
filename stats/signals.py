"""Signals of the stats app. The table in docs/pipeline.md lists the receivers."""

from django.dispatch import Signal

# Arguments: match_ids: list[int], matches whose settlement the refresh added or removed; past_changes:
# list[PastChange], other changes of past data shown for the first time; run: JobRun, or None if the refresh
# was started by a command or the cron endpoint. Sent inside the transaction of the refresh, so that writes of
# receivers commit together with the refreshed views.
views_refreshed = Signal()
