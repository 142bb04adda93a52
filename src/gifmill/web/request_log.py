"""What comes and goes: gives each request its id, and tells how it was answered."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gifmill import logs
from gifmill.orders import is_photo_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

REFUSAL = "gifmill.refusal"
"""Where a scope holds the code of the problem document that was answered."""

SOCKET = "SOCKET"
"""The method of a WebSocket."""

_HEADER = b"x-request-id"
_CLIENT_GONE = 499
"""As nginx has it: nobody was there any more to hear the answer."""

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """One request that is over.

    Attributes:
        method: in capitals; "other" for what is none, `SOCKET` for a WebSocket.
        route: the template of its path, never the path; "none" where it was not even routed.
        status: of HTTP.
        seconds: from its headers to the end of its answer; how long a WebSocket was open.
        bytes_out: of the answer's body.
        photo: the first letters of the photo that it was about, if of any.
        code: of the problem document that was the answer, if it was one.
    """

    method: str
    route: str
    status: int
    seconds: float
    bytes_out: int
    photo: str | None
    code: str | None


class RequestLog:
    """Wraps the whole application, so that what its own middleware answers counts as well."""

    def __init__(self, app: ASGIApp, tell: Callable[[RequestRecord], None]) -> None:
        self._app = app
        self._tell = tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on; its answer carries the request's id."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        request_id = _id_of(scope)
        logs.bind_request(request_id)
        started, status, bytes_out = time.monotonic(), _CLIENT_GONE, 0

        async def counted(message: Message) -> None:
            nonlocal status, bytes_out
            match message["type"]:
                case "http.response.start" | "websocket.http.response.start":
                    status = message["status"]
                    message = _with_id(message, request_id)
                case "websocket.accept":
                    status = 101
                    message = _with_id(message, request_id)
                case "websocket.close" if status == _CLIENT_GONE:  # which uvicorn answers so
                    status = 403
                case "http.response.body":
                    bytes_out += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, counted)
        finally:
            self._tell(
                RequestRecord(
                    method=_method(scope),
                    route=getattr(scope.get("route"), "path_format", "none"),
                    status=status,
                    seconds=time.monotonic() - started,
                    bytes_out=bytes_out,
                    photo=_photo(scope),
                    code=scope.get(REFUSAL),
                )
            )


def new_request_id() -> str:
    """One that nobody else has."""
    import uuid  # 7 ms that Lambda need not spend

    return str(uuid.uuid4())


def _id_of(scope: Scope) -> str:
    """Lambda's own, or a new one. What a client sends is not taken: it could be anything."""
    call = scope.get("aws.context")
    return str(call.aws_request_id) if call else new_request_id()


def _with_id(message: Message, request_id: str) -> Message:
    return {**message, "headers": [*message.get("headers", ()), (_HEADER, request_id.encode())]}


def _method(scope: Scope) -> str:
    if scope["type"] == "websocket":
        return SOCKET
    return scope["method"] if scope["method"] in _METHODS else "other"


def _photo(scope: Scope) -> str | None:
    named = scope.get("path_params", {}).get("photo_id", "")
    return logs.shorten_id(named) if is_photo_id(named) else logs.current_photo()
