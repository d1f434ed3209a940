"""Old records of refreshes: deleted, except those that something still refers to."""

from datetime import datetime, timedelta

from django.db.models import Max

from scoring.models import Settlement
from stats.models import ViewRefresh
from stats.refresh.matviews import VERSIONED

KEEP = timedelta(days=30)
AT_ONCE = 500  # a pass of the reconciler deletes no more


def sweep_old_refreshes(now: datetime) -> int:
    """Delete records of refreshes older than thirty days; return how many. Each is looked at once.

    Kept are the newest of each view, and the first after a settlement was counted: it says when the boards
    showed that result (stats/refresh/latency.py).
    """
    newest = ViewRefresh.objects.values("view").annotate(newest=Max("pk")).values("newest")
    old = ViewRefresh.objects.filter(finished_at__lt=now - KEEP, kept=False).exclude(pk__in=newest)
    rows = list(old.order_by("pk")[:AT_ONCE])
    kept = [row.pk for row in rows if row.view == VERSIONED and _counted_something(row)]
    ViewRefresh.objects.filter(pk__in=kept).update(kept=True)
    return ViewRefresh.objects.filter(pk__in={row.pk for row in rows} - set(kept)).delete()[0]


def _counted_something(refresh: ViewRefresh) -> bool:
    """Whether a settlement was counted between the refresh of this view before it and this one."""
    earlier = ViewRefresh.objects.filter(view=refresh.view, started_at__lt=refresh.started_at)
    since = earlier.aggregate(last=Max("started_at"))["last"]
    counted = Settlement.objects.filter(folded_at__lte=refresh.started_at)
    return counted.filter(folded_at__gt=since).exists() if since else counted.exists()
