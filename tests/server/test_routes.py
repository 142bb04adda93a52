"""Routes of the local server: sockets of clients that are gone."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from starlette.websockets import WebSocket

from gifmill.orders.capabilities import new_photo_id
from gifmill.server.edge.client_address import CLIENT
from gifmill.server.push_hub import PushHub
from gifmill.server.routes import LocalRoutes
from gifmill.settings import Settings
from gifmill.store.store import open_store

if TYPE_CHECKING:
    from starlette.types import Message


def test_a_client_that_is_gone_when_its_socket_is_closed_raises_no_error() -> None:
    sent: list[str] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message["type"])
        if message["type"] == "websocket.close":
            raise OSError("The connection is lost.")

    nothing: Any = None
    hub = PushHub()
    routes = LocalRoutes(open_store("memory://"), nothing, hub, Settings(), nothing, nothing)
    scope = {
        "type": "websocket",
        "query_string": f"photo={new_photo_id()}".encode(),
        "headers": [],
        CLIENT: "192.0.2.1",
    }
    asyncio.run(routes.live(WebSocket(scope, receive, send)))
    assert sent == ["websocket.accept", "websocket.close"]
