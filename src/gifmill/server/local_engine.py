"""The local engine: fan-out, queue, retries and sweeps in one process, as SNS, SQS and Lambda do on AWS.

An order is accepted once its photo is in the store. From then on the store is the only record of the work, so
nothing is lost with this process: the next start finds every accepted order again.
"""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import anyio
from anyio import to_thread

from gifmill import logs
from gifmill.effects import select_effects
from gifmill.errors import Busy, DamagedPhoto, GifmillError, NotFound, RenderFailed, StoreFailed
from gifmill.orders import FormSigner, delete_photo, gif_status, order_gif, record_failure, view_of
from gifmill.server.periodic import forever, guarded
from gifmill.server.recovery import Recovery
from gifmill.server.render_queue import RenderQueue
from gifmill.server.upload_receiver import UploadReceiver
from gifmill.server.workers.pool import KEEP_WARM_S, NoWorkerAvailable, WorkerDied, WorkerFailed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from anyio.abc import TaskGroup
    from starlette.requests import Request

    from gifmill.effects import Effect
    from gifmill.orders import Document, GifKey, OrderKey, Upload, UploadForm
    from gifmill.server.metrics import Metrics
    from gifmill.server.push_hub import PushHub
    from gifmill.server.workers.pool import WorkerPool
    from gifmill.settings import Settings
    from gifmill.store import Store

_log = logging.getLogger("gifmill")

_RETRY_S = 5
"""Interval of retries of one postponed GIF, while the store fails or no worker is available."""


class LocalEngine:
    """Accepts orders, renders them in workers and pushes changes. Used from one event loop only."""

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
        self._recovery = Recovery(store, settings, self._queue, self._start_gif, self._publish_deleted)
        metrics.add_gauge(
            "swept_seconds",
            "Seconds since everything expired was deleted",
            lambda: self._recovery.swept_age_s,
        )
        metrics.add_gauge("queue", "GIFs ordered and not finished", lambda: len(self._queue))
        metrics.add_gauge(
            "queue_oldest_seconds", "Age of the oldest of them in seconds", lambda: self._queue.oldest_s
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run the engine during the block.

        At its end the workers are stopped; unfinished orders stay in the store.
        """
        async with self._workers.running(), anyio.create_task_group() as self._tasks:
            self._tasks.start_soon(forever, self._workers.warm, KEEP_WARM_S)
            self._tasks.start_soon(forever, self._recovery.sweep_and_resume, self._settings.sweep_interval_s)
            self._tasks.start_soon(forever, self._recovery.retry_postponed, _RETRY_S)
            yield
            self._tasks.cancel_scope.cancel()

    async def accept(self, view: str, orders: tuple[OrderKey, ...], chunks: AsyncIterator[bytes]) -> None:
        """Receive a photo as it arrives, and start rendering its GIFs.

        Raises:
            Busy: the queue is full, too many uploads are in progress, or no worker is available;
                nothing is kept.
            PhotoError: the photo cannot be read; nothing is kept, also where `chunks` raises.
            StoreFailed: the order may be incomplete.
        """
        gifs = sum(len(order.gifs) for order in orders)
        with self._metrics.count_photo():
            with self._queue.reserve(gifs):  # rejects before reading; a slow upload reserves nothing
                pass
            async with self._receiver.receive(view, chunks) as upload:
                with self._queue.reserve(gifs):
                    await self._intake(upload, orders)
                    self._start(orders)

    def form(self, upload: Upload) -> UploadForm:
        """Return a signed form for an upload; `forms` verifies it when it is posted."""
        return self.forms.write(upload)

    async def order_gif(self, view: str, effect: str, values: Mapping[str, object]) -> None:
        """Render one more GIF of a stored photo, or retry a failed one.

        Raises:
            Busy: the queue is full; nothing is changed.
            NotFound, TooManyOrders, UnknownEffect, UnknownOption, InvalidOption: as `orders.order_gif`.
        """
        with self._queue.reserve(1):
            arguments = self._store, self._settings, view, effect, values
            order = await to_thread.run_sync(order_gif, *arguments)
            self._start((order,))
        for gif in order.gifs:
            await self._publish(gif)

    async def finished(self, gif: GifKey) -> None:
        """Return once a GIF is ready or failed, or its photo is deleted."""
        while True:
            with self._hub.subscribe(gif.view) as messages:  # first, so that no change is missed
                with suppress(StoreFailed):  # a message may still come
                    if (await to_thread.run_sync(gif_status, self._store, gif))["state"] != "pending":
                        return
                async for message in messages:  # ends after too many messages at once
                    if "deleted" in message or _is_outcome(message["gif"], gif):
                        return

    def gif_reference(self, gif: GifKey, request: Request) -> str:  # noqa: ARG002
        """Return the URL of a GIF, relative to `/v1/gifs`: a reverse proxy may add a path in front."""
        return str(gif)

    async def delete(self, view: str) -> None:
        """Delete a photo and its GIFs. Renders in progress find their order gone.

        Raises:
            NotFound: the photo does not exist.
        """
        await to_thread.run_sync(delete_photo, self._store, view)
        self._publish_deleted(view)

    async def _intake(self, upload: str, orders: tuple[OrderKey, ...]) -> None:
        try:
            await self._workers.intake(upload, orders)
        except WorkerDied as error:
            _log.error("photo intake failed: %s", error)
            await self._delete_rejected(orders)
            message = "This photo could not be decoded. Save it as JPEG or PNG with another program first."
            raise DamagedPhoto(message) from error
        except WorkerFailed as error:
            _log.exception("photo intake failed")
            await self._delete_rejected(orders)
            raise GifmillError(
                "The photo could not be processed. Send it again, or save it as a new file first."
            ) from error
        except NoWorkerAvailable as error:
            _log.error("photo intake failed: %s", error)
            await self._delete_rejected(orders)
            raise Busy("The server could not process the photo. Send it again in a moment.") from error

    async def _delete_rejected(self, orders: tuple[OrderKey, ...]) -> None:
        """Delete what a killed worker may have stored of a rejected photo."""
        try:
            await to_thread.run_sync(delete_photo, self._store, orders[0].view)
        except NotFound:
            return
        except StoreFailed as error:  # it expires unseen
            _log.warning("deleting a rejected photo failed: %s", error)

    def _start(self, orders: tuple[OrderKey, ...]) -> None:
        for order in orders:
            for effect in select_effects(order.audience):
                self._start_gif(order, effect)

    def _start_gif(self, order: OrderKey, effect: Effect) -> None:
        if self._queue.start(order.gif(effect)):
            self._tasks.start_soon(self._render_and_push, order, effect)

    async def _render_and_push(self, order: OrderKey, effect: Effect) -> None:
        """Render one GIF and push the result. No failure here may end the engine."""
        gif = order.gif(effect)
        logs.bind_photo(order.view)
        outcome = "postponed"
        try:
            outcome = await self._render_in_worker(order, effect)
            while self._queue.take_reorder(gif):
                outcome = await self._render_in_worker(order, effect)
        except Exception:
            _log.exception("rendering %s failed unexpectedly", effect.name)
        finally:
            seconds = self._queue.finish(gif, outcome)
        if outcome == "made" and self._queue.postponed:
            self._tasks.start_soon(guarded, self._recovery.resume)
        _log.info(outcome, extra=logs.extra_fields(effect=effect.name, seconds=round(seconds, 4)))
        self._metrics.renders.labels(effect.name, outcome).inc()
        if outcome == "made":
            self._metrics.render_seconds.labels(effect.name).observe(seconds)
        if outcome not in ("gone", "postponed"):
            entry = await self._publish(gif)
            if entry and isinstance(size := entry["bytes"], int):
                self._metrics.gif_bytes.labels(effect.name).observe(size)

    async def _render_in_worker(self, order: OrderKey, effect: Effect) -> str:
        """Render one GIF in a worker and return the outcome, one of `metrics.OUTCOMES`."""
        try:
            try:
                return await self._workers.render(order, effect.name)
            except (WorkerDied, WorkerFailed) as error:
                bug = isinstance(error, WorkerFailed)
                _log.error("rendering %s failed: %s", effect.name, error, exc_info=bug)
                reason = RenderFailed.of_effect(effect.name)
                await to_thread.run_sync(record_failure, self._store, order, effect, reason)
                return "failed"
        except NotFound:
            return "gone"
        except (StoreFailed, NoWorkerAvailable) as error:  # the order is stored, and is retried
            _log.warning("%s postponed: %s", effect.name, error)
            return "postponed"

    async def _publish(self, gif: GifKey) -> Document | None:
        """Push the state of a GIF and return its status entry, or None if the store fails."""
        try:
            entry = await to_thread.run_sync(gif_status, self._store, gif)
        except StoreFailed as error:  # clients poll the status after a while
            _log.warning("pushing a change failed: %s", error)
            return None
        self._hub.publish(view_of(gif.view), {"view": gif.view, "gif": entry})
        return entry

    def _publish_deleted(self, view: str) -> None:
        self._hub.publish(view_of(view), {"view": view, "deleted": True})


def _is_outcome(entry: object, gif: GifKey) -> bool:
    """Return whether an entry of a status document is the outcome of this GIF."""
    assert isinstance(entry, dict)
    name = (entry["effect"], entry["options"])
    return name == (gif.effect, str(gif.options)) and entry["state"] != "pending"
