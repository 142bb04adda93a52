"""The call `POST /v1/gifs`: a photo goes in, and the response redirects to its one finished GIF."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Self

import anyio
from anyio import to_thread
from starlette.responses import JSONResponse, Response

from gifmill import logs
from gifmill.effects import find_effect
from gifmill.errors import InvalidRequest
from gifmill.orders import derive_view, new_orders, new_photo_id, photo_status
from gifmill.web.preferences import read_wait
from gifmill.web.problems import failure_response

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from gifmill.orders import GifKey
    from gifmill.settings import Settings
    from gifmill.store import Store
    from gifmill.web.app import Engine
    from gifmill.web.gif_waits import GifWaits
    from gifmill.web.preferences import WaitPreference
    from gifmill.web.request_body import RequestBodies

RELEASE_UPLOAD = "gifmill.release_upload"
"""Key of an ASGI scope for the function that ends the request's upload: a wait must not count as one."""


@dataclass(frozen=True, slots=True)
class SingleGifs:
    """Handles `POST /v1/gifs`.

    Attributes:
        store: the store with the status of photos.
        engine: renders GIFs.
        bodies: reads photos from requests.
        waits: waits for GIFs.
        settings: limits and lifetimes.
    """

    store: Store
    engine: Engine
    bodies: RequestBodies
    waits: GifWaits
    settings: Settings

    async def post(self, request: Request, values: dict[str, str]) -> Response:
        """Accept a photo, and wait for its GIF.

        Args:
            request: the request with the photo.
            values: the parameters of its query.
        """
        effect = _single_effect(values)
        preference = read_wait(request.headers.getlist("prefer"), self.settings.gif_wait_s)
        photo_id = new_photo_id()
        view = derive_view(photo_id)
        logs.bind_photo(view)
        [order] = new_orders(view, effect, values)
        [gif] = order.gifs
        async with self.bodies.photo(request) as chunks:
            received = _Received(chunks)
            await self.engine.accept(view, (order,), received)
        if release := request.scope.get(RELEASE_UPLOAD):
            release()
        if preference.seconds:
            end_s = received.end_s + preference.seconds
            if not await self.waits.wait(request, lambda: self.engine.finished(gif), end_s):
                return _NoResponse()
        return await self._response(request, photo_id, gif, preference)

    async def _response(
        self, request: Request, photo_id: str, gif: GifKey, preference: WaitPreference
    ) -> Response:
        # References relative to /v1/gifs: on AWS the API's own host has a path in front of /v1.
        status = f"photos/{photo_id}"
        document = await to_thread.run_sync(photo_status, self.store, self.settings, gif.view)
        document["id"] = photo_id
        name = (gif.effect, str(gif.options))
        [entry] = (one for one in document["gifs"] if (one["effect"], one["options"]) == name)
        finished = entry["state"] != "pending" and preference.seconds > 0
        headers = {
            "Cache-Control": "no-store",
            "Link": f'<{status}>; rel="status"',
            **preference.headers(in_time=finished),
        }
        if not finished:
            return JSONResponse(document, HTTPStatus.ACCEPTED, {**headers, "Location": status})
        if problem := entry["problem"]:
            return failure_response(request, problem, headers)
        headers["Location"] = self.engine.gif_reference(gif, request)
        return JSONResponse(document, HTTPStatus.SEE_OTHER, headers)


class _Received:
    """The chunks of a body, and when the last one arrived: a wait begins then (RFC 7240, section 4.3)."""

    def __init__(self, chunks: AsyncIterator[bytes]) -> None:
        self._chunks = chunks
        self.end_s = anyio.current_time()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        try:
            return await anext(self._chunks)
        except StopAsyncIteration:
            self.end_s = anyio.current_time()
            raise


class _NoResponse(Response):
    """No response, for a client that has disconnected: the log then reports its request as unanswered."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send nothing."""


def _single_effect(values: dict[str, str]) -> str:
    """Take the one effect from a query's parameters.

    Raises:
        InvalidRequest: it is missing, or there are several.
        UnknownEffect: no effect has this name; a pack is not one.
    """
    effect = values.pop("effect", None)
    if effect is None:
        raise InvalidRequest("The effect is missing. Use one, for example POST /v1/gifs?effect=spin.")
    if "," in effect:
        advice = "Use one here, or send the photo to POST /v1/photos, which takes several."
        raise InvalidRequest(f"effect={effect[:40]} has more than one effect. {advice}")
    return find_effect(effect).name
