"""Limits on connections: their number in total and per client, and slow readers."""

from __future__ import annotations

import asyncio
import fcntl
import struct
import termios
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gifmill.errors import Busy, TooManyRequests
from gifmill.server.edge.client_address import network_of
from gifmill.server.edge.limiters import ConcurrencyLimit

if TYPE_CHECKING:
    from collections.abc import Callable

    from gifmill.errors import GifmillError
    from gifmill.settings import Settings

RESERVED_FILES = 256
"""Open files besides connections: libraries, pipes to workers, the store."""

_CHECK_S = 1
"""Interval of the check for slow readers."""


@dataclass(slots=True)
class _Connection:
    """The state of one connection.

    Attributes:
        client: the client's network.
        unsent: bytes not acknowledged at the last check.
        progress_s: time of the last progress, or of an empty buffer.
        drained_s: time of the last empty buffer.
    """

    client: str
    unsent: int
    progress_s: float
    drained_s: float


class ConnectionLimits:
    """Tracks all connections. Used from one event loop only.

    Args:
        settings: the limits on number and speed.
        refused: called with the code of each rejected connection.
    """

    def __init__(self, settings: Settings, refused: Callable[[str], None]) -> None:
        self.settings = settings
        self.refused = refused
        # Behind a proxy, all connections come from the proxy.
        each = settings.max_connections if settings.client_header else settings.client_connections
        self._limit = ConcurrencyLimit(settings.max_connections, each)
        self._connections: dict[asyncio.Transport, _Connection] = {}
        self._checking = False

    def admit(self, transport: asyncio.Transport) -> GifmillError | None:
        """Add a connection, or return why it is rejected."""
        peer = transport.get_extra_info("peername")
        client = network_of(str(peer[0])) if peer else "nobody"
        if not self._limit.acquire(client):
            if self._limit.full():
                return Busy("The server has no free connection. Try again in a moment.")
            return TooManyRequests("Too many connections from your address. Close some.")
        loop = asyncio.get_running_loop()
        if not self._checking:  # one check at a time, however often the last connection closes
            self._checking = True
            loop.call_later(_CHECK_S, self._check)
        self._connections[transport] = _Connection(client, 0, loop.time(), loop.time())
        return None

    def progressed(self, transport: asyncio.Transport) -> None:
        """Record that a client has read data."""
        if connection := self._connections.get(transport):
            connection.progress_s = asyncio.get_running_loop().time()

    def remove(self, transport: asyncio.Transport) -> None:
        """Remove a closed connection."""
        if connection := self._connections.pop(transport, None):
            self._limit.release(connection.client)

    def _check(self) -> None:
        """Abort the connections of slow readers."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        for transport, connection in tuple(self._connections.items()):
            unsent = _unsent_bytes(transport)
            if unsent < connection.unsent or not unsent:
                connection.progress_s = now
            if not unsent:
                connection.drained_s = now
            connection.unsent = unsent
            idle, slow = now - connection.progress_s, now - connection.drained_s
            if idle > self.settings.send_idle_s or slow > self.settings.send_timeout_s:
                transport.abort()
        self._checking = bool(self._connections)
        if self._checking:
            loop.call_later(_CHECK_S, self._check)


def _unsent_bytes(transport: asyncio.Transport) -> int:
    """Return the bytes that a client has not acknowledged, in the buffer and in the kernel's queue.

    Without the kernel's queue, a slow client would show no progress until a third of the queue is sent.
    Systems without this call leave it out. Source: tcp(7), SIOCOUTQ, which is termios's TIOCOUTQ.
    """
    queued = 0
    with suppress(OSError, ValueError):  # it may be closed
        answer = fcntl.ioctl(transport.get_extra_info("socket").fileno(), termios.TIOCOUTQ, bytes(4))
        (queued,) = struct.unpack("i", answer)
    return transport.get_write_buffer_size() + queued
