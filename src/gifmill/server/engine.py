"""The embedded engine: what SNS, SQS and Lambda do on AWS, in one process with a few workers.

An order is accepted once its photo is in the store. From then on the store alone says what is to be done, so
that nothing is lost with this process: whatever was accepted is found again at the next start.
"""

from __future__ import annotations

import logging
import time
from contextlib import asynccontextmanager
from itertools import islice
from typing import TYPE_CHECKING

import anyio
from anyio import to_thread

from gifmill import logs
from gifmill.effects import select_effects
from gifmill.errors import Busy, DamagedPhoto, GifmillError, NotFound, RenderFailed, StoreFailed
from gifmill.orders import FormSigner, delete_photo, gif_status, order_again, record_failure
from gifmill.server import sweeper
from gifmill.server.periodic import forever, guarded
from gifmill.server.render_queue import RenderQueue
from gifmill.server.upload_receiver import UploadReceiver
from gifmill.server.workers.pool import KEEP_WARM_S, NoWorkerAvailable, WorkerDied, WorkerFailed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from anyio.abc import TaskGroup

    from gifmill.effects import Effect
    from gifmill.orders import Document, GifKey, OrderKey, Upload, UploadForm
    from gifmill.server.metrics import Metrics
    from gifmill.server.push_hub import PushHub
    from gifmill.server.workers.pool import WorkerPool
    from gifmill.settings import Settings
    from gifmill.store import Store

_log = logging.getLogger("gifmill")

_RETRY_S = 5
"""How often one of the GIFs is tried that were put off, since the store failed or no worker could be had."""


class LocalEngine:
    """Accepts orders, has them rendered and tells who waits. Used from one event loop only."""

    def __init__(
        self, store: Store, workers: WorkerPool, settings: Settings, hub: PushHub, metrics: Metrics
    ) -> None:
        self._store = store
        self._workers = workers
        self._settings = settings
        self._hub = hub
        self._metrics = metrics
        self._receiver = UploadReceiver(store, settings.max_uploads)
        self.forms = FormSigner()
        self._tasks: TaskGroup
        self._queue = RenderQueue(settings.max_queue, settings.max_wait_s, workers.count)
        self._resuming = False
        self._swept_s = time.monotonic()
        metrics.watch(
            "swept_seconds",
            "Since all that had expired was deleted",
            lambda: time.monotonic() - self._swept_s,
        )
        metrics.watch("queue", "GIFs ordered and not made yet", lambda: len(self._queue))
        metrics.watch(
            "queue_oldest_seconds", "How long the oldest of them has waited", lambda: self._queue.oldest_s
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Work for the time of the block.

        At its end workers are stopped; what is unfinished waits in the store.
        """
        async with self._workers.running(), anyio.create_task_group() as self._tasks:
            self._tasks.start_soon(forever, self._workers.warm, KEEP_WARM_S)
            self._tasks.start_soon(forever, self._sweep_and_resume, self._settings.sweep_interval_s)
            self._tasks.start_soon(forever, self._retry_postponed, _RETRY_S)
            yield
            self._tasks.cancel_scope.cancel()

    async def accept(self, photo_id: str, orders: tuple[OrderKey, ...], chunks: AsyncIterator[bytes]) -> None:
        """Take a photo in as it arrives, and start on its GIFs.

        Raises:
            Busy: nothing is kept.
            PhotoError: it is no photo that we can work with; nothing is kept, nor where `chunks` raises.
            StoreFailed: nothing is promised.
        """
        gifs = sum(len(order.gifs) for order in orders)
        with self._metrics.photo():
            with self._queue.reserve(gifs):  # refused before anything is read; a slow upload takes no place
                pass
            async with self._receiver.receive(photo_id, chunks) as upload:
                with self._queue.reserve(gifs):
                    await self._intake(upload, orders)
                    self._start(orders)

    def form(self, upload: Upload) -> UploadForm:
        """A form with which a client may send a photo; `forms` reads it when it comes back."""
        return self.forms.write(upload)

    async def order_again(self, photo_id: str, effect: str, values: Mapping[str, object]) -> None:
        """Make one more GIF of a photo that is there; one that failed is tried again.

        Raises:
            Busy: nothing is changed.
            NotFound, TooManyOrders, UnknownEffect, UnknownOption, InvalidOption: as `pipeline.order_again`.
        """
        with self._queue.reserve(1):
            arguments = self._store, self._settings, photo_id, effect, values
            order = await to_thread.run_sync(order_again, *arguments)
            self._start((order,))
        for gif in order.gifs:
            await self._publish(gif)

    async def delete(self, photo_id: str) -> None:
        """Delete a photo and all that was made of it. What is being rendered finds its order gone.

        Raises:
            NotFound: there is no such photo.
        """
        await to_thread.run_sync(delete_photo, self._store, photo_id)
        self._publish_deleted(photo_id)

    async def _intake(self, upload: str, orders: tuple[OrderKey, ...]) -> None:
        try:
            await self._workers.intake(upload, orders)
        except WorkerDied as error:
            _log.error("a photo could not be taken in: %s", error)
            await self._delete_refused(orders)
            message = "This photo could not be decoded. Save it as JPEG or PNG with another program first."
            raise DamagedPhoto(message) from error
        except WorkerFailed as error:
            _log.exception("a photo could not be taken in")
            await self._delete_refused(orders)
            raise GifmillError(
                "The photo could not be looked at. Send it again, or save it anew first."
            ) from error
        except NoWorkerAvailable as error:
            _log.error("a photo could not be taken in: %s", error)
            await self._delete_refused(orders)
            raise Busy("The server could not look at the photo. Send it again in a moment.") from error

    async def _delete_refused(self, orders: tuple[OrderKey, ...]) -> None:
        """Whoever is killed while taking a photo in may have kept it, and could not say so."""
        try:
            await to_thread.run_sync(delete_photo, self._store, orders[0].photo_id)
        except NotFound:
            return
        except StoreFailed as error:  # it is finished, with nobody to see it, and expires
            _log.warning("a refused photo could not be deleted: %s", error)

    def _start(self, orders: tuple[OrderKey, ...]) -> None:
        for order in orders:
            for effect in select_effects(order.audience):
                self._start_one(order, effect)

    def _start_one(self, order: OrderKey, effect: Effect) -> None:
        if self._queue.start(order.gif(effect)):
            self._tasks.start_soon(self._make, order, effect)

    async def _make(self, order: OrderKey, effect: Effect) -> None:
        """Have one GIF made, and tell. Nothing that goes wrong here may end the engine."""
        gif = order.gif(effect)
        logs.bind_photo(order.photo_id)
        outcome = "postponed"
        try:
            outcome = await self._render(order, effect)
            while self._queue.take_reorder(gif):
                outcome = await self._render(order, effect)
        except Exception:
            _log.exception("%s met a bug of ours", effect.name)
        finally:
            seconds = self._queue.finish(gif, outcome)
        if outcome == "made" and self._queue.postponed:
            self._tasks.start_soon(guarded, self._resume)
        _log.info(outcome, extra=logs.extra_fields(effect=effect.name, seconds=round(seconds, 4)))
        self._metrics.renders.labels(effect.name, outcome).inc()
        if outcome == "made":
            self._metrics.render_seconds.labels(effect.name).observe(seconds)
        if outcome not in ("gone", "postponed"):
            entry = await self._publish(gif)
            if entry and isinstance(size := entry["bytes"], int):
                self._metrics.gif_bytes.labels(effect.name).observe(size)

    async def _render(self, order: OrderKey, effect: Effect) -> str:
        """What became of it, as `metrics.OUTCOMES`."""
        try:
            try:
                return await self._workers.render(order, effect.name)
            except (WorkerDied, WorkerFailed) as error:
                bug = isinstance(error, WorkerFailed)
                _log.error("%s could not be made: %s", effect.name, error, exc_info=bug)
                message = f"{effect.name} could not be made of this photo. Try again, or try another size."
                reason = RenderFailed(message)
                await to_thread.run_sync(record_failure, self._store, order, effect, reason)
                return "failed"
        except NotFound:
            return "gone"
        except (StoreFailed, NoWorkerAvailable) as error:  # the order is safe: it is found again
            _log.warning("%s waits: %s", effect.name, error)
            return "postponed"

    async def _publish(self, gif: GifKey) -> Document | None:
        """Tell what became of a GIF; its entry, if the store can say it."""
        try:
            entry = await to_thread.run_sync(gif_status, self._store, gif)
        except StoreFailed as error:  # who waits asks for the status after a while
            _log.warning("a change could not be told: %s", error)
            return None
        self._hub.publish(gif.photo_id, {"id": gif.photo_id, "gif": entry})
        return entry

    def _publish_deleted(self, photo_id: str) -> None:
        self._hub.publish(photo_id, {"id": photo_id, "deleted": True})

    async def _sweep_and_resume(self) -> None:
        """Delete what has expired, and start on everything that was accepted and is not made."""
        try:
            await self._sweep()
        finally:  # whoever waits for a GIF need not wait for that
            await self._resume()

    async def _sweep(self) -> None:
        gone, failure = await to_thread.run_sync(sweeper.sweep, self._store, self._settings)
        for photo_id in gone:
            self._publish_deleted(photo_id)
        if failure is not None:
            raise failure
        self._swept_s = time.monotonic()

    async def _retry_postponed(self) -> None:
        """Try one. If it is made, the trouble is over and the others follow."""
        if self._queue.postponed and self._queue.idle:
            await self._resume(most=1)

    async def _resume(self, most: int | None = None) -> None:
        """Start on what was accepted and is not made, or on the first few of it."""
        if self._resuming:  # the whole store is being looked through already
            return
        self._resuming = True
        try:
            postponed = self._queue.postponed
            lost = await to_thread.run_sync(lambda: list(islice(sweeper.unfinished(self._store), most)))
        finally:
            self._resuming = False
        for each in lost:
            if each.order.gif(each.effect) not in self._queue:
                self._start_one(each.order, each.effect)
        if most is None or not lost:
            self._queue.drop_postponed(postponed)  # not what has been postponed while we looked
