"""Finds and resumes unfinished orders, as S3 events do on AWS; deletes what has expired."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from anyio import to_thread

from gifmill.effects import select_effects
from gifmill.orders import FailedKey, GifKey, parse_order
from gifmill.server import sweeper

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gifmill.effects import Effect
    from gifmill.orders import OrderKey
    from gifmill.server.render_queue import RenderQueue
    from gifmill.settings import Settings
    from gifmill.store import Store


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An ordered GIF that does not exist yet."""

    order: OrderKey
    effect: Effect


def unfinished(store: Store) -> Iterator[Unfinished]:
    """List all ordered GIFs that have neither a file nor a failure marker."""
    made = {stored.key for stored in store.list("gifs/")}
    seen: set[GifKey] = set()
    for stored in store.list("photos/"):
        if (key := parse_order(stored.key)) is None:
            continue
        for effect in select_effects(key.audience):
            gif = key.gif(effect)
            if gif not in seen and str(gif) not in made and str(FailedKey(gif)) not in made:
                seen.add(gif)
                yield Unfinished(key, effect)


class Recovery:
    """Sweeps and resumes. Used from one event loop only.

    Args:
        store: the store, which is the only record of orders.
        settings: lifetimes of objects.
        queue: the GIFs that are pending or postponed.
        start: called with each unfinished GIF that is not pending.
        deleted: called with the view of each expired photo.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        queue: RenderQueue,
        start: Callable[[OrderKey, Effect], None],
        deleted: Callable[[str], None],
    ) -> None:
        self._store = store
        self._settings = settings
        self._queue = queue
        self._start = start
        self._deleted = deleted
        self._resuming = False
        self._swept_s = time.monotonic()

    @property
    def swept_age_s(self) -> float:
        """Seconds since everything expired was deleted."""
        return time.monotonic() - self._swept_s

    async def sweep_and_resume(self) -> None:
        """Delete what has expired, and resume all unfinished orders."""
        try:
            await self._sweep()
        finally:  # a failed sweep must not delay GIFs
            await self.resume()

    async def _sweep(self) -> None:
        gone, failure = await to_thread.run_sync(sweeper.sweep, self._store, self._settings)
        for view in gone:
            self._deleted(view)
        if failure is not None:
            raise failure
        self._swept_s = time.monotonic()

    async def retry_postponed(self) -> None:
        """Retry one postponed GIF. If it succeeds, the engine resumes the others."""
        if self._queue.postponed and self._queue.idle:
            await self.resume(max_gifs=1)

    async def resume(self, max_gifs: int | None = None) -> None:
        """Start unfinished GIFs: all of them, or the first `max_gifs`."""
        if self._resuming:  # another listing of the store is in progress
            return
        self._resuming = True
        try:
            postponed = self._queue.postponed
            lost = await to_thread.run_sync(lambda: list(islice(unfinished(self._store), max_gifs)))
        finally:
            self._resuming = False
        for each in lost:
            if each.order.gif(each.effect) not in self._queue:
                self._start(each.order, each.effect)
        if max_gifs is None or not lost:
            self._queue.drop_postponed(postponed)  # not those postponed during the listing
