"""All that the product does, with no transport: orders, intake, rendering, deletion.

The object store is the only state, and each step writes under a name that says what it is, so that every step
may be done twice, by anyone, after any crash.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from gifmill.effects import PACK_OPTIONS, PACKS, find_effect, select_effects
from gifmill.errors import CannotFit, NotFound, PhotoError, RenderFailed, StoreFailed, TooManyOrders
from gifmill.orders.keys import FailedKey, GifKey, NoteKey, OrderKey, UploadKey, photo_id_of, photo_prefixes
from gifmill.orders.status import arrival, expiry, no_photo, orders_of, stamped, uploaded_orders
from gifmill.rendering import Options, with_defaults
from gifmill.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gifmill.effects import Effect
    from gifmill.errors import GifmillError
    from gifmill.store import Store

_KEPT = Settings(max_photo_bytes=sys.maxsize, max_photo_pixels=sys.maxsize)
"""Limits for what intake has kept: it has passed those of the service, as a smaller file perhaps."""


def new_orders(photo_id: str, effects: str, values: Mapping[str, object]) -> tuple[OrderKey, ...]:
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
    wanted = {effect.name: effect for name in effects.split(",") for effect in select_effects(name)}
    options = Options.read(with_defaults(PACK_OPTIONS.get(effects, {}), values), tuple(wanted.values()))
    pack = next((pack for pack, names in PACKS.items() if set(names) == set(wanted)), None)
    if pack is not None:
        return (OrderKey(photo_id, options, pack),)
    return tuple(OrderKey(photo_id, options.of(effect), name) for name, effect in wanted.items())


def intake_photo(store: Store, settings: Settings, orders: tuple[OrderKey, ...], data: bytes) -> None:
    """Check a photo and keep it under the name of each of its orders.

    What is kept is oriented, sRGB, without metadata and at most `settings.max_side_px` long.

    Raises:
        PhotoError: the bytes are no photo that we can work with; nothing is kept.
        NotFound: it was deleted meanwhile; nothing is kept.
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
    first, *others = orders
    if others and not store.head(str(first)):  # deleted between two, by who has a form and its id
        for key in orders:
            store.delete(str(key))
        raise no_photo()


def order_again(
    store: Store,
    settings: Settings,
    photo_id: str,
    effect: str,
    values: Mapping[str, object],
    *,
    announce: bool = False,
) -> OrderKey:
    """Order one more GIF of a photo that is there; one that failed is tried again. The photo lives no longer.

    Args:
        store: where the photo is.
        settings: limits and lifetimes.
        photo_id: whose GIF it is to be.
        effect: the name of one.
        values: options by name, as texts or values.
        announce: whether to write also an order that is there, while its GIF is not: on AWS it is the writing
            that sets work going.

    Raises:
        NotFound: there is no such photo, or none any more.
        TooManyOrders: it has been ordered so often that no more is taken.
        UnknownEffect, UnknownOption, InvalidOption: with the list of what is valid.
    """
    wanted = find_effect(effect)
    key = OrderKey(photo_id, Options.read(values, (wanted,)), effect)
    orders = orders_of(store, photo_id)
    if not orders:
        raise no_photo()
    arrived = arrival(store, orders)
    expiry(arrived, settings)
    kept = {stored.key for stored in orders}
    if str(key) not in kept and len(kept) >= settings.max_orders:
        raise TooManyOrders(f"{len(kept)} orders of one photo are the most. Send the photo again for more.")
    gif = key.gif(wanted)
    store.delete(str(FailedKey(gif)))
    if str(key) not in kept or (announce and not store.head(str(gif))):
        source = min(kept)
        store.put(str(key), stamped(store.get(source), arrived))
        if not store.head(source):  # deleted meanwhile
            store.delete(str(key))
            raise no_photo()
    return key


Outcome = Literal["made", "unfit", "failed"]


class RenderOutcome(NamedTuple):
    """What became of a GIF that was ordered.

    Attributes:
        outcome: "made"; "unfit" where it cannot be as small as was asked for, which is no fault; "failed"
            where it could not be made. Where it is not "made" there is a marker in its place.
        size_bytes: of the GIF that there is now, or 0.
    """

    outcome: Outcome
    size_bytes: int = 0


def render_order(store: Store, key: OrderKey, effect: Effect) -> RenderOutcome:
    """Make one GIF of an order, unless it is there already.

    In what it is other than was asked for is kept as a note beside it; a failure of the effect, or that it
    cannot fit, as a marker in its place. Where the photo has been deleted meanwhile, nothing is left behind.

    Raises:
        NotFound: the photo is not there (any more).
        StoreFailed: try again later.
    """
    from gifmill.photo import open_photo
    from gifmill.rendering import render_options

    gif = key.gif(effect)
    if ready := store.head(str(gif)):
        _check_wanted(store, key, gif)  # whoever wrote it may have been killed before it could see
        return RenderOutcome("made", ready.size_bytes)
    png = store.get(str(key))
    try:
        made = render_options(open_photo(png, settings=_KEPT), effect, gif.options)
    except (CannotFit, RenderFailed, PhotoError) as error:
        record_failure(store, key, effect, error)
        return RenderOutcome("unfit" if isinstance(error, CannotFit) else "failed")
    if made.calmed or made.given_up:
        note = {"calmed": made.calmed, "given_up": made.given_up}
        store.put(str(NoteKey(gif)), json.dumps(note).encode())  # first: nobody sees the GIF without it
    store.put(str(gif), made.data)
    _check_wanted(store, key, gif)
    return RenderOutcome("made", len(made.data))


def record_failure(store: Store, key: OrderKey, effect: Effect, error: GifmillError) -> None:
    """Keep the reason why there will be no such GIF, so that nobody waits for it. One that is there stays.

    Raises:
        NotFound: the photo is not there any more, and so is nobody who waits.
    """
    gif = key.gif(effect)
    if store.head(str(gif)):
        return
    store.put(str(FailedKey(gif)), json.dumps(error.problem()).encode())
    _check_wanted(store, key, gif)


def _check_wanted(store: Store, key: OrderKey, gif: GifKey) -> None:
    """Undo what was just written if the photo was deleted meanwhile: nobody would ever delete it.

    Raises:
        NotFound: it was.
    """
    if not store.head(str(key)):
        for written in (gif, NoteKey(gif), FailedKey(gif)):
            store.delete(str(written))
        raise NotFound("The photo was deleted while its GIF was being made.")


def delete_photo(store: Store, photo_id: str) -> None:
    """Delete a photo and all that was made of it.

    Raises:
        NotFound: there is no such photo.
    """
    found = _delete_upload(store, photo_id)
    for prefix in photo_prefixes(photo_id):  # photos first: what is being made of them then finds them gone
        while kept := list(store.list(prefix)):  # another order may come between
            found = True
            for stored in kept:
                store.delete(stored.key)
        store.discard_unfinished(prefix, datetime.now(UTC), photo_id_of)
    if not found:
        raise no_photo()


def _delete_upload(store: Store, photo_id: str) -> bool:
    try:
        uploaded_orders(store, photo_id)
    except NotFound:
        return False
    store.delete(str(UploadKey(photo_id)))
    return True
