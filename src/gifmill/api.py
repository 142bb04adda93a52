"""The web application: routes, problem documents, and the one table from errors to status codes.

It is served by uvicorn locally and wrapped for Lambda; what differs between the two is behind `Engine`.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol

import anyio
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gifmill import pipeline
from gifmill.catalogue import catalogue
from gifmill.errors import (
    Busy,
    GifmillError,
    InputError,
    InvalidKey,
    InvalidRequest,
    NotAPhoto,
    NotFound,
    PhotoError,
    PhotoTooLarge,
    StoreFailed,
    TooSlow,
)
from gifmill.headers import HEADERS, SecurityHeaders
from gifmill.keys import GifKey, check_photo_id, new_photo_id, parse
from gifmill.openapi import describe
from gifmill.status import status
from gifmill.uploads import Bodies

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from starlette.requests import Request
    from starlette.routing import BaseRoute
    from starlette.types import Lifespan

    from gifmill.keys import OrderKey
    from gifmill.settings import Settings
    from gifmill.store import Store

_log = logging.getLogger("gifmill")

STATUS: dict[type[GifmillError], HTTPStatus] = {
    InputError: HTTPStatus.BAD_REQUEST,
    PhotoError: HTTPStatus.UNPROCESSABLE_ENTITY,
    PhotoTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    NotAPhoto: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    InvalidKey: HTTPStatus.NOT_FOUND,
    NotFound: HTTPStatus.NOT_FOUND,
    Busy: HTTPStatus.SERVICE_UNAVAILABLE,
    StoreFailed: HTTPStatus.SERVICE_UNAVAILABLE,
    TooSlow: HTTPStatus.REQUEST_TIMEOUT,
    GifmillError: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""The status of each error: that of its nearest ancestor in this table."""

_STORE_RETRY_S = 5


class Engine(Protocol):
    """Who takes photos in and gets GIFs made: workers of our own, or Lambda."""

    async def accept(self, photo_id: str, orders: tuple[OrderKey, ...], chunks: AsyncIterator[bytes]) -> None:
        """Take a photo in as it arrives, and start on its GIFs."""

    async def again(self, photo_id: str, effect: str, values: Mapping[str, object]) -> None:
        """Make one more GIF of a photo that is there."""

    async def delete(self, photo_id: str) -> None:
        """Delete a photo and all that was made of it."""


def create_app(
    store: Store,
    engine: Engine,
    settings: Settings,
    *,
    routes: Sequence[BaseRoute] = (),
    lifespan: Lifespan[Starlette] | None = None,
) -> Starlette:
    """The application.

    Args:
        store: where GIFs and status are read from.
        engine: who makes them.
        settings: limits and lifetimes.
        routes: what only this place offers, besides the routes of DESIGN.
        lifespan: what runs as long as the application does.

    Returns:
        The application; `state.bodies.close()` breaks off what it is receiving.
    """
    bodies = Bodies(settings)
    handlers = _Handlers(store, engine, bodies, settings)
    gif = "/gifs/{photo_id}/{options}/{name}"
    app = Starlette(
        routes=[
            Route("/v1/photos", handlers.post_photo, methods=["POST"]),
            Route("/v1/photos/{photo_id}", handlers.get_photo, methods=["GET"]),
            Route("/v1/photos/{photo_id}", handlers.delete_photo, methods=["DELETE"]),
            Route("/v1/photos/{photo_id}/gifs", handlers.post_gif, methods=["POST"]),
            Route("/v1/effects", handlers.get_effects, methods=["GET"]),
            Route("/v1/openapi.json", handlers.get_openapi, methods=["GET"]),
            Route(gif, handlers.get_gif, methods=["GET"]),
            Route(f"/v1{gif}", handlers.get_gif, methods=["GET"]),
            *routes,
        ],
        exception_handlers={GifmillError: _refuse, HTTPException: _refuse_http, Exception: _fail},
        middleware=[SecurityHeaders.middleware()],
        lifespan=lifespan,
    )
    app.state.bodies = bodies
    return app


class _Handlers:
    """Each parses, calls one function and maps the result."""

    def __init__(self, store: Store, engine: Engine, bodies: Bodies, settings: Settings) -> None:
        self._store = store
        self._engine = engine
        self._bodies = bodies
        self._settings = settings

    async def post_photo(self, request: Request) -> Response:
        values = _single_values(request)
        effects = values.pop("effects", "classic")
        photo_id = new_photo_id()
        orders = pipeline.order(photo_id, effects, values)
        async with self._bodies.photo(request) as chunks:
            await self._engine.accept(photo_id, orders, chunks)
        return await self._accepted(photo_id)

    async def post_gif(self, request: Request) -> Response:
        photo_id = check_photo_id(request.path_params["photo_id"])
        values = await self._bodies.json_object(request)
        effect = values.pop("effect", None)
        if not isinstance(effect, str):
            raise InvalidRequest('Say which GIF to make: {"effect": "blur"}, and options beside it.')
        await self._engine.again(photo_id, effect, values)
        return await self._accepted(photo_id)

    async def delete_photo(self, request: Request) -> Response:
        await self._engine.delete(check_photo_id(request.path_params["photo_id"]))
        return Response(status_code=HTTPStatus.NO_CONTENT)

    def get_photo(self, request: Request) -> Response:
        return self._status(check_photo_id(request.path_params["photo_id"]))

    def get_gif(self, request: Request) -> Response:
        key = parse("gifs/{photo_id}/{options}/{name}".format_map(request.path_params))
        if not isinstance(key, GifKey):
            raise NotFound("There is no GIF of this name.")
        try:
            data = self._store.get(str(key))
        except NotFound as error:
            raise NotFound("This GIF is not there: not made yet, not to be made, or deleted.") from error
        return Response(
            data,
            media_type="image/gif",
            headers={"Cache-Control": f"public, max-age={self._settings.photo_lifetime_s}, immutable"},
        )

    def get_effects(self, request: Request) -> Response:  # noqa: ARG002
        return JSONResponse(catalogue(), headers={"Cache-Control": "public, max-age=300"})

    def get_openapi(self, request: Request) -> Response:  # noqa: ARG002
        return JSONResponse(describe(self._settings), headers={"Cache-Control": "public, max-age=300"})

    async def _accepted(self, photo_id: str) -> Response:
        response = await anyio.to_thread.run_sync(self._status, photo_id)
        response.status_code = HTTPStatus.ACCEPTED
        response.headers["Location"] = f"/v1/photos/{photo_id}"
        return response

    def _status(self, photo_id: str) -> Response:
        document = status(self._store, self._settings, photo_id)
        return JSONResponse(document, headers={"Cache-Control": "no-store"})


def _single_values(request: Request) -> dict[str, str]:
    """The query's parameters, each given once."""
    pairs = request.query_params.multi_items()
    values = dict(pairs)
    if len(values) < len(pairs):
        twice = sorted({name for name, _ in pairs if len(request.query_params.getlist(name)) > 1})
        raise InvalidRequest(f"Give each parameter once: {', '.join(twice)[:80]} stands there twice.")
    return values


async def _refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, GifmillError)
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    headers = {}
    if isinstance(error, Busy):
        headers["Retry-After"] = str(error.retry_after_s)
    if isinstance(error, StoreFailed):
        _log.error("%s %s: %s", request.method, "/".join(request.url.path.split("/")[:3]), error)
        headers["Retry-After"] = str(_STORE_RETRY_S)
    await request.app.state.bodies.drain(request)
    return _problem(status, error.problem(), headers)


async def _refuse_http(request: Request, error: Exception) -> Response:
    """What the router has to say: no such path, no such method."""
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    problem = {
        "type": "about:blank",
        "title": status.phrase,
        "detail": f"{status.description or status.phrase}.".replace("..", "."),
        "code": status.name.lower(),
    }
    await request.app.state.bodies.drain(request)
    return _problem(status, problem, dict(error.headers or {}))


async def _fail(request: Request, error: Exception) -> Response:  # noqa: ARG001
    """A bug of ours. The server logs it with its traceback; the client learns no more than that."""
    problem = GifmillError("Try again in a moment.").problem()
    return _problem(HTTPStatus.INTERNAL_SERVER_ERROR, problem, HEADERS)  # it passes by the middleware


def _problem(status: HTTPStatus, problem: Mapping[str, str], headers: Mapping[str, str]) -> Response:
    """Source: RFC 9457."""
    return JSONResponse(
        {**problem, "status": status.value},
        status_code=status,
        headers={"Cache-Control": "no-store", **headers},
        media_type="application/problem+json",
    )
