"""Receives uploads: streams them to the store as they arrive, up to a maximum number at once."""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import anyio
from anyio import to_thread

from gifmill.errors import Busy, InvalidForm, StoreFailed
from gifmill.orders import UploadKey, orders_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from gifmill.store import Store

_log = logging.getLogger("gifmill")


class UploadReceiver:
    """Streams uploads to the store. Used from one event loop only."""

    def __init__(self, store: Store, most: int) -> None:
        self._store = store
        self._most = most
        self._arriving = 0
        self._views: set[str] = set()

    @asynccontextmanager
    async def receive(self, view: str, chunks: AsyncIterator[bytes]) -> AsyncIterator[str]:
        """Receive an upload and keep it during the block; yields its name in the store.

        Raises:
            Busy: too many uploads are in progress.
            InvalidForm: an upload of this photo is in progress or was received before.
            StoreFailed: the upload could not be written.
        """
        if self._arriving >= self._most:
            raise too_many_uploads()
        if view in self._views:
            raise _used_form()
        name = str(UploadKey(view))
        self._views.add(view)
        try:
            if await to_thread.run_sync(orders_of, self._store, view):
                raise _used_form()
            self._arriving += 1
            try:
                await self._store.put_stream(name, chunks)
                yield name
            finally:
                self._arriving -= 1
        finally:
            with anyio.CancelScope(shield=True):
                await to_thread.run_sync(self._discard, name)
            self._views.discard(view)

    def _discard(self, name: str) -> None:
        try:
            self._store.delete(name)
        except StoreFailed as error:  # it expires
            _log.warning("deleting an upload failed: %s", error)


def too_many_uploads() -> Busy:
    """Return the error for an upload beyond the maximum number at once."""
    return Busy("Too many uploads are in progress. Send the photo again in a moment.")


def _used_form() -> InvalidForm:
    return InvalidForm("This form has been used. Request a new one: POST /v1/uploads.")
