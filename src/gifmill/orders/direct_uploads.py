"""Intake of photos that were uploaded straight to the store, by whichever process sees them first."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import compress
from typing import TYPE_CHECKING

from gifmill.errors import NotFound, PhotoError
from gifmill.orders.concurrent_writes import write_each
from gifmill.orders.keys import FailedKey, UploadKey
from gifmill.orders.status import upload_orders

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gifmill.errors import GifmillError
    from gifmill.orders.keys import OrderKey
    from gifmill.settings import Settings
    from gifmill.store import Store

_MAX_INTAKE_TIME = timedelta(minutes=1)
"""An upper bound of the time that an intake runs."""


def intake_upload(store: Store, settings: Settings, view: str) -> bool:
    """Check an upload in the store and store it as a photo under the orders in its metadata.

    If it cannot be read, each GIF gets a failure marker. Can be repeated, also concurrently.

    Returns:
        Whether there is a photo; if not, there are failure markers.

    Raises:
        NotFound: the upload does not exist or was deleted.
        StoreFailed: the store failed; try again later.
    """
    from gifmill.photo import open_photo

    orders = upload_orders(store, view)
    if _is_processed(store, view, orders):
        return True
    data = store.get(str(UploadKey(view)))
    try:
        png = open_photo(data, settings=settings).png()
    except PhotoError as error:
        reject_upload(store, view, error)
        return False
    _replace_upload(store, view, {str(key): png for key in orders})
    return True


def reject_upload(store: Store, view: str, error: GifmillError) -> None:
    """Store failure markers for all GIFs of an upload, so that no client waits for them.

    If the upload has become a photo already, nothing changes.

    Raises:
        NotFound: the upload does not exist or was deleted.
        StoreFailed: the store failed; try again later.
    """
    orders = upload_orders(store, view)
    if _is_processed(store, view, orders):
        return
    reason = json.dumps(error.problem()).encode()
    gifs = {gif for key in orders for gif in key.gifs}
    _replace_upload(store, view, {str(FailedKey(gif)): reason for gif in gifs})


def _is_processed(store: Store, view: str, orders: Sequence[OrderKey]) -> bool:
    """Return whether an upload was processed before, because its event or form was used twice.

    The first process deletes the upload, unless it crashes just before; after a minute this deletes it.
    """
    kept = [store.head(str(order)) for order in orders]
    written = [stored.modified for stored in kept if stored]
    if len(written) < len(orders):
        return False
    if max(written) < datetime.now(UTC) - _MAX_INTAKE_TIME:
        store.delete(str(UploadKey(view)))
    return True


def _replace_upload(store: Store, view: str, objects: Mapping[str, bytes]) -> None:
    """Write the objects that replace an upload, then delete it. Safe to run concurrently.

    Each object has exactly one writer. A missing upload means that the photo was deleted, but only for the
    process that wrote all objects: another writer may have deleted the upload after writing its own.
    """
    written = write_each(lambda name: store.put_if_absent(name, objects[name]), objects)
    created = list(compress(objects, written))
    if not created:
        return
    try:
        upload_orders(store, view)
    except NotFound:
        if any(store.head(name) for name in objects if name not in created):
            return
        for name in created:  # nothing else would delete these
            store.delete(name)
        raise
    store.delete(str(UploadKey(view)))
