"""Photos on their way here: streamed to the store as they arrive, within limits of time and number."""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import anyio
from anyio import to_thread

from gifmill.errors import Busy, StoreFailed, TooSlow
from gifmill.keys import UploadKey

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from gifmill.settings import Settings
    from gifmill.store import Store

_log = logging.getLogger("gifmill")


class Reception:
    """Receives uploads. Used from one event loop only."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._arriving = 0
        self._waiting: set[anyio.CancelScope] = set()
        self._closed = False

    @asynccontextmanager
    async def received(self, photo_id: str, chunks: AsyncIterator[bytes]) -> AsyncIterator[str]:
        """Receive an upload and keep it for the time of the block; gives its name in the store.

        Raises:
            Busy: there are too many uploads, or the server is about to stop.
            TooSlow: it did not arrive in time.
            StoreFailed: it could not be kept.
        """
        name = str(UploadKey(photo_id))
        try:
            await self._receive(name, chunks)
            yield name
        finally:
            with anyio.CancelScope(shield=True):
                await to_thread.run_sync(self._discard, name)

    def close(self) -> None:
        """Break off what is arriving, and take no more, so that a stop need not wait for slow clients."""
        self._closed = True
        for chunk in self._waiting:
            chunk.cancel()

    async def _receive(self, name: str, chunks: AsyncIterator[bytes]) -> None:
        if self._arriving >= self._settings.max_uploads:
            raise Busy("Too many photos are on their way here. Send this one again in a moment.")
        self._arriving += 1
        try:
            await self._store.put_stream(name, self._in_time(chunks))
        finally:
            self._arriving -= 1

    async def _in_time(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """The chunks, until time is up or the server stops.

        It is the stream that ends, and not the writing that is cancelled: the store, which pulls the chunks
        from another thread, would still be waiting for the next one.
        """
        end = anyio.current_time() + self._settings.upload_timeout_s
        while True:
            with anyio.CancelScope(deadline=end) as waiting:
                self._waiting.add(waiting)
                if self._closed:
                    waiting.cancel()
                try:
                    chunk = await anext(chunks, None)
                finally:
                    self._waiting.discard(waiting)
            if waiting.cancelled_caught and self._closed:
                raise Busy("The server is being restarted. Send the photo again in a moment.")
            if waiting.cancelled_caught:
                limit = f"{self._settings.upload_timeout_s} s"
                raise TooSlow(f"The photo was not here within {limit}. Send a smaller version of it.")
            if chunk is None:
                return
            yield chunk

    def _discard(self, name: str) -> None:
        try:
            self._store.delete(name)
        except StoreFailed as error:  # it expires
            _log.warning("an upload could not be deleted: %s", error)
