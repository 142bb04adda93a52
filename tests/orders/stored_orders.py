"""Functions that read orders and statuses from a store, and a store that loses what is read."""

from __future__ import annotations

from typing import Any

from gifmill.effects import find_effect
from gifmill.orders import status as statuses
from gifmill.settings import Settings
from gifmill.store.store import Store

SETTINGS = Settings()
BLUR = find_effect("blur")


def object_names(store: Store, prefix: str) -> list[str]:
    """Return the names of all objects below a prefix, sorted."""
    return sorted(stored.key for stored in store.list(prefix))


def read_status(store: Store, photo_id: str) -> Any:
    """Return the status of a photo, with the default settings."""
    return statuses.photo_status(store, SETTINGS, photo_id)


class DeletedOnRead(Store):
    """A store that deletes each object after the first read, as if its owner deleted it during the work."""

    def get(self, key: str, first_bytes: int | None = None) -> bytes:
        data = super().get(key, first_bytes)
        self.delete(key)
        return data
