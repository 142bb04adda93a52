from __future__ import annotations

import io
from typing import TYPE_CHECKING

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
from tests.transparent_logo import assert_cut_out
from tests.views import new_view

from gifmill.effects import find_effect
from gifmill.errors import (
    NotFound,
    RenderFailed,
)
from gifmill.orders import pipeline
from gifmill.orders import status as statuses

if TYPE_CHECKING:
    from gifmill.orders.keys import OrderKey
    from gifmill.store.store import Store


def test_a_rendered_gif_is_readable(store: Store, orders: tuple[OrderKey, ...]) -> None:
    assert pipeline.render_order(store, orders[0], BLUR).outcome == "made"
    with Image.open(io.BytesIO(store.get(str(orders[0].gif(BLUR))))) as image:
        assert (image.format, image.size) == ("GIF", (120, 80))


@pytest.mark.parametrize("format_", ["gif", "webp"])
def test_a_transparent_photo_gives_a_transparent_gif(store: Store, logo: bytes, format_: str) -> None:
    party = find_effect("party")
    [order] = pipeline.new_orders(new_view(), "party", {"format": format_})
    pipeline.intake_photo(store, SETTINGS, (order,), logo)
    assert pipeline.render_order(store, order, party).outcome == "made"
    assert_cut_out(store.get(str(order.gif(party))))


def test_an_existing_gif_is_not_rendered_again(store: Store, orders: tuple[OrderKey, ...]) -> None:
    gif = str(orders[0].gif(BLUR))
    store.put(gif, b"an existing GIF")
    pipeline.render_order(store, orders[0], BLUR)
    assert store.get(gif) == b"an existing GIF"


def test_rendering_twice_gives_the_same_bytes(store: Store, orders: tuple[OrderKey, ...]) -> None:
    gif = str(orders[0].gif(BLUR))
    pipeline.render_order(store, orders[0], BLUR)
    first = store.get(gif)
    store.delete(gif)
    pipeline.render_order(store, orders[0], BLUR)
    assert store.get(gif) == first


def test_rendering_a_deleted_photo_is_not_found(store: Store) -> None:
    [order] = pipeline.new_orders(new_view(), "blur", {})
    with pytest.raises(NotFound):
        pipeline.render_order(store, order, BLUR)


def test_a_photo_deleted_during_the_render_leaves_no_gif(store: Store, orders: tuple[OrderKey, ...]) -> None:
    deleted_on_read = DeletedOnRead(store._backend)
    with pytest.raises(NotFound):
        pipeline.render_order(deleted_on_read, orders[0], BLUR)
    assert object_names(store, "gifs/") == []


def test_a_retry_deletes_the_gif_of_a_deleted_photo_that_a_killed_worker_left(
    store: Store, orders: tuple[OrderKey, ...]
) -> None:
    pipeline.render_order(store, orders[0], BLUR)
    store.delete(str(orders[0]))  # and the worker was killed before it could check
    with pytest.raises(NotFound):
        pipeline.render_order(store, orders[0], BLUR)
    assert object_names(store, "gifs/") == []


def test_an_unreadable_photo_leaves_a_failure_marker(store: Store) -> None:
    [order] = pipeline.new_orders(new_view(), "blur", {})
    store.put(str(order), b"not a photo")
    assert pipeline.render_order(store, order, BLUR).outcome == "failed"
    assert object_names(store, "gifs/") == [f"gifs/{order.view}/default/blur.failed.json"]


def test_a_gif_different_from_the_request_has_a_note(store: Store, flashing_order: OrderKey) -> None:
    assert pipeline.render_order(store, flashing_order, find_effect("shake")).outcome == "made"
    [shake] = read_status(store, flashing_order.view)["gifs"]
    note = shake["note"]
    assert note is not None
    assert (shake["state"], note["calmed"], note["given_up"]) == ("ready", True, [])
    assert note["requested_ms"] < note["duration_ms"]
    assert 0 <= note["softened"] <= note["frames"]
    assert shake == statuses.gif_status(store, flashing_order.gifs[0])


def test_a_note_is_written_before_its_gif(store: Store, flashing_order: OrderKey) -> None:
    recorded = RecordedWrites(store)
    pipeline.render_order(recorded, flashing_order, find_effect("shake"))
    assert [key.partition("shake.")[2] for key in recorded.written] == ["note.json", "gif"]


def test_a_photo_deleted_during_the_render_leaves_no_note(store: Store, flashing_order: OrderKey) -> None:
    with pytest.raises(NotFound):
        pipeline.render_order(DeletedOnRead(store._backend), flashing_order, find_effect("shake"))
    assert object_names(store, "gifs/") == []


def test_a_deleted_photo_gets_no_failure_marker(store: Store) -> None:
    [order] = pipeline.new_orders(new_view(), "blur", {})
    with pytest.raises(NotFound):
        pipeline.record_failure(store, order, BLUR, RenderFailed("It got stuck."))
    assert object_names(store, "gifs/") == []
