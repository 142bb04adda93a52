from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from tests.views import new_view

from gifmill.effects import find_effect
from gifmill.errors import RenderFailed, StoreFailed
from gifmill.orders import pipeline
from gifmill.server import sweeper
from gifmill.settings import Settings
from gifmill.store.store import Store, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from gifmill.orders.keys import OrderKey

SETTINGS = Settings()


def after_uploads_expire() -> datetime:
    """Return a time by which each upload of this test has expired, and no photo."""
    return datetime.now(UTC) + timedelta(seconds=2 * SETTINGS.upload_lifetime_s)


def after_photos_expire() -> datetime:
    """Return a time by which each photo of this test has expired."""
    return datetime.now(UTC) + timedelta(seconds=2 * SETTINGS.photo_lifetime_s)


@pytest.fixture
def store() -> Store:
    return open_store("memory://")


@pytest.fixture
def order(store: Store, photo: bytes) -> OrderKey:
    orders = pipeline.new_orders(new_view(), "classic", {})
    pipeline.intake_photo(store, SETTINGS, orders, photo)
    return orders[0]


def all_keys(store: Store) -> list[str]:
    return sorted(stored.key for prefix in ("uploads/", "photos/", "gifs/") for stored in store.list(prefix))


@pytest.mark.usefixtures("order")
def test_nothing_is_deleted_before_it_expires(store: Store) -> None:
    store.put(f"uploads/{new_view()}", b"x")
    before = all_keys(store)
    assert sweeper.sweep(store, SETTINGS).gone == set()
    assert all_keys(store) == before


def test_uploads_expire_before_photos(store: Store, order: OrderKey) -> None:
    upload = new_view()
    store.put(f"uploads/{upload}", b"x")
    assert sweeper.sweep(store, SETTINGS, after_uploads_expire()).gone == {upload}
    assert all_keys(store) == [str(order)]


def test_an_expired_photo_is_deleted_with_its_gifs(store: Store, order: OrderKey) -> None:
    pipeline.render_order(store, order, find_effect("blur"))
    pipeline.record_failure(store, order, find_effect("cyclic"), RenderFailed("It failed."))
    sweeper.sweep(store, SETTINGS, after_photos_expire())
    assert all_keys(store) == []


def test_an_expired_photo_is_deleted_with_its_webp_and_note(store: Store, stripes: bytes) -> None:
    options = {"format": "webp", "strength": 100, "duration": 0.5}
    [order] = pipeline.new_orders(new_view(), "shake", options)
    pipeline.intake_photo(store, SETTINGS, (order,), stripes)
    pipeline.render_order(store, order, find_effect("shake"))
    assert [name.partition("shake.")[2] for name in all_keys(store)] == ["note.json", "webp", "png"]
    sweeper.sweep(store, SETTINGS, after_photos_expire())
    assert all_keys(store) == []


def test_a_gif_without_its_photo_expires_like_an_upload(store: Store, order: OrderKey) -> None:
    pipeline.render_order(store, order, find_effect("blur"))
    store.delete(str(order))
    assert sweeper.sweep(store, SETTINGS).gone == set()
    assert sweeper.sweep(store, SETTINGS, after_uploads_expire()).gone == {order.view}
    assert all_keys(store) == []


def test_sweep_returns_the_ids_of_deleted_photos(store: Store, order: OrderKey) -> None:
    assert sweeper.sweep(store, SETTINGS, after_photos_expire()).gone == {order.view}


def test_an_object_that_cannot_be_deleted_does_not_stop_the_sweep(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploads = sorted(f"uploads/{new_view()}" for _ in range(3))
    for name in uploads:
        store.put(name, b"x")
    undeletable, delete = uploads[0], Store.delete

    def fail(self: Store, key: str) -> None:
        if key == undeletable:
            raise StoreFailed("The folder is another user's.")
        delete(self, key)

    monkeypatch.setattr(Store, "delete", fail)
    swept = sweeper.sweep(store, SETTINGS, after_uploads_expire())
    assert all_keys(store) == [undeletable]
    assert swept.gone == {name.removeprefix("uploads/") for name in uploads[1:]}
    assert str(swept.failure) == "The folder is another user's."


UNRELATED = [
    "photos/cat.jpg",
    "photos/2019-rome/a.jpg",
    "photos/2019-rome/day/a.png",
    "gifs/fun.gif",
    "gifs/old/best/fun.gif",
    "uploads/thesis.pdf",
    f"photos/{new_view()}/deep/down/a.png",
]


def test_unrelated_files_are_never_deleted(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    for name in UNRELATED:
        store.put(name, b"unrelated")
    (tmp_path / "photos/album#1").write_text("unrelated")
    sweeper.sweep(store, SETTINGS, after_photos_expire())
    assert all_keys(store) == sorted(UNRELATED)
    assert (tmp_path / "photos/album#1").exists()


@pytest.mark.usefixtures("order")
def test_objects_of_withdrawn_effects_expire(store: Store) -> None:
    view = new_view()
    for name in (f"photos/{view}/default/withdrawn.png", f"gifs/{view}/old=1/withdrawn.failed.json"):
        store.put(name, b"x")
    assert view in sweeper.sweep(store, SETTINGS, after_photos_expire()).gone
    assert all_keys(store) == []
