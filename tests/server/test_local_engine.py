"""The local engine, with workers and a store that fail on request."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import anyio
import pytest
from tests.views import new_view

from gifmill.effects import find_effect
from gifmill.errors import Busy, DamagedPhoto, GifmillError, RenderFailed, StoreFailed
from gifmill.orders import pipeline
from gifmill.orders.status import photo_status
from gifmill.server import local_engine, sweeper
from gifmill.server.local_engine import LocalEngine
from gifmill.server.metrics import Metrics
from gifmill.server.push_hub import PushHub
from gifmill.server.workers.pool import NoWorkerAvailable, WorkerDied, WorkerFailed, WorkerPool
from gifmill.settings import Settings
from gifmill.store.store import Store, open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from gifmill.orders.keys import GifKey, OrderKey


class InProcessWorkers(WorkerPool):
    """Workers in this process, with a list of exceptions to raise, one per call."""

    def __init__(self, store: Store, settings: Settings) -> None:
        super().__init__("memory://", 1, settings)
        self.store = store
        self.settings = settings
        self.failures: list[Exception] = []
        self.renders = 0
        self.after_render: Callable[[], Awaitable[None]] | None = None

    async def warm(self) -> None:
        """Do nothing."""

    async def intake(self, upload: str, orders: tuple[OrderKey, ...]) -> None:
        if self.failures:
            raise self.failures.pop(0)
        pipeline.intake_photo(self.store, self.settings, orders, self.store.get(upload))

    async def render(self, order: OrderKey, effect: str) -> str:
        self.renders += 1
        if self.failures:
            raise self.failures.pop(0)
        outcome = pipeline.render_order(self.store, order, find_effect(effect)).outcome
        if self.after_render:
            await self.after_render()
        return outcome


class EngineSetup:
    """An engine with its store, workers and hub, and a photo."""

    def __init__(self, photo: bytes, settings: Settings | None = None) -> None:
        self.photo = photo
        self.settings = settings or Settings()
        self.store = open_store("memory://")
        self.workers = InProcessWorkers(self.store, self.settings)
        self.hub = PushHub()
        self.metrics = Metrics()
        self.engine = LocalEngine(self.store, self.workers, self.settings, self.hub, self.metrics)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        with anyio.fail_after(20):
            async with self.engine.running():
                yield

    async def accept(self, effects: str = "blur") -> str:
        view = new_view()
        await self.engine.accept(view, pipeline.new_orders(view, effects, {"size": 16}), self.chunks())
        return view

    async def chunks(self) -> AsyncIterator[bytes]:
        yield self.photo

    def state(self, view: str) -> str:
        document: Any = photo_status(self.store, self.settings, view)
        return str(document["gifs"][0]["state"])

    async def wait_for(self, view: str, state: str) -> None:
        while self.state(view) != state:
            await anyio.sleep(0.01)

    def uploads(self) -> list[str]:
        return [stored.key for stored in self.store.list("uploads/")]


@pytest.fixture
def setup(photo: bytes) -> EngineSetup:
    return EngineSetup(photo)


@pytest.fixture
def short_retry_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_engine, "_RETRY_S", 0.05)


@pytest.mark.usefixtures("short_retry_interval")
@pytest.mark.parametrize("failure", [StoreFailed("full"), NoWorkerAvailable("no process"), KeyError("a bug")])
def test_a_postponed_gif_is_retried(setup: EngineSetup, failure: Exception) -> None:
    async def order() -> None:
        async with setup.running():
            view = await setup.accept()
            await setup.wait_for(view, "ready")

    setup.workers.failures = []
    original = setup.workers.intake

    async def intake_then_fail_render(upload: str, orders: tuple[OrderKey, ...]) -> None:
        await original(upload, orders)
        setup.workers.failures = [failure]

    setup.workers.intake = intake_then_fail_render  # type: ignore[method-assign]
    anyio.run(order)
    assert setup.workers.renders == 2


@pytest.mark.parametrize("failure", [WorkerDied("twice"), WorkerFailed("a bug")])
def test_a_gif_whose_worker_failed_twice_is_marked_as_failed(setup: EngineSetup, failure: Exception) -> None:
    async def order() -> None:
        async with setup.running():
            view = await setup.accept()
            setup.workers.failures = [failure]
            await setup.engine.order_gif(view, "blur", {"size": 17})
            await setup.wait_for(view, "ready")
            document: Any = photo_status(setup.store, setup.settings, view)
            while document["gifs"][1]["state"] == "pending":
                await anyio.sleep(0.01)
                document = photo_status(setup.store, setup.settings, view)
            states = sorted(gif["state"] for gif in document["gifs"])
            assert states == ["failed", "ready"]

    anyio.run(order)


def test_a_gif_ordered_again_during_its_failing_render_is_retried(setup: EngineSetup) -> None:
    async def order() -> None:
        async with setup.running():
            view = new_view()
            [key] = pipeline.new_orders(view, "blur", {"size": 16})

            async def fail_and_order_again() -> None:
                setup.workers.after_render = None
                setup.store.delete(str(key.gif(find_effect("blur"))))
                pipeline.record_failure(setup.store, key, find_effect("blur"), RenderFailed("It got stuck."))
                await setup.engine.order_gif(view, "blur", {"size": 16})

            setup.workers.after_render = fail_and_order_again
            await setup.engine.accept(view, (key,), setup.chunks())
            await setup.wait_for(view, "ready")

    anyio.run(order)
    assert setup.workers.renders == 2


def run_until_resumed(setup: EngineSetup) -> None:
    """Store an order as a previous engine did, and run this engine until its GIF is ready."""
    [key] = pipeline.new_orders(new_view(), "blur", {"size": 16})
    pipeline.intake_photo(setup.store, setup.settings, (key,), setup.photo)

    async def run() -> None:
        async with setup.running():
            await setup.wait_for(key.view, "ready")

    anyio.run(run)


def test_orders_of_a_previous_engine_are_resumed(setup: EngineSetup) -> None:
    run_until_resumed(setup)


@pytest.mark.parametrize("at_listing", [True, False])
def test_a_failed_sweep_does_not_delay_orders(
    setup: EngineSetup, monkeypatch: pytest.MonkeyPatch, *, at_listing: bool
) -> None:
    def fail(*_: object) -> sweeper.Swept:
        if at_listing:
            raise StoreFailed("It cannot be listed.")
        return sweeper.Swept({"abc"}, StoreFailed("It cannot be deleted."))

    monkeypatch.setattr(sweeper, "sweep", fail)
    run_until_resumed(setup)


@pytest.mark.usefixtures("short_retry_interval")
def test_swept_seconds_resets_only_after_a_complete_sweep(
    photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup = EngineSetup(photo, Settings(sweep_interval_s=1))
    swept = [sweeper.Swept(set(), StoreFailed("It cannot be deleted."))]
    monkeypatch.setattr(sweeper, "sweep", lambda *_: swept[0])

    def age_s() -> float:
        lines = setup.metrics.text().decode().splitlines()
        return float(next(line for line in lines if line.startswith("gifmill_swept_seconds ")).split()[1])

    async def run() -> None:
        async with setup.running():
            await anyio.sleep(1.3)
            assert age_s() > 1.2
            swept[0] = sweeper.Swept(set(), None)
            while age_s() > 1:
                await anyio.sleep(0.05)

    anyio.run(run)


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        (WorkerDied("twice"), DamagedPhoto),
        (WorkerFailed("a bug"), GifmillError),
        (NoWorkerAvailable("none"), Busy),
    ],
)
def test_a_photo_whose_intake_failed_is_rejected_and_not_stored(
    setup: EngineSetup, failure: Exception, error: type[Exception]
) -> None:
    async def order() -> None:
        async with setup.running():
            setup.workers.failures = [failure]
            with pytest.raises(error) as caught:
                await setup.accept()
            assert caught.type is error  # not a subclass

    anyio.run(order)
    assert setup.uploads() == []
    assert list(setup.store.list("photos/")) == []


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        (WorkerDied("twice"), DamagedPhoto),
        (WorkerFailed("a bug"), GifmillError),
        (NoWorkerAvailable("none"), Busy),
    ],
)
def test_objects_of_a_rejected_photo_are_deleted(
    setup: EngineSetup, failure: Exception, error: type[Exception]
) -> None:
    original = setup.workers.intake

    async def intake_then_fail(upload: str, orders: tuple[OrderKey, ...]) -> None:
        await original(upload, orders)
        raise failure

    async def order() -> None:
        async with setup.running():
            setup.workers.intake = intake_then_fail  # type: ignore[method-assign]
            with pytest.raises(error) as caught:
                await setup.accept("blur,cyclic")
            assert caught.type is error

    anyio.run(order)
    assert list(setup.store.list("photos/")) == []


def test_a_failed_deletion_does_not_hide_why_a_photo_is_rejected(
    setup: EngineSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StoreFailed("full")

    async def order() -> None:
        async with setup.running():
            setup.workers.failures = [WorkerDied("twice")]
            monkeypatch.setattr(local_engine, "delete_photo", fail)
            with pytest.raises(DamagedPhoto):
                await setup.accept()

    anyio.run(order)


def test_an_upload_is_deleted_after_intake(setup: EngineSetup) -> None:
    async def order() -> None:
        async with setup.running():
            await setup.accept()
            assert setup.uploads() == []

    anyio.run(order)


def test_uploads_have_a_limit_of_their_own(photo: bytes) -> None:
    setup = EngineSetup(photo, Settings(max_uploads=1, max_queue=1))

    async def send() -> None:
        begun = anyio.Event()

        async def endless() -> AsyncIterator[bytes]:
            begun.set()
            await anyio.sleep_forever()
            yield b""

        async with setup.running(), anyio.create_task_group() as tasks:
            tasks.start_soon(setup.engine.accept, "id", pipeline.new_orders("id", "blur", {}), endless())
            await begun.wait()
            with pytest.raises(Busy, match="uploads are in progress"):
                await setup.accept()
            tasks.cancel_scope.cancel()

    anyio.run(send)


def test_an_upload_counts_until_its_intake_is_done(photo: bytes) -> None:
    setup = EngineSetup(photo, Settings(max_uploads=1))

    async def send() -> None:
        intake_started = anyio.Event()

        async def endless_intake(*_: object) -> None:
            intake_started.set()
            await anyio.sleep_forever()

        async with setup.running(), anyio.create_task_group() as tasks:
            original, setup.workers.intake = setup.workers.intake, endless_intake  # type: ignore[method-assign,assignment]
            tasks.start_soon(setup.accept)
            await intake_started.wait()
            setup.workers.intake = original  # type: ignore[method-assign]
            with pytest.raises(Busy, match="uploads are in progress"):
                await setup.accept()
            tasks.cancel_scope.cancel()

    anyio.run(send)


def test_a_postponed_gif_counts_as_queued(photo: bytes) -> None:
    setup = EngineSetup(photo, Settings(max_queue=1))

    async def order() -> None:
        async with setup.running():
            view = await setup.accept()
            await setup.wait_for(view, "ready")
            setup.workers.failures = [StoreFailed("full")]
            await setup.engine.order_gif(view, "cyclic", {"size": 16})
            while setup.workers.failures:
                await anyio.sleep(0.01)
            assert b"gifmill_queue 1.0" in setup.metrics.text()
            with pytest.raises(Busy):
                await setup.accept()

    anyio.run(order)


@pytest.mark.usefixtures("short_retry_interval")
def test_all_postponed_gifs_are_resumed_after_the_first_succeeds(setup: EngineSetup) -> None:
    async def order() -> None:
        async with setup.running():
            setup.workers.failures = []
            view = await setup.accept()
            await setup.wait_for(view, "ready")
            setup.workers.failures = [StoreFailed("full")] * 3
            for size in (17, 18, 19):
                await setup.engine.order_gif(view, "blur", {"size": size})
            document: Any = None
            while document is None or any(gif["state"] != "ready" for gif in document["gifs"]):
                await anyio.sleep(0.01)
                document = photo_status(setup.store, setup.settings, view)
            assert b"gifmill_queue 0.0" in setup.metrics.text()

    anyio.run(order)


async def _finished(setup: EngineSetup, gif: GifKey, wake: Callable[[], Awaitable[None]]) -> None:
    """Check that a wait for a GIF ends after `wake`, and not before."""
    ended = False

    async def wait() -> None:
        nonlocal ended
        await setup.engine.finished(gif)
        ended = True

    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(wait)
            while len(setup.hub) == 0:
                await anyio.sleep(0.01)
            await anyio.sleep(0.05)
            assert not ended
            await wake()
    assert len(setup.hub) == 0


@pytest.fixture
def stored_order(setup: EngineSetup) -> OrderKey:
    """An order whose GIF nobody has rendered yet."""
    [order] = pipeline.new_orders(new_view(), "blur", {"size": 16})
    pipeline.intake_photo(setup.store, setup.settings, (order,), setup.photo)
    return order


def test_a_wait_for_a_gif_ends_with_its_own_outcome(setup: EngineSetup, stored_order: OrderKey) -> None:
    [gif] = stored_order.gifs
    view = stored_order.view

    async def wake() -> None:
        done = {"options": "size=16", "state": "ready"}
        setup.hub.publish(view, {"view": view, "gif": {**done, "effect": "zoom"}})
        setup.hub.publish(view, {"view": view, "gif": {**done, "effect": "blur", "options": "default"}})
        setup.hub.publish(view, {"view": view, "gif": {**done, "effect": "blur", "state": "pending"}})
        await anyio.sleep(0.05)
        assert len(setup.hub) == 1
        setup.hub.publish(view, {"view": view, "gif": {**done, "effect": "blur"}})

    anyio.run(_finished, setup, gif, wake)


def test_a_wait_for_a_gif_ends_when_its_photo_is_deleted(setup: EngineSetup, stored_order: OrderKey) -> None:
    [gif] = stored_order.gifs

    async def wake() -> None:
        await setup.engine.delete(gif.view)

    anyio.run(_finished, setup, gif, wake)


def test_a_wait_for_a_gif_survives_a_failing_store_and_too_many_messages(
    setup: EngineSetup, stored_order: OrderKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    [gif] = stored_order.gifs
    original = setup.store.head

    def fail_once(_: str) -> object:
        monkeypatch.setattr(setup.store, "head", original)
        raise StoreFailed("The store does not respond.")

    async def wake() -> None:
        pipeline.render_order(setup.store, stored_order, find_effect("blur"))
        other = {"effect": "zoom", "options": "default", "state": "ready"}
        for _ in range(1_000):  # more than wait for a slow subscriber: the wait reads the status again
            setup.hub.publish(gif.view, {"view": gif.view, "gif": other})

    monkeypatch.setattr(setup.store, "head", fail_once)
    anyio.run(_finished, setup, gif, wake)


def test_a_wait_for_a_finished_gif_ends_at_once(setup: EngineSetup, stored_order: OrderKey) -> None:
    [gif] = stored_order.gifs
    pipeline.render_order(setup.store, stored_order, find_effect("blur"))
    anyio.run(setup.engine.finished, gif)


def test_waits_for_gifs_hold_no_thread_and_no_worker(setup: EngineSetup, stored_order: OrderKey) -> None:
    [gif] = stored_order.gifs

    async def wait() -> None:
        with anyio.fail_after(60):
            async with anyio.create_task_group() as tasks:
                for _ in range(200):
                    tasks.start_soon(setup.engine.finished, gif)
                threads = anyio.to_thread.current_default_thread_limiter()
                while len(setup.hub) < 200 or threads.borrowed_tokens:  # each reads the status once
                    await anyio.sleep(0.01)
                assert (len(setup.hub), setup.workers.busy) == (200, 0)
                tasks.cancel_scope.cancel()
        assert len(setup.hub) == 0

    anyio.run(wait)
