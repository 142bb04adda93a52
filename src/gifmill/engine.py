"""The embedded engine: what SNS, SQS and Lambda do on AWS, in one process with a few workers.

An order is accepted once its photo is in the store. From then on the store alone says what is to be done, so
that nothing is lost with this process: whatever was accepted is found again at the next start.
"""

from __future__ import annotations

import logging
import math
import time
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

import anyio
from anyio import to_thread

from gifmill import pipeline, upkeep
from gifmill.effects import audience
from gifmill.errors import Busy, DamagedPhoto, GifmillError, NotFound, RenderFailed, StoreFailed
from gifmill.keys import UploadKey
from gifmill.workers import KEEP_WARM_S, WorkerDied

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    from anyio.abc import TaskGroup

    from gifmill.effects import Effect
    from gifmill.keys import GifKey, OrderKey
    from gifmill.live import Hub
    from gifmill.metrics import Metrics
    from gifmill.settings import Settings
    from gifmill.store import Store
    from gifmill.workers import Workers

_log = logging.getLogger("gifmill")

_FIRST_GUESS_S = 0.5
"""What one GIF takes, before any has been made: only used to tell a client when to come back."""


class LocalEngine:
    """Accepts orders, has them rendered and tells who waits. Used from one event loop only."""

    def __init__(
        self, store: Store, workers: Workers, settings: Settings, hub: Hub, metrics: Metrics
    ) -> None:
        self._store = store
        self._workers = workers
        self._settings = settings
        self._hub = hub
        self._metrics = metrics
        self._tasks: TaskGroup
        self._pending: set[GifKey] = set()
        self._reserved = 0
        self._seconds = _FIRST_GUESS_S
        metrics.watch("queue", "GIFs ordered and not made yet", lambda: len(self._pending))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Work for the time of the block.

        At its end workers are stopped; what is unfinished waits in the store.
        """
        async with anyio.create_task_group() as self._tasks:
            await self._resume()
            self._tasks.start_soon(self._keep_warm)
            self._tasks.start_soon(self._keep_up)
            yield
            self._tasks.cancel_scope.cancel()

    async def accept(self, photo_id: str, orders: tuple[OrderKey, ...], chunks: AsyncIterator[bytes]) -> None:
        """Take a photo in as it arrives, and start on its GIFs.

        Raises:
            Busy: before anything is read.
            PhotoError: it is no photo that we can work with; nothing is kept.
            StoreFailed: nothing is promised.
        """
        upload = str(UploadKey(photo_id))
        try:
            with self._room(sum(len(order.gifs) for order in orders)):
                try:
                    await self._store.put_stream(upload, chunks)
                    await self._workers.take(upload, orders)
                except WorkerDied as error:
                    raise DamagedPhoto(
                        "This photo could not be decoded. Save it as JPEG or PNG with another program first."
                    ) from error
                finally:
                    with anyio.CancelScope(shield=True):
                        await to_thread.run_sync(self._store.delete, upload)
                self._start(orders)
        except GifmillError as error:
            self._metrics.photos.labels(error.code).inc()
            raise
        self._metrics.photos.labels("accepted").inc()

    async def again(self, photo_id: str, effect: str, values: Mapping[str, object]) -> None:
        """Make one more GIF of a photo that is there; one that failed is tried again.

        Raises:
            Busy: nothing is changed.
            NotFound, UnknownEffect, UnknownOption, InvalidOption: as `pipeline.order_again`.
        """
        with self._room(1):
            order = await to_thread.run_sync(pipeline.order_again, self._store, photo_id, effect, values)
            self._start((order,))
        for gif in order.gifs:
            await self._tell(gif)

    async def delete(self, photo_id: str) -> None:
        """Delete a photo and all that was made of it. What is being rendered finds its order gone.

        Raises:
            NotFound: there is no such photo.
        """
        await to_thread.run_sync(pipeline.delete, self._store, photo_id)
        self._hub.publish(photo_id, {"id": photo_id, "deleted": True})

    @contextmanager
    def _room(self, gifs: int) -> Iterator[None]:
        """Keep places in the queue for the time of the block.

        Raises:
            Busy: there are not that many.
        """
        waiting = len(self._pending) + self._reserved
        if waiting + gifs > self._settings.max_queue:
            seconds = math.ceil(waiting * self._seconds / self._workers.count)
            raise Busy(
                f"{waiting} GIFs are waiting to be made. Nothing was kept: send the photo again in a moment.",
                retry_after_s=min(max(seconds, 1), 60),
            )
        self._reserved += gifs
        try:
            yield
        finally:
            self._reserved -= gifs

    def _start(self, orders: tuple[OrderKey, ...]) -> None:
        for order in orders:
            for effect in audience(order.audience):
                self._start_one(order, effect)

    def _start_one(self, order: OrderKey, effect: Effect) -> None:
        gif = order.gif(effect)
        if gif not in self._pending:
            self._pending.add(gif)
            self._tasks.start_soon(self._make, order, effect)

    async def _make(self, order: OrderKey, effect: Effect) -> None:
        """Have one GIF made, and tell."""
        gif = order.gif(effect)
        started = time.monotonic()
        try:
            outcome = await self._render(order, effect)
        finally:
            self._pending.discard(gif)
        seconds = time.monotonic() - started
        self._metrics.renders.labels(effect.name, outcome).inc()
        self._metrics.render_seconds.labels(effect.name).observe(seconds)
        _log.info("%s of photo %s: %s in %.2f s", effect.name, order.photo_id[:6], outcome, seconds)
        if outcome in ("made", "failed"):
            await self._tell(gif)

    async def _render(self, order: OrderKey, effect: Effect) -> str:
        """What became of it: "made", "failed", "gone" or "postponed"."""
        try:
            try:
                done = await self._workers.render(order, effect.name)
            except WorkerDied:
                _log.exception("%s of photo %s", effect.name, order.photo_id[:6])
                message = f"{effect.name} could not be made of this photo. Try again, or try another size."
                await to_thread.run_sync(pipeline.bury, self._store, order.gif(effect), RenderFailed(message))
                return "failed"
        except NotFound:
            return "gone"
        except StoreFailed as error:  # the order is safe: `_keep_up` finds it again
            _log.warning("%s of photo %s waits: %s", effect.name, order.photo_id[:6], error)
            return "postponed"
        self._seconds += (done.seconds - self._seconds) / 8
        return "made" if done.made else "failed"

    async def _tell(self, gif: GifKey) -> None:
        try:
            entry = await to_thread.run_sync(pipeline.gif_status, self._store, gif)
        except (NotFound, StoreFailed):
            return
        self._hub.publish(gif.photo_id, {"id": gif.photo_id, "gif": entry})

    async def _resume(self) -> None:
        """Start on everything that was accepted and is not made."""
        lost = await to_thread.run_sync(lambda: list(upkeep.unfinished(self._store)))
        for each in lost:
            self._start_one(each.order, each.effect)

    async def _keep_up(self) -> None:
        """Delete what has expired, and find what a failing store has made us postpone."""
        while True:
            try:
                swept = await to_thread.run_sync(upkeep.sweep, self._store, self._settings)
                await self._resume()
            except StoreFailed as error:
                _log.warning("the store cannot be swept: %s", error)
            else:
                if swept:
                    _log.info("%d objects had expired and are deleted", swept)
            await anyio.sleep(self._settings.sweep_interval_s)

    async def _keep_warm(self) -> None:
        while True:
            try:
                await self._workers.warm()
            except WorkerDied:
                _log.exception("workers do not start")
            await anyio.sleep(KEEP_WARM_S)
