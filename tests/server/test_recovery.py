"""Recovery: unfinished orders, resumption after a restart, postponed GIFs, and sweeps that fail."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from tests.views import new_view

from gifmill.effects import find_effect
from gifmill.errors import RenderFailed, StoreFailed
from gifmill.orders import pipeline
from gifmill.server import recovery
from gifmill.server.recovery import Recovery
from gifmill.server.render_queue import RenderQueue
from gifmill.settings import Settings
from gifmill.store.store import Store, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gifmill.effects import Effect
    from gifmill.orders.keys import OrderKey
    from gifmill.store import Stored

SETTINGS = Settings()


class RecoveredServer:
    """A recovery with its queue, the started effects and the ids of deleted photos."""

    def __init__(self, store: Store, settings: Settings = SETTINGS) -> None:
        self.queue = RenderQueue(max_gifs=100, max_wait_s=100, workers=2)
        self.started: list[str] = []
        self.deleted: list[str] = []
        self.recovery = Recovery(store, settings, self.queue, self._start, self.deleted.append)

    def _start(self, order: OrderKey, effect: Effect) -> None:
        self.queue.start(order.gif(effect))
        self.started.append(effect.name)

    def postpone(self, order: OrderKey, name: str) -> None:
        gif = order.gif(find_effect(name))
        self.queue.start(gif)
        self.queue.finish(gif, "postponed")


class Clock:
    """A clock that tests advance."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_s = 1_000.0
        monkeypatch.setattr(recovery, "time", self)

    def monotonic(self) -> float:
        return self.now_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def store() -> Store:
    return open_store("memory://")


@pytest.fixture
def order(store: Store, photo: bytes) -> OrderKey:
    """Return an order of the classic pack, without GIFs."""
    [order] = pipeline.new_orders(new_view(), "classic", {})
    pipeline.intake_photo(store, SETTINGS, (order,), photo)
    return order


def unfinished_effects(store: Store) -> list[str]:
    return [each.effect.name for each in recovery.unfinished(store)]


@pytest.mark.usefixtures("order")
def test_all_gifs_of_a_new_order_are_unfinished(store: Store) -> None:
    assert unfinished_effects(store) == ["blur", "recursive", "cyclic"]


def test_rendered_and_failed_gifs_are_finished(store: Store, order: OrderKey) -> None:
    pipeline.render_order(store, order, find_effect("recursive"))
    pipeline.record_failure(store, order, find_effect("cyclic"), RenderFailed("It failed."))
    assert unfinished_effects(store) == ["blur"]


def test_a_gif_of_two_orders_is_listed_once(store: Store, order: OrderKey) -> None:
    pipeline.order_gif(store, SETTINGS, order.view, "blur", {})
    assert sorted(unfinished_effects(store)) == ["blur", "cyclic", "recursive"]


@pytest.mark.usefixtures("order")
def test_orders_of_unknown_effects_are_skipped(store: Store) -> None:
    store.put(f"photos/{new_view()}/default/withdrawn.png", b"x")
    assert unfinished_effects(store) == ["blur", "recursive", "cyclic"]


def test_a_webp_with_a_note_is_finished(store: Store, stripes: bytes) -> None:
    options = {"format": "webp", "strength": 100, "duration": 0.5}
    [order] = pipeline.new_orders(new_view(), "shake", options)
    pipeline.intake_photo(store, SETTINGS, (order,), stripes)
    pipeline.render_order(store, order, find_effect("shake"))
    assert unfinished_effects(store) == []


def test_a_restart_resumes_gifs_without_a_result(store: Store, order: OrderKey) -> None:
    pipeline.render_order(store, order, find_effect("blur"))
    pipeline.record_failure(store, order, find_effect("cyclic"), RenderFailed("It failed."))
    server = RecoveredServer(store)
    asyncio.run(server.recovery.sweep_and_resume())
    assert (server.started, server.deleted) == (["recursive"], [])


def test_a_pending_gif_is_not_started_again(store: Store, order: OrderKey) -> None:
    server = RecoveredServer(store)
    server.queue.start(order.gif(find_effect("blur")))
    asyncio.run(server.recovery.resume())
    assert server.started == ["recursive", "cyclic"]


def test_one_postponed_gif_is_retried_when_the_queue_is_idle(store: Store, order: OrderKey) -> None:
    server = RecoveredServer(store)
    server.postpone(order, "blur")
    server.postpone(order, "recursive")
    asyncio.run(server.recovery.retry_postponed())
    assert server.started == ["blur"]
    asyncio.run(server.recovery.retry_postponed())  # its render is pending, so the queue is not idle
    assert server.started == ["blur"]


@pytest.mark.usefixtures("order")
def test_without_postponed_gifs_nothing_is_retried(store: Store) -> None:
    server = RecoveredServer(store)
    asyncio.run(server.recovery.retry_postponed())
    assert server.started == []


def test_postponed_gifs_of_a_deleted_photo_leave_the_queue(store: Store, order: OrderKey) -> None:
    server = RecoveredServer(store)
    server.postpone(order, "blur")
    server.postpone(order, "recursive")
    pipeline.delete_photo(store, order.view)
    asyncio.run(server.recovery.retry_postponed())
    assert (server.started, len(server.queue)) == ([], 0)


def test_a_gif_postponed_during_the_listing_stays_in_the_queue(store: Store, order: OrderKey) -> None:
    class PostponedDuringListing(Store):
        def list(self, prefix: str) -> Iterator[Stored]:
            if prefix == "photos/":
                server.postpone(order, "blur")
                pipeline.delete_photo(store, order.view)
            return super().list(prefix)

    server = RecoveredServer(PostponedDuringListing(store._backend))
    asyncio.run(server.recovery.resume())
    assert server.queue.postponed == frozenset({order.gif(find_effect("blur"))})


@pytest.mark.usefixtures("order")
def test_concurrent_resumes_list_the_store_once(store: Store) -> None:
    class CountedListings(Store):
        listings = 0

        def list(self, prefix: str) -> Iterator[Stored]:
            self.listings += prefix == "photos/"
            return super().list(prefix)

    counted = CountedListings(store._backend)
    server = RecoveredServer(counted)

    async def resume_twice() -> None:
        await asyncio.gather(server.recovery.resume(), server.recovery.resume())

    asyncio.run(resume_twice())
    assert counted.listings == 1
    assert server.started == ["blur", "recursive", "cyclic"]


def test_an_expired_photo_is_deleted_and_reported(store: Store, order: OrderKey) -> None:
    server = RecoveredServer(store, Settings(photo_lifetime_s=-1))
    asyncio.run(server.recovery.sweep_and_resume())
    assert (server.deleted, server.started) == ([order.view], [])


@pytest.mark.usefixtures("order")
def test_a_failed_sweep_is_raised_after_orders_are_resumed(store: Store, clock: Clock) -> None:
    class UndeletableStore(Store):
        def delete(self, key: str) -> None:
            raise StoreFailed(key)

    server = RecoveredServer(UndeletableStore(store._backend), Settings(photo_lifetime_s=-1))
    clock.now_s += 60
    with pytest.raises(StoreFailed):
        asyncio.run(server.recovery.sweep_and_resume())
    assert server.started == ["blur", "recursive", "cyclic"]
    assert server.recovery.swept_age_s == 60


def test_a_complete_sweep_resets_its_age(store: Store, clock: Clock) -> None:
    server = RecoveredServer(store)
    clock.now_s += 60
    assert server.recovery.swept_age_s == 60
    asyncio.run(server.recovery.sweep_and_resume())
    assert server.recovery.swept_age_s == 0
