from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from tests.orders.stored_orders import BLUR, SETTINGS, object_names, read_status
from tests.transparent_logo import assert_cut_out
from tests.views import new_view

from gifmill.effects import find_effect
from gifmill.errors import (
    DamagedPhoto,
    NotFound,
    StoreFailed,
    UnknownEffect,
    UnknownOption,
)
from gifmill.orders import pipeline
from gifmill.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gifmill.orders.keys import OrderKey
    from gifmill.store import Stored


def test_a_pack_is_one_order() -> None:
    [order] = pipeline.new_orders("id", "classic", {"size": "300"})
    assert str(order) == "photos/id/size=300/classic.png"


def test_all_effects_of_a_pack_become_the_pack() -> None:
    [order] = pipeline.new_orders("id", "cyclic,blur,recursive", {})
    assert order.audience == "classic"


def test_several_effects_become_one_order_each() -> None:
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
    assert object_names(store, "photos/") == [str(order) for order in orders]


def test_a_stored_photo_keeps_its_alpha(store: Store, logo: bytes) -> None:
    orders = pipeline.new_orders(new_view(), "party", {})
    pipeline.intake_photo(store, SETTINGS, orders, logo)
    assert_cut_out(store.get(str(orders[0])))
    assert read_status(store, orders[0].view)["photo"] == {"width": 120, "height": 120}


def test_a_stored_photo_has_no_metadata(store: Store) -> None:
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "a secret description"
    Image.new("RGB", (20, 10), "red").save(file, "JPEG", exif=exif, comment=b"a secret comment")
    orders = pipeline.new_orders(new_view(), "blur", {})
    pipeline.intake_photo(store, SETTINGS, orders, file.getvalue())
    stored = store.get(str(orders[0]))
    assert b"secret" in file.getvalue()
    assert b"secret" not in stored


def test_intake_of_a_damaged_photo_stores_nothing(store: Store, photo: bytes) -> None:
    with pytest.raises(DamagedPhoto):
        pipeline.intake_photo(store, SETTINGS, pipeline.new_orders("id", "blur", {}), photo[:-400])
    assert object_names(store, "photos/") == []


def test_a_photo_deleted_between_two_writes_stays_deleted(store: Store, photo: bytes) -> None:
    orders = pipeline.new_orders(new_view(), "blur,cyclic", {})

    class DeletedDuringIntake(Store):
        def put(self, key: str, data: bytes) -> None:
            if key == str(orders[1]):
                pipeline.delete_photo(store, orders[0].view)
            super().put(key, data)

    with pytest.raises(NotFound):
        pipeline.intake_photo(DeletedDuringIntake(store._backend), SETTINGS, orders, photo)
    assert object_names(store, "photos/") == []


def test_deletion_removes_all_objects_of_this_photo_only(store: Store, photo: bytes) -> None:
    kept, deleted = (pipeline.new_orders(new_view(), "blur", {})[0] for _ in range(2))
    for order in (kept, deleted):
        pipeline.intake_photo(store, SETTINGS, (order,), photo)
        pipeline.render_order(store, order, BLUR)
    pipeline.delete_photo(store, deleted.view)
    assert object_names(store, "photos/") == [str(kept)]
    assert object_names(store, "gifs/") == [str(kept.gif(BLUR))]


def test_deleting_an_unknown_photo_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        pipeline.delete_photo(store, new_view())


def test_a_gif_written_during_deletion_is_deleted(store: Store, orders: tuple[OrderKey, ...]) -> None:
    gif = str(orders[0].gif(BLUR))

    class GifDuringDeletion(Store):
        """A store in which a GIF is written after the photos have been listed for deletion."""

        def list(self, prefix: str) -> Iterator[Stored]:
            found = list(super().list(prefix))
            if prefix.startswith("photos/") and found:
                self.put(gif, b"a GIF")
            yield from found

    pipeline.delete_photo(GifDuringDeletion(store._backend), orders[0].view)
    assert object_names(store, "gifs/") == []


def test_an_order_written_during_deletion_is_deleted(store: Store, orders: tuple[OrderKey, ...]) -> None:
    another = pipeline.new_orders(orders[0].view, "cyclic", {"size": 64})[0]

    class OrderDuringDeletion(Store):
        """A store in which an order is written after the photos have been listed for deletion."""

        written = False

        def list(self, prefix: str) -> Iterator[Stored]:
            found = list(super().list(prefix))
            if not self.written:
                self.written = True
                self.put(str(another), b"a photo")
            yield from found

    pipeline.delete_photo(OrderDuringDeletion(store._backend), orders[0].view)
    assert object_names(store, "photos/") == []


def test_a_failed_write_stores_no_order(store: Store, photo: bytes) -> None:
    orders = pipeline.new_orders(new_view(), "blur,cyclic", {})

    class FailingSecondWrite(Store):
        def put(self, key: str, data: bytes) -> None:
            if key == str(orders[1]):
                raise StoreFailed("The disk is full.")
            super().put(key, data)

    with pytest.raises(StoreFailed):
        pipeline.intake_photo(FailingSecondWrite(store._backend), SETTINGS, orders, photo)
    assert object_names(store, "photos/") == []


def test_the_emoji_pack_makes_squares_of_128_px(store: Store) -> None:
    view = new_view()
    [order] = pipeline.new_orders(view, "emoji", {})
    assert str(order) == f"photos/{view}/background=none,crop=square,max_bytes=128000,size=128/emoji.png"
    assert {str(gif.options) for gif in order.gifs} == {
        "background=none,crop=square,max_bytes=128000,size=128"
    }
    file = io.BytesIO()
    Image.effect_noise((300, 150), 60).convert("RGB").save(file, "PNG")
    pipeline.intake_photo(store, SETTINGS, (order,), file.getvalue())
    pipeline.render_order(store, order, find_effect("bounce"))
    with Image.open(io.BytesIO(store.get(str(order.gif(find_effect("bounce")))))) as gif:
        assert gif.size == (128, 128)


@pytest.mark.parametrize(
    ("target", "options"),
    [
        ("slack-emoji", "background=none,for=slack-emoji"),
        ("whatsapp-sticker", "background=none,for=whatsapp-sticker"),  # which does not allow 128 px
        ("github", "background=none,crop=square,for=github,size=128"),
    ],
)
def test_platform_options_override_those_of_the_emoji_pack(target: str, options: str) -> None:
    [order] = pipeline.new_orders(new_view(), "emoji", {"for": target})
    assert str(order.options) == options


def test_given_options_override_those_of_the_emoji_pack() -> None:
    [order] = pipeline.new_orders(new_view(), "emoji", {"size": "200", "crop": "none"})
    assert str(order.options) == "background=none,max_bytes=128000,size=200"
