"""The status of a photo, derived from the object names in the store."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any

from gifmill.errors import NotFound
from gifmill.orders.capabilities import derive_view, is_photo_id
from gifmill.orders.keys import (
    FailedKey,
    GifKey,
    NoteKey,
    UploadKey,
    object_prefixes,
    parse_key_or_none,
    parse_order,
    parse_orders,
)
from gifmill.orders.stored_png_header import HEAD_BYTES, read_arrival_time, read_size
from gifmill.timestamps import format_utc

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gifmill.orders.documents import GifDocument, Note, Problem, SizeDocument, Status
    from gifmill.orders.keys import OrderKey
    from gifmill.settings import Settings
    from gifmill.store import Store, Stored

type Document = Mapping[str, object]
"""A JSON document."""

ORDERS_METADATA = "orders"
"""Name of the upload's metadata with its orders."""


def readable_status(store: Store, settings: Settings, id_or_view: str) -> Status:
    """Return the status document for a client that knows the photo's id or its view; with an id it has both.

    Raises:
        NotFound: the photo does not exist.
    """
    if not is_photo_id(id_or_view):
        return photo_status(store, settings, id_or_view)
    try:
        document = photo_status(store, settings, derive_view(id_or_view))
    except NotFound:  # it may have been stored before photos had views
        document = photo_status(store, settings, id_or_view)
    return {**document, "id": id_or_view}


def photo_status(store: Store, settings: Settings, view: str) -> Status:
    """Return the status document: all ordered GIFs of a photo and their states.

    `photo` is None for an upload that is not checked yet, or that could not be read.

    Raises:
        NotFound: the photo does not exist.
    """
    for _ in range(2):  # an upload may become a photo between two reads
        if kept := orders_of(store, view):
            orders = [key for stored in kept if (key := parse_order(stored.key))]
            head = store.get(kept[0].key, first_bytes=HEAD_BYTES)
            arrived = read_arrival_time(head) or kept[0].modified
            width, height = read_size(head)
            size: SizeDocument = {"width": width, "height": height}
            return _status_document(store, settings, view, arrived, size, _distinct_gifs(orders))
        try:
            pending = upload_orders(store, view)
        except NotFound:
            continue
        upload = store.head(str(UploadKey(view)))
        arrived = upload.modified if upload else datetime.now(UTC)
        return _status_document(store, settings, view, arrived, None, _distinct_gifs(pending))
    markers = {
        marker.gif: stored
        for stored in _list_results(store, view).values()
        if isinstance(marker := parse_key_or_none(stored.key), FailedKey)
    }
    if not markers:
        raise photo_not_found()
    arrived = min(stored.modified for stored in markers.values())
    return _status_document(store, settings, view, arrived, None, markers)


def gif_status(store: Store, gif: GifKey) -> GifDocument:
    """Return one entry of the status document."""
    ready = store.head(str(gif))
    marker = store.head(str(NoteKey(gif) if ready else FailedKey(gif)))
    return _gif_entry(store, gif, {stored.key: stored for stored in (ready, marker) if stored})


def orders_of(store: Store, view: str) -> list[Stored]:
    """List the orders of a photo, oldest first; empty if it does not exist."""
    prefix, _ = object_prefixes(view)
    return sorted(store.list(prefix), key=lambda stored: (stored.modified, stored.key))


def arrival_time(store: Store, orders: Sequence[Stored]) -> datetime:
    """Return when a photo arrived.

    Args:
        store: the store with the photo.
        orders: its orders, oldest first; at least one.
    """
    return read_arrival_time(store.get(orders[0].key, first_bytes=HEAD_BYTES)) or orders[0].modified


def expiry_time(arrived: datetime, settings: Settings) -> datetime:
    """Return when a photo expires.

    Raises:
        NotFound: it has expired, and is not swept yet.
    """
    expires = arrived + timedelta(seconds=settings.photo_lifetime_s)
    if expires < datetime.now(UTC):
        raise photo_not_found()
    return expires


def upload_orders(store: Store, view: str) -> tuple[OrderKey, ...]:
    """Return the orders of an upload that is not checked yet.

    Raises:
        NotFound: the upload does not exist or has no orders. A directory has no metadata: on a local server
            an upload is no photo until intake has stored it.
    """
    orders = parse_orders(view, store.metadata(str(UploadKey(view)), ORDERS_METADATA))
    if not orders:
        raise photo_not_found()
    return orders


def photo_not_found() -> NotFound:
    """Return the error for a photo that does not exist."""
    return NotFound("This photo does not exist. It has expired or was deleted. Send the photo again.")


def _distinct_gifs(orders: Iterable[OrderKey]) -> Iterable[GifKey]:
    return dict.fromkeys(chain.from_iterable(order.gifs for order in orders))


def _status_document(
    store: Store,
    settings: Settings,
    view: str,
    arrived: datetime,
    size: SizeDocument | None,
    gifs: Iterable[GifKey],
) -> Status:
    expires = expiry_time(arrived, settings)
    made = _list_results(store, view)
    return {
        "view": view,
        "expires": format_utc(expires),
        "photo": size,
        "gifs": [_gif_entry(store, gif, made) for gif in gifs],
    }


def _list_results(store: Store, view: str) -> dict[str, Stored]:
    """List the GIFs, notes and failure markers of a photo by name."""
    _, prefix = object_prefixes(view)
    return {stored.key: stored for stored in store.list(prefix)}


def _gif_entry(store: Store, gif: GifKey, made: Mapping[str, Stored]) -> GifDocument:
    ready = made.get(str(gif))
    note: Note | None = _read_marker(store, NoteKey(gif), made) if ready else None
    problem: Problem | None = None if ready else _read_marker(store, FailedKey(gif), made)
    return {
        "effect": gif.effect,
        "options": str(gif.options),
        "state": "ready" if ready else "failed" if problem else "pending",
        "url": f"/{gif}" if ready else None,
        "bytes": ready.size_bytes if ready else None,
        "note": note,
        "problem": problem,
    }


def _read_marker(store: Store, marker: NoteKey | FailedKey, made: Mapping[str, Stored]) -> Any:  # noqa: ANN401  # ours, as JSON
    """Read a note or failure marker; None if it does not exist."""
    if str(marker) not in made:
        return None
    try:
        return json.loads(store.get(str(marker)))
    except NotFound:  # it is being retried
        return None
