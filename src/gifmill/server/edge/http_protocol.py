"""HTTP and WebSocket protocols: uvicorn's, with deadlines for headers and limits on slow or noisy clients.

uvicorn limits neither slow headers nor slow readers: a client that sends one header per minute, or reads a
GIF byte by byte, uses memory for as long as it likes. `connection_limits` limits the number of connections.

Of 64 tests of these limits 21 fail on plain uvicorn, 27 on granian 2.8 and 32 on hypercorn 0.18: none limits
unread responses, connections per client or bodies in tiny chunks. granian is 12 to 23 % faster for JSON, with
13 MB more memory. The base classes are private: `tests/server/edge/test_private_api.py` pins their versions.
"""

from __future__ import annotations

import logging
import sys
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from gifmill import logs
from gifmill.errors import InvalidRequest, TooSlow
from gifmill.web import SECURITY_HEADERS, error_response, new_request_id

if TYPE_CHECKING:
    import asyncio

    from uvicorn.server import ServerState
    from websockets.frames import Frame

    from gifmill.errors import GifmillError
    from gifmill.server.edge.connection_limits import ConnectionLimits

_log = logging.getLogger("gifmill")

_FREE_CHUNKS = 1_000
_MIN_MEAN_CHUNK_BYTES = 64
"""Beyond this number of chunks a body must have this mean size of a chunk, as each chunk costs time."""

_PING_BURST = 64
"""Maximum pings and pongs of a client at once; one more is allowed each second."""

_MAX_FRAGMENTS = 16
"""Maximum fragments of a message: empty fragments do not count towards its size."""

_MAX_MESSAGE_BYTES = 1_024
"""Maximum size of a WebSocket message. The page sends none."""


class ServerConfig(uvicorn.Config):
    """uvicorn's configuration with connection limits."""

    def __init__(self, limits: ConnectionLimits, **options: Any) -> None:  # noqa: ANN401  # uvicorn's own
        settings = limits.settings
        super().__init__(
            http=_Http,
            ws=_Socket,
            h11_max_incomplete_event_size=settings.max_header_bytes,
            timeout_keep_alive=settings.keep_alive_s,
            ws_max_size=_MAX_MESSAGE_BYTES,
            ws_ping_interval=settings.socket_ping_s,
            ws_ping_timeout=settings.socket_ping_s,
            ws_per_message_deflate=False,  # it takes 40 kB per WebSocket and saves few bytes
            proxy_headers=False,  # it would trust headers of any client on this machine
            **options,
        )
        self.limits = limits


class _Http(H11Protocol):
    """One connection, until it is closed or becomes a WebSocket."""

    config: ServerConfig

    def __init__(
        self,
        config: ServerConfig,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.conn = _Connection(h11.SERVER, config.limits.settings.max_header_bytes)
        self._limits = config.limits
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Admit the connection, or reject it."""
        super().connection_made(transport)
        refusal = self._limits.admit(transport)
        if refusal is None:
            self._start_deadline()
        else:
            self._refuse(refusal)

    def connection_lost(self, exc: Exception | None) -> None:
        """Remove the connection from the limits."""
        self._cancel_deadline()
        self._limits.remove(self.transport)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read data. Headers have a deadline from their first byte; the first, from the connection."""
        super().data_received(data)
        if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            self._start_deadline()
        else:
            self._cancel_deadline()

    def resume_writing(self) -> None:
        """Record that the client has read data."""
        self._limits.progressed(self.transport)
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  # the same for every error
        """Reject a malformed or too long request; uvicorn calls this while it handles h11's error."""
        hint = getattr(sys.exception(), "error_status_hint", HTTPStatus.BAD_REQUEST)
        most = f"{self._limits.settings.max_header_bytes:,} bytes"
        too_large = hint == HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        message = "The request is not valid HTTP. Send HTTP/1.1, without TLS."
        if too_large:
            message = f"The headers are longer than {most}. Send fewer or shorter ones, such as cookies."
        if isinstance(sys.exception(), _TinyChunks):
            message = str(sys.exception())
        self._refuse(InvalidRequest(message), HTTPStatus(hint))

    def _start_deadline(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(
                self._limits.settings.header_timeout_s, self._deadline_passed
            )

    def _cancel_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _deadline_passed(self) -> None:
        self._refuse(TooSlow("The headers of the request took too long to arrive. Send them at once."))

    def _refuse(self, error: GifmillError, status: HTTPStatus | None = None) -> None:
        """Send a problem document, unless a response has begun, and close the connection."""
        request_id = new_request_id()
        _log.info("refused", extra=logs.extra_fields(request=request_id, code=error.code))
        self._limits.refused(error.code)
        if self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            closing = {**SECURITY_HEADERS, "Connection": "close", "X-Request-Id": request_id}
            response = error_response(error, request_id, status, closing)
            status = HTTPStatus(response.status_code)
            start = h11.Response(
                status_code=status, headers=response.raw_headers, reason=status.phrase.encode()
            )
            is_head = self.conn.our_state is h11.SEND_RESPONSE and self.scope["method"] == "HEAD"
            events = start, h11.Data(data=b"" if is_head else bytes(response.body)), h11.EndOfMessage()
            # One write: if h11 raises an error, nothing is sent.
            self.transport.write(b"".join(self.conn.send(event) or b"" for event in events))
        self.transport.close()


class _TinyChunks(h11.RemoteProtocolError):
    """A body has too many tiny chunks."""


class _Connection(h11.Connection):
    """h11's connection, which rejects bodies in tiny chunks."""

    _chunks = 0
    _bytes = 0

    def next_event(self) -> type[h11.NEED_DATA | h11.PAUSED] | h11.Event:
        """Return the next event.

        Raises:
            h11.RemoteProtocolError: the request is malformed, or its body has too many tiny chunks.
        """
        event = super().next_event()
        if isinstance(event, h11.Request):
            self._chunks = self._bytes = 0
        elif isinstance(event, h11.Data):
            self._chunks += 1
            self._bytes += len(event.data)
            if self._chunks > _FREE_CHUNKS and self._bytes < self._chunks * _MIN_MEAN_CHUNK_BYTES:
                raise _TinyChunks("The body has too many tiny chunks. Send larger ones.")
        return event


class _Socket(WebSocketsSansIOProtocol):
    """A connection that has become a WebSocket; the limits already count it."""

    config: ServerConfig
    _pings = 0
    _first_ping_s = 0.0

    def connection_lost(self, exc: Exception | None) -> None:
        """Remove the connection from the limits."""
        self.config.limits.remove(self.transport)
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Stop reading from a client that does not read: the pong to each ping would stay in memory."""
        super().pause_writing()
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        """Record that the client has read data, and read from it again."""
        self.config.limits.progressed(self.transport)
        super().resume_writing()
        if not self.read_paused:
            self.transport.resume_reading()

    def handle_ping(self) -> None:
        """Reply to a ping, within the limit."""
        if self._within_ping_limit():
            super().handle_ping()

    def handle_pong(self, event: Frame) -> None:
        """Handle a pong, within the limit; a client may send pongs without pings."""
        if self._within_ping_limit():
            super().handle_pong(event)

    def _within_ping_limit(self) -> bool:
        """Count a ping or pong; over the limit, abort the connection and return False."""
        now = self.loop.time()
        if not self._pings:
            self._first_ping_s = now
        self._pings += 1
        if self._pings <= _PING_BURST + now - self._first_ping_s:
            return True
        self.transport.abort()
        return False

    def handle_cont(self, event: Frame) -> None:
        """Handle a further fragment of a message, within the limit."""
        if len(self.frames) >= _MAX_FRAGMENTS:
            self.transport.abort()
        else:
            super().handle_cont(event)
