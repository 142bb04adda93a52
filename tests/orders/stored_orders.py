"""Stored uploads, object names and statuses, and stores that record writes or delete on read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import obstore
from tests.views import new_view

from gifmill.effects import find_effect
from gifmill.orders import pipeline
from gifmill.orders import status as statuses
from gifmill.orders.keys import UploadKey, format_orders
from gifmill.settings import Settings
from gifmill.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gifmill.store import Stored

SETTINGS = Settings()
BLUR = find_effect("blur")


def object_names(store: Store, prefix: str) -> list[str]:
    """Return the names of all objects below a prefix, sorted."""
    return sorted(stored.key for stored in store.list(prefix))


def read_status(store: Store, view: str) -> Any:
    """Return the status of a photo, with the default settings."""
    return statuses.photo_status(store, SETTINGS, view)


def store_upload(store: Store, data: bytes, effects: str, **options: object) -> str:
    """Store an upload as S3 does when a client has posted a form; return its id."""
    view = new_view()
    metadata = format_orders(pipeline.new_orders(view, effects, options))
    obstore.put(store._backend, str(UploadKey(view)), data, attributes={statuses.ORDERS_METADATA: metadata})
    return view


class RecordedWrites(Store):
    """A store that records the names of written objects."""

    def __init__(self, store: Store) -> None:
        super().__init__(store._backend)
        self.written: list[str] = []

    def put(self, key: str, data: bytes) -> None:
        self.written.append(key)
        super().put(key, data)


class DeletedOnRead(Store):
    """A store that deletes each object after its first read, as if its owner deleted it at that time."""

    def get(self, key: str, first_bytes: int | None = None) -> bytes:
        data = super().get(key, first_bytes)
        self.delete(key)
        return data


class CountedReads(Store):
    """A store that records its reads, each a request to a cloud."""

    def __init__(self, store: Store) -> None:
        super().__init__(store._backend)
        self.reads: list[str] = []

    def get(self, key: str, first_bytes: int | None = None) -> bytes:
        self.reads.append(f"get {key}")
        return super().get(key, first_bytes)

    def head(self, key: str) -> Stored | None:
        self.reads.append(f"head {key}")
        return super().head(key)

    def metadata(self, key: str, name: str) -> str:
        self.reads.append(f"metadata {key}")
        return super().metadata(key, name)

    def list(self, prefix: str) -> Iterator[Stored]:
        self.reads.append(f"list {prefix}")
        return super().list(prefix)
