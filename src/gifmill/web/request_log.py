"""The request log: middleware that gives each request an id and reports its outcome."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gifmill import logs
from gifmill.orders import is_id_or_view, view_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

PROBLEM_CODE = "gifmill.refusal"
"""Key of an ASGI scope for the code of the problem document that was sent."""

WEBSOCKET_METHOD = "SOCKET"
"""Method of a WebSocket in the log and in metrics."""

_REQUEST_ID_HEADER = b"x-request-id"
_CLIENT_GONE = 499
"""nginx's status for a client that closed the connection before the response."""

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """A finished request.

    Attributes:
        method: in capitals; "other" for an unknown one, `SOCKET` for a WebSocket.
        route: the route's template, never the path itself; "none" without a route.
        status: HTTP status.
        seconds: from the request's headers to the end of the response; how long a WebSocket was open.
        bytes_out: size of the response's body.
        photo: first letters of the photo's view, or None.
        code: code of the problem document, or None.
    """

    method: str
    route: str
    status: int
    seconds: float
    bytes_out: int
    photo: str | None
    code: str | None


class RequestLog:
    """Middleware around the whole application, so that responses of other middleware are logged too."""

    def __init__(self, app: ASGIApp, report: Callable[[RequestRecord], None]) -> None:
        self._app = app
        self._report = report

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request; the response has the request's id."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        logs.bind_request(request_id)
        started, status, bytes_out = time.monotonic(), _CLIENT_GONE, 0

        async def count_and_send(message: Message) -> None:
            nonlocal status, bytes_out
            match message["type"]:
                case "http.response.start" | "websocket.http.response.start":
                    status = message["status"]
                    message = _with_request_id(message, request_id)
                case "websocket.accept":
                    status = 101
                    message = _with_request_id(message, request_id)
                case "websocket.close" if status == _CLIENT_GONE:  # uvicorn sends 403 then
                    status = 403
                case "http.response.body":
                    bytes_out += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, count_and_send)
        finally:
            self._report(
                RequestRecord(
                    method=_known_method(scope),
                    route=getattr(scope.get("route"), "path_format", "none"),
                    status=status,
                    seconds=time.monotonic() - started,
                    bytes_out=bytes_out,
                    photo=_photo_prefix(scope),
                    code=scope.get(PROBLEM_CODE),
                )
            )


def new_request_id() -> str:
    """Return a unique id."""
    import uuid  # 7 ms that Lambda need not spend

    return str(uuid.uuid4())


def _request_id(scope: Scope) -> str:
    """Return Lambda's request id, or a new one. An id sent by the client is ignored: it could be anything."""
    call = scope.get("aws.context")
    return str(call.aws_request_id) if call else new_request_id()


def _with_request_id(message: Message, request_id: str) -> Message:
    return {**message, "headers": [*message.get("headers", ()), (_REQUEST_ID_HEADER, request_id.encode())]}


def _known_method(scope: Scope) -> str:
    if scope["type"] == "websocket":
        return WEBSOCKET_METHOD
    return scope["method"] if scope["method"] in _METHODS else "other"


def _photo_prefix(scope: Scope) -> str | None:
    params = scope.get("path_params", {})
    id_or_view = params.get("photo_id") or params.get("view", "")
    return logs.shorten_view(view_of(id_or_view)) if is_id_or_view(id_or_view) else logs.current_photo()
