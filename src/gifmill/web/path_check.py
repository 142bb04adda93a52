"""Middleware that rejects ambiguous request paths and body lengths."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.requests import Request

from gifmill.errors import GifmillError, InvalidRequest, NotFound
from gifmill.web.problems import handle_error

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_PATH = re.compile(r"/|(?:/[A-Za-z0-9_=,-][A-Za-z0-9_=,.-]*)+")
"""The characters of all paths. No segment is empty or begins with a dot."""

_INVALID_PATH = (
    "This path is not valid. Use letters, digits and _ = , . - only; "
    "a segment has at least one character, and does not begin with a dot."
)


class PathCheck:
    """Middleware that rejects requests which a proxy, a store or a file system may interpret differently.

    These are paths with dot segments, backslashes, encoded slashes, a trailing slash or double encoding, and
    bodies with two lengths. Legitimate clients send none of these; each has led to vulnerabilities.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or send the problem document and close the connection."""
        if scope["type"] != "http" or (error := _ambiguity(scope)) is None:
            await self._app(scope, receive, send)
            return
        response = await handle_error(Request(scope, receive), error)
        response.headers["Connection"] = "close"
        await response(scope, receive, send)


def _ambiguity(scope: Scope) -> GifmillError | None:
    path: str = scope["path"]
    raw: bytes = scope.get("raw_path") or path.encode()  # a gateway passes the decoded path only
    if not _PATH.fullmatch(path) or raw.count(b"/") != path.count("/"):
        return NotFound(_INVALID_PATH)
    headers = Headers(scope=scope)
    if "transfer-encoding" in headers and "content-length" in headers:  # RFC 9112, section 6.1
        return InvalidRequest("The body has two lengths. Send either Content-Length or Transfer-Encoding.")
    return None
