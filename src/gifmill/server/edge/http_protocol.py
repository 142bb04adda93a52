"""The connections of the local server: uvicorn's, with headers that come in time, and readers that read.

uvicorn bounds neither: a client that sends a header a minute, or takes a GIF byte by byte, costs it memory
for as long as that client likes. How many connections there may be, the door knows.

Of 64 tests of our limits 21 fail on plain uvicorn, 27 on granian 2.8 and 32 on hypercorn 0.18: none limits
unread answers, connections per client or bodies in crumbs. granian is 12 to 23 % faster for JSON, with 13
MB more. What is subclassed here is private: `tests/server/edge/test_private_api.py` holds the versions.
"""

from __future__ import annotations

import json
import logging
import sys
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from gifmill import logs
from gifmill.errors import Busy, InvalidRequest, TooSlow
from gifmill.web import HEADERS, new_request_id, status_of

if TYPE_CHECKING:
    import asyncio

    from uvicorn.server import ServerState
    from websockets.frames import Frame

    from gifmill.errors import GifmillError
    from gifmill.server.edge.connection_limits import ConnectionLimits

_log = logging.getLogger("gifmill")

_PIECES = 1_000
_PIECE_BYTES = 64
"""A body in more pieces has so many bytes in each, in the mean: handling one costs more than its bytes."""

_PINGS = 64
"""A client may send so many pings and pongs, and one more each second."""

_FRAGMENTS = 16
"""Of a message of at most 1,024 bytes: empty fragments would count as nothing."""


class ServerConfig(uvicorn.Config):
    """uvicorn's configuration, with a door before it."""

    def __init__(self, limits: ConnectionLimits, **options: Any) -> None:  # noqa: ANN401  # uvicorn's own
        settings = limits.settings
        super().__init__(
            http=_Http,
            ws=_Socket,
            h11_max_incomplete_event_size=settings.max_header_bytes,
            timeout_keep_alive=settings.keep_alive_s,
            ws_max_size=_MESSAGE_BYTES,
            ws_ping_interval=settings.socket_ping_s,
            ws_ping_timeout=settings.socket_ping_s,
            ws_per_message_deflate=False,  # it takes 40 kB a socket, to save bytes of a small document
            proxy_headers=False,  # it would believe whatever a client on this machine says
            **options,
        )
        self.limits = limits


_MESSAGE_BYTES = 1_024
"""A page has nothing to say."""


class _Http(H11Protocol):
    """One connection, until its end or until it becomes a WebSocket."""

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
        """Come in, if there is a place."""
        super().connection_made(transport)
        refusal = self._limits.admit(transport)
        if refusal is None:
            self._start_deadline()
        else:
            self._refuse(refusal)

    def connection_lost(self, exc: Exception | None) -> None:
        """Leave the place to others."""
        self._cancel_deadline()
        self._limits.remove(self.transport)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on. Headers have a deadline from their first byte, the first from the connection's start."""
        super().data_received(data)
        if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            self._start_deadline()
        else:
            self._cancel_deadline()

    def resume_writing(self) -> None:
        """The client reads."""
        self._limits.progressed(self.transport)
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, or too much of it; uvicorn calls this while it handles h11's error."""
        hint = getattr(sys.exception(), "error_status_hint", HTTPStatus.BAD_REQUEST)
        most = f"{self._limits.settings.max_header_bytes:,} bytes"
        too_large = hint == HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        message = f"The headers are longer than {most}." if too_large else msg
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
        self._refuse(TooSlow("The headers of the request took too long to arrive."))

    def _refuse(self, error: GifmillError, status: HTTPStatus | None = None) -> None:
        """Answer, unless an answer is on its way, and close."""
        request_id = new_request_id()
        _log.info("refused", extra=logs.extra_fields(request=request_id, code=error.code))
        self._limits.refused(error.code)
        if self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            status = status or status_of(error)
            problem = {**error.problem(), "status": status.value, "instance": f"urn:uuid:{request_id}"}
            body = json.dumps(problem).encode()
            headers = {
                **HEADERS,
                "Cache-Control": "no-store",
                "Content-Type": "application/problem+json",
                "Content-Length": str(len(body)),
                "Connection": "close",
                "X-Request-Id": request_id,
            }
            if isinstance(error, Busy):
                headers["Retry-After"] = str(error.retry_after_s)
            fields = [(name.encode(), value.encode()) for name, value in headers.items()]
            start = h11.Response(status_code=status, headers=fields, reason=status.phrase.encode())
            asks_for_head = self.conn.our_state is h11.SEND_RESPONSE and self.scope["method"] == "HEAD"
            events = start, h11.Data(data=b"" if asks_for_head else body), h11.EndOfMessage()
            self.transport.write(b"".join(self.conn.send(event) or b"" for event in events))  # all or nothing
        self.transport.close()


class _TinyChunks(h11.RemoteProtocolError):
    """A body comes in crumbs."""


class _Connection(h11.Connection):
    """h11's connection, without bodies that come in crumbs."""

    _pieces = 0
    _bytes = 0

    def next_event(self) -> type[h11.NEED_DATA | h11.PAUSED] | h11.Event:
        """What comes next.

        Raises:
            h11.RemoteProtocolError: the client does not speak HTTP, or keeps us busy with it.
        """
        event = super().next_event()
        if isinstance(event, h11.Request):
            self._pieces = self._bytes = 0
        elif isinstance(event, h11.Data):
            self._pieces += 1
            self._bytes += len(event.data)
            if self._pieces > _PIECES and self._bytes < self._pieces * _PIECE_BYTES:
                raise _TinyChunks("The body comes in too many pieces. Send it in larger ones.")
        return event


class _Socket(WebSocketsSansIOProtocol):
    """A connection that has become a WebSocket; the door knows it already."""

    config: ServerConfig
    _pings = 0
    _first_ping_s = 0.0

    def connection_lost(self, exc: Exception | None) -> None:
        """Leave the place to others."""
        self.config.limits.remove(self.transport)
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Who does not read is not read: each ping would be answered into memory."""
        super().pause_writing()
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        """The client reads."""
        self.config.limits.progressed(self.transport)
        super().resume_writing()
        if not self.read_paused:
            self.transport.resume_reading()

    def handle_ping(self) -> None:
        """The client asks whether we are there."""
        if self._may_ping():
            super().handle_ping()

    def handle_pong(self, event: Frame) -> None:
        """The client says that it is there, asked or not."""
        if self._may_ping():
            super().handle_pong(event)

    def _may_ping(self) -> bool:
        """Whether the client has not sent too many; else it is cut off."""
        now = self.loop.time()
        if not self._pings:
            self._first_ping_s = now
        self._pings += 1
        if self._pings <= _PINGS + now - self._first_ping_s:
            return True
        self.transport.abort()
        return False

    def handle_cont(self, event: Frame) -> None:
        """One more fragment of a message."""
        if len(self.frames) >= _FRAGMENTS:
            self.transport.abort()
        else:
            super().handle_cont(event)
