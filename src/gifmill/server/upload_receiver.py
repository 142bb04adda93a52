"""Photos on their way here: streamed to the store as they arrive, so many at once and no more."""

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
    """Receives uploads. Used from one event loop only."""

    def __init__(self, store: Store, most: int) -> None:
        self._store = store
        self._most = most
        self._arriving = 0
        self._photo_ids: set[str] = set()

    @asynccontextmanager
    async def receive(self, photo_id: str, chunks: AsyncIterator[bytes]) -> AsyncIterator[str]:
        """Receive an upload and keep it for the time of the block; gives its name in the store.

        Raises:
            Busy: there are too many already.
            InvalidForm: one with this id is on its way, or has come before.
            StoreFailed: it could not be kept.
        """
        if self._arriving >= self._most:
            raise Busy("Too many photos are on their way here. Send this one again in a moment.")
        if photo_id in self._photo_ids:
            raise _used_form()
        name = str(UploadKey(photo_id))
        self._photo_ids.add(photo_id)
        try:
            if await to_thread.run_sync(orders_of, self._store, photo_id):
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
            self._photo_ids.discard(photo_id)

    def _discard(self, name: str) -> None:
        try:
            self._store.delete(name)
        except StoreFailed as error:  # it expires
            _log.warning("an upload could not be deleted: %s", error)


def _used_form() -> InvalidForm:
    return InvalidForm("This form has been used. Ask for a new one: POST /v1/uploads.")
