"""Common operations of tests of the stack: poll, read WebSocket messages, list objects, upload."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from tests.http_contract.api_client import post_form, receive_message, request_form

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.deployed_stack import DeployedStack
    from websockets.sync.client import ClientConnection

_WAIT_S = 90


def wait_until(condition: Callable[[], object], timeout_s: float = _WAIT_S) -> None:
    """Poll until a condition is true."""
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, f"the condition was not met within {timeout_s} s"
        time.sleep(0.05)


def receive_outcomes(socket: ClientConnection, effects: set[str]) -> dict[str, Any]:
    """Read pushes until no GIF of the effects is pending, and return the GIFs by effect.

    The first message is the whole status; it may already contain the outcomes.
    """
    gifs: dict[str, Any] = {}
    while not all(gifs.get(effect, {}).get("state") in ("ready", "failed") for effect in effects):
        message = receive_message(socket, timeout_s=_WAIT_S)
        for gif in message.get("gifs", [message.get("gif")]):
            gifs[gif["effect"]] = gif
    return gifs


def object_created_event(name: str) -> str:
    """Return S3's event for a new object, as JSON text."""
    return json.dumps({"Records": [{"eventName": "ObjectCreated:Put", "s3": {"object": {"key": name}}}]})


def object_names(stack: DeployedStack, bucket: str, prefix: str) -> set[str]:
    """Return the names of a bucket's objects with a prefix."""
    found = stack.aws.s3.list_objects_v2(Bucket=bucket, Prefix=prefix)
    return {each["Key"] for each in found.get("Contents", [])}


def upload(stack: DeployedStack, file: bytes, **order: object) -> str:
    """Request an upload form, post it to S3 as a browser does, and return the photo's id."""
    upload_form = request_form(stack, file, **order)
    assert post_form(stack, upload_form, file).status_code == 204
    return str(upload_form["id"])
