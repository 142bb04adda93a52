from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from gifmill.effects import find_effect
from gifmill.errors import (
    DamagedPhoto,
    NotFound,
    RenderFailed,
    StoreFailed,
    TooManyOrders,
    UnknownEffect,
    UnknownOption,
)
from gifmill.orders import pipeline
from gifmill.orders import status as statuses
from gifmill.orders.keys import OrderKey, new_photo_id
from gifmill.settings import Settings
from gifmill.store.store import Store, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gifmill.store.store import Stored

SETTINGS = Settings()
BLUR = find_effect("blur")


@pytest.fixture
def store() -> Store:
    return open_store("memory://")


@pytest.fixture
def orders(store: Store, photo: bytes) -> tuple[OrderKey, ...]:
    orders = pipeline.new_orders(new_photo_id(), "classic", {})
    pipeline.intake_photo(store, SETTINGS, orders, photo)
    return orders


def names(store: Store, prefix: str) -> list[str]:
    return sorted(stored.key for stored in store.list(prefix))


def status(store: Store, photo_id: str) -> Any:
    return statuses.photo_status(store, SETTINGS, photo_id)


def test_a_pack_is_one_order() -> None:
    [order] = pipeline.new_orders("id", "classic", {"size": "300"})
    assert str(order) == "photos/id/size=300/classic.png"


def test_all_effects_of_a_pack_are_the_pack() -> None:
    [order] = pipeline.new_orders("id", "cyclic,blur,recursive", {})
    assert order.audience == "classic"


def test_several_effects_are_one_order_each() -> None:
    orders = pipeline.new_orders("id", "blur,cyclic,blur", {"duration": 2})
    assert [str(order) for order in orders] == [
        "photos/id/duration=2/blur.png",
        "photos/id/duration=2/cyclic.png",
    ]


def test_an_unknown_effect_is_rejected_with_the_list_of_effects() -> None:
    with pytest.raises(UnknownEffect, match="blur, recursive, cyclic"):
        pipeline.new_orders("id", "blur,bluur", {})


def test_an_unknown_option_is_rejected_with_the_list_of_options() -> None:
    with pytest.raises(UnknownOption, match=r"duration, .*preset, size"):
        pipeline.new_orders("id", "blur", {"sise": 3})


def test_intake_stores_one_photo_per_order(store: Store, orders: tuple[OrderKey, ...]) -> None:
    assert names(store, "photos/") == [str(order) for order in orders]


def test_a_stored_photo_has_no_metadata(store: Store) -> None:
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "a secret description"
    Image.new("RGB", (20, 10), "red").save(file, "JPEG", exif=exif, comment=b"a secret comment")
    orders = pipeline.new_orders(new_photo_id(), "blur", {})
    pipeline.intake_photo(store, SETTINGS, orders, file.getvalue())
    kept = store.get(str(orders[0]))
    assert b"secret" in file.getvalue()
    assert b"secret" not in kept


def test_intake_of_a_damaged_photo_stores_nothing(store: Store, photo: bytes) -> None:
    with pytest.raises(DamagedPhoto):
        pipeline.intake_photo(store, SETTINGS, pipeline.new_orders("id", "blur", {}), photo[:-400])
    assert names(store, "photos/") == []


def test_a_rendered_gif_is_readable(store: Store, orders: tuple[OrderKey, ...]) -> None:
    assert pipeline.render_order(store, orders[0], BLUR).outcome == "made"
    with Image.open(io.BytesIO(store.get(str(orders[0].gif(BLUR))))) as image:
        assert (image.format, image.size) == ("GIF", (120, 80))


def test_an_existing_gif_is_not_rendered_again(store: Store, orders: tuple[OrderKey, ...]) -> None:
    gif = str(orders[0].gif(BLUR))
    store.put(gif, b"there already")
    pipeline.render_order(store, orders[0], BLUR)
    assert store.get(gif) == b"there already"


def test_rendering_twice_gives_the_same_bytes(store: Store, orders: tuple[OrderKey, ...]) -> None:
    gif = str(orders[0].gif(BLUR))
    pipeline.render_order(store, orders[0], BLUR)
    first = store.get(gif)
    store.delete(gif)
    pipeline.render_order(store, orders[0], BLUR)
    assert store.get(gif) == first


def test_rendering_a_deleted_photo_is_not_found(store: Store) -> None:
    [order] = pipeline.new_orders(new_photo_id(), "blur", {})
    with pytest.raises(NotFound):
        pipeline.render_order(store, order, BLUR)


class DeletedWhileRendering(Store):
    """The photo vanishes between its being read and its GIF's being written."""

    def get(self, key: str, first_bytes: int | None = None) -> bytes:
        data = super().get(key, first_bytes)
        self.delete(key)
        return data


def test_a_photo_deleted_during_the_render_leaves_no_gif(store: Store, orders: tuple[OrderKey, ...]) -> None:
    vanishing = DeletedWhileRendering(store._backend)
    with pytest.raises(NotFound):
        pipeline.render_order(vanishing, orders[0], BLUR)
    assert names(store, "gifs/") == []


def test_a_retry_deletes_the_gif_that_a_killed_worker_left_of_a_deleted_photo(
    store: Store, orders: tuple[OrderKey, ...]
) -> None:
    pipeline.render_order(store, orders[0], BLUR)
    store.delete(str(orders[0]))  # and the worker was killed before it could look
    with pytest.raises(NotFound):
        pipeline.render_order(store, orders[0], BLUR)
    assert names(store, "gifs/") == []


def test_an_unreadable_photo_leaves_a_failure_marker(store: Store) -> None:
    [order] = pipeline.new_orders(new_photo_id(), "blur", {})
    store.put(str(order), b"not what intake would have kept")
    assert pipeline.render_order(store, order, BLUR).outcome == "failed"
    assert names(store, "gifs/") == [f"gifs/{order.photo_id}/default/blur.failed.json"]


def test_status_lists_gifs_in_every_state(store: Store, orders: tuple[OrderKey, ...]) -> None:
    [order] = orders
    pipeline.render_order(store, order, BLUR)
    pipeline.record_failure(store, order, find_effect("cyclic"), RenderFailed("It got stuck."))
    document = status(store, order.photo_id)
    assert document["photo"] == {"width": 120, "height": 80}
    blur, recursive, cyclic = document["gifs"]
    url = f"/gifs/{order.photo_id}/default/blur.gif"
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


@pytest.fixture
def flashing(store: Store, stripes: bytes) -> OrderKey:
    """An order of what would flash."""
    [order] = pipeline.new_orders(new_photo_id(), "shake", {"strength": 100, "duration": 0.5})
    pipeline.intake_photo(store, SETTINGS, (order,), stripes)
    return order


def test_a_gif_different_from_the_request_has_a_note(store: Store, flashing: OrderKey) -> None:
    assert pipeline.render_order(store, flashing, find_effect("shake")).outcome == "made"
    [shake] = status(store, flashing.photo_id)["gifs"]
    assert (shake["state"], shake["note"]) == ("ready", {"calmed": True, "given_up": []})
    assert shake == statuses.gif_status(store, flashing.gifs[0])


def test_a_note_is_written_before_its_gif(store: Store, flashing: OrderKey) -> None:
    written: list[str] = []

    class Listed(Store):
        def put(self, key: str, data: bytes) -> None:
            written.append(key.partition("shake.")[2])
            super().put(key, data)

    pipeline.render_order(Listed(store._backend), flashing, find_effect("shake"))
    assert written == ["note.json", "gif"]


def test_a_note_without_a_gif_is_ignored(store: Store, flashing: OrderKey) -> None:
    pipeline.render_order(store, flashing, find_effect("shake"))
    store.delete(str(flashing.gifs[0]))
    [shake] = status(store, flashing.photo_id)["gifs"]
    assert (shake["state"], shake["note"]) == ("pending", None)


def test_a_photo_deleted_during_the_render_leaves_no_note(store: Store, flashing: OrderKey) -> None:
    with pytest.raises(NotFound):
        pipeline.render_order(DeletedWhileRendering(store._backend), flashing, find_effect("shake"))
    assert names(store, "gifs/") == []


def test_status_ignores_orders_of_removed_effects(store: Store, orders: tuple[OrderKey, ...]) -> None:
    photo_id = orders[0].photo_id
    store.put(f"photos/{photo_id}/default/withdrawn.png", store.get(str(orders[0])))
    assert len(status(store, photo_id)["gifs"]) == 3


def test_status_has_the_expiry_time(store: Store, orders: tuple[OrderKey, ...]) -> None:
    expires = datetime.fromisoformat(status(store, orders[0].photo_id)["expires"])
    left = expires - datetime.now(UTC)
    assert timedelta(hours=23, minutes=59) < left <= timedelta(hours=24)


def test_an_expired_photo_is_not_found_before_the_sweep(store: Store, orders: tuple[OrderKey, ...]) -> None:
    class Aged(Store):
        def list(self, prefix: str) -> Iterator[Stored]:
            for stored in super().list(prefix):
                yield type(stored)(stored.key, stored.size_bytes, stored.modified - timedelta(hours=25))

    with pytest.raises(NotFound):
        status(Aged(store._backend), orders[0].photo_id)


class Redated(Store):
    """Everything that is in it now came so many hours ago; what comes later is new, as in a bucket."""

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
    aged = Redated(store, 25)
    before = names(store, "photos/")
    for values in ({}, {"size": 64}):
        with pytest.raises(NotFound):
            pipeline.order_gif(aged, SETTINGS, orders[0].photo_id, "blur", values, announce=announce)
    assert names(store, "photos/") == before


@pytest.mark.parametrize("announce", [False, True])
@pytest.mark.parametrize("values", [{}, {"size": 64}])
def test_another_order_does_not_extend_the_lifetime(
    store: Store, photo: bytes, announce: bool, values: dict[str, int]
) -> None:
    [order] = pipeline.new_orders(new_photo_id(), "blur", {})
    pipeline.intake_photo(store, SETTINGS, (order,), photo)
    aged = Redated(store, 23)
    expires: Any = statuses.photo_status(aged, SETTINGS, order.photo_id)["expires"]
    again = order
    for _ in range(2):
        again = pipeline.order_gif(aged, SETTINGS, order.photo_id, "blur", values, announce=announce)
        assert statuses.photo_status(aged, SETTINGS, order.photo_id)["expires"] == expires
    if again != order:
        store.delete(str(order))  # a bucket deletes by days: the older order first
        assert statuses.photo_status(aged, SETTINGS, order.photo_id)["expires"] == expires


def test_a_rewritten_order_has_the_same_pixels(store: Store, photo: bytes) -> None:
    [order] = pipeline.new_orders(new_photo_id(), "blur", {})
    pipeline.intake_photo(store, SETTINGS, (order,), photo)
    kept = store.get(str(order))
    pipeline.order_gif(store, SETTINGS, order.photo_id, "blur", {}, announce=True)
    anew = store.get(str(order))
    assert anew != kept
    with Image.open(io.BytesIO(kept)) as one, Image.open(io.BytesIO(anew)) as other:
        assert one.tobytes() == other.tobytes()
    assert status(store, order.photo_id)["photo"] == {"width": 120, "height": 80}
    assert pipeline.render_order(store, order, BLUR).outcome == "made"


def test_a_photo_deleted_between_two_writes_stays_deleted(store: Store, photo: bytes) -> None:
    orders = pipeline.new_orders(new_photo_id(), "blur,cyclic", {})

    class DeletedBetween(Store):
        def put(self, key: str, data: bytes) -> None:
            if key == str(orders[1]):
                pipeline.delete_photo(store, orders[0].photo_id)
            super().put(key, data)

    with pytest.raises(NotFound):
        pipeline.intake_photo(DeletedBetween(store._backend), SETTINGS, orders, photo)
    assert names(store, "photos/") == []


def test_another_order_needs_no_new_upload(store: Store, orders: tuple[OrderKey, ...]) -> None:
    photo_id = orders[0].photo_id
    again = pipeline.order_gif(store, SETTINGS, photo_id, "blur", {"size": 64})
    assert pipeline.render_order(store, again, BLUR).outcome == "made"
    entries = {(gif["effect"], gif["options"]): gif["state"] for gif in status(store, photo_id)["gifs"]}
    assert entries["blur", "size=64"] == "ready"
    assert entries["blur", "default"] == "pending"


def test_ordering_a_gif_twice_gives_one_entry(store: Store, orders: tuple[OrderKey, ...]) -> None:
    photo_id = orders[0].photo_id
    pipeline.order_gif(store, SETTINGS, photo_id, "blur", {})
    assert [gif["effect"] for gif in status(store, photo_id)["gifs"]] == ["blur", "recursive", "cyclic"]


def test_reordering_a_failed_gif_makes_it_pending(store: Store, orders: tuple[OrderKey, ...]) -> None:
    photo_id = orders[0].photo_id
    pipeline.record_failure(store, orders[0], BLUR, RenderFailed("It got stuck."))
    pipeline.order_gif(store, SETTINGS, photo_id, "blur", {})
    assert status(store, photo_id)["gifs"][0]["state"] == "pending"


def test_ordering_a_gif_of_an_unknown_photo_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        pipeline.order_gif(store, SETTINGS, new_photo_id(), "blur", {})


def test_deletion_removes_everything_of_this_photo_only(store: Store, photo: bytes) -> None:
    kept, deleted = (pipeline.new_orders(new_photo_id(), "blur", {})[0] for _ in range(2))
    for order in (kept, deleted):
        pipeline.intake_photo(store, SETTINGS, (order,), photo)
        pipeline.render_order(store, order, BLUR)
    pipeline.delete_photo(store, deleted.photo_id)
    assert names(store, "photos/") == [str(kept)]
    assert names(store, "gifs/") == [str(kept.gif(BLUR))]


def test_deleting_an_unknown_photo_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        pipeline.delete_photo(store, new_photo_id())


def test_a_gif_written_during_deletion_is_deleted(store: Store, orders: tuple[OrderKey, ...]) -> None:
    gif = str(orders[0].gif(BLUR))

    class GifComesBetween(Store):
        """The GIF is written once the photos have been listed for deletion."""

        def list(self, prefix: str) -> Iterator[Stored]:
            found = list(super().list(prefix))
            if prefix.startswith("photos/") and found:
                self.put(gif, b"a GIF")
            yield from found

    pipeline.delete_photo(GifComesBetween(store._backend), orders[0].photo_id)
    assert names(store, "gifs/") == []


def test_an_order_does_not_restore_a_deleted_photo(store: Store, orders: tuple[OrderKey, ...]) -> None:
    deleted = DeletedWhileRendering(store._backend)
    with pytest.raises(NotFound):
        pipeline.order_gif(deleted, SETTINGS, orders[0].photo_id, "blur", {"size": 64})
    assert names(store, "photos/") == []


def test_an_order_written_during_deletion_is_deleted(store: Store, orders: tuple[OrderKey, ...]) -> None:
    another = pipeline.new_orders(orders[0].photo_id, "cyclic", {"size": 64})[0]

    class OrderComesBetween(Store):
        """An order is written once the photos have been listed for deletion."""

        came = False

        def list(self, prefix: str) -> Iterator[Stored]:
            found = list(super().list(prefix))
            if not self.came:
                self.came = True
                self.put(str(another), b"a photo")
            yield from found

    pipeline.delete_photo(OrderComesBetween(store._backend), orders[0].photo_id)
    assert names(store, "photos/") == []


def test_a_deleted_photo_gets_no_failure_marker(store: Store) -> None:
    [order] = pipeline.new_orders(new_photo_id(), "blur", {})
    with pytest.raises(NotFound):
        pipeline.record_failure(store, order, BLUR, RenderFailed("It got stuck."))
    assert names(store, "gifs/") == []


def test_a_gif_whose_failure_marker_vanishes_is_pending(store: Store, orders: tuple[OrderKey, ...]) -> None:
    pipeline.record_failure(store, orders[0], BLUR, RenderFailed("It got stuck."))

    class MarkerVanishes(Store):
        """The marker is deleted between the listing and the reading."""

        def get(self, key: str, first_bytes: int | None = None) -> bytes:
            if key.endswith(".failed.json"):
                self.delete(key)
            return super().get(key, first_bytes)

    assert status(MarkerVanishes(store._backend), orders[0].photo_id)["gifs"][0]["state"] == "pending"


def test_a_failed_write_stores_no_order(store: Store, photo: bytes) -> None:
    orders = pipeline.new_orders(new_photo_id(), "blur,cyclic", {})

    class SecondPutFails(Store):
        def put(self, key: str, data: bytes) -> None:
            if key == str(orders[1]):
                raise StoreFailed("The disk is full.")
            super().put(key, data)

    with pytest.raises(StoreFailed):
        pipeline.intake_photo(SecondPutFails(store._backend), SETTINGS, orders, photo)
    assert names(store, "photos/") == []


def test_announcing_a_failed_gif_writes_its_order_again(store: Store, photo: bytes) -> None:
    [order] = pipeline.new_orders(new_photo_id(), "blur", {})
    pipeline.intake_photo(store, SETTINGS, (order,), photo)
    pipeline.record_failure(store, order, BLUR, RenderFailed("It got stuck."))
    written: list[str] = []

    class Watched(Store):
        def put(self, key: str, data: bytes) -> None:
            written.append(key)
            super().put(key, data)

    watched = Watched(store._backend)
    pipeline.order_gif(watched, SETTINGS, order.photo_id, "blur", {})
    assert written == []
    pipeline.order_gif(watched, SETTINGS, order.photo_id, "blur", {}, announce=True)
    assert written == [str(order)]  # S3 tells of it, and so the work begins again


def test_a_photo_has_a_maximum_number_of_orders(store: Store, orders: tuple[OrderKey, ...]) -> None:
    settings = Settings(max_orders=2)
    photo_id = orders[0].photo_id
    pipeline.order_gif(store, settings, photo_id, "blur", {"size": 64})
    pipeline.order_gif(store, settings, photo_id, "blur", {"size": 64})  # which is there already
    with pytest.raises(TooManyOrders, match="2 orders"):
        pipeline.order_gif(store, settings, photo_id, "blur", {"size": 65})
    assert len(names(store, "photos/")) == 2


def test_the_emoji_pack_is_squares_of_128_px(store: Store) -> None:
    photo_id = new_photo_id()
    [order] = pipeline.new_orders(photo_id, "emoji", {})
    assert str(order) == f"photos/{photo_id}/crop=square,max_bytes=128000,size=128/emoji.png"
    assert {str(gif.options) for gif in order.gifs} == {"crop=square,max_bytes=128000,size=128"}
    file = io.BytesIO()
    Image.effect_noise((300, 150), 60).convert("RGB").save(file, "PNG")
    pipeline.intake_photo(store, SETTINGS, (order,), file.getvalue())
    pipeline.render_order(store, order, find_effect("bounce"))
    with Image.open(io.BytesIO(store.get(str(order.gif(find_effect("bounce")))))) as gif:
        assert gif.size == (128, 128)


@pytest.mark.parametrize(
    ("target", "options"),
    [
        ("slack-emoji", "for=slack-emoji"),
        ("whatsapp-sticker", "for=whatsapp-sticker"),  # which takes no 128 px
        ("github", "crop=square,for=github,size=128"),
    ],
)
def test_platform_options_override_those_of_the_emoji_pack(target: str, options: str) -> None:
    [order] = pipeline.new_orders(new_photo_id(), "emoji", {"for": target})
    assert str(order.options) == options


def test_given_options_override_those_of_the_emoji_pack() -> None:
    [order] = pipeline.new_orders(new_photo_id(), "emoji", {"size": "200", "crop": "none"})
    assert str(order.options) == "max_bytes=128000,size=200"
