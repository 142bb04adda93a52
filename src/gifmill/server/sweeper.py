"""Deletes expired objects, as lifecycle rules do on AWS."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from gifmill.errors import StoreFailed
from gifmill.orders import photo_id_of

if TYPE_CHECKING:
    from gifmill.settings import Settings
    from gifmill.store import Store, Stored


class Swept(NamedTuple):
    """The result of a sweep.

    Attributes:
        gone: ids of the deleted photos and uploads.
        failure: the error that left something expired in the store, or None.
    """

    gone: set[str]
    failure: StoreFailed | None


def sweep(store: Store, settings: Settings, now: datetime | None = None) -> Swept:
    """Delete expired uploads, and expired photos with their GIFs.

    A GIF without a photo expires like an upload: its photo was deleted during the render, and the worker was
    killed before it could notice. Objects with other names are left alone, as the folder may hold other
    files. An object that cannot be deleted does not stop the sweep; the next one tries again.

    Raises:
        StoreFailed: the store cannot be listed; nothing was deleted.
    """
    now = now or datetime.now(UTC)
    uploads_before = now - timedelta(seconds=settings.upload_lifetime_s)
    photos_before = now - timedelta(seconds=settings.photo_lifetime_s)
    uploads, photos, gifs = (_ours(store, prefix) for prefix in ("uploads/", "photos/", "gifs/"))
    arrived: dict[str, datetime] = {}
    for photo_id, stored in photos:
        arrived[photo_id] = min(stored.modified, arrived.get(photo_id, stored.modified))
    expired = [(photo_id, stored.key) for photo_id, stored in uploads if stored.modified < uploads_before]
    expired += [
        (photo_id, stored.key)
        for photo_id, stored in (*photos, *gifs)  # a GIF without its photo counts from its own time
        if arrived.get(photo_id, stored.modified) < photos_before
        or (photo_id not in arrived and stored.modified < uploads_before)
    ]
    gone: set[str] = set()
    failure: StoreFailed | None = None
    for photo_id, key in expired:
        try:
            store.delete(key)
            gone.add(photo_id)
        except StoreFailed as error:
            failure = error
    for prefix in ("uploads/", "photos/", "gifs/"):
        try:
            store.delete_incomplete_files(prefix, uploads_before, photo_id_of)
        except StoreFailed as error:
            failure = error
    return Swept(gone, failure)


def _ours(store: Store, prefix: str) -> list[tuple[str, Stored]]:
    """List objects with the id of their photo."""
    return [(photo_id, stored) for stored in store.list(prefix) if (photo_id := photo_id_of(stored.key))]
