"""What a request must pass before anything is done for it: whence it comes, and how many come from there."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.websockets import WebSocket

from gifmill.errors import CrossSite, GifmillError, TooManyRequests
from gifmill.server.edge.client_address import CLIENT, client_of, scheme_of
from gifmill.server.edge.limiters import ConcurrencyLimit, TokenBuckets
from gifmill.web import problem_of, refuse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from gifmill.settings import Settings

_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_SOON_S = 5


class RequestLimits:
    """Middleware that refuses what other web pages send, and what one client sends too much of."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        most = settings.max_clients
        self._requests = TokenBuckets(settings.client_requests_per_min, settings.client_requests_burst, most)
        self._orders = TokenBuckets(settings.client_orders_per_min, settings.client_orders_burst, most)
        self._uploads = ConcurrencyLimit(settings.max_connections, settings.client_uploads)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, or answer why not."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        client = scope[CLIENT] = client_of(scope, self._settings)
        if scope["type"] == "http":
            scope["scheme"] = scheme_of(scope, self._settings)
        works = scope["type"] == "http" and scope["method"] not in _READS
        try:
            self._check(scope, client, works)
        except GifmillError as error:
            await self._refuse(error, scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        finally:
            if works:
                self._uploads.release(client)

    def _check(self, scope: Scope, client: str, works: bool) -> None:
        """See whether a request may pass; one that sets work going has a place then.

        Raises:
            TooManyRequests: too many have come from this client.
            CrossSite: another web page had a browser send it.
        """
        if wait_s := self._requests.take(client):
            raise _too_many("requests", wait_s)
        if not works:
            return
        check_origin(Headers(scope=scope))
        if wait_s := self._orders.take(client):
            raise _too_many("orders", wait_s)
        if not self._uploads.acquire(client):
            raise _too_many("photos at once", _SOON_S)

    @staticmethod
    async def _refuse(error: GifmillError, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            socket = WebSocket(scope, receive, send)
            await socket.send_denial_response(problem_of(socket, error))
            return
        response = await refuse(Request(scope, receive, send), error)
        await response(scope, receive, send)


def check_origin(headers: Headers) -> None:
    """Refuse what another web page has a browser send, which it could without asking anybody.

    Browsers say where a request comes from; programs do not, and pass.

    Raises:
        CrossSite: it comes from another page.

    Source: W3C, Fetch Metadata Request Headers, section 2.3; Go's net/http.CrossOriginProtection.
    """
    site = headers.get("sec-fetch-site")
    if site is None and (origin := headers.get("origin")) is not None:
        site = "same-origin" if urlsplit(origin).netloc == headers.get("host") else "cross-site"
    if site not in (None, "same-origin", "none"):
        raise CrossSite("Another web page sent this. Open gifmill's own page, or send it with a program.")


def _too_many(what: str, wait_s: float) -> TooManyRequests:
    seconds = math.ceil(wait_s)
    return TooManyRequests(f"Too many {what} from your address. Try again in {seconds} s.", seconds)
