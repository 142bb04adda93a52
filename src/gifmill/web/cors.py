"""Cross-origin resource sharing (CORS) for pages of other origins that the operator configures.

Source: WHATWG Fetch, section 3.2 (CORS protocol).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

CORS_REQUEST_HEADERS = ("Content-Type", "If-None-Match", "If-Range", "Prefer", "Range")
"""Request headers that pages of other origins may send; simple ones need no permission."""

CORS_RESPONSE_HEADERS = (
    "Accept-Ranges",
    "Allow",
    "Content-Range",
    "ETag",
    "Link",
    "Location",
    "Preference-Applied",
    "Retry-After",
    "X-Request-Id",
)
"""Response headers that pages of other origins may read, besides those that the protocol always allows."""

CORS_MAX_AGE_S = 600
"""How long browsers may cache the response to a preflight request, in seconds."""


class Cors:
    """Middleware that lets pages of the configured origins read responses, never with credentials.

    A preflight request is an OPTIONS request like any other: the allowed methods are those of the path.
    """

    def __init__(self, app: ASGIApp, origins: frozenset[str]) -> None:
        self._app = app
        self._origins = origins

    @classmethod
    def middleware(cls, origins: frozenset[str]) -> list[Middleware]:
        """Return the middleware for Starlette; none without configured origins."""
        return [Middleware(cls, origins)] if origins else []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add the headers to its response, also to an error."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Headers(scope=scope)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.add_vary_header("Origin")
                headers.update(cors_headers(request, self._origins))
                if "allow" in headers and _is_preflight(scope, request, self._origins):
                    headers["Access-Control-Allow-Methods"] = headers["allow"]
                    headers["Access-Control-Allow-Headers"] = ", ".join(CORS_REQUEST_HEADERS)
                    headers["Access-Control-Max-Age"] = str(CORS_MAX_AGE_S)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def cors_headers(request: Mapping[str, str], origins: frozenset[str]) -> dict[str, str]:
    """Return the CORS headers of a response to a request of a configured origin; none for other requests."""
    origin = request.get("origin")
    if origin not in origins:
        return {}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": ", ".join(CORS_RESPONSE_HEADERS),
    }


def _is_preflight(scope: Scope, request: Headers, origins: frozenset[str]) -> bool:
    asks = scope["method"] == "OPTIONS" and "access-control-request-method" in request
    return asks and request.get("origin") in origins
