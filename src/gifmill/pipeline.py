"""All that the product does, with no transport: orders, intake, rendering, status, deletion.

The object store is the only state, and each step writes under a name that says what it is, so that every step
may be done twice, by anyone, after any crash.
"""

from __future__ import annotations

import json
import struct
import sys
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING

from gifmill.effects import PACKS, audience, effect_named
from gifmill.errors import NotFound, PhotoError, RenderFailed, StoreFailed
from gifmill.keys import FailedKey, GifKey, OrderKey, parse_order, photo_id_of, photo_prefixes
from gifmill.options import Options
from gifmill.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gifmill.effects import Effect
    from gifmill.errors import GifmillError
    from gifmill.store import Store, Stored

_KEPT = Settings(max_photo_bytes=sys.maxsize, max_photo_pixels=sys.maxsize)
"""Limits for what intake has kept: it has passed those of the service, as a smaller file perhaps."""

type Document = dict[str, object]
"""What is sent as JSON."""


def order(photo_id: str, effects: str, values: Mapping[str, object]) -> tuple[OrderKey, ...]:
    """Check an order and name it.

    Args:
        photo_id: of a photo that is there or will be.
        effects: a pack, an effect, or several with commas between.
        values: options by name, as texts or values.

    Returns:
        One order where the effects are a pack, else one for each effect.

    Raises:
        UnknownEffect, UnknownOption, InvalidOption: with the list of what is valid.
    """
    wanted = {effect.name: effect for name in effects.split(",") for effect in audience(name)}
    options = Options.read(values, tuple(wanted.values()))
    pack = next((pack for pack, names in PACKS.items() if set(names) == set(wanted)), None)
    if pack is not None:
        return (OrderKey(photo_id, options, pack),)
    return tuple(OrderKey(photo_id, options.of(effect), name) for name, effect in wanted.items())


def intake(store: Store, settings: Settings, orders: tuple[OrderKey, ...], data: bytes) -> None:
    """Check a photo and keep it under the name of each of its orders.

    What is kept is oriented, sRGB, without metadata and at most `settings.max_side_px` long.

    Raises:
        PhotoError: the bytes are no photo that we can work with; nothing is kept.
    """
    from gifmill.photo import open_photo  # the server itself imports no numpy

    png = open_photo(data, settings=settings).png()
    try:
        for key in orders:
            store.put(str(key), png)
    except StoreFailed:
        for key in orders:  # half an order is none
            store.delete(str(key))
        raise


def order_again(store: Store, photo_id: str, effect: str, values: Mapping[str, object]) -> OrderKey:
    """Order one more GIF of a photo that is there; one that failed is tried again.

    Raises:
        NotFound: there is no such photo.
        UnknownEffect, UnknownOption, InvalidOption: with the list of what is valid.
    """
    wanted = effect_named(effect)
    key = OrderKey(photo_id, Options.read(values, (wanted,)), effect)
    kept = {stored.key for stored in _orders(store, photo_id)}
    if str(key) not in kept:
        source = min(kept)
        store.put(str(key), store.get(source))
        if not _has(store, source):  # deleted meanwhile
            store.delete(str(key))
            raise _no_photo()
    store.delete(str(FailedKey(key.gif(wanted))))
    return key


def render_order(store: Store, key: OrderKey, effect: Effect) -> bool:
    """Make one GIF of an order, unless it is there already.

    A failure of the effect is kept as a marker in the GIF's place. Where the photo has been deleted
    meanwhile, nothing is left behind.

    Returns:
        Whether there is a GIF now; if not, there is a marker.

    Raises:
        NotFound: the photo is not there (any more).
        StoreFailed: try again later.
    """
    from gifmill.photo import open_photo
    from gifmill.rendering import render_options

    gif = key.gif(effect)
    if _has(store, str(gif)):
        return True
    png = store.get(str(key))
    try:
        data = render_options(open_photo(png, settings=_KEPT), effect, gif.options).data
    except (RenderFailed, PhotoError) as error:
        bury(store, key, effect, error)
        return False
    store.put(str(gif), data)
    _check_wanted(store, key, gif)
    return True


def bury(store: Store, key: OrderKey, effect: Effect, error: GifmillError) -> None:
    """Keep the reason why there will be no such GIF, so that nobody waits for it.

    Raises:
        NotFound: the photo is not there any more, and so is nobody who waits.
    """
    gif = key.gif(effect)
    store.put(str(FailedKey(gif)), json.dumps(error.problem()).encode())
    _check_wanted(store, key, gif)


def _check_wanted(store: Store, key: OrderKey, gif: GifKey) -> None:
    """Undo what was just written if the photo was deleted meanwhile: nobody would ever delete it.

    Raises:
        NotFound: it was.
    """
    if not _has(store, str(key)):
        store.delete(str(gif))
        store.delete(str(FailedKey(gif)))
        raise NotFound("The photo was deleted while its GIF was being made.")


def delete(store: Store, photo_id: str) -> None:
    """Delete a photo and all that was made of it.

    Raises:
        NotFound: there is no such photo.
    """
    found = False
    for prefix in photo_prefixes(photo_id):  # photos first: what is being made of them then finds them gone
        while kept := list(store.list(prefix)):  # another order may come between
            found = True
            for stored in kept:
                store.delete(stored.key)
        store.discard_unfinished(prefix, datetime.now(UTC), photo_id_of)
    if not found:
        raise _no_photo()


def status(store: Store, settings: Settings, photo_id: str) -> Document:
    """The status document: all that has been ordered of a photo, and what has become of it.

    Raises:
        NotFound: there is no such photo.
    """
    orders = list(_orders(store, photo_id))
    keys = [key for stored in orders if (key := parse_order(stored.key))]
    arrived = min(stored.modified for stored in orders)
    expires = arrived + timedelta(seconds=settings.photo_lifetime_s)
    if expires < datetime.now(UTC):  # nobody has swept it yet
        raise _no_photo()
    width, height = _png_size(store.get(orders[0].key, first_bytes=24))
    made = _made(store, photo_id)
    gifs = dict.fromkeys(chain.from_iterable(key.gifs for key in keys))
    return {
        "id": photo_id,
        "expires": expires.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "photo": {"width": width, "height": height},
        "gifs": [_gif_entry(store, gif, made) for gif in gifs],
    }


def gif_status(store: Store, gif: GifKey) -> Document:
    """One entry of the status document."""
    return _gif_entry(store, gif, _made(store, gif.photo_id))


def _orders(store: Store, photo_id: str) -> Iterator[Stored]:
    """The orders of one photo, at least one.

    Raises:
        NotFound: there is none.
    """
    prefix, _ = photo_prefixes(photo_id)
    found = sorted(store.list(prefix), key=lambda stored: (stored.modified, stored.key))
    if not found:
        raise _no_photo()
    yield from found


def _no_photo() -> NotFound:
    return NotFound("There is no such photo. Photos and GIFs are deleted a day after they arrive.")


def _has(store: Store, key: str) -> bool:
    folder = key.rpartition("/")[0] + "/"
    return any(stored.key == key for stored in store.list(folder))


def _made(store: Store, photo_id: str) -> dict[str, Stored]:
    """The GIFs and markers of one photo by name."""
    _, prefix = photo_prefixes(photo_id)
    return {stored.key: stored for stored in store.list(prefix)}


def _gif_entry(store: Store, gif: GifKey, made: Mapping[str, Stored]) -> Document:
    ready, failed = made.get(str(gif)), made.get(str(FailedKey(gif)))
    problem = None
    if failed and not ready:
        try:
            problem = json.loads(store.get(failed.key))
        except NotFound:  # it is being tried again
            failed = None
    return {
        "effect": gif.effect,
        "options": str(gif.options),
        "state": "ready" if ready else "failed" if failed else "pending",
        "url": f"/{gif}" if ready else None,
        "bytes": ready.size_bytes if ready else None,
        "problem": problem,
    }


def _png_size(head: bytes) -> tuple[int, int]:
    """Width and height from the first 24 bytes of a PNG.

    Source: PNG specification, third edition, section 11.2.1 (IHDR).
    """
    width, height = struct.unpack(">II", head[16:24])
    return width, height
