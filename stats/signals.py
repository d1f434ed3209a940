"""What the stats app announces. Receivers live in the app above (docs/pipeline.md has the table)."""

from django.dispatch import Signal

# match_ids: list[int] whose settlement the refresh took in or took out; amendments: list[Amendment], what
# else it shows of the past for the first time; run: JobRun, or None where a person or cron refreshed. Sent
# inside the transaction of the refresh, so what a receiver writes commits with the fresh views.
views_refreshed = Signal()
