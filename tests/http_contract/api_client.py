"""Requests that several contract tests send, and parsers of their responses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx
    from tests.servers import Service
    from websockets.sync.client import ClientConnection

JPEG = {"Content-Type": "image/jpeg"}

UNKNOWN_ID = "bqfjt5xmszodl4qupy4tklof5a"
"""An id that no photo has, the same in each process because the names of tests contain it."""


def read_problem(response: httpx.Response) -> Any:
    """Return a response's problem document, and check its form."""
    assert response.headers["Content-Type"] == "application/problem+json"
    document = response.json()
    assert document["status"] == response.status_code
    assert document.keys() - {"instance"} == {"type", "title", "detail", "code", "status"}
    return document


def receive_message(socket: ClientConnection, effect: str | None = None, timeout_s: float = 30) -> Any:
    """Return the next message, or the next one about this effect: on AWS, messages can be reordered."""
    while True:
        message = json.loads(socket.recv(timeout_s))
        if effect is None or message.get("gif", {}).get("effect") == effect:
            return message


def request_form(service: Service, file: bytes, **more: object) -> Any:
    """Request a form for an upload of this file, and return its document."""
    body = {"size": len(file), "type": "image/jpeg", **more}
    response = service.client.post("/v1/uploads", json=body)
    assert response.status_code == 201, response.text
    return response.json()


def post_form(service: Service, form: Any, file: bytes) -> httpx.Response:
    """Post a form with a file, as a browser does."""
    return service.client.post(form["url"], data=form["fields"], files={"file": ("cat.jpg", file)})
