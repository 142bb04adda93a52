"""What many tests of the stack do: wait for a fact, listen to a socket, find out what lies in a bucket."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from tests.http_contract import fill, form, receive_message

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.deployed_stack import DeployedStack
    from websockets.sync.client import ClientConnection

_WAIT_S = 90


def wait_until(is_so: Callable[[], object], timeout_s: float = _WAIT_S) -> None:
    """Wait until something is so."""
    end = time.monotonic() + timeout_s
    while not is_so():
        assert time.monotonic() < end, "it never was"
        time.sleep(0.05)


def receive_outcomes(socket: ClientConnection, effects: set[str]) -> dict[str, Any]:
    """The GIFs of some effects as pushes tell of them, once none is pending any more.

    The first message is the whole status and may tell it already, if the page came late.
    """
    gifs: dict[str, Any] = {}
    while not all(gifs.get(effect, {}).get("state") in ("ready", "failed") for effect in effects):
        message = receive_message(socket, timeout_s=_WAIT_S)
        for gif in message.get("gifs", [message.get("gif")]):
            gifs[gif["effect"]] = gif
    return gifs


def created(name: str) -> str:
    """What S3 says of a new object."""
    return json.dumps({"Records": [{"eventName": "ObjectCreated:Put", "s3": {"object": {"key": name}}}]})


def names(cloud: DeployedStack, bucket: str, prefix: str) -> set[str]:
    """What lies in a bucket."""
    found = cloud.aws.s3.list_objects_v2(Bucket=bucket, Prefix=prefix)
    return {each["Key"] for each in found.get("Contents", [])}


def upload(cloud: DeployedStack, file: bytes, **order: object) -> str:
    """Have a form handed out, and post it to S3 as a browser does; returns the photo's id."""
    upload_form = form(cloud, file, **order)
    assert fill(cloud, upload_form, file).status_code == 204
    return str(upload_form["id"])
