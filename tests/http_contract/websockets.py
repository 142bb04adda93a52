"""The contract of WebSockets: messages about changes of a photo."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

from tests.http_contract.api_client import UNKNOWN_ID, receive_message
from websockets.exceptions import ConnectionClosed

from gifmill.orders.capabilities import derive_view

if TYPE_CHECKING:
    from tests.servers import Service


def test_a_websocket_sends_the_status_and_each_change(service: Service, large_photo: bytes) -> None:
    ordered = service.order(large_photo, size=1080)
    gifs = {gif["effect"]: gif | {"state": "pending"} for gif in ordered["gifs"]}
    with service.live(ordered["id"]) as socket:
        while any(gif["state"] == "pending" for gif in gifs.values()):
            message = receive_message(socket)
            assert message.keys() in ({"view", "gif"}, ordered.keys())
            gifs |= {gif["effect"]: gif for gif in message.get("gifs", [message.get("gif")])}
    assert list(gifs.values()) == service.status(ordered["id"])["gifs"]


def test_a_websocket_reports_another_order(service: Service, photo: bytes) -> None:
    document = service.finished(service.order(photo, effects="blur")["id"])
    with service.live(document["id"]) as socket:
        receive_message(socket)
        service.client.post(f"/v1/photos/{document['id']}/gifs", json={"effect": "cyclic"})
        while (message := receive_message(socket, "cyclic"))["gif"]["state"] == "pending":
            pass
    assert message == {"view": document["view"], "gif": service.status(document["id"])["gifs"][1]}


def test_a_websocket_reports_the_deletion_and_closes(service: Service, photo: bytes) -> None:
    document = service.finished(service.order(photo, effects="blur")["id"])
    with service.live(document["id"]) as socket:
        receive_message(socket)
        service.client.delete(f"/v1/photos/{document['id']}")
        received = []
        with suppress(ConnectionClosed):
            while True:
                received.append(receive_message(socket))
    assert received[-1] == {"view": document["view"], "deleted": True}


def test_a_websocket_of_an_unknown_photo_is_closed(service: Service) -> None:
    received: list[object] = []
    with service.live(UNKNOWN_ID) as socket, suppress(ConnectionClosed):
        while len(received) < 2:
            received.append(json.loads(socket.recv(10)))
    # API Gateway cannot send custom close codes.
    assert received in ([], [{"view": derive_view(UNKNOWN_ID), "deleted": True}])
