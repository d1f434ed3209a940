"""Statistical baselines; each uses only data from before a kickoff."""

from typing import TYPE_CHECKING, Any

from matches.forecasters.base import Fixture, Forecast, ForecastModel, PastMatch

if TYPE_CHECKING:
    from matches.forecasters.statistical import BASELINES

__all__ = ["BASELINES", "Fixture", "Forecast", "ForecastModel", "PastMatch"]


def __getattr__(name: str) -> Any:
    """Import BASELINES on first use: numpy and scipy take half a second and 50 MB in each process."""
    if name == "BASELINES":
        from matches.forecasters.statistical import BASELINES

        return BASELINES
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
