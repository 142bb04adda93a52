"""The status of a photo, derived from the object names in the store."""

from __future__ import annotations

import json
import struct
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any
from zlib import crc32

from gifmill.errors import InvalidKey, NotFound
from gifmill.orders.keys import (
    FailedKey,
    GifKey,
    NoteKey,
    UploadKey,
    object_prefixes,
    parse_key,
    parse_order,
    parse_orders,
)

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

_HEADER_BYTES = 33
_HEAD_BYTES = _HEADER_BYTES + 19
"""A PNG's signature and IHDR; the same with a tIME. Source: PNG specification, third edition, section 5."""


def photo_status(store: Store, settings: Settings, photo_id: str) -> Status:
    """Return the status document: all ordered GIFs of a photo and their states.

    `photo` is None for an upload that is not checked yet, or that could not be read.

    Raises:
        NotFound: the photo does not exist.
    """
    for _ in range(2):  # an upload may become a photo between two reads
        if kept := orders_of(store, photo_id):
            orders = [key for stored in kept if (key := parse_order(stored.key))]
            head = store.get(kept[0].key, first_bytes=_HEAD_BYTES)
            arrived = _read_arrival_time(head) or kept[0].modified
            width, height = _png_size(head)
            size: SizeDocument = {"width": width, "height": height}
            return _status_document(store, settings, photo_id, arrived, size, _distinct_gifs(orders))
        try:
            pending = upload_orders(store, photo_id)
        except NotFound:
            continue
        upload = store.head(str(UploadKey(photo_id)))
        arrived = upload.modified if upload else datetime.now(UTC)
        return _status_document(store, settings, photo_id, arrived, None, _distinct_gifs(pending))
    markers = {
        marker.gif: stored
        for stored in _list_results(store, photo_id).values()
        if (marker := _parse_failed_key(stored.key))
    }
    if not markers:
        raise photo_not_found()
    arrived = min(stored.modified for stored in markers.values())
    return _status_document(store, settings, photo_id, arrived, None, markers)


def gif_status(store: Store, gif: GifKey) -> GifDocument:
    """Return one entry of the status document."""
    ready = store.head(str(gif))
    marker = store.head(str(NoteKey(gif) if ready else FailedKey(gif)))
    return _gif_entry(store, gif, {stored.key: stored for stored in (ready, marker) if stored})


def orders_of(store: Store, photo_id: str) -> list[Stored]:
    """List the orders of a photo, oldest first; empty if it does not exist."""
    prefix, _ = object_prefixes(photo_id)
    return sorted(store.list(prefix), key=lambda stored: (stored.modified, stored.key))


def arrival_time(store: Store, orders: Sequence[Stored]) -> datetime:
    """Return when a photo arrived.

    Args:
        store: the store with the photo.
        orders: its orders, oldest first; at least one.
    """
    return _read_arrival_time(store.get(orders[0].key, first_bytes=_HEAD_BYTES)) or orders[0].modified


def expiry_time(arrived: datetime, settings: Settings) -> datetime:
    """Return when a photo expires.

    Raises:
        NotFound: it has expired, and is not swept yet.
    """
    expires = arrived + timedelta(seconds=settings.photo_lifetime_s)
    if expires < datetime.now(UTC):
        raise photo_not_found()
    return expires


def with_arrival_time(png: bytes, arrived: datetime) -> bytes:
    """Add the photo's arrival to a copy of it, as the store gives the copy a new date.

    Source: PNG specification, third edition, section 11.3.6 (tIME), directly behind the header.
    """
    if _read_arrival_time(png):
        return png
    utc = arrived.astimezone(UTC)
    time = struct.pack(">H5B", utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second)
    chunk = struct.pack(">I4s7sI", len(time), b"tIME", time, crc32(b"tIME" + time))
    return png[:_HEADER_BYTES] + chunk + png[_HEADER_BYTES:]


def upload_orders(store: Store, photo_id: str) -> tuple[OrderKey, ...]:
    """Return the orders of an upload that is not checked yet.

    Raises:
        NotFound: the upload does not exist or has no orders. A directory has no metadata: on a local server
            an upload is no photo until intake has stored it.
    """
    orders = parse_orders(photo_id, store.metadata(str(UploadKey(photo_id)), ORDERS_METADATA))
    if not orders:
        raise photo_not_found()
    return orders


def photo_not_found() -> NotFound:
    """Return the error for a photo that does not exist."""
    return NotFound("This photo does not exist. Photos and GIFs are deleted a day after they arrive.")


def _distinct_gifs(orders: Iterable[OrderKey]) -> Iterable[GifKey]:
    return dict.fromkeys(chain.from_iterable(order.gifs for order in orders))


def _status_document(
    store: Store,
    settings: Settings,
    photo_id: str,
    arrived: datetime,
    size: SizeDocument | None,
    gifs: Iterable[GifKey],
) -> Status:
    expires = expiry_time(arrived, settings)
    made = _list_results(store, photo_id)
    return {
        "id": photo_id,
        "expires": expires.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "photo": size,
        "gifs": [_gif_entry(store, gif, made) for gif in gifs],
    }


def _list_results(store: Store, photo_id: str) -> dict[str, Stored]:
    """List the GIFs, notes and failure markers of a photo by name."""
    _, prefix = object_prefixes(photo_id)
    return {stored.key: stored for stored in store.list(prefix)}


def _parse_failed_key(name: str) -> FailedKey | None:
    try:
        key = parse_key(name)
    except InvalidKey:
        return None
    return key if isinstance(key, FailedKey) else None


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


def _read_arrival_time(head: bytes) -> datetime | None:
    """Return the arrival time that `with_arrival_time` wrote into a PNG, or None."""
    if head[_HEADER_BYTES + 4 : _HEADER_BYTES + 8] != b"tIME":
        return None
    year, month, day, hour, minute, second = struct.unpack_from(">H5B", head, _HEADER_BYTES + 8)
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def _png_size(head: bytes) -> tuple[int, int]:
    """Return width and height from the first 24 bytes of a PNG.

    Source: PNG specification, third edition, section 11.2.1 (IHDR).
    """
    width, height = struct.unpack(">II", head[16:24])
    return width, height
