"""The routes that only a local server has; on AWS other services do what they do."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

import anyio
from anyio import to_thread
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from gifmill import logs
from gifmill.errors import Busy, InvalidKey, NotFound, StoreFailed
from gifmill.orders import check_photo_id, photo_status
from gifmill.server.edge.client_address import CLIENT
from gifmill.server.edge.limiters import ConcurrencyLimit
from gifmill.settings import page_config

if TYPE_CHECKING:
    from anyio.streams.memory import MemoryObjectReceiveStream
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from gifmill.orders import Document
    from gifmill.server.engine import LocalEngine
    from gifmill.server.health import Health
    from gifmill.server.metrics import Metrics
    from gifmill.server.push_hub import PushHub
    from gifmill.settings import Settings
    from gifmill.store import Store

_FORM = "form"
"""What places for forms are taken by: they are for all clients together."""

_UNKNOWN_PHOTO = 4404
_TRY_AGAIN_LATER = 1013
_POLICY_VIOLATION = 1008
"""Close codes. Source: RFC 6455, section 7.4, and its registry; 4000 to 4999 are for private use."""

_MESSAGES = 16
"""A socket that says more than so many times something is closed."""


class LocalRoutes:
    """The routes that only a local server has."""

    def __init__(
        self,
        store: Store,
        engine: LocalEngine,
        hub: PushHub,
        settings: Settings,
        metrics: Metrics,
        health: Health,
    ) -> None:
        self._store = store
        self._engine = engine
        self._hub = hub
        self._settings = settings
        self._metrics = metrics
        self._health = health
        self._of_clients = ConcurrencyLimit(settings.max_sockets, settings.client_sockets)
        self._of_photos = ConcurrencyLimit(settings.max_sockets, settings.photo_sockets)
        self._of_forms = ConcurrencyLimit(settings.max_uploads, settings.max_uploads)

    def routes(self) -> list[BaseRoute]:
        """All of them."""
        return [
            Route("/config.json", self.config),
            Route("/v1/uploads/{photo_id}", self.post_form, methods=["POST"]),
            WebSocketRoute("/v1/live", self.live),
            Route("/healthz", self.health),
            Route("/metrics", self.metrics_text),
        ]

    def config(self, request: Request) -> Response:  # noqa: ARG002
        """What the page needs to know of the place where it is."""
        return JSONResponse(page_config("/v1/live", self._settings), headers={"Cache-Control": "no-cache"})

    async def post_form(self, request: Request) -> Response:
        """A form that comes back with its file. S3 answers the same way."""
        photo_id = check_photo_id(request.path_params["photo_id"])
        read = partial(self._engine.forms.read, photo_id)
        if not self._of_forms.acquire(_FORM):  # each is a temporary file before it is known to be ours
            raise Busy("Too many photos are on their way here. Send this one again in a moment.")
        try:
            async with request.app.state.bodies.form_upload(request, read) as (upload, chunks):
                await self._engine.accept(photo_id, upload.orders, chunks)
        finally:
            self._of_forms.release(_FORM)
        return Response(status_code=HTTPStatus.NO_CONTENT)

    async def health(self, request: Request) -> Response:  # noqa: ARG002
        """Whether the store can be used and workers answer; if not, which of them, and why."""
        headers = {"Cache-Control": "no-store"}
        if failing := await self._health.failing():
            document = {"status": "failing", "reason": " ".join(failing.values()), "parts": sorted(failing)}
            return JSONResponse(document, HTTPStatus.SERVICE_UNAVAILABLE, headers)
        return JSONResponse({"status": "ok"}, headers=headers)

    def metrics_text(self, request: Request) -> Response:  # noqa: ARG002
        """For Prometheus."""
        return Response(self._metrics.text(), media_type="text/plain; version=0.0.4")

    async def live(self, websocket: WebSocket) -> None:
        """At once the status document, then each change."""
        await websocket.accept()
        photo_id = websocket.query_params.get("photo", "")
        client = websocket.scope[CLIENT]
        if not self._of_clients.acquire(client):
            await websocket.close(_TRY_AGAIN_LATER, "Too many pages are open. Close some.")
            return
        try:
            if not self._of_photos.acquire(photo_id):
                await websocket.close(_TRY_AGAIN_LATER, "Too many pages are open on this photo. Close some.")
                return
            try:
                await self._listening(websocket, photo_id)
            finally:
                self._of_photos.release(photo_id)
        finally:
            self._of_clients.release(client)

    async def _listening(self, websocket: WebSocket, photo_id: str) -> None:
        with self._hub.listen(photo_id) as messages:  # before the status is read: no change falls between
            try:
                arguments = (self._store, self._settings, check_photo_id(photo_id))
                logs.bind_photo(photo_id)
                document = await to_thread.run_sync(photo_status, *arguments)
            except (InvalidKey, NotFound):
                await websocket.close(_UNKNOWN_PHOTO, "There is no such photo.")
                return
            except StoreFailed:
                await websocket.close(_TRY_AGAIN_LATER, "The store does not answer.")
                return
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._send, websocket, document, messages, tasks.cancel_scope)
                for _ in range(_MESSAGES):  # a page has nothing to say; what it sends all the same is dropped
                    if (await websocket.receive())["type"] == "websocket.disconnect":
                        break
                else:
                    await websocket.close(_POLICY_VIOLATION, "Nothing is expected here.")
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
            else:  # too slow: it may ask for the status again
                await websocket.close(_TRY_AGAIN_LATER, "Too many changes at once.")
        except WebSocketDisconnect:
            pass
        scope.cancel()
