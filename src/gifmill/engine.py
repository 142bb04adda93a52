"""The embedded engine: what SNS, SQS and Lambda do on AWS, in one process with a few workers.

An order is accepted once its photo is in the store. From then on the store alone says what is to be done, so
that nothing is lost with this process: whatever was accepted is found again at the next start.
"""

from __future__ import annotations

import logging
import math
import time
from contextlib import asynccontextmanager, contextmanager
from itertools import islice
from typing import TYPE_CHECKING

import anyio
from anyio import to_thread

from gifmill import logs, pipeline, upkeep
from gifmill.background import forever, guarded
from gifmill.effects import audience
from gifmill.errors import Busy, DamagedPhoto, NotFound, RenderFailed, StoreFailed
from gifmill.forms import Forms
from gifmill.reception import Reception
from gifmill.status import gif_status
from gifmill.workers import KEEP_WARM_S, WorkerDied, WorkerFailed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    from anyio.abc import TaskGroup

    from gifmill.effects import Effect
    from gifmill.forms import Form, Upload
    from gifmill.keys import GifKey, OrderKey
    from gifmill.live import Hub
    from gifmill.metrics import Metrics
    from gifmill.settings import Settings
    from gifmill.status import Document
    from gifmill.store import Store
    from gifmill.workers import Workers

_log = logging.getLogger("gifmill")

_FIRST_GUESS_S = 0.5
"""What one GIF takes, before any has been made: only used to tell a client when to come back."""

_RETRY_S = 5
"""How often one of the GIFs is tried that were put off, since the store failed or no worker could be had."""


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
        self._reception = Reception(store, settings.max_uploads)
        self.forms = Forms()
        self._tasks: TaskGroup
        self._pending: set[GifKey] = set()
        self._wanted_again: set[GifKey] = set()
        self._postponed: set[GifKey] = set()
        self._reserved = 0
        self._seconds = _FIRST_GUESS_S
        self._since: dict[GifKey, float] = {}
        metrics.watch("queue", "GIFs ordered and not made yet", self._waiting)
        metrics.watch("queue_oldest_seconds", "How long the oldest of them has waited", self._oldest)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Work for the time of the block.

        At its end workers are stopped; what is unfinished waits in the store.
        """
        async with self._workers.running(), anyio.create_task_group() as self._tasks:
            self._tasks.start_soon(forever, self._workers.warm, KEEP_WARM_S)
            self._tasks.start_soon(forever, self._keep_up, self._settings.sweep_interval_s)
            self._tasks.start_soon(forever, self._try_postponed, _RETRY_S)
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
            with self._room(gifs):  # refused before anything is read; a slow upload takes no place
                pass
            async with self._reception.received(photo_id, chunks) as upload:
                with self._room(gifs):
                    await self._take(upload, orders)
                    self._start(orders)

    def form(self, upload: Upload) -> Form:
        """A form with which a client may send a photo; `forms` reads it when it comes back."""
        return self.forms.write(upload)

    async def again(self, photo_id: str, effect: str, values: Mapping[str, object]) -> None:
        """Make one more GIF of a photo that is there; one that failed is tried again.

        Raises:
            Busy: nothing is changed.
            NotFound, TooManyOrders, UnknownEffect, UnknownOption, InvalidOption: as `pipeline.order_again`.
        """
        with self._room(1):
            arguments = self._store, self._settings, photo_id, effect, values
            order = await to_thread.run_sync(pipeline.order_again, *arguments)
            self._start((order,))
        for gif in order.gifs:
            await self._tell(gif)

    async def delete(self, photo_id: str) -> None:
        """Delete a photo and all that was made of it. What is being rendered finds its order gone.

        Raises:
            NotFound: there is no such photo.
        """
        await to_thread.run_sync(pipeline.delete, self._store, photo_id)
        self._tell_deleted(photo_id)

    async def _take(self, upload: str, orders: tuple[OrderKey, ...]) -> None:
        try:
            await self._workers.take(upload, orders)
        except WorkerDied as error:
            _log.exception("a photo could not be taken in")
            message = "This photo could not be decoded. Save it as JPEG or PNG with another program first."
            raise DamagedPhoto(message) from error
        except WorkerFailed as error:
            _log.exception("a photo could not be taken in")
            raise Busy("The server could not look at the photo. Send it again in a moment.") from error

    def _waiting(self) -> int:
        return len(self._pending) + len(self._postponed)

    def _oldest(self) -> float:
        now = time.monotonic()
        return now - min(self._since.values(), default=now)

    @contextmanager
    def _room(self, gifs: int) -> Iterator[None]:
        """Keep places in the queue for the time of the block.

        Raises:
            Busy: there are not that many.
        """
        waiting = self._waiting() + self._reserved
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
        if gif in self._pending:
            self._wanted_again.add(gif)  # it may have failed by now, with the news still on its way here
            return
        self._postponed.discard(gif)
        self._pending.add(gif)
        self._since.setdefault(gif, time.monotonic())
        self._tasks.start_soon(self._make, order, effect)

    async def _make(self, order: OrderKey, effect: Effect) -> None:
        """Have one GIF made, and tell. Nothing that goes wrong here may end the engine."""
        gif = order.gif(effect)
        logs.about(order.photo_id)
        outcome = "postponed"
        try:
            outcome = await self._render(order, effect)
            while gif in self._wanted_again:
                self._wanted_again.discard(gif)
                outcome = await self._render(order, effect)
        except Exception:
            _log.exception("%s met a bug of ours", effect.name)
        finally:
            self._pending.discard(gif)
            self._wanted_again.discard(gif)
        seconds = time.monotonic() - self._since[gif]
        if outcome == "postponed":
            self._postponed.add(gif)
        else:
            del self._since[gif]
        if outcome == "made" and self._postponed:
            self._tasks.start_soon(guarded, self._resume)
        _log.info(outcome, extra=logs.fields(effect=effect.name, seconds=round(seconds, 4)))
        self._metrics.renders.labels(effect.name, outcome).inc()
        if outcome == "made":
            self._metrics.render_seconds.labels(effect.name).observe(seconds)
        if outcome in ("made", "failed"):
            entry = await self._tell(gif)
            if entry and isinstance(size := entry["bytes"], int):
                self._metrics.gif_bytes.labels(effect.name).observe(size)

    async def _render(self, order: OrderKey, effect: Effect) -> str:
        """What became of it: "made", "failed", "gone" or "postponed"."""
        try:
            try:
                done = await self._workers.render(order, effect.name)
            except WorkerDied:
                _log.exception("%s could not be made", effect.name)
                message = f"{effect.name} could not be made of this photo. Try again, or try another size."
                reason = RenderFailed(message)
                await to_thread.run_sync(pipeline.bury, self._store, order, effect, reason)
                return "failed"
        except NotFound:
            return "gone"
        except (StoreFailed, WorkerFailed) as error:  # the order is safe: it is found again
            _log.warning("%s waits: %s", effect.name, error)
            return "postponed"
        self._seconds += (done.seconds - self._seconds) / 8
        return "made" if done.made else "failed"

    async def _tell(self, gif: GifKey) -> Document | None:
        """Tell what became of a GIF; its entry, if the store can say it."""
        try:
            entry = await to_thread.run_sync(gif_status, self._store, gif)
        except StoreFailed as error:  # who waits asks for the status after a while
            _log.warning("a change could not be told: %s", error)
            return None
        self._hub.publish(gif.photo_id, {"id": gif.photo_id, "gif": entry})
        return entry

    def _tell_deleted(self, photo_id: str) -> None:
        self._hub.publish(photo_id, {"id": photo_id, "deleted": True})

    async def _keep_up(self) -> None:
        """Delete what has expired, and start on everything that was accepted and is not made."""
        for photo_id in await to_thread.run_sync(upkeep.sweep, self._store, self._settings):
            self._tell_deleted(photo_id)
        await self._resume()

    async def _try_postponed(self) -> None:
        """Try one. If it is made, the trouble is over and the others follow."""
        if self._postponed and not self._pending:
            await self._resume(most=1)

    async def _resume(self, most: int | None = None) -> None:
        """Start on what was accepted and is not made, or on the first few of it."""
        postponed = set(self._postponed)
        lost = await to_thread.run_sync(lambda: list(islice(upkeep.unfinished(self._store), most)))
        if most is None or not lost:
            self._postponed -= postponed  # not what has been postponed while we looked
        for each in lost:
            if each.order.gif(each.effect) not in self._pending:
                self._start_one(each.order, each.effect)
        for gif in postponed - self._pending - self._postponed:
            self._since.pop(gif, None)  # its photo has been deleted
