"""Who is connected to the local server: so many, and only who takes what is sent to it."""

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

OTHER_FILES = 256
"""What a server has open besides connections: libraries, pipes to workers, the store's files."""

_CHECK_S = 1
"""How often it is looked whether clients take what is sent to them."""


@dataclass(slots=True)
class _Connection:
    """What is known of one connection.

    Attributes:
        client: its network.
        unsent: bytes that it had not acknowledged when it was last looked.
        moved_s: when it last took some, or had nothing to take.
        empty_s: when it last had nothing to take.
    """

    client: str
    unsent: int
    moved_s: float
    empty_s: float


class ConnectionLimits:
    """Who is connected. Used from one event loop only.

    Args:
        settings: how many there may be, and how slow they may be.
        refused: is told the code of each refusal that is answered here.
    """

    def __init__(self, settings: Settings, refused: Callable[[str], None]) -> None:
        self.settings = settings
        self.refused = refused
        # Behind a proxy every connection is the proxy's.
        each = settings.max_connections if settings.client_header else settings.client_connections
        self._places = ConcurrencyLimit(settings.max_connections, each)
        self._connections: dict[asyncio.Transport, _Connection] = {}
        self._checking = False

    def admit(self, transport: asyncio.Transport) -> GifmillError | None:
        """Let a connection in, or say why not."""
        peer = transport.get_extra_info("peername")
        client = network_of(str(peer[0])) if peer else "nobody"
        if not self._places.acquire(client):
            if self._places.full():
                return Busy("The server has as many connections as it can serve. Try again in a moment.")
            return TooManyRequests("You have too many connections here. Close some.")
        loop = asyncio.get_running_loop()
        if not self._checking:  # there is one look at a time, however often the last one leaves
            self._checking = True
            loop.call_later(_CHECK_S, self._check)
        self._connections[transport] = _Connection(client, 0, loop.time(), loop.time())
        return None

    def progressed(self, transport: asyncio.Transport) -> None:
        """A client has taken what was sent to it, or most of that."""
        if line := self._connections.get(transport):
            line.moved_s = asyncio.get_running_loop().time()

    def remove(self, transport: asyncio.Transport) -> None:
        """A connection has ended."""
        if line := self._connections.pop(transport, None):
            self._places.release(line.client)

    def _check(self) -> None:
        """Break off those who do not take what is sent to them."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        for transport, line in tuple(self._connections.items()):
            unsent = _unsent_bytes(transport)
            if unsent < line.unsent or not unsent:
                line.moved_s = now
            if not unsent:
                line.empty_s = now
            line.unsent = unsent
            idle, slow = now - line.moved_s, now - line.empty_s
            if idle > self.settings.send_idle_s or slow > self.settings.send_timeout_s:
                transport.abort()
        self._checking = bool(self._connections)
        if self._checking:
            loop.call_later(_CHECK_S, self._check)


def _unsent_bytes(transport: asyncio.Transport) -> int:
    """What a client has not acknowledged, here and in the kernel's queue.

    Without the latter, a slow client would seem to take nothing for as long as a third of that queue lasts.
    Systems that do not tell leave it out. Source: tcp(7), SIOCOUTQ, which is termios's TIOCOUTQ.
    """
    queued = 0
    with suppress(OSError, ValueError):  # it may be closed already
        said = fcntl.ioctl(transport.get_extra_info("socket").fileno(), termios.TIOCOUTQ, bytes(4))
        (queued,) = struct.unpack("i", said)
    return transport.get_write_buffer_size() + queued
