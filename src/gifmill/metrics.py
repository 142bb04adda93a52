"""What the local server counts, for Prometheus."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from gifmill.errors import GifmillError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SECONDS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2.5, 5, 10, 30)
"""Bounds of the histograms: fine where a person would feel the difference."""


class Metrics:
    """Counters of one server, in a registry of their own.

    Attributes:
        photos: photos handed in, by `outcome`: "accepted" or the code of the error.
        renders: GIFs, by `effect` and `outcome`: "made", "failed", "gone" or "postponed".
        render_seconds: from order to GIF, waiting included, by `effect`.
    """

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.photos = Counter(
            "gifmill_photos", "Photos handed in, by outcome", ["outcome"], registry=self._registry
        )
        self.renders = Counter(
            "gifmill_renders", "GIFs, by effect and outcome", ["effect", "outcome"], registry=self._registry
        )
        self.render_seconds = Histogram(
            "gifmill_render_seconds",
            "From order to GIF, waiting included, by effect",
            ["effect"],
            buckets=_SECONDS,
            registry=self._registry,
        )

    @contextmanager
    def photo(self) -> Iterator[None]:
        """Count what becomes of a photo that is handed in during the block."""
        try:
            yield
        except GifmillError as error:
            self.photos.labels(error.code).inc()
            raise
        self.photos.labels("accepted").inc()

    def watch(self, name: str, description: str, value: Callable[[], float]) -> None:
        """Add a figure that is read whenever somebody asks."""
        Gauge(f"gifmill_{name}", description, registry=self._registry).set_function(value)

    def text(self) -> bytes:
        """Everything, in Prometheus's text format."""
        return generate_latest(self._registry)
