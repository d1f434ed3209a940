"""Metric families from plain rows. Every name begins with `final_whistle_`; times are seconds."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

WINDOW = timedelta(hours=1)  # what «recent» means in every name and help text
QUANTILES = (0.5, 0.95)

Rows = Mapping[Any, float | None]  # keys: a label's value, or a tuple of several


def gauge(name: str, text: str, labels: Iterable[str], rows: Rows) -> Metric:
    """A gauge with one sample per row: label value(s) -> value. None has no sample: it is not known."""
    labels = tuple(labels)
    family = GaugeMetricFamily(f"final_whistle_{name}", text, labels=labels)
    for key, value in rows.items():
        if value is not None:
            family.add_metric([key] if isinstance(key, str) else list(key), value)
    return family


def number(name: str, text: str, value: float | None) -> Metric:
    """A gauge without labels; without a sample while the value is None."""
    return gauge(name, text, (), {(): value})


def counter(name: str, text: str, value: int) -> Metric:
    """Only for what is never deleted nor taken back: a counter may not fall."""
    return CounterMetricFamily(f"final_whistle_{name}", text, value=value)
