"""The HTTP contract on a local server, and behaviour that only a local server has."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import pytest
from tests.http_contract import *  # noqa: F403, the contract consists of tests
from tests.http_contract.api_client import UNKNOWN_ID, post_form, read_problem, receive_message, request_form
from websockets.exceptions import ConnectionClosed

if TYPE_CHECKING:
    from tests.servers import Server, Service


@pytest.fixture
def service(server: Server) -> Service:
    return server


@pytest.mark.parametrize("transfer", ["declared", "chunked", "form"])
def test_too_many_bytes_give_413_by_any_transfer(server: Server, transfer: str) -> None:
    data = bytes(25_000_001)
    if transfer == "form":
        response = server.client.post("/v1/photos", files={"photo": data})
    else:
        response = server.client.post("/v1/photos", content=data if transfer == "declared" else iter([data]))
    document = read_problem(response)
    assert (document["status"], document["code"]) == (413, "photo_too_large")


def test_a_form_can_be_used_once(server: Server, photo: bytes) -> None:
    upload_form = request_form(server, photo, effects="blur")
    assert post_form(server, upload_form, photo).status_code == 204
    assert read_problem(post_form(server, upload_form, photo))["code"] == "invalid_form"


def test_a_form_with_another_size_is_rejected_with_advice(server: Server, photo: bytes) -> None:
    document = read_problem(post_form(server, request_form(server, photo), photo + b"x"))
    assert document["detail"].endswith("Request a new form for this size: POST /v1/uploads.")


def test_an_unreadable_upload_form_is_rejected_with_advice(server: Server) -> None:
    url = f"/v1/uploads/{UNKNOWN_ID}"
    document = read_problem(server.client.post(url, content=b"photo", headers={"Content-Type": "image/png"}))
    assert document["code"] == "invalid_request"
    assert document["detail"].endswith("Send multipart/form-data, with the form's fields, then the file.")
    document = read_problem(server.client.post(url, files={"image": b"x"}))
    assert document["code"] == "invalid_form"
    assert document["detail"].startswith("The form has no file in the field 'file'. Send the form's fields")


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b'{"effect":\n blur}', "(line 2, column 2). Send for example {"),
        (b"\xff\xff\xff", "The body is not valid JSON: it is not UTF-8. Send"),
        (b"[1]", 'The body is not a JSON object. Send for example {"effect": "blur"}.'),
    ],
)
def test_a_body_that_is_no_json_object_is_rejected_with_its_first_fault(
    server: Server, photo: bytes, body: bytes, detail: str
) -> None:
    """On AWS, API Gateway rejects it, with a message of its own."""
    address = f"/v1/photos/{server.order(photo, effects='blur')['id']}/gifs"
    assert detail in read_problem(server.client.post(address, content=body))["detail"]


@pytest.mark.parametrize("fields", [{}, {"policy": "e30="}, {"policy": "\u20ac", "signature": "\u20ac"}])
def test_a_forged_form_is_rejected(server: Server, photo: bytes, fields: dict[str, str]) -> None:
    form = {"url": f"/v1/uploads/{UNKNOWN_ID}", "fields": fields}
    document = read_problem(post_form(server, form, photo))
    assert (document["status"], document["code"]) == (403, "invalid_form")


def test_a_websocket_sends_the_status_at_once_and_then_each_change(
    server: Server, large_photo: bytes
) -> None:
    ordered = server.order(large_photo, size=1080)
    with server.live(ordered["id"]) as socket:
        states = {gif["effect"]: gif for gif in receive_message(socket)["gifs"]}
        while any(gif["state"] == "pending" for gif in states.values()):
            message = receive_message(socket)
            assert message.keys() == {"view", "gif"}
            states[message["gif"]["effect"]] = message["gif"]
    assert list(states.values()) == server.status(ordered["id"])["gifs"]


@pytest.mark.parametrize("photo_id", [UNKNOWN_ID, "", "x", "../.."])
def test_a_websocket_of_an_unknown_photo_is_closed_with_4404(server: Server, photo_id: str) -> None:
    with server.live(photo_id) as socket, pytest.raises(ConnectionClosed) as closed:
        socket.recv(10)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4404


def test_concurrent_uses_of_a_form_accept_one(server: Server, photo: bytes) -> None:
    one, other = photo + b"1", photo + b"2"  # bytes after the end of a JPEG are ignored
    upload_form = request_form(server, one, effects="blur")
    with ThreadPoolExecutor(2) as pool:
        responses = list(pool.map(partial(post_form, server, upload_form), [one, other, one, other]))
    assert sorted(response.status_code for response in responses) == [204, 403, 403, 403]
    rejected = [response for response in responses if response.status_code == 403]
    assert {read_problem(response)["code"] for response in rejected} == {"invalid_form"}
    assert server.finished(upload_form["id"])["gifs"][0]["state"] == "ready"


def test_shared_caches_store_a_gif_for_ten_minutes_only(server: Server, photo: bytes) -> None:
    [gif] = server.finished(server.order(photo, effects="blur", size=64)["id"])["gifs"]
    for prefix in ("", "/v1"):
        response = server.client.get(prefix + gif["url"])
        assert response.headers["Cache-Control"] == "public, max-age=86400, s-maxage=600, immutable"
