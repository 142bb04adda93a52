"""Views of photos that do not exist yet."""

from __future__ import annotations

from gifmill.orders.capabilities import derive_view, new_photo_id


def new_view() -> str:
    """Return the view of a new id, as object names contain it."""
    return derive_view(new_photo_id())
