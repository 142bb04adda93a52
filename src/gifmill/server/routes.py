"""Routes of the local server only: on AWS other services do their work."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

import anyio
from anyio import to_thread
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from gifmill import logs
from gifmill.errors import InvalidKey, NotFound, StoreFailed
from gifmill.orders import check_id_or_view, readable_status, view_of
from gifmill.server.edge.client_address import CLIENT
from gifmill.server.edge.limiters import ConcurrencyLimit
from gifmill.server.upload_receiver import too_many_uploads
from gifmill.settings import page_config

if TYPE_CHECKING:
    from anyio.streams.memory import MemoryObjectReceiveStream
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from gifmill.orders import Document
    from gifmill.server.health import HealthChecker
    from gifmill.server.local_engine import LocalEngine
    from gifmill.server.metrics import Metrics
    from gifmill.server.push_hub import PushHub
    from gifmill.settings import Settings
    from gifmill.store import Store

_FORM = "form"
"""The one kind of the limit on forms, which all clients share."""

_UNKNOWN_PHOTO = 4404
_TRY_AGAIN_LATER = 1013
_POLICY_VIOLATION = 1008
"""Close codes. Source: RFC 6455, section 7.4, and its registry; 4000 to 4999 are for private use."""

_MAX_MESSAGES = 16
"""Maximum messages from a client; beyond it the WebSocket is closed."""


class LocalRoutes:
    """Handlers of the local server's own routes."""

    def __init__(
        self,
        store: Store,
        engine: LocalEngine,
        hub: PushHub,
        settings: Settings,
        metrics: Metrics,
        health: HealthChecker,
    ) -> None:
        self._store = store
        self._engine = engine
        self._hub = hub
        self._settings = settings
        self._metrics = metrics
        self._health = health
        self._client_sockets = ConcurrencyLimit(settings.max_sockets, settings.client_sockets)
        self._photo_sockets = ConcurrencyLimit(settings.max_sockets, settings.photo_sockets)
        self._form_uploads = ConcurrencyLimit(settings.max_uploads, settings.max_uploads)

    @property
    def open_sockets(self) -> int:
        """Number of open WebSockets."""
        return len(self._client_sockets)

    def routes(self) -> list[BaseRoute]:
        """Return all routes."""
        return [
            Route("/config.json", self.config),
            Route("/v1/uploads/{view}", self.post_form, methods=["POST"]),
            WebSocketRoute("/v1/live", self.live),
            Route("/healthz", self.health),
            Route("/metrics", self.metrics_text),
        ]

    def config(self, request: Request) -> Response:  # noqa: ARG002
        """Return the page's configuration."""
        return JSONResponse(page_config("/v1/live", self._settings), headers={"Cache-Control": "no-cache"})

    async def post_form(self, request: Request) -> Response:
        """Receive an upload form with its file, as S3 does."""
        view = check_id_or_view(request.path_params["view"])
        read = partial(self._engine.forms.read, view)
        if not self._form_uploads.acquire(_FORM):  # each is a temporary file before its signature is checked
            raise too_many_uploads()
        try:
            async with request.app.state.bodies.read_form_upload(request, read) as (upload, chunks):
                await self._engine.accept(view, upload.orders, chunks)
        finally:
            self._form_uploads.release(_FORM)
        return Response(status_code=HTTPStatus.NO_CONTENT)

    async def health(self, request: Request) -> Response:  # noqa: ARG002
        """Return the result of the health check."""
        headers = {"Cache-Control": "no-store"}
        if failing := await self._health.failing():
            document = {"status": "failing", "reason": " ".join(failing.values()), "parts": sorted(failing)}
            return JSONResponse(document, HTTPStatus.SERVICE_UNAVAILABLE, headers)
        return JSONResponse({"status": "ok"}, headers=headers)

    def metrics_text(self, request: Request) -> Response:  # noqa: ARG002
        """Return the metrics in Prometheus's text format."""
        return Response(self._metrics.text(), media_type="text/plain; version=0.0.4")

    async def live(self, websocket: WebSocket) -> None:
        """Send the status document at once, then each change, until either side closes the socket."""
        with suppress(WebSocketDisconnect):  # the client may be gone when its socket is closed
            await self._serve_client(websocket)

    async def _serve_client(self, websocket: WebSocket) -> None:
        await websocket.accept()
        id_or_view = websocket.query_params.get("photo", "")
        view = view_of(id_or_view)
        client = websocket.scope[CLIENT]
        if not self._client_sockets.acquire(client):
            await websocket.close(_TRY_AGAIN_LATER, "Too many pages are open. Close some.")
            return
        try:
            if not self._photo_sockets.acquire(view):
                await websocket.close(_TRY_AGAIN_LATER, "Too many pages are open on this photo. Close some.")
                return
            try:
                await self._serve_socket(websocket, id_or_view, view)
            finally:
                self._photo_sockets.release(view)
        finally:
            self._client_sockets.release(client)

    async def _serve_socket(self, websocket: WebSocket, id_or_view: str, view: str) -> None:
        with self._hub.subscribe(view) as messages:  # first, so that no change is missed
            try:
                arguments = (self._store, self._settings, check_id_or_view(id_or_view))
                logs.bind_photo(view)
                document = await to_thread.run_sync(readable_status, *arguments)
            except (InvalidKey, NotFound):
                await websocket.close(_UNKNOWN_PHOTO, "Unknown photo.")
                return
            except StoreFailed:
                await websocket.close(_TRY_AGAIN_LATER, "The store does not respond.")
                return
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._send, websocket, document, messages, tasks.cancel_scope)
                for _ in range(_MAX_MESSAGES):  # the page sends nothing; other messages are dropped
                    if (await websocket.receive())["type"] == "websocket.disconnect":
                        break
                else:
                    with suppress(WebSocketDisconnect):
                        await websocket.close(_POLICY_VIOLATION, "No messages are expected.")
                tasks.cancel_scope.cancel()

    @staticmethod
    async def _send(
        websocket: WebSocket,
        document: Document,
        messages: MemoryObjectReceiveStream[Document],
        scope: anyio.CancelScope,
    ) -> None:
        try:
            await websocket.send_json(document)
            async for message in messages:
                await websocket.send_json(message)
                if "deleted" in message:
                    await websocket.close()
                    break
            else:  # too slow: the client polls the status
                await websocket.close(_TRY_AGAIN_LATER, "Too many changes at once.")
        except WebSocketDisconnect:
            pass
        scope.cancel()
