"""What a directory needs done and a cloud does by itself: finding lost work and deleting what has expired."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from gifmill.effects import select_effects
from gifmill.errors import StoreFailed
from gifmill.orders import FailedKey, GifKey, parse_order, photo_id_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gifmill.effects import Effect
    from gifmill.orders import OrderKey
    from gifmill.settings import Settings
    from gifmill.store import Store, Stored


@dataclass(frozen=True, slots=True)
class Unfinished:
    """One GIF that was ordered and is not there."""

    order: OrderKey
    effect: Effect


def unfinished(store: Store) -> Iterator[Unfinished]:
    """Every GIF of the whole store that was ordered and is neither there nor given up."""
    made = {stored.key for stored in store.list("gifs/")}
    seen: set[GifKey] = set()
    for stored in store.list("photos/"):
        if (key := parse_order(stored.key)) is None:
            continue
        for effect in select_effects(key.audience):
            gif = key.gif(effect)
            if gif not in seen and str(gif) not in made and str(FailedKey(gif)) not in made:
                seen.add(gif)
                yield Unfinished(key, effect)


class Swept(NamedTuple):
    """What a sweep did.

    Attributes:
        gone: the ids of what was deleted.
        failure: why something that has expired is still there; None where nothing is.
    """

    gone: set[str]
    failure: StoreFailed | None


def sweep(store: Store, settings: Settings, now: datetime | None = None) -> Swept:
    """Delete what has expired: uploads, and photos with all that was made of them.

    A GIF without a photo expires as an upload does: its photo was deleted while it was made, by a worker that
    was killed before it could see that. Objects whose names are not ours are left alone: a folder may hold
    other things as well. What cannot be deleted keeps nothing else from it: the next sweep tries again.

    Raises:
        StoreFailed: it cannot be listed, and nothing was deleted.
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
            store.discard_unfinished(prefix, uploads_before, photo_id_of)
        except StoreFailed as error:
            failure = error
    return Swept(gone, failure)


def _ours(store: Store, prefix: str) -> list[tuple[str, Stored]]:
    """Objects with the ids of the photos that they belong to."""
    return [(photo_id, stored) for stored in store.list(prefix) if (photo_id := photo_id_of(stored.key))]
