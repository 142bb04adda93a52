"""Which paths are looked at: those that can be read in one way only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.requests import Request

from gifmill.errors import NotFound
from gifmill.problems import refuse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_PLAIN = re.compile(r"/|(?:/[A-Za-z0-9_=,-][A-Za-z0-9_=,.-]*)+")
"""All that our names consist of. No segment is empty or begins with a dot."""


class PlainPaths:
    """Middleware that finds nothing under a path that a proxy, a store or a file system may read otherwise.

    Dots as segments, backslashes, encoded slashes, what is encoded twice, a slash at the end: browsers and
    programs send none of these for an address of ours, and each of them has led some server astray.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, or answer that there is nothing."""
        if scope["type"] != "http" or _is_plain(scope):
            await self._app(scope, receive, send)
            return
        response = await refuse(Request(scope, receive), NotFound("There is nothing of this name."))
        await response(scope, receive, send)


def _is_plain(scope: Scope) -> bool:
    path: str = scope["path"]
    raw: bytes = scope.get("raw_path") or path.encode()  # a gateway hands over what it has decoded
    return _PLAIN.fullmatch(path) is not None and raw.count(b"/") == path.count("/")
