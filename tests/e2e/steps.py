"""What many tests of the stack do: wait for a fact, listen to a socket, find out what lies in a bucket."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.cloud import Cloud
    from websockets.sync.client import ClientConnection

_WAIT_S = 90


def eventually(is_so: Callable[[], object], timeout_s: float = _WAIT_S) -> None:
    """Wait until something is so."""
    end = time.monotonic() + timeout_s
    while not is_so():
        assert time.monotonic() < end, "it never was"
        time.sleep(0.05)


def hear(socket: ClientConnection, timeout_s: float = _WAIT_S) -> Any:
    """The next message."""
    return json.loads(socket.recv(timeout_s))


def hear_outcomes(socket: ClientConnection, effects: set[str]) -> dict[str, Any]:
    """The GIFs of some effects as pushes tell of them, once none is pending any more.

    The first message is the whole status and may tell it already, if the page came late.
    """
    gifs: dict[str, Any] = {}
    while not all(gifs.get(effect, {}).get("state") in ("ready", "failed") for effect in effects):
        message = hear(socket)
        for gif in message.get("gifs", [message.get("gif")]):
            gifs[gif["effect"]] = gif
    return gifs


def created(name: str) -> str:
    """What S3 says of a new object."""
    return json.dumps({"Records": [{"eventName": "ObjectCreated:Put", "s3": {"object": {"key": name}}}]})


def names(cloud: Cloud, bucket: str, prefix: str) -> set[str]:
    """What lies in a bucket."""
    found = cloud.aws.s3.list_objects_v2(Bucket=bucket, Prefix=prefix)
    return {each["Key"] for each in found.get("Contents", [])}


def order_form(cloud: Cloud, file: bytes, **more: object) -> Any:
    """A form for an upload."""
    body = {"size": len(file), "type": "image/jpeg", **more}
    answer = cloud.client.post("/v1/uploads", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def send_form(cloud: Cloud, form: Any, file: bytes) -> None:
    """Post a form to S3, as a browser does."""
    answer = cloud.client.post(form["url"], data=form["fields"], files={"file": ("cat.jpg", file)})
    assert answer.status_code == 204, answer.text
