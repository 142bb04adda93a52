"""The web application: its routes, each of which parses, calls one function and maps the result.

It is served by uvicorn locally and wrapped for Lambda; what differs between the two is behind `Engine`.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urljoin

import anyio
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from gifmill import logs
from gifmill.errors import GifmillError, InvalidRequest, NotFound
from gifmill.orders import (
    GifKey,
    check_photo_id,
    new_orders,
    new_photo_id,
    parse_key,
    parse_upload_request,
    photo_status,
)
from gifmill.rendering import describe_effects
from gifmill.web.openapi import describe
from gifmill.web.path_check import PathCheck
from gifmill.web.problems import fail, refuse, refuse_http
from gifmill.web.request_body import RequestBodies
from gifmill.web.security_headers import SecurityHeaders

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from starlette.requests import Request
    from starlette.routing import BaseRoute
    from starlette.types import Lifespan

    from gifmill.orders import Form, OrderKey, Upload, UploadForm
    from gifmill.settings import Settings
    from gifmill.store import Store

_SHARED = "s-maxage=600"
"""How long caches between us and a browser may keep a GIF, in seconds: so long may a deleted one be seen."""


class Engine(Protocol):
    """Who takes photos in and gets GIFs made: workers of our own, or Lambda."""

    async def accept(self, photo_id: str, orders: tuple[OrderKey, ...], chunks: AsyncIterator[bytes]) -> None:
        """Take a photo in as it arrives, and start on its GIFs."""

    def form(self, upload: Upload) -> UploadForm:
        """A form with which a client may send a photo straight to the store."""

    async def order_again(self, photo_id: str, effect: str, values: Mapping[str, object]) -> None:
        """Make one more GIF of a photo that is there."""

    async def delete(self, photo_id: str) -> None:
        """Delete a photo and all that was made of it."""


def create_app(
    store: Store,
    engine: Engine,
    settings: Settings,
    *,
    routes: Sequence[BaseRoute] = (),
    middleware: Sequence[Middleware] = (),
    lifespan: Lifespan[Starlette] | None = None,
) -> Starlette:
    """The application.

    Args:
        store: where GIFs and status are read from.
        engine: who makes them.
        settings: limits and lifetimes.
        routes: what only this place offers, besides the routes of DESIGN.
        middleware: what requests must pass here; its refusals get the headers of all answers.
        lifespan: what runs as long as the application does.

    Returns:
        The application; `state.bodies.close()` breaks off what it is receiving.
    """
    bodies = RequestBodies(settings)
    handlers = _Handlers(store, engine, bodies, settings)
    gif = "/gifs/{photo_id}/{options}/{name}"
    app = Starlette(
        routes=[
            Route("/v1/photos", handlers.post_photo, methods=["POST"]),
            Route("/v1/uploads", handlers.post_upload, methods=["POST"]),
            Route("/v1/photos/{photo_id}", handlers.get_photo, methods=["GET"]),
            Route("/v1/photos/{photo_id}", handlers.delete_photo, methods=["DELETE"]),
            Route("/v1/photos/{photo_id}/gifs", handlers.post_gif, methods=["POST"]),
            Route("/v1/effects", handlers.get_effects, methods=["GET"]),
            Route("/v1/openapi.json", handlers.get_openapi, methods=["GET"]),
            Route(gif, handlers.get_gif, methods=["GET"]),
            Route(f"/v1{gif}", handlers.get_gif, methods=["GET"]),
            *routes,
        ],
        exception_handlers={GifmillError: refuse, HTTPException: refuse_http, Exception: fail},
        middleware=[SecurityHeaders.middleware(), *middleware, Middleware(PathCheck)],
        lifespan=lifespan,
    )
    app.state.bodies = bodies
    return app


class _Handlers:
    """One method a call of the API."""

    def __init__(self, store: Store, engine: Engine, bodies: RequestBodies, settings: Settings) -> None:
        self._store = store
        self._engine = engine
        self._bodies = bodies
        self._settings = settings

    async def post_photo(self, request: Request) -> Response:
        values = _single_values(request)
        effects = values.pop("effects", "classic")
        photo_id = new_photo_id()
        logs.bind_photo(photo_id)
        orders = new_orders(photo_id, effects, values)
        async with self._bodies.photo(request) as chunks:
            await self._engine.accept(photo_id, orders, chunks)
        return await self._accepted(photo_id)

    async def post_upload(self, request: Request) -> Response:
        values = _single_values(request)
        upload = parse_upload_request(await self._bodies.json_object(request), values, self._settings)
        form = self._engine.form(upload)
        document: Form = {
            "id": upload.photo_id,
            "url": urljoin(str(request.base_url), form.url),
            "fields": dict(form.fields),
            "expires": upload.expires.isoformat(timespec="seconds").replace("+00:00", "Z"),
        }
        headers = {"Cache-Control": "no-store", "Location": f"/v1/photos/{upload.photo_id}"}
        return JSONResponse(document, HTTPStatus.CREATED, headers)

    async def post_gif(self, request: Request) -> Response:
        photo_id = check_photo_id(request.path_params["photo_id"])
        values = await self._bodies.json_object(request)
        effect = values.pop("effect", None)
        if not isinstance(effect, str):
            raise InvalidRequest('Say which GIF to make: {"effect": "blur"}, and options beside it.')
        await self._engine.order_again(photo_id, effect, values)
        return await self._accepted(photo_id)

    async def delete_photo(self, request: Request) -> Response:
        await self._engine.delete(check_photo_id(request.path_params["photo_id"]))
        return Response(status_code=HTTPStatus.NO_CONTENT)

    def get_photo(self, request: Request) -> Response:
        return self._status(check_photo_id(request.path_params["photo_id"]))

    def get_gif(self, request: Request) -> Response:
        key = parse_key("gifs/{photo_id}/{options}/{name}".format_map(request.path_params))
        if not isinstance(key, GifKey):
            raise NotFound("There is no GIF of this name.")
        try:
            size_bytes, pieces = self._store.stream(str(key))
        except NotFound as error:
            raise NotFound("This GIF is not there: not made yet, not to be made, or deleted.") from error
        headers = {
            "Cache-Control": f"public, max-age={self._settings.photo_lifetime_s}, {_SHARED}, immutable",
            "Content-Length": str(size_bytes),
        }
        if request.method == "HEAD":
            return Response(headers=headers, media_type=f"image/{key.format}")
        return StreamingResponse(pieces, headers=headers, media_type=f"image/{key.format}")

    def get_effects(self, request: Request) -> Response:  # noqa: ARG002
        return JSONResponse(describe_effects(), headers={"Cache-Control": "public, max-age=300"})

    def get_openapi(self, request: Request) -> Response:  # noqa: ARG002
        return JSONResponse(describe(self._settings), headers={"Cache-Control": "public, max-age=300"})

    async def _accepted(self, photo_id: str) -> Response:
        response = await anyio.to_thread.run_sync(self._status, photo_id)
        response.status_code = HTTPStatus.ACCEPTED
        response.headers["Location"] = f"/v1/photos/{photo_id}"
        return response

    def _status(self, photo_id: str) -> Response:
        document = photo_status(self._store, self._settings, photo_id)
        return JSONResponse(document, headers={"Cache-Control": "no-store"})


def _single_values(request: Request) -> dict[str, str]:
    """The query's parameters, each given once."""
    pairs = request.query_params.multi_items()
    values = dict(pairs)
    if len(values) < len(pairs):
        twice = sorted({name for name, _ in pairs if len(request.query_params.getlist(name)) > 1})
        raise InvalidRequest(f"Give each parameter once: {', '.join(twice)[:80]} stands there twice.")
    return values
