"""Structured logs and metrics of the functions.

Logs have no photo ids, and only the first letters of views. They have no captions.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit

from gifmill.errors import GifmillError
from gifmill.logs import redact

if TYPE_CHECKING:
    from collections.abc import Iterator


class Invocation(Protocol):
    """The context of an invocation."""

    @property
    def aws_request_id(self) -> str:
        """The id of the invocation."""


def _json_line(fields: dict[str, Any]) -> str:
    return redact(json.dumps(fields, default=str, separators=(",", ":")))


logger = Logger(service="gifmill", json_serializer=_json_line)  # the logger name of all modules
metrics = Metrics(namespace="gifmill", service="gifmill")

_UNITS = {"total": MetricUnit.Count, "seconds": MetricUnit.Seconds, "bytes": MetricUnit.Bytes}
"""Unit by the last word of a metric's name, a Prometheus convention."""

_by_outcome: dict[str, list[tuple[str, float]]] = {}
"""Counted values by outcome, until they are written: a metrics line has one outcome."""


def bind_invocation(invocation: Invocation) -> None:
    """Add the invocation's id to all log lines that follow."""
    logger.append_keys(request=invocation.aws_request_id)


def count(name: str, outcome: str = "") -> None:
    """Add one to a metric.

    Args:
        name: the metric's name, as on the local server.
        outcome: "accepted" or "refused"; "made", "unfit" or "failed". Each is a separate metric, and ten per
            account are free: so there are no effects or codes here.
    """
    record(name, 1, outcome)


def record(name: str, value: float, outcome: str = "") -> None:
    """Record a value of a metric; `name` and `outcome` as for `count`."""
    _by_outcome.setdefault(outcome, []).append((name, value))


@contextmanager
def count_photo_outcome() -> Iterator[None]:
    """Count the outcome of a photo that is received in the block."""
    try:
        yield
    except GifmillError:
        count("gifmill_photos_total", "refused")
        raise
    count("gifmill_photos_total", "accepted")


def flush() -> None:
    """Write all recorded metrics."""
    while _by_outcome:
        outcome, values = _by_outcome.popitem()
        if outcome:
            metrics.add_dimension("outcome", outcome)
        for name, value in values:
            metrics.add_metric(name, _UNITS[name.rpartition("_")[2]], value)
        metrics.flush_metrics()
