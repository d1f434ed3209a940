"""Helpers to build metric families. Every name begins with `final_whistle_`; durations are in seconds."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

WINDOW = timedelta(hours=1)  # meaning of "recent" in metric names and help texts
QUANTILES = (0.5, 0.95)

Rows = Mapping[Any, float | None]  # key: the label's value, or a tuple with the value of each label


def gauge(name: str, text: str, labels: Iterable[str], rows: Rows) -> Metric:
    """Build a gauge with one sample per row (label values -> value). Rows with the value None are omitted."""
    labels = tuple(labels)
    family = GaugeMetricFamily(f"final_whistle_{name}", text, labels=labels)
    for key, value in rows.items():
        if value is not None:
            family.add_metric([key] if isinstance(key, str) else list(key), value)
    return family


def number(name: str, text: str, value: float | None) -> Metric:
    """Build a gauge without labels. It has one sample, or none if the value is unknown (None)."""
    return gauge(name, text, (), {(): value})


def counter(name: str, text: str, value: int) -> Metric:
    """Build a counter. Use it only for totals that never decrease."""
    return CounterMetricFamily(f"final_whistle_{name}", text, value=value)
