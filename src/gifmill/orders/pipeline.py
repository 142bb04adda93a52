"""The pipeline, independent of any transport: order, intake, render, delete.

The object store is the only state, and each step writes under a name that contains the whole order, so every
step can be repeated, by any process, after any crash.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from gifmill.effects import PACK_OPTIONS, PACKS, find_effect, select_effects
from gifmill.errors import (
    CannotFit,
    MissingGlyph,
    NotFound,
    PhotoError,
    RenderFailed,
    StoreFailed,
    TooManyOrders,
)
from gifmill.orders.concurrent_writes import write_each
from gifmill.orders.keys import FailedKey, GifKey, NoteKey, OrderKey, UploadKey, object_prefixes, view_in
from gifmill.orders.status import (
    arrival_time,
    expiry_time,
    orders_of,
    photo_not_found,
    upload_orders,
)
from gifmill.orders.stored_png_header import with_arrival_time
from gifmill.rendering import Options, with_defaults, without_unused_defaults
from gifmill.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gifmill.effects import Effect
    from gifmill.errors import GifmillError
    from gifmill.orders.documents import Note
    from gifmill.store import Store

_UNLIMITED = Settings(max_photo_bytes=sys.maxsize, max_photo_pixels=sys.maxsize)
"""No limits for stored photos: they passed those of the service, perhaps as a smaller file."""


def new_orders(view: str, effects: str, values: Mapping[str, object]) -> tuple[OrderKey, ...]:
    """Check a request for GIFs and return its orders.

    Args:
        view: view of a stored or future photo.
        effects: a pack, an effect, or several effects separated by commas.
        values: options by name, as text or values.

    Returns:
        One order if the effects are a pack, otherwise one per effect.

    Raises:
        UnknownEffect, UnknownOption, InvalidOption: with the list of valid ones.
    """
    requested = {effect.name: effect for name in effects.split(",") for effect in select_effects(name)}
    given = without_unused_defaults(values, requested.values())
    options = Options.read(with_defaults(PACK_OPTIONS.get(effects, {}), given), tuple(requested.values()))
    pack = next((pack for pack, names in PACKS.items() if set(names) == set(requested)), None)
    if pack is not None:
        return (OrderKey(view, options, pack),)
    return tuple(OrderKey(view, options.of(effect), name) for name, effect in requested.items())


def intake_photo(store: Store, settings: Settings, orders: tuple[OrderKey, ...], data: bytes) -> None:
    """Check a photo and store it under the name of each of its orders.

    The stored photo is oriented, sRGB, without metadata, and its longest side is at most
    `settings.max_side_px`.

    Raises:
        PhotoError: the bytes cannot be read as a photo; nothing is stored.
        NotFound: the photo was deleted in the meantime; nothing is stored.
    """
    from gifmill.photo import open_photo  # the server itself imports no numpy

    png = open_photo(data, settings=settings).png()
    first, *others = orders
    try:
        store.put(str(first), png)
        copies = [str(key) for key in others if not store.link(str(first), str(key))]
        write_each(lambda name: store.put(name, png), copies)
    except (StoreFailed, NotFound):
        for key in orders:  # an order is stored whole or not at all
            store.delete(str(key))
        raise
    if others and not store.head(str(first)):  # deleted between two writes
        for key in orders:
            store.delete(str(key))
        raise photo_not_found()


def order_gif(
    store: Store,
    settings: Settings,
    view: str,
    effect: str,
    values: Mapping[str, object],
    *,
    announce: bool = False,
) -> OrderKey:
    """Order one more GIF of a stored photo, or retry a failed one. The photo expires no later than before.

    Args:
        store: the store with the photo.
        settings: limits and lifetimes.
        view: the photo's view.
        effect: name of the effect.
        values: options by name, as text or values.
        announce: write an existing order again if its GIF is missing: on AWS the write starts the render.

    Raises:
        NotFound: the photo does not exist or has expired.
        TooManyOrders: the photo has the maximum number of orders.
        UnknownEffect, UnknownOption, InvalidOption: with the list of valid ones.
    """
    requested = find_effect(effect)
    given = without_unused_defaults(values, (requested,))
    key = OrderKey(view, Options.read(given, (requested,)), effect)
    orders = orders_of(store, view)
    if not orders:
        raise photo_not_found()
    arrived = arrival_time(store, orders)
    expiry_time(arrived, settings)
    kept = {stored.key for stored in orders}
    if str(key) not in kept and len(kept) >= settings.max_orders:
        raise TooManyOrders(f"This photo has {len(kept)} orders, the maximum. Send the photo again for more.")
    gif = key.gif(requested)
    store.delete(str(FailedKey(gif)))
    if str(key) not in kept or (announce and not store.head(str(gif))):
        source = min(kept)
        if str(key) in kept or not store.link(source, str(key)):
            store.put(str(key), with_arrival_time(store.get(source), arrived))
        if not store.head(source):  # deleted in the meantime
            store.delete(str(key))
            raise photo_not_found()
    return key


Outcome = Literal["made", "unfit", "failed"]


class RenderOutcome(NamedTuple):
    """The outcome of a render.

    Attributes:
        outcome: "made"; "unfit" if the byte limit cannot be met, which is no fault; "failed" if the effect
            failed. Unless it is "made", the store has a failure marker.
        size_bytes: size of the GIF, or 0.
    """

    outcome: Outcome
    size_bytes: int = 0


def render_order(store: Store, key: OrderKey, effect: Effect) -> RenderOutcome:
    """Render one GIF of an order, unless it exists already.

    A note records how it differs from the request; a failure marker records why the effect failed or the byte
    limit cannot be met. If the photo is deleted in the meantime, nothing is left behind.

    Raises:
        NotFound: the photo does not exist or was deleted.
        StoreFailed: the store failed; try again later.
    """
    from gifmill.photo import open_photo
    from gifmill.rendering import render_options

    gif = key.gif(effect)
    if ready := store.head(str(gif)):
        _check_not_deleted(store, key, gif)  # its writer may have been killed before this check
        return RenderOutcome("made", ready.size_bytes)
    png = store.get(str(key))
    try:
        made = render_options(open_photo(png, settings=_UNLIMITED), effect, gif.options)
    except (CannotFit, MissingGlyph, RenderFailed, PhotoError) as error:
        record_failure(store, key, effect, error)
        return RenderOutcome("unfit" if isinstance(error, CannotFit) else "failed")
    if made.calmed or made.given_up:
        note: Note = {
            "calmed": made.calmed,
            "given_up": list(made.given_up),
            "requested_ms": made.requested_ms,
            "duration_ms": made.duration_ms,
            "frames": made.frames,
            "softened": made.softened,
        }
        store.put(str(NoteKey(gif)), json.dumps(note).encode())  # first: the GIF is never without it
    store.put(str(gif), made.data)
    _check_not_deleted(store, key, gif)
    return RenderOutcome("made", len(made.data))


def record_failure(store: Store, key: OrderKey, effect: Effect, error: GifmillError) -> None:
    """Store a failure marker with the reason, so that no client waits for the GIF. A finished GIF stays.

    Raises:
        NotFound: the photo was deleted.
    """
    gif = key.gif(effect)
    if store.head(str(gif)):
        return
    store.put(str(FailedKey(gif)), json.dumps(error.problem()).encode())
    _check_not_deleted(store, key, gif)


def _check_not_deleted(store: Store, key: OrderKey, gif: GifKey) -> None:
    """Delete what was just written if the photo was deleted in the meantime: nothing else would.

    Raises:
        NotFound: the photo was deleted.
    """
    if not store.head(str(key)):
        for written in (gif, NoteKey(gif), FailedKey(gif)):
            store.delete(str(written))
        raise NotFound("The photo was deleted during the render.")


def delete_photo(store: Store, view: str) -> None:
    """Delete a photo and its GIFs.

    Raises:
        NotFound: the photo does not exist.
    """
    found = _delete_upload(store, view)
    for prefix in object_prefixes(view):  # photos first, so that renders in progress notice
        while kept := list(store.list(prefix)):  # another order may arrive
            found = True
            for stored in kept:
                store.delete(stored.key)
        store.delete_incomplete_files(prefix, datetime.now(UTC), view_in)
    if not found:
        raise photo_not_found()


def _delete_upload(store: Store, view: str) -> bool:
    try:
        upload_orders(store, view)
    except NotFound:
        return False
    store.delete(str(UploadKey(view)))
    return True
