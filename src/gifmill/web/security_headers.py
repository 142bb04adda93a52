"""Security headers of every response."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_DOCUMENT_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
        "connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""Headers that browsers use in documents and workers only."""

SECURITY_HEADERS = {
    **_DOCUMENT_HEADERS,
    "Referrer-Policy": "no-referrer",  # the address of a page holds the photo's view
    "X-Content-Type-Options": "nosniff",
}
"""Source: OWASP Secure Headers Project."""

_SUBRESOURCE_HEADERS = {
    name: value for name, value in SECURITY_HEADERS.items() if name not in _DOCUMENT_HEADERS
}
_SUBRESOURCES = {"empty", "image", "manifest", "script", "style"}
"""Destinations of subresources, for which browsers ignore the document headers; sending them would make the
page's modules a third larger. Source: Fetch Metadata Request Headers, section 2.1."""


class SecurityHeaders:
    """Middleware that adds the headers to every HTTP response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    @classmethod
    def middleware(cls) -> Middleware:
        """Return the middleware for Starlette."""
        return Middleware(cls)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add the headers to its response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_subresource = Headers(scope=scope).get("sec-fetch-dest") in _SUBRESOURCES

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                # The service worker fetches the page itself as a subresource, and shows it offline.
                is_page = headers.get("content-type", "").startswith("text/html")
                added = _SUBRESOURCE_HEADERS if is_subresource and not is_page else SECURITY_HEADERS
                for name, value in added.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)
