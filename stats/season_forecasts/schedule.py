"""Schedule of simulations: they run at most a fifth of the time, even if many seasons have new results.

After a run, all simulations pause for four times as long as it took.
"""

from datetime import datetime, timedelta

from django.db.models import Sum

from stats.models import PlacesBacktest, SeasonForecast

PAUSE_FACTOR = 4  # pause after a run, in multiples of its duration


def next_run_at(*, now: datetime) -> datetime | None:
    """Return when the next simulation may begin, or None if there is no restriction.

    There is no restriction either if the last run has a time in the future (the clock was ahead).
    """
    ends = [end for model in (SeasonForecast, PlacesBacktest) if (end := _pause_end(model, now))]
    return max(ends, default=None)


def _pause_end(model: type[SeasonForecast] | type[PlacesBacktest], now: datetime) -> datetime | None:
    began = model._default_manager.order_by("-computed_at").values_list("computed_at", flat=True).first()
    if began is None or began > now:
        return None
    took = model._default_manager.filter(computed_at=began).aggregate(total=Sum("seconds"))["total"]
    return began + (1 + PAUSE_FACTOR) * timedelta(seconds=took or 0)
