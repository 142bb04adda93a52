"""Photos that were sent straight to the store: taken in, or refused, by whoever hears of them first."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from gifmill.errors import NotFound, PhotoError
from gifmill.orders.keys import FailedKey, UploadKey
from gifmill.orders.status import uploaded_orders

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gifmill.errors import GifmillError
    from gifmill.orders.keys import OrderKey
    from gifmill.settings import Settings
    from gifmill.store import Store

_CERTAINLY_DONE = timedelta(minutes=1)
"""Longer than any function runs that takes photos in."""


def intake_upload(store: Store, settings: Settings, photo_id: str) -> bool:
    """Take in an upload that was sent straight to the store, by what is noted beside it.

    If it is no photo that we can work with, the reason takes the place of each GIF. May be done twice, also
    at the same time.

    Returns:
        Whether there is a photo; if not, there are markers.

    Raises:
        NotFound: there is no such upload (any more).
        StoreFailed: try again later.
    """
    from gifmill.photo import open_photo

    orders = uploaded_orders(store, photo_id)
    if _done_before(store, photo_id, orders):
        return True
    data = store.get(str(UploadKey(photo_id)))
    try:
        png = open_photo(data, settings=settings).png()
    except PhotoError as error:
        refuse_upload(store, photo_id, error)
        return False
    _replace_upload(store, photo_id, {str(key): png for key in orders})
    return True


def refuse_upload(store: Store, photo_id: str, error: GifmillError) -> None:
    """Keep the reason why nothing will be made of an upload, so that nobody waits for it.

    Where it has become a photo after all, nothing is changed.

    Raises:
        NotFound: there is no such upload (any more).
        StoreFailed: try again later.
    """
    orders = uploaded_orders(store, photo_id)
    if _done_before(store, photo_id, orders):
        return
    reason = json.dumps(error.problem()).encode()
    gifs = {gif for key in orders for gif in key.gifs}
    _replace_upload(store, photo_id, {str(FailedKey(gif)): reason for gif in gifs})


def _done_before(store: Store, photo_id: str, orders: Sequence[OrderKey]) -> bool:
    """Whether an upload has been taken in before: the event came twice, or its form was used twice.

    Who did it deletes the upload, unless it crashed just before; that is certain once time has gone by.
    """
    kept = [store.head(str(order)) for order in orders]
    written = [stored.modified for stored in kept if stored]
    if len(written) < len(orders):
        return False
    if max(written) < datetime.now(UTC) - _CERTAINLY_DONE:
        store.delete(str(UploadKey(photo_id)))
    return True


def _replace_upload(store: Store, photo_id: str, objects: Mapping[str, bytes]) -> None:
    """Write what an upload has become, then delete it. Several may do it at once: each object has one writer.

    The upload's absence means that the photo was deleted, but only to who has written all there is: what
    another one has written, that one may have deleted the upload for.
    """
    mine = [name for name, data in objects.items() if store.put_if_absent(name, data)]
    if not mine:
        return
    try:
        uploaded_orders(store, photo_id)
    except NotFound:
        if any(store.head(name) for name in objects if name not in mine):
            return
        for name in mine:  # nobody would ever delete these
            store.delete(name)
        raise
    store.delete(str(UploadKey(photo_id)))
