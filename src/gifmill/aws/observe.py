"""Structured logs and metrics of the functions. Who knows a photo's id may read it: logs show its start."""

from __future__ import annotations

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit

logger = Logger(service="gifmill")  # the name of the logger that all our modules write to
metrics = Metrics(namespace="gifmill", service="gifmill")  # a few metrics in all: ten are free

_SHOWN = 10
"""Half of the letters leave 80 bits to guess: enough to tell photos apart, not enough to reach one."""


def short(photo_id: str) -> str:
    """A photo's id as logs show it."""
    return photo_id[:_SHOWN]


def flush() -> None:
    """Write out what has been counted, if anything: Powertools warns where nothing has."""
    if metrics.provider.metric_set:
        metrics.flush_metrics()


def count(name: str) -> None:
    """Add one to a metric of this function."""
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=1)


def seconds(name: str, value: float) -> None:
    """Record a duration."""
    metrics.add_metric(name=name, unit=MetricUnit.Seconds, value=value)
