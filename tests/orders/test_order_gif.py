from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from tests.orders.stored_orders import (
    BLUR,
    SETTINGS,
    DeletedOnRead,
    RecordedWrites,
    object_names,
    read_status,
)
from tests.views import new_view

from gifmill.errors import (
    NotFound,
    RenderFailed,
    TooManyOrders,
)
from gifmill.orders import pipeline
from gifmill.orders import status as statuses
from gifmill.settings import Settings
from gifmill.store.store import Store, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gifmill.orders.keys import OrderKey
    from gifmill.store import Stored


class BackdatedStore(Store):
    """A store whose present objects appear older by some hours; later objects are new, as in a bucket."""

    def __init__(self, store: Store, hours: float) -> None:
        super().__init__(store._backend)
        self._before = datetime.now(UTC)
        self._hours = hours

    def list(self, prefix: str) -> Iterator[Stored]:
        for stored in super().list(prefix):
            old = stored.modified <= self._before
            modified = stored.modified - timedelta(hours=self._hours) if old else stored.modified
            yield type(stored)(stored.key, stored.size_bytes, modified)


@pytest.mark.parametrize("announce", [False, True])
def test_an_expired_photo_accepts_no_order(
    store: Store, orders: tuple[OrderKey, ...], announce: bool
) -> None:
    aged = BackdatedStore(store, 25)
    before = object_names(store, "photos/")
    for values in ({}, {"size": 64}):
        with pytest.raises(NotFound):
            pipeline.order_gif(aged, SETTINGS, orders[0].view, "blur", values, announce=announce)
    assert object_names(store, "photos/") == before


@pytest.mark.parametrize("announce", [False, True])
@pytest.mark.parametrize("values", [{}, {"size": 64}])
def test_another_order_does_not_extend_the_lifetime(
    store: Store, photo: bytes, announce: bool, values: dict[str, int]
) -> None:
    [order] = pipeline.new_orders(new_view(), "blur", {})
    pipeline.intake_photo(store, SETTINGS, (order,), photo)
    aged = BackdatedStore(store, 23)
    expires: Any = statuses.photo_status(aged, SETTINGS, order.view)["expires"]
    repeated = order
    for _ in range(2):
        repeated = pipeline.order_gif(aged, SETTINGS, order.view, "blur", values, announce=announce)
        assert statuses.photo_status(aged, SETTINGS, order.view)["expires"] == expires
    if repeated != order:
        store.delete(str(order))  # a bucket's lifecycle rule deletes the older order first
        assert statuses.photo_status(aged, SETTINGS, order.view)["expires"] == expires


def test_a_rewritten_order_has_the_same_pixels(store: Store, photo: bytes) -> None:
    [order] = pipeline.new_orders(new_view(), "blur", {})
    pipeline.intake_photo(store, SETTINGS, (order,), photo)
    original = store.get(str(order))
    pipeline.order_gif(store, SETTINGS, order.view, "blur", {}, announce=True)
    rewritten = store.get(str(order))
    assert rewritten != original
    with Image.open(io.BytesIO(original)) as one, Image.open(io.BytesIO(rewritten)) as other:
        assert one.tobytes() == other.tobytes()
    assert read_status(store, order.view)["photo"] == {"width": 120, "height": 80}
    assert pipeline.render_order(store, order, BLUR).outcome == "made"


def test_another_order_needs_no_new_upload(store: Store, orders: tuple[OrderKey, ...]) -> None:
    view = orders[0].view
    key = pipeline.order_gif(store, SETTINGS, view, "blur", {"size": 64})
    assert pipeline.render_order(store, key, BLUR).outcome == "made"
    entries = {(gif["effect"], gif["options"]): gif["state"] for gif in read_status(store, view)["gifs"]}
    assert entries["blur", "size=64"] == "ready"
    assert entries["blur", "default"] == "pending"


def test_further_orders_of_a_photo_in_a_directory_take_no_space(tmp_path: Path, photo: bytes) -> None:
    store = open_store(str(tmp_path))
    view = new_view()
    pipeline.intake_photo(store, SETTINGS, pipeline.new_orders(view, "blur,spin", {}), photo)
    before = read_status(store, view)
    pipeline.order_gif(store, SETTINGS, view, "blur", {"size": 64})
    first, *others = tmp_path.rglob("*.png")
    assert len(others) == 2
    assert all(other.samefile(first) for other in others)
    assert read_status(store, view)["expires"] == before["expires"]


def test_reordering_a_failed_gif_makes_it_pending(store: Store, orders: tuple[OrderKey, ...]) -> None:
    view = orders[0].view
    pipeline.record_failure(store, orders[0], BLUR, RenderFailed("It got stuck."))
    pipeline.order_gif(store, SETTINGS, view, "blur", {})
    assert read_status(store, view)["gifs"][0]["state"] == "pending"


def test_ordering_a_gif_of_an_unknown_photo_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        pipeline.order_gif(store, SETTINGS, new_view(), "blur", {})


def test_an_order_does_not_restore_a_deleted_photo(store: Store, orders: tuple[OrderKey, ...]) -> None:
    deleted = DeletedOnRead(store._backend)
    with pytest.raises(NotFound):
        pipeline.order_gif(deleted, SETTINGS, orders[0].view, "blur", {"size": 64})
    assert object_names(store, "photos/") == []


def test_announcing_a_failed_gif_writes_its_order_again(store: Store, photo: bytes) -> None:
    [order] = pipeline.new_orders(new_view(), "blur", {})
    pipeline.intake_photo(store, SETTINGS, (order,), photo)
    pipeline.record_failure(store, order, BLUR, RenderFailed("It got stuck."))
    recorded = RecordedWrites(store)
    pipeline.order_gif(recorded, SETTINGS, order.view, "blur", {})
    assert recorded.written == []
    pipeline.order_gif(recorded, SETTINGS, order.view, "blur", {}, announce=True)
    assert recorded.written == [str(order)]  # the event of S3 starts the render


def test_a_photo_has_a_maximum_number_of_orders(store: Store, orders: tuple[OrderKey, ...]) -> None:
    settings = Settings(max_orders=2)
    view = orders[0].view
    pipeline.order_gif(store, settings, view, "blur", {"size": 64})
    pipeline.order_gif(store, settings, view, "blur", {"size": 64})  # a repeated order does not count
    with pytest.raises(TooManyOrders, match="2 orders"):
        pipeline.order_gif(store, settings, view, "blur", {"size": 65})
    assert len(object_names(store, "photos/")) == 2
