"""The local server's metrics, for Prometheus. On AWS, CloudWatch has metrics of the same names."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from gifmill.effects import all_effects
from gifmill.errors import GifmillError, all_errors
from gifmill.web import WEBSOCKET_METHOD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gifmill.web import RequestRecord

_SECONDS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2.5, 5, 10, 30, 60)
"""Histogram buckets: narrow where a person would notice the difference."""

_BYTES = (30e3, 100e3, 300e3, 1e6, 3e6, 10e6, 30e6)


OUTCOMES = ("made", "unfit", "failed", "gone", "postponed")
"""Outcomes of a GIF: those of `render_order`, "gone" (photo deleted) and "postponed" (retried later)."""


class Metrics:
    """The metrics of one server, in their own registry.

    Attributes:
        photos: received photos, by `outcome`: "accepted" or the error's code.
        renders: GIFs, by `effect` and `outcome`: one of `OUTCOMES`.
        render_seconds: from order to GIF, including waiting, by `effect`.
        gif_bytes: size of GIFs, by `effect`.
        worker_deaths: by `reason`: "crashed" or "hung".
        refusals: problem documents sent, by `code`.
        requests: by `method`, `route` (its template) and `status`.
        request_seconds: until the last byte of the response, by `route`.
    """

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # else each has a second series
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)  # memory, open files; of the server without its workers
        self.photos = self._counter("photos", "Photos received, by outcome", "outcome")
        self.renders = self._counter("renders", "GIFs, by effect and outcome", "effect", "outcome")
        self.render_seconds = self._histogram(
            "render_seconds", "Seconds from order to GIF, including waiting, by effect", _SECONDS, "effect"
        )
        self.gif_bytes = self._histogram("gif_bytes", "Size of a GIF in bytes, by effect", _BYTES, "effect")
        self.worker_deaths = self._counter("worker_deaths", "Workers that crashed or hung", "reason")
        self.refusals = self._counter("refusals", "Problem documents sent, by code", "code")
        self.requests = self._counter("requests", "Requests answered", "method", "route", "status")
        self.request_seconds = self._histogram(
            "request_seconds",
            "Seconds from request to end of response, by route",
            _SECONDS,
            "route",
        )
        self._create_series()

    def _create_series(self) -> None:
        """Create all series at 0: a series that appears as 1 has not increased, so no alarm would fire."""
        for reason in ("crashed", "hung"):
            self.worker_deaths.labels(reason)
        for kind in all_errors():
            self.refusals.labels(kind.code)
        for effect in all_effects():
            for outcome in OUTCOMES:
                self.renders.labels(effect.name, outcome)

    @contextmanager
    def count_photo(self) -> Iterator[None]:
        """Count the outcome of a photo that is received in the block."""
        try:
            yield
        except GifmillError as error:
            self.photos.labels(error.code).inc()
            raise
        self.photos.labels("accepted").inc()

    def count_request(self, record: RequestRecord) -> None:
        """Count a finished request. The duration of a WebSocket is not a response time, so it is left out."""
        if record.code:
            self.refusals.labels(record.code).inc()
        self.requests.labels(record.method, record.route, str(record.status)).inc()
        if record.method != WEBSOCKET_METHOD:
            self.request_seconds.labels(record.route).observe(record.seconds)

    def add_gauge(self, name: str, description: str, value: Callable[[], float]) -> None:
        """Add a gauge whose value is read at each scrape."""
        Gauge(f"gifmill_{name}", description, registry=self._registry).set_function(value)

    def text(self) -> bytes:
        """Return all metrics in Prometheus's text format."""
        return generate_latest(self._registry)

    def _counter(self, name: str, description: str, *labels: str) -> Counter:
        return Counter(f"gifmill_{name}", description, labels, registry=self._registry)

    def _histogram(self, name: str, description: str, bounds: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(f"gifmill_{name}", description, labels, buckets=bounds, registry=self._registry)
