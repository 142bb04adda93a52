"""Structured logs and metrics of the functions. Who knows a photo's id may read it: logs show its start."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit

from gifmill.errors import GifmillError
from gifmill.logs import redact_ids

if TYPE_CHECKING:
    from collections.abc import Iterator


class Call(Protocol):
    """What Lambda tells every function about its call."""

    @property
    def aws_request_id(self) -> str:
        """A name of its own for each call."""


def _line(known: dict[str, Any]) -> str:
    return redact_ids(json.dumps(known, default=str, separators=(",", ":")))


logger = Logger(service="gifmill", json_serializer=_line)  # the name that all our modules log to
metrics = Metrics(namespace="gifmill", service="gifmill")

_UNITS = {"total": MetricUnit.Count, "seconds": MetricUnit.Seconds, "bytes": MetricUnit.Bytes}
"""By the last word of a metric's name, as Prometheus wants it to be."""

_by_outcome: dict[str, list[tuple[str, float]]] = {}
"""What has been counted, until it is written: a line can tell of one outcome only."""


def bind_call(call: Call) -> None:
    """From now on what is logged is about this call."""
    logger.append_keys(request=call.aws_request_id)


def count(name: str, outcome: str = "") -> None:
    """Add one to a metric.

    Args:
        name: as the local server has it (`metrics`).
        outcome: "accepted" or "refused"; "made", "unfit" or "failed". Each is another metric, and ten of an
            account cost nothing; that is why there are no effects and no codes here.
    """
    record(name, 1, outcome)


def record(name: str, value: float, outcome: str = "") -> None:
    """Note a figure of a metric; `name` and `outcome` as for `count`."""
    _by_outcome.setdefault(outcome, []).append((name, value))


@contextmanager
def counted_photo() -> Iterator[None]:
    """Count what becomes of a photo that is handed in during the block."""
    try:
        yield
    except GifmillError:
        count("gifmill_photos_total", "refused")
        raise
    count("gifmill_photos_total", "accepted")


def flush() -> None:
    """Write out what has been counted, if anything."""
    while _by_outcome:
        outcome, figures = _by_outcome.popitem()
        if outcome:
            metrics.add_dimension("outcome", outcome)
        for name, value in figures:
            metrics.add_metric(name, _UNITS[name.rpartition("_")[2]], value)
        metrics.flush_metrics()
