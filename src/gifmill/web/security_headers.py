"""What every answer tells a browser to refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_DOCUMENT = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
        "connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""What browsers heed in documents and workers only."""

HEADERS = {
    **_DOCUMENT,
    "Referrer-Policy": "no-referrer",  # the address of a page holds the photo's id
    "X-Content-Type-Options": "nosniff",
}
"""Source: OWASP Secure Headers Project."""

_PART = {name: value for name, value in HEADERS.items() if name not in _DOCUMENT}
_PARTS = {"empty", "image", "manifest", "script", "style"}
"""Destinations of requests whose answers are a document's parts, under its policy: with headers that they do
not heed, the page's modules would be a third larger. Source: Fetch Metadata Request Headers, section 2.1."""


class SecurityHeaders:
    """Adds the headers to each HTTP answer, whoever made it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    @classmethod
    def middleware(cls) -> Middleware:
        """As Starlette takes it."""
        return Middleware(cls)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, with `send` adding the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        part = Headers(scope=scope).get("sec-fetch-dest") in _PARTS

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                # The page itself is fetched as a part by its service worker, and shown from there offline.
                page = headers.get("content-type", "").startswith("text/html")
                added = _PART if part and not page else HEADERS
                for name, value in added.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)
