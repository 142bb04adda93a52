"""What a directory needs done and a cloud does by itself: finding lost work and deleting what has expired."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from gifmill.effects import audience
from gifmill.keys import FailedKey, GifKey, parse_order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gifmill.effects import Effect
    from gifmill.keys import OrderKey
    from gifmill.settings import Settings
    from gifmill.store import Store


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
        for effect in audience(key.audience):
            gif = key.gif(effect)
            if gif not in seen and str(gif) not in made and str(FailedKey(gif)) not in made:
                seen.add(gif)
                yield Unfinished(key, effect)


def sweep(store: Store, settings: Settings, now: datetime | None = None) -> int:
    """Delete what has expired: uploads, and photos with all that was made of them.

    Returns:
        How many objects were deleted.
    """
    now = now or datetime.now(UTC)
    uploads_before = now - timedelta(seconds=settings.upload_lifetime_s)
    photos_before = now - timedelta(seconds=settings.photo_lifetime_s)
    expired = [stored.key for stored in store.list("uploads/") if stored.modified < uploads_before]
    photos = list(store.list("photos/"))
    gifs = list(store.list("gifs/"))
    arrived: dict[str, datetime] = {}
    for stored in photos:
        photo_id = stored.key.split("/")[1]
        arrived[photo_id] = min(stored.modified, arrived.get(photo_id, stored.modified))
    expired += [
        stored.key
        for stored in (*photos, *gifs)  # a GIF without its photo counts from its own time
        if arrived.get(stored.key.split("/")[1], stored.modified) < photos_before
    ]
    for key in expired:
        store.delete(key)
    return len(expired)
