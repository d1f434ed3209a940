"""Delete old records of refreshes, except those that are still needed."""

from datetime import datetime, timedelta

from django.db.models import Max

from scoring.models import Settlement
from stats.models import ViewRefresh
from stats.refresh.matviews import VERSIONED

KEEP = timedelta(days=30)
AT_ONCE = 500  # maximum number of records per pass of the reconciler


def sweep_old_refreshes(now: datetime) -> int:
    """Delete records of refreshes older than KEEP; return how many were deleted.

    The newest of each view is kept, and the first after a settlement was counted, because it is the time at
    which the leaderboards showed that result (stats/refresh/latency.py). Such a record is marked as `kept`
    and not examined again.
    """
    newest = ViewRefresh.objects.values("view").annotate(newest=Max("pk")).values("newest")
    old = ViewRefresh.objects.filter(finished_at__lt=now - KEEP, kept=False).exclude(pk__in=newest)
    rows = list(old.order_by("pk")[:AT_ONCE])
    kept = [row.pk for row in rows if row.view == VERSIONED and _counted_something(row)]
    ViewRefresh.objects.filter(pk__in=kept).update(kept=True)
    return ViewRefresh.objects.filter(pk__in={row.pk for row in rows} - set(kept)).delete()[0]


def _counted_something(refresh: ViewRefresh) -> bool:
    """Return True if a settlement was counted since the previous refresh of this view."""
    earlier = ViewRefresh.objects.filter(view=refresh.view, started_at__lt=refresh.started_at)
    since = earlier.aggregate(last=Max("started_at"))["last"]
    counted = Settlement.objects.filter(folded_at__lte=refresh.started_at)
    return counted.filter(folded_at__gt=since).exists() if since else counted.exists()
