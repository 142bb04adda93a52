"""The web application: routes that parse a request, call one function and map the result.

uvicorn serves it locally, Mangum wraps it on Lambda; `Engine` hides the differences.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urljoin

import anyio
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from gifmill import logs
from gifmill.effects import display_value
from gifmill.errors import GifmillError, InvalidRequest, NotFound
from gifmill.orders import (
    UPLOAD_EXAMPLE,
    check_id_or_view,
    derive_view,
    is_photo_id,
    new_orders,
    new_photo_id,
    parse_upload_request,
    readable_status,
)
from gifmill.rendering import describe_effects, option_given_twice
from gifmill.timestamps import format_utc
from gifmill.web.api_page import API_PAGE_POLICY, api_page
from gifmill.web.cors import Cors
from gifmill.web.gif_download import gif_response
from gifmill.web.gif_waits import GifWaits
from gifmill.web.openapi import openapi_document
from gifmill.web.path_check import PathCheck
from gifmill.web.problems import handle_error, handle_http_exception, handle_unexpected_error
from gifmill.web.request_body import RequestBodies
from gifmill.web.security_headers import SecurityHeaders
from gifmill.web.single_gif import SingleGifs

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

    from starlette.requests import Request
    from starlette.routing import BaseRoute
    from starlette.types import Lifespan

    from gifmill.orders import FormDocument, GifKey, OrderKey, Upload, UploadForm
    from gifmill.settings import Settings
    from gifmill.store import Store

_ORDER_EXAMPLE = '{"effect": "blur"}'


class Engine(Protocol):
    """Accepts photos and has GIFs rendered: by local workers, or by Lambda. It knows views only, no ids."""

    async def accept(self, view: str, orders: tuple[OrderKey, ...], chunks: AsyncIterator[bytes]) -> None:
        """Receive a photo as it arrives, and start rendering its GIFs."""

    def form(self, upload: Upload) -> UploadForm:
        """Return a form with which a client can send a photo straight to the store."""

    async def order_gif(self, view: str, effect: str, values: Mapping[str, object]) -> None:
        """Render one more GIF of a stored photo."""

    async def finished(self, gif: GifKey) -> None:
        """Return once a GIF is ready or failed, perhaps also once its photo is deleted."""

    def gif_reference(self, gif: GifKey, request: Request) -> str:
        """Return the URL of a GIF for the client of a request to `/v1/gifs`, perhaps relative to it."""

    async def delete(self, view: str) -> None:
        """Delete a photo and its GIFs."""


def create_app(
    store: Store,
    engine: Engine,
    settings: Settings,
    *,
    routes: Sequence[BaseRoute] = (),
    middleware: Sequence[Middleware] = (),
    lifespan: Lifespan[Starlette] | None = None,
) -> Starlette:
    """Create the application.

    Args:
        store: the store with GIFs and orders.
        engine: renders GIFs.
        settings: limits and lifetimes.
        routes: additional routes.
        middleware: additional middleware; its responses get the security headers too.
        lifespan: context of the running application.

    Returns:
        The application; `state.bodies.close()` aborts uploads in progress, `state.waits.close()` ends waits
        for GIFs.
    """
    bodies, waits = RequestBodies(settings), GifWaits()
    handlers = _Handlers(store, engine, bodies, waits, settings)
    gif = "/gifs/{view}/{options}/{name}"
    app = Starlette(
        routes=[
            Route("/v1/photos", handlers.post_photo, methods=["POST"]),
            Route("/v1/gifs", handlers.post_single_gif, methods=["POST"]),
            Route("/v1/uploads", handlers.post_upload, methods=["POST"]),
            Route("/v1/photos/{photo_id}", handlers.get_photo, methods=["GET"]),
            Route("/v1/photos/{photo_id}", handlers.delete_photo, methods=["DELETE"]),
            Route("/v1/photos/{photo_id}/gifs", handlers.post_gif, methods=["POST"]),
            Route("/v1/effects", handlers.get_effects, methods=["GET"]),
            Route("/v1/openapi.json", handlers.get_openapi, methods=["GET"]),
            Route("/v1/docs", handlers.get_docs, methods=["GET"]),
            Route(gif, handlers.get_gif, methods=["GET"]),
            Route(f"/v1{gif}", handlers.get_gif, methods=["GET"]),
            *routes,
        ],
        exception_handlers={
            GifmillError: handle_error,
            HTTPException: handle_http_exception,
            Exception: handle_unexpected_error,
        },
        middleware=[
            SecurityHeaders.middleware(),
            *Cors.middleware(settings.allowed_origins),
            *middleware,
            Middleware(PathCheck),
        ],
        lifespan=lifespan,
    )
    app.state.bodies = bodies
    app.state.waits = waits
    app.state.allowed_origins = settings.allowed_origins
    return app


class _Handlers:
    """The handlers, one for each call of the API."""

    def __init__(
        self, store: Store, engine: Engine, bodies: RequestBodies, waits: GifWaits, settings: Settings
    ) -> None:
        self._store = store
        self._engine = engine
        self._bodies = bodies
        self._settings = settings
        self._single_gifs = SingleGifs(store, engine, bodies, waits, settings)

    async def post_photo(self, request: Request) -> Response:
        values = _single_values(request)
        effects = values.pop("effects", "classic")
        photo_id = new_photo_id()
        view = derive_view(photo_id)
        logs.bind_photo(view)
        orders = new_orders(view, effects, values)
        async with self._bodies.photo(request) as chunks:
            await self._engine.accept(view, orders, chunks)
        return await self._accepted_response(photo_id)

    async def post_single_gif(self, request: Request) -> Response:
        return await self._single_gifs.post(request, _single_values(request))

    async def post_upload(self, request: Request) -> Response:
        values = _single_values(request)
        body = await self._bodies.read_json_object(request, UPLOAD_EXAMPLE)
        photo_id = new_photo_id()
        upload = parse_upload_request(derive_view(photo_id), body, values, self._settings)
        form = self._engine.form(upload)
        document: FormDocument = {
            "id": photo_id,
            "view": upload.view,
            "url": urljoin(str(request.base_url), form.url),
            "fields": dict(form.fields),
            "expires": format_utc(upload.expires),
        }
        headers = {"Cache-Control": "no-store", "Location": f"/v1/photos/{photo_id}"}
        return JSONResponse(document, HTTPStatus.CREATED, headers)

    async def post_gif(self, request: Request) -> Response:
        photo_id = check_id_or_view(request.path_params["photo_id"])
        values = await self._bodies.read_json_object(request, _ORDER_EXAMPLE)
        if "effect" not in values:
            raise InvalidRequest(f"The effect is missing. Send for example {_ORDER_EXAMPLE} and options.")
        effect = values.pop("effect")
        if not isinstance(effect, str):
            value = display_value(effect)
            raise InvalidRequest(f'effect={value} is not valid. Use the name of an effect, such as "blur".')
        await _change_photo(photo_id, lambda view: self._engine.order_gif(view, effect, values))
        return await self._accepted_response(photo_id)

    async def delete_photo(self, request: Request) -> Response:
        await _change_photo(check_id_or_view(request.path_params["photo_id"]), self._engine.delete)
        return Response(status_code=HTTPStatus.NO_CONTENT)

    def get_photo(self, request: Request) -> Response:
        return self._status_response(check_id_or_view(request.path_params["photo_id"]))

    def get_gif(self, request: Request) -> Response:
        return gif_response(request, self._store, self._settings)

    def get_effects(self, request: Request) -> Response:  # noqa: ARG002
        return JSONResponse(describe_effects(), headers={"Cache-Control": "public, max-age=300"})

    def get_openapi(self, request: Request) -> Response:  # noqa: ARG002
        return JSONResponse(
            openapi_document(self._settings), headers={"Cache-Control": "public, max-age=300"}
        )

    def get_docs(self, request: Request) -> Response:  # noqa: ARG002
        headers = {"Cache-Control": "public, max-age=300", "Content-Security-Policy": API_PAGE_POLICY}
        return HTMLResponse(api_page(self._settings), headers=headers)

    async def _accepted_response(self, photo_id: str) -> Response:
        response = await anyio.to_thread.run_sync(self._status_response, photo_id)
        response.status_code = HTTPStatus.ACCEPTED
        response.headers["Location"] = f"/v1/photos/{photo_id}"
        return response

    def _status_response(self, id_or_view: str) -> Response:
        document = readable_status(self._store, self._settings, id_or_view)
        return JSONResponse(document, headers={"Cache-Control": "no-store"})


async def _change_photo(photo_id: str, change: Callable[[str], Awaitable[None]]) -> None:
    """Call a function that changes a photo with the photo's view.

    A view in place of the id is hashed like an id, and finds nothing: it is as unknown as any other.

    Raises:
        NotFound: the photo does not exist, or this is not its id.
    """
    try:
        await change(derive_view(photo_id))
    except NotFound:
        if not is_photo_id(photo_id):
            raise
        await change(photo_id)  # it may have been stored before photos had views


def _single_values(request: Request) -> dict[str, str]:
    """Return the query's parameters, each given once."""
    pairs = request.query_params.multi_items()
    values = dict(pairs)
    if len(values) < len(pairs):
        raise option_given_twice(min(name for name in values if len(request.query_params.getlist(name)) > 1))
    return values
