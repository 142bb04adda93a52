"""Deletes expired objects, as lifecycle rules do on AWS."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from gifmill.errors import StoreFailed
from gifmill.orders import view_in

if TYPE_CHECKING:
    from gifmill.settings import Settings
    from gifmill.store import Store, Stored


class Swept(NamedTuple):
    """The result of a sweep.

    Attributes:
        gone: views of the deleted photos and uploads.
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
    for view, stored in photos:
        arrived[view] = min(stored.modified, arrived.get(view, stored.modified))
    expired = [(view, stored.key) for view, stored in uploads if stored.modified < uploads_before]
    expired += [
        (view, stored.key)
        for view, stored in (*photos, *gifs)  # a GIF without its photo counts from its own time
        if arrived.get(view, stored.modified) < photos_before
        or (view not in arrived and stored.modified < uploads_before)
    ]
    gone: set[str] = set()
    failure: StoreFailed | None = None
    for view, key in expired:
        try:
            store.delete(key)
            gone.add(view)
        except StoreFailed as error:
            failure = error
    for prefix in ("uploads/", "photos/", "gifs/"):
        try:
            store.delete_incomplete_files(prefix, uploads_before, view_in)
        except StoreFailed as error:
            failure = error
    return Swept(gone, failure)


def _ours(store: Store, prefix: str) -> list[tuple[str, Stored]]:
    """List objects with the view of their photo."""
    return [(view, stored) for stored in store.list(prefix) if (view := view_in(stored.key))]
