"""What the engine does when its workers and its store do what real ones do only now and then."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from gifmill.effects import find_effect
from gifmill.errors import Busy, DamagedPhoto, GifmillError, RenderFailed, StoreFailed
from gifmill.orders import pipeline
from gifmill.orders.keys import OrderKey, new_photo_id
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


class Hands(WorkerPool):
    """Workers in this process, with a queue of failures to raise call after call."""

    def __init__(self, store: Store, settings: Settings) -> None:
        super().__init__("memory://", 1, settings)
        self.store = store
        self.settings = settings
        self.troubles: list[Exception] = []
        self.renders = 0
        self.before_answering: Callable[[], Awaitable[None]] | None = None

    async def warm(self) -> None:
        """Hands are always warm."""

    async def intake(self, upload: str, orders: tuple[OrderKey, ...]) -> None:
        if self.troubles:
            raise self.troubles.pop(0)
        pipeline.intake_photo(self.store, self.settings, orders, self.store.get(upload))

    async def render(self, order: OrderKey, effect: str) -> str:
        self.renders += 1
        if self.troubles:
            raise self.troubles.pop(0)
        outcome = pipeline.render_order(self.store, order, find_effect(effect)).outcome
        if self.before_answering:
            await self.before_answering()
        return outcome


class Place:
    """An engine, what it stands on, and a photo."""

    def __init__(self, photo: bytes, settings: Settings | None = None) -> None:
        self.photo = photo
        self.settings = settings or Settings()
        self.store = open_store("memory://")
        self.hands = Hands(self.store, self.settings)
        self.hub = PushHub()
        self.metrics = Metrics()
        self.engine = LocalEngine(self.store, self.hands, self.settings, self.hub, self.metrics)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        with anyio.fail_after(20):
            async with self.engine.running():
                yield

    async def accept(self, effects: str = "blur") -> str:
        photo_id = new_photo_id()
        await self.engine.accept(
            photo_id, pipeline.new_orders(photo_id, effects, {"size": 16}), self.chunks()
        )
        return photo_id

    async def chunks(self) -> AsyncIterator[bytes]:
        yield self.photo

    def state(self, photo_id: str) -> str:
        document: Any = photo_status(self.store, self.settings, photo_id)
        return str(document["gifs"][0]["state"])

    async def wait_for(self, photo_id: str, state: str) -> None:
        while self.state(photo_id) != state:
            await anyio.sleep(0.01)

    def uploads(self) -> list[str]:
        return [stored.key for stored in self.store.list("uploads/")]


@pytest.fixture
def place(photo: bytes) -> Place:
    return Place(photo)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_engine, "_RETRY_S", 0.05)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "trouble", [StoreFailed("full"), NoWorkerAvailable("no process"), KeyError("a bug of ours")]
)
def test_a_postponed_gif_is_retried(place: Place, trouble: Exception) -> None:
    async def order() -> None:
        async with place.running():
            photo_id = await place.accept()
            await place.wait_for(photo_id, "ready")

    place.hands.troubles = []
    original = place.hands.intake

    async def take_then_fail(upload: str, orders: tuple[OrderKey, ...]) -> None:
        await original(upload, orders)
        place.hands.troubles = [trouble]

    place.hands.intake = take_then_fail  # type: ignore[method-assign]
    anyio.run(order)
    assert place.hands.renders == 2


@pytest.mark.parametrize("trouble", [WorkerDied("twice"), WorkerFailed("a bug")])
def test_a_gif_whose_worker_failed_twice_is_marked_as_failed(place: Place, trouble: Exception) -> None:
    async def order() -> None:
        async with place.running():
            photo_id = await place.accept()
            place.hands.troubles = [trouble]
            await place.engine.order_again(photo_id, "blur", {"size": 17})
            await place.wait_for(photo_id, "ready")
            document: Any = photo_status(place.store, place.settings, photo_id)
            while document["gifs"][1]["state"] == "pending":
                await anyio.sleep(0.01)
                document = photo_status(place.store, place.settings, photo_id)
            states = sorted(gif["state"] for gif in document["gifs"])
            assert states == ["failed", "ready"]

    anyio.run(order)


def test_a_gif_ordered_again_during_its_failing_render_is_retried(place: Place) -> None:
    async def order() -> None:
        async with place.running():
            photo_id = new_photo_id()
            [key] = pipeline.new_orders(photo_id, "blur", {"size": 16})

            async def fail_and_order_again() -> None:
                place.hands.before_answering = None
                place.store.delete(str(key.gif(find_effect("blur"))))
                pipeline.record_failure(place.store, key, find_effect("blur"), RenderFailed("It got stuck."))
                await place.engine.order_again(photo_id, "blur", {"size": 16})

            place.hands.before_answering = fail_and_order_again
            await place.engine.accept(photo_id, (key,), place.chunks())
            await place.wait_for(photo_id, "ready")

    anyio.run(order)
    assert place.hands.renders == 2


def make_what_was_left(place: Place) -> None:
    """Run an engine until the GIF is there that one before it had accepted."""
    [key] = pipeline.new_orders(new_photo_id(), "blur", {"size": 16})
    pipeline.intake_photo(place.store, place.settings, (key,), place.photo)

    async def run() -> None:
        async with place.running():
            await place.wait_for(key.photo_id, "ready")

    anyio.run(run)


def test_orders_of_a_previous_engine_are_resumed(place: Place) -> None:
    make_what_was_left(place)


@pytest.mark.parametrize("wholly", [True, False])
def test_a_failed_sweep_does_not_delay_orders(
    place: Place, monkeypatch: pytest.MonkeyPatch, *, wholly: bool
) -> None:
    def fail(*_: object) -> sweeper.Swept:
        if wholly:
            raise StoreFailed("It cannot be listed.")
        return sweeper.Swept({"somebody's"}, StoreFailed("It cannot be deleted."))

    monkeypatch.setattr(sweeper, "sweep", fail)
    make_what_was_left(place)


@pytest.mark.usefixtures("impatient")
def test_swept_seconds_resets_only_after_a_complete_sweep(
    photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place(photo, Settings(sweep_interval_s=1))
    swept = [sweeper.Swept(set(), StoreFailed("It cannot be deleted."))]
    monkeypatch.setattr(sweeper, "sweep", lambda *_: swept[0])

    def age_s() -> float:
        lines = place.metrics.text().decode().splitlines()
        return float(next(line for line in lines if line.startswith("gifmill_swept_seconds ")).split()[1])

    async def run() -> None:
        async with place.running():
            await anyio.sleep(1.3)
            assert age_s() > 1.2
            swept[0] = sweeper.Swept(set(), None)
            while age_s() > 1:
                await anyio.sleep(0.05)

    anyio.run(run)


@pytest.mark.parametrize(
    ("trouble", "refusal"),
    [
        (WorkerDied("twice"), DamagedPhoto),
        (WorkerFailed("a bug"), GifmillError),
        (NoWorkerAvailable("none"), Busy),
    ],
)
def test_a_photo_whose_intake_failed_is_rejected_and_not_stored(
    place: Place, trouble: Exception, refusal: type[Exception]
) -> None:
    async def order() -> None:
        async with place.running():
            place.hands.troubles = [trouble]
            with pytest.raises(refusal) as caught:
                await place.accept()
            assert caught.type is refusal  # and no kind of it

    anyio.run(order)
    assert place.uploads() == []
    assert list(place.store.list("photos/")) == []


@pytest.mark.parametrize(
    ("trouble", "refusal"),
    [
        (WorkerDied("twice"), DamagedPhoto),
        (WorkerFailed("a bug"), GifmillError),
        (NoWorkerAvailable("none"), Busy),
    ],
)
def test_objects_of_a_rejected_photo_are_deleted(
    place: Place, trouble: Exception, refusal: type[Exception]
) -> None:
    original = place.hands.intake

    async def take_and_die(upload: str, orders: tuple[OrderKey, ...]) -> None:
        await original(upload, orders)
        raise trouble

    async def order() -> None:
        async with place.running():
            place.hands.intake = take_and_die  # type: ignore[method-assign]
            with pytest.raises(refusal) as caught:
                await place.accept("blur,cyclic")
            assert caught.type is refusal

    anyio.run(order)
    assert list(place.store.list("photos/")) == []


def test_a_failed_deletion_does_not_hide_why_a_photo_is_rejected(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StoreFailed("full")

    async def order() -> None:
        async with place.running():
            place.hands.troubles = [WorkerDied("twice")]
            monkeypatch.setattr(local_engine, "delete_photo", fail)
            with pytest.raises(DamagedPhoto):
                await place.accept()

    anyio.run(order)


def test_an_upload_is_deleted_after_intake(place: Place) -> None:
    async def order() -> None:
        async with place.running():
            await place.accept()
            assert place.uploads() == []

    anyio.run(order)


def test_uploads_have_a_limit_of_their_own(photo: bytes) -> None:
    place = Place(photo, Settings(max_uploads=1, max_queue=1))

    async def send() -> None:
        begun = anyio.Event()

        async def endless() -> AsyncIterator[bytes]:
            begun.set()
            await anyio.sleep_forever()
            yield b""

        async with place.running(), anyio.create_task_group() as tasks:
            tasks.start_soon(place.engine.accept, "id", pipeline.new_orders("id", "blur", {}), endless())
            await begun.wait()
            with pytest.raises(Busy, match="uploads are in progress"):
                await place.accept()
            tasks.cancel_scope.cancel()

    anyio.run(send)


def test_an_upload_counts_until_its_intake_is_done(photo: bytes) -> None:
    place = Place(photo, Settings(max_uploads=1))

    async def send() -> None:
        looking = anyio.Event()

        async def look(*_: object) -> None:
            looking.set()
            await anyio.sleep_forever()

        async with place.running(), anyio.create_task_group() as tasks:
            take, place.hands.intake = place.hands.intake, look  # type: ignore[method-assign,assignment]
            tasks.start_soon(place.accept)
            await looking.wait()
            place.hands.intake = take  # type: ignore[method-assign]
            with pytest.raises(Busy, match="uploads are in progress"):
                await place.accept()
            tasks.cancel_scope.cancel()

    anyio.run(send)


def test_a_postponed_gif_counts_as_queued(photo: bytes) -> None:
    place = Place(photo, Settings(max_queue=1))

    async def order() -> None:
        async with place.running():
            photo_id = await place.accept()
            await place.wait_for(photo_id, "ready")
            place.hands.troubles = [StoreFailed("full")]
            await place.engine.order_again(photo_id, "cyclic", {"size": 16})
            while place.hands.troubles:
                await anyio.sleep(0.01)
            assert b"gifmill_queue 1.0" in place.metrics.text()
            with pytest.raises(Busy):
                await place.accept()

    anyio.run(order)


@pytest.mark.usefixtures("impatient")
def test_all_postponed_gifs_are_resumed_after_the_first_succeeds(place: Place) -> None:
    async def order() -> None:
        async with place.running():
            place.hands.troubles = []
            photo_id = await place.accept()
            await place.wait_for(photo_id, "ready")
            place.hands.troubles = [StoreFailed("full")] * 3
            for size in (17, 18, 19):
                await place.engine.order_again(photo_id, "blur", {"size": size})
            document: Any = None
            while document is None or any(gif["state"] != "ready" for gif in document["gifs"]):
                await anyio.sleep(0.01)
                document = photo_status(place.store, place.settings, photo_id)
            assert b"gifmill_queue 0.0" in place.metrics.text()

    anyio.run(order)
