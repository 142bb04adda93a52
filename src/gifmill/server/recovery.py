"""Recovery: resumes unfinished orders from the store, and deletes expired objects."""

from __future__ import annotations

import time
from itertools import islice
from typing import TYPE_CHECKING

from anyio import to_thread

from gifmill.server import sweeper

if TYPE_CHECKING:
    from collections.abc import Callable

    from gifmill.effects import Effect
    from gifmill.orders import OrderKey
    from gifmill.server.render_queue import RenderQueue
    from gifmill.settings import Settings
    from gifmill.store import Store


class Recovery:
    """Sweeps and resumes. Used from one event loop only.

    Args:
        store: the store, which is the only record of orders.
        settings: lifetimes of objects.
        queue: the GIFs that are pending or postponed.
        start: called with each unfinished GIF that is not pending.
        deleted: called with the id of each expired photo.
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
        for photo_id in gone:
            self._deleted(photo_id)
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
            lost = await to_thread.run_sync(lambda: list(islice(sweeper.unfinished(self._store), max_gifs)))
        finally:
            self._resuming = False
        for each in lost:
            if each.order.gif(each.effect) not in self._queue:
                self._start(each.order, each.effect)
        if max_gifs is None or not lost:
            self._queue.drop_postponed(postponed)  # not those postponed during the listing
