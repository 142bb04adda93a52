"""Request limits: rejects cross-site requests, and clients over their rate limits."""

from __future__ import annotations

import math
from contextlib import ExitStack
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.websockets import WebSocket

from gifmill.errors import CrossSite, GifmillError, TooManyRequests
from gifmill.server.edge.client_address import CLIENT, client_of, scheme_of
from gifmill.server.edge.limiters import ConcurrencyLimit, TokenBuckets
from gifmill.web import RELEASE_UPLOAD, handle_error, problem_response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from gifmill.settings import Settings

_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_SOON_S = 5


class RequestLimits:
    """Middleware that rejects cross-site requests and clients over a limit."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        most = settings.max_clients
        self._requests = TokenBuckets(settings.client_requests_per_min, settings.client_requests_burst, most)
        self._orders = TokenBuckets(settings.client_orders_per_min, settings.client_orders_burst, most)
        self._uploads = ConcurrencyLimit(settings.max_connections, settings.client_uploads)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or send the problem document."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        client = scope[CLIENT] = client_of(scope, self._settings)
        if scope["type"] == "http":
            scope["scheme"] = scheme_of(scope, self._settings)
        writes = scope["type"] == "http" and scope["method"] not in _READS
        try:
            self._check(scope, client, writes)
        except GifmillError as error:
            await self._refuse(error, scope, receive, send)
            return
        slot = ExitStack()
        if writes:
            slot.callback(self._uploads.release, client)
            scope[RELEASE_UPLOAD] = slot.close  # a handler may call it early; it releases only once
        with slot:
            await self._app(scope, receive, send)

    def _check(self, scope: Scope, client: str, writes: bool) -> None:
        """Check a request; a writing one then holds an upload slot.

        Raises:
            TooManyRequests: the client is over a limit.
            CrossSite: another web page made the browser send it.
        """
        if wait_s := self._requests.take(client):
            raise _too_many("requests", wait_s)
        if scope["type"] == "websocket":
            check_socket_origin(Headers(scope=scope), self._settings.allowed_origins)
        if not writes:
            return
        check_origin(Headers(scope=scope), self._settings.allowed_origins)
        if wait_s := self._orders.take(client):
            raise _too_many("orders", wait_s)
        if not self._uploads.acquire(client):
            raise _too_many("concurrent uploads, orders and deletions", _SOON_S)

    @staticmethod
    async def _refuse(error: GifmillError, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            socket = WebSocket(scope, receive, send)
            await socket.send_denial_response(problem_response(socket, error))
            return
        response = await handle_error(Request(scope, receive, send), error)
        await response(scope, receive, send)


def check_origin(headers: Headers, allowed: frozenset[str] = frozenset()) -> None:
    """Reject requests that another web page makes a browser send (cross-site request forgery).

    Browsers send the origin of a request; programs do not, and pass.

    Args:
        headers: the request's headers.
        allowed: other origins whose pages may send requests.

    Raises:
        CrossSite: the request comes from another page.

    Source: W3C, Fetch Metadata Request Headers, section 2.3; Go's net/http.CrossOriginProtection.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if origin in allowed:
        return
    if site is None and origin is not None:
        site = "same-origin" if _is_own(origin, headers) else "cross-site"
    if site not in (None, "same-origin", "none"):
        raise CrossSite(
            "Another web page sent this request. Use gifmill's own page, or a program; the server's setting "
            "GIFMILL_CORS_ORIGINS allows other pages."
        )


def check_socket_origin(headers: Headers, allowed: frozenset[str] = frozenset()) -> None:
    """Reject WebSockets that another web page opens: browsers do not apply the CORS protocol to them.

    Fetch metadata alone is not enough: to some browsers, wss: is another site than the https: page.

    Raises:
        CrossSite: the WebSocket comes from another page.

    Source: RFC 6455, section 10.2.
    """
    origin = headers.get("origin")
    if origin is not None and not _is_own(origin, headers):
        check_origin(headers, allowed)


def _is_own(origin: str, headers: Headers) -> bool:
    return urlsplit(origin).netloc == headers.get("host")


def _too_many(what: str, wait_s: float) -> TooManyRequests:
    seconds = math.ceil(wait_s)
    return TooManyRequests(f"Too many {what} from your address. Try again in {seconds} s.", seconds)
