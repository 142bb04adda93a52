from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from tests.orders.stored_orders import BLUR, SETTINGS, read_status

from gifmill.effects import find_effect
from gifmill.errors import (
    NotFound,
    RenderFailed,
)
from gifmill.orders import pipeline
from gifmill.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gifmill.orders.keys import OrderKey
    from gifmill.store import Stored


def test_status_lists_gifs_in_every_state(store: Store, orders: tuple[OrderKey, ...]) -> None:
    [order] = orders
    pipeline.render_order(store, order, BLUR)
    pipeline.record_failure(store, order, find_effect("cyclic"), RenderFailed("It got stuck."))
    document = read_status(store, order.view)
    assert document["photo"] == {"width": 120, "height": 80}
    blur, recursive, cyclic = document["gifs"]
    url = f"/gifs/{order.view}/default/blur.gif"
    assert blur == {
        "effect": "blur",
        "options": "default",
        "state": "ready",
        "url": url,
        "bytes": len(store.get(url[1:])),
        "note": None,
        "problem": None,
    }
    assert (recursive["state"], recursive["url"], recursive["bytes"]) == ("pending", None, None)
    assert (cyclic["state"], cyclic["problem"]["code"]) == ("failed", "render_failed")
    json.dumps(document)


def test_a_note_without_a_gif_is_ignored(store: Store, flashing_order: OrderKey) -> None:
    pipeline.render_order(store, flashing_order, find_effect("shake"))
    store.delete(str(flashing_order.gifs[0]))
    [shake] = read_status(store, flashing_order.view)["gifs"]
    assert (shake["state"], shake["note"]) == ("pending", None)


def test_status_ignores_orders_of_removed_effects(store: Store, orders: tuple[OrderKey, ...]) -> None:
    view = orders[0].view
    store.put(f"photos/{view}/default/withdrawn.png", store.get(str(orders[0])))
    assert len(read_status(store, view)["gifs"]) == 3


def test_status_has_the_expiry_time(store: Store, orders: tuple[OrderKey, ...]) -> None:
    expires = datetime.fromisoformat(read_status(store, orders[0].view)["expires"])
    left = expires - datetime.now(UTC)
    assert timedelta(hours=23, minutes=59) < left <= timedelta(hours=24)


def test_an_expired_photo_is_not_found_before_the_sweep(store: Store, orders: tuple[OrderKey, ...]) -> None:
    class ExpiredStore(Store):
        """A store whose objects appear 25 hours older."""

        def list(self, prefix: str) -> Iterator[Stored]:
            for stored in super().list(prefix):
                yield type(stored)(stored.key, stored.size_bytes, stored.modified - timedelta(hours=25))

    with pytest.raises(NotFound):
        read_status(ExpiredStore(store._backend), orders[0].view)


def test_ordering_a_gif_twice_gives_one_entry(store: Store, orders: tuple[OrderKey, ...]) -> None:
    view = orders[0].view
    pipeline.order_gif(store, SETTINGS, view, "blur", {})
    assert [gif["effect"] for gif in read_status(store, view)["gifs"]] == ["blur", "recursive", "cyclic"]


def test_a_gif_whose_failure_marker_vanishes_is_pending(store: Store, orders: tuple[OrderKey, ...]) -> None:
    pipeline.record_failure(store, orders[0], BLUR, RenderFailed("It got stuck."))

    class MarkerDeletedOnRead(Store):
        """A store whose failure marker is deleted between listing and read."""

        def get(self, key: str, first_bytes: int | None = None) -> bytes:
            if key.endswith(".failed.json"):
                self.delete(key)
            return super().get(key, first_bytes)

    assert read_status(MarkerDeletedOnRead(store._backend), orders[0].view)["gifs"][0]["state"] == "pending"
