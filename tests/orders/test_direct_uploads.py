"""Direct uploads to the store: intake, rejection, status and deletion."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import obstore
import pytest
from tests.orders.stored_orders import store_upload
from tests.views import new_view

from gifmill.errors import DamagedPhoto, NotFound
from gifmill.orders import direct_uploads, pipeline
from gifmill.orders.keys import UploadKey, format_orders
from gifmill.orders.status import ORDERS_METADATA, photo_status
from gifmill.settings import Settings
from gifmill.store.store import Store

SETTINGS = Settings()


def all_objects(store: Store) -> dict[str, bytes]:
    return {
        stored.key: store.get(stored.key)
        for prefix in ("uploads/", "photos/", "gifs/")
        for stored in store.list(prefix)
    }


def test_an_upload_becomes_one_photo_per_order(store: Store, photo: bytes) -> None:
    view = store_upload(store, photo, "blur,cyclic", size=64)
    assert direct_uploads.intake_upload(store, SETTINGS, view)
    assert sorted(all_objects(store)) == [
        f"photos/{view}/size=64/blur.png",
        f"photos/{view}/size=64/cyclic.png",
    ]


def test_an_unreadable_upload_leaves_a_failure_marker_per_gif(store: Store) -> None:
    view = store_upload(store, b"no photo", "blur,cyclic")
    assert not direct_uploads.intake_upload(store, SETTINGS, view)
    assert sorted(all_objects(store)) == [
        f"gifs/{view}/default/blur.failed.json",
        f"gifs/{view}/default/cyclic.failed.json",
    ]


@pytest.mark.parametrize("readable", [True, False])
def test_repeated_intake_changes_nothing(store: Store, photo: bytes, readable: bool) -> None:
    view = store_upload(store, photo if readable else b"no photo", "blur,cyclic")
    direct_uploads.intake_upload(store, SETTINGS, view)
    before = all_objects(store)
    with pytest.raises(NotFound):
        direct_uploads.intake_upload(store, SETTINGS, view)
    assert all_objects(store) == before


@pytest.mark.parametrize("readable", [True, False])
def test_concurrent_intake_of_one_upload_loses_nothing(store: Store, photo: bytes, readable: bool) -> None:
    view = store_upload(store, photo if readable else b"no photo", "blur,cyclic")

    class ConcurrentIntake(Store):
        """A store in which another process finishes the intake between read and write."""

        def put_if_absent(self, key: str, data: bytes) -> bool:
            if str(UploadKey(view)) in {stored.key for stored in self.list("uploads/")}:
                direct_uploads.intake_upload(store, SETTINGS, view)
            return super().put_if_absent(key, data)

    direct_uploads.intake_upload(ConcurrentIntake(store._backend), SETTINGS, view)
    assert len(all_objects(store)) == 2


def test_intake_completes_after_a_crash(store: Store, photo: bytes) -> None:
    view = store_upload(store, photo, "blur,cyclic")

    class Crash(Exception):
        pass

    class CrashOnSecondWrite(Store):
        written = 0

        def put_if_absent(self, key: str, data: bytes) -> bool:
            self.written += 1
            if self.written == 2:
                raise Crash
            return super().put_if_absent(key, data)

    with pytest.raises(Crash):
        direct_uploads.intake_upload(CrashOnSecondWrite(store._backend), SETTINGS, view)
    direct_uploads.intake_upload(store, SETTINGS, view)
    assert sorted(key.partition("/")[0] for key in all_objects(store)) == ["photos", "photos"]


@pytest.mark.parametrize("readable", [True, False])
def test_a_photo_deleted_during_intake_stays_deleted(store: Store, photo: bytes, readable: bool) -> None:
    view = store_upload(store, photo if readable else b"no photo", "blur,cyclic")

    class DeletedDuringIntake(Store):
        """A store whose photo is deleted by its owner between read and write."""

        def put_if_absent(self, key: str, data: bytes) -> bool:
            if list(self.list("uploads/")):
                pipeline.delete_photo(store, view)
            return super().put_if_absent(key, data)

    with pytest.raises(NotFound):
        direct_uploads.intake_upload(DeletedDuringIntake(store._backend), SETTINGS, view)
    assert all_objects(store) == {}


def test_an_unchecked_upload_is_pending(store: Store, photo: bytes) -> None:
    view = store_upload(store, photo, "blur,cyclic", size=64)
    document: Any = photo_status(store, SETTINGS, view)
    assert document["photo"] is None
    assert [(gif["effect"], gif["options"], gif["state"]) for gif in document["gifs"]] == [
        ("blur", "size=64", "pending"),
        ("cyclic", "size=64", "pending"),
    ]


def test_a_rejected_upload_reports_its_problem_until_it_expires(store: Store) -> None:
    view = store_upload(store, b"no photo", "blur,cyclic")
    direct_uploads.reject_upload(store, view, DamagedPhoto("It is broken."))
    document: Any = photo_status(store, SETTINGS, view)
    assert document["photo"] is None
    assert {gif["problem"]["detail"] for gif in document["gifs"]} == {"It is broken."}
    with pytest.raises(NotFound):
        photo_status(store, Settings(photo_lifetime_s=-1), view)


def test_status_finds_an_upload_that_becomes_a_photo_between_two_reads(store: Store, photo: bytes) -> None:
    view = store_upload(store, photo, "blur,cyclic")

    class IntakeBetweenReads(Store):
        def metadata(self, key: str, name: str) -> str:
            direct_uploads.intake_upload(store, SETTINGS, view)
            return super().metadata(key, name)

    document: Any = photo_status(IntakeBetweenReads(store._backend), SETTINGS, view)
    assert document["photo"] == {"width": 120, "height": 80}


def test_an_upload_can_be_deleted(store: Store, photo: bytes) -> None:
    view = store_upload(store, photo, "blur,cyclic")
    pipeline.delete_photo(store, view)
    assert all_objects(store) == {}
    with pytest.raises(NotFound):
        pipeline.delete_photo(store, view)


def test_ordering_a_gif_of_a_rejected_upload_is_not_found(store: Store) -> None:
    view = store_upload(store, b"no photo", "blur,cyclic")
    direct_uploads.intake_upload(store, SETTINGS, view)
    with pytest.raises(NotFound):
        pipeline.order_gif(store, SETTINGS, view, "blur", {})


def test_an_upload_without_orders_is_ignored(store: Store, photo: bytes) -> None:
    view = new_view()
    store.put(str(UploadKey(view)), photo)
    for read in (direct_uploads.intake_upload, photo_status):
        with pytest.raises(NotFound):
            read(store, SETTINGS, view)
    assert list(all_objects(store)) == [f"uploads/{view}"]


def test_concurrent_writers_of_different_orders_lose_none(store: Store, photo: bytes) -> None:
    view = store_upload(store, photo, "blur,cyclic")
    first, second = (str(order) for order in pipeline.new_orders(view, "blur,cyclic", {}))

    class ConcurrentWriter(Store):
        """A store where another process writes the first order, finds the second and deletes the upload."""

        def put_if_absent(self, key: str, data: bytes) -> bool:
            if key == first:
                store.put_if_absent(first, data)
            written = super().put_if_absent(key, data)
            if key == second:
                self.delete(str(UploadKey(view)))
            return written

    direct_uploads.intake_upload(ConcurrentWriter(store._backend), SETTINGS, view)
    assert sorted(all_objects(store)) == [first, second]


class UnreadableStore(Store):
    """A store that fails when a whole object is read."""

    def get(self, key: str, first_bytes: int | None = None) -> bytes:  # noqa: ARG002
        raise AssertionError(key)


def test_a_reused_form_is_not_decoded_again(store: Store, photo: bytes) -> None:
    view = store_upload(store, photo, "blur")
    direct_uploads.intake_upload(store, SETTINGS, view)
    before = all_objects(store)
    metadata = format_orders(pipeline.new_orders(view, "blur", {}))
    obstore.put(
        store._backend, str(UploadKey(view)), b"another photo", attributes={ORDERS_METADATA: metadata}
    )
    assert direct_uploads.intake_upload(UnreadableStore(store._backend), SETTINGS, view)
    assert all_objects(store) == before | {f"uploads/{view}": b"another photo"}


def test_an_upload_left_by_a_crash_is_deleted_when_no_intake_can_be_running(
    store: Store, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = store_upload(store, photo, "blur")
    [order] = pipeline.new_orders(view, "blur", {})
    store.put(str(order), photo)
    monkeypatch.setattr(direct_uploads, "_MAX_INTAKE_TIME", timedelta(seconds=-1))
    direct_uploads.intake_upload(store, SETTINGS, view)
    assert list(all_objects(store)) == [str(order)]


def test_rejecting_an_upload_that_became_a_photo_writes_no_failure_marker(store: Store, photo: bytes) -> None:
    view = store_upload(store, photo, "blur")
    [order] = pipeline.new_orders(view, "blur", {})
    store.put(str(order), photo)
    direct_uploads.reject_upload(store, view, DamagedPhoto("It is broken."))
    assert list(store.list("gifs/")) == []
