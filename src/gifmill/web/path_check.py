"""Which requests are looked at: those that can be read in one way only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.requests import Request

from gifmill.errors import GifmillError, InvalidRequest, NotFound
from gifmill.web.problems import refuse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_PLAIN = re.compile(r"/|(?:/[A-Za-z0-9_=,-][A-Za-z0-9_=,.-]*)+")
"""All that our names consist of. No segment is empty or begins with a dot."""


class PathCheck:
    """Middleware that refuses what a proxy, a store or a file system may read otherwise than we do.

    Paths with dots as segments, backslashes, encoded slashes, a slash at the end, or something encoded twice;
    a body with two lengths. Browsers and programs send us none of these, and each has led some server astray.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, or answer why not, and hear no more on this connection."""
        if scope["type"] != "http" or (error := _ambiguity(scope)) is None:
            await self._app(scope, receive, send)
            return
        response = await refuse(Request(scope, receive), error)
        response.headers["Connection"] = "close"
        await response(scope, receive, send)


def _ambiguity(scope: Scope) -> GifmillError | None:
    path: str = scope["path"]
    raw: bytes = scope.get("raw_path") or path.encode()  # a gateway hands over what it has decoded
    if not _PLAIN.fullmatch(path) or raw.count(b"/") != path.count("/"):
        return NotFound("There is nothing of this name.")
    headers = Headers(scope=scope)
    if "transfer-encoding" in headers and "content-length" in headers:  # RFC 9112, section 6.1
        return InvalidRequest("Say once how long the body is: Content-Length or Transfer-Encoding.")
    return None
