"""The status of a photo for a client that knows its id or its view."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.orders.stored_orders import BLUR, SETTINGS, CountedReads

from gifmill.errors import NotFound, RenderFailed
from gifmill.orders import pipeline
from gifmill.orders.capabilities import derive_view, new_photo_id
from gifmill.orders.status import photo_status, readable_status

if TYPE_CHECKING:
    from gifmill.store.store import Store


def store_photo(store: Store, photo: bytes, view: str) -> None:
    """Store a photo of one finished GIF and two pending ones."""
    orders = pipeline.new_orders(view, "classic", {"size": 16})
    pipeline.intake_photo(store, SETTINGS, orders, photo)
    pipeline.render_order(store, orders[0], BLUR)


def test_an_id_and_its_view_have_the_same_status_except_for_the_id(store: Store, photo: bytes) -> None:
    photo_id = new_photo_id()
    view = derive_view(photo_id)
    store_photo(store, photo, view)

    status = readable_status(store, SETTINGS, view)
    assert status.get("id") is None
    assert status["view"] == view
    assert readable_status(store, SETTINGS, photo_id) == {**status, "id": photo_id}


@pytest.mark.parametrize("capability", ["id", "view"])
def test_neither_takes_more_requests_than_the_status_itself(
    store: Store, photo: bytes, capability: str
) -> None:
    photo_id = new_photo_id()
    view = derive_view(photo_id)
    store_photo(store, photo, view)
    expected, counted = CountedReads(store), CountedReads(store)

    photo_status(expected, SETTINGS, view)
    readable_status(counted, SETTINGS, photo_id if capability == "id" else view)
    assert counted.reads == expected.reads


def test_a_photo_from_before_views_has_its_id_as_view(store: Store, photo: bytes) -> None:
    photo_id = new_photo_id()
    store_photo(store, photo, photo_id)

    status = readable_status(store, SETTINGS, photo_id)
    assert (status["id"], status["view"]) == (photo_id, photo_id)
    assert status["gifs"][0]["url"] == f"/gifs/{photo_id}/size=16/blur.gif"


def test_a_failed_upload_from_before_views_is_reported(store: Store) -> None:
    photo_id = new_photo_id()
    [order] = pipeline.new_orders(photo_id, "blur", {})
    store.put(str(order), b"")
    pipeline.record_failure(store, order, BLUR, RenderFailed("It got stuck."))
    store.delete(str(order))

    [gif] = readable_status(store, SETTINGS, photo_id)["gifs"]
    assert gif["state"] == "failed"


def test_an_unknown_id_and_an_unknown_view_are_not_found(store: Store) -> None:
    photo_id = new_photo_id()
    for capability in (photo_id, derive_view(photo_id)):
        with pytest.raises(NotFound):
            readable_status(store, SETTINGS, capability)
