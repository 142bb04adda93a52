"""The contract of the HTTP API, against a real server."""

from __future__ import annotations

import io
import json
import struct
import zlib
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageSequence
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from gifmill.catalogue import catalogue
from gifmill.keys import new_photo_id

if TYPE_CHECKING:
    import httpx
    from tests.servers import Server

JPEG = {"Content-Type": "image/jpeg"}


def problem(answer: httpx.Response) -> Any:
    assert answer.headers["Content-Type"] == "application/problem+json"
    document = answer.json()
    assert document["status"] == answer.status_code
    assert document.keys() == {"type", "title", "detail", "code", "status"}
    return document


def test_a_photo_is_accepted_with_the_place_of_its_status(server: Server, photo: bytes) -> None:
    answer = server.client.post("/v1/photos?effects=blur", content=photo, headers=JPEG)
    document = answer.json()
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/v1/photos/{document['id']}"
    assert document.keys() == {"id", "expires", "photo", "gifs"}
    assert document["photo"] == {"width": 120, "height": 80}
    assert [gif["effect"] for gif in document["gifs"]] == ["blur"]


def test_without_a_word_the_classic_three_are_made(server: Server, photo: bytes) -> None:
    document = server.finished(server.order(photo)["id"])
    assert [(gif["effect"], gif["state"]) for gif in document["gifs"]] == [
        ("blur", "ready"),
        ("recursive", "ready"),
        ("cyclic", "ready"),
    ]


def test_a_form_is_as_good_as_a_raw_body(server: Server, photo: bytes) -> None:
    answer = server.client.post("/v1/photos?effects=blur", files={"photo": ("../..\\x.txt", photo, "text/x")})
    assert answer.status_code == 202


@pytest.mark.parametrize("prefix", ["", "/v1"])
def test_a_ready_gif_is_served_for_ever(server: Server, photo: bytes, prefix: str) -> None:
    [gif] = server.finished(server.order(photo, effects="blur")["id"])["gifs"]
    answer = server.client.get(prefix + gif["url"])
    assert answer.headers["Content-Type"] == "image/gif"
    assert "immutable" in answer.headers["Cache-Control"]
    assert len(answer.content) == gif["bytes"]
    with Image.open(io.BytesIO(answer.content)) as image:
        assert (image.format, image.size) == ("GIF", (120, 80))


def test_options_reach_the_gif(server: Server, photo: bytes) -> None:
    document = server.finished(
        server.order(photo, effects="cyclic", size=64, duration=1, preset="fast")["id"]
    )
    [gif] = document["gifs"]
    assert gif["options"] == "duration=1,preset=fast,size=64"
    with Image.open(io.BytesIO(server.client.get(gif["url"]).content)) as image:
        assert image.size[0] == 64
        durations = [frame.info["duration"] for frame in ImageSequence.Iterator(image)]
    assert sum(durations) == 1000


def test_an_option_at_its_default_makes_no_new_name(server: Server, photo: bytes) -> None:
    [gif] = server.order(photo, effects="blur", size=480, duration=3)["gifs"]
    assert gif["options"] == "default"


def test_another_gif_of_the_same_photo(server: Server, photo: bytes) -> None:
    photo_id = server.order(photo, effects="blur")["id"]
    answer = server.client.post(f"/v1/photos/{photo_id}/gifs", json={"effect": "cyclic", "size": 64})
    assert answer.status_code == 202
    states = {(gif["effect"], gif["options"]): gif["state"] for gif in server.finished(photo_id)["gifs"]}
    assert states == {("blur", "default"): "ready", ("cyclic", "size=64"): "ready"}


def test_a_deleted_photo_is_gone_with_its_gifs(server: Server, photo: bytes) -> None:
    document = server.finished(server.order(photo, effects="blur")["id"])
    assert server.client.delete(f"/v1/photos/{document['id']}").status_code == 204
    for path in (f"/v1/photos/{document['id']}", document["gifs"][0]["url"]):
        assert problem(server.client.get(path))["code"] == "not_found"
    assert server.client.delete(f"/v1/photos/{document['id']}").status_code == 404


def test_the_registry_is_served_as_it_is(server: Server) -> None:
    assert server.client.get("/v1/effects").json() == json.loads(json.dumps(catalogue()))


@pytest.mark.parametrize(
    ("query", "code", "names"),
    [
        ("effects=nope", "unknown_effect", "classic"),
        ("effects=", "unknown_effect", "classic"),
        ("effects=blur,", "unknown_effect", "classic"),
        ("turns=2", "unknown_option", "duration"),
        ("size=15", "invalid_option", "16 to 1080"),
        ("size=1e2", "invalid_option", "16 to 1080"),
        ("size=", "invalid_option", "16 to 1080"),
        ("preset=crisp", "invalid_option", "balanced"),
        ("duration=0.55", "invalid_option", "0.5 to 10"),
        ("size=300&size=301", "invalid_request", "size"),
    ],
)
def test_a_wrong_order_is_refused_with_what_is_valid(
    server: Server, photo: bytes, query: str, code: str, names: str
) -> None:
    document = problem(server.client.post(f"/v1/photos?{query}", content=photo))
    assert (document["status"], document["code"]) == (400, code)
    assert names in document["detail"]


def test_what_is_no_photo_is_415(server: Server) -> None:
    document = problem(server.client.post("/v1/photos", content=b"%PDF-1.7", headers=JPEG))
    assert (document["status"], document["code"]) == (415, "not_a_photo")


def test_an_empty_body_is_415(server: Server) -> None:
    assert problem(server.client.post("/v1/photos", content=b""))["status"] == 415


def test_a_truncated_photo_is_422(server: Server, photo: bytes) -> None:
    document = problem(server.client.post("/v1/photos", content=photo[:-500]))
    assert (document["status"], document["code"]) == (422, "damaged_photo")


def test_too_many_pixels_are_422(server: Server) -> None:
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", 64250, 64250, 8, 2, 0, 0, 0)), (b"IDAT", bytes(5000))]
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    document = problem(server.client.post("/v1/photos", content=png))
    assert (document["status"], document["code"]) == (422, "too_many_pixels")


@pytest.mark.parametrize("way", ["declared", "chunked", "form"])
def test_too_many_bytes_are_413(server: Server, way: str) -> None:
    data = bytes(25_000_001)
    if way == "form":
        answer = server.client.post("/v1/photos", files={"photo": data})
    else:
        answer = server.client.post("/v1/photos", content=data if way == "declared" else iter([data]))
    document = problem(answer)
    assert (document["status"], document["code"]) == (413, "photo_too_large")
    assert "25 MB" in document["detail"]


def test_exactly_25_mb_are_read(server: Server, photo: bytes) -> None:
    padded = photo + bytes(25_000_000 - len(photo))  # what follows the end of a JPEG is not read
    assert server.client.post("/v1/photos?effects=blur&size=16", files={"photo": padded}).status_code == 202


@pytest.mark.parametrize(
    "form",
    [
        {"files": {"image": b"x"}},
        {"data": {"photo": "text"}, "files": {"other": b"x"}},
        {"files": {"photo": b"x"}, "data": {"size": "300"}},
        {"files": [("photo", b"x"), ("photo", b"y")]},
        {
            "content": b"--x--",
            "headers": {"Content-Type": "multipart/form-data; boundary=x; charset=undefined"},
        },
        {"content": b"--x", "headers": {"Content-Type": "multipart/form-data"}},
        {"content": b"--x\r\nbroken", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
    ],
)
def test_a_form_with_anything_but_one_photo_is_400(server: Server, form: dict[str, Any]) -> None:
    document = problem(server.client.post("/v1/photos", **form))
    assert (document["status"], document["code"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    "body", [b"", b"[1]", b"{", b"{}", b'{"effect": 3}', b"\xff", b"[" * 9000, b" " * 20_000]
)
def test_another_order_that_makes_no_sense_is_400(server: Server, photo: bytes, body: bytes) -> None:
    photo_id = server.order(photo, effects="blur")["id"]
    document = problem(server.client.post(f"/v1/photos/{photo_id}/gifs", content=body))
    assert (document["status"], document["code"]) == (400, "invalid_request")


@pytest.mark.parametrize("value", [True, None, 64.5, "64 ", [64], {"px": 64}, -64, 1e300, 10**400, "\ud800"])
def test_a_value_of_the_wrong_form_is_400(server: Server, photo: bytes, value: object) -> None:
    photo_id = server.order(photo, effects="blur")["id"]
    body = json.dumps({"effect": "blur", "size": value})
    answer = server.client.post(f"/v1/photos/{photo_id}/gifs", content=body)
    assert problem(answer)["code"] == "invalid_option"


UNKNOWN = new_photo_id()


@pytest.mark.parametrize(
    "path",
    [
        f"/v1/photos/{UNKNOWN}",
        "/v1/photos/x",
        "/v1/photos/..%2f..%2fetc",
        f"/gifs/{UNKNOWN}/default/blur.gif",
        f"/gifs/{UNKNOWN}/default/blur.failed.json",
        f"/gifs/{UNKNOWN}/default/nope.gif",
        f"/gifs/{UNKNOWN}/size=0300/blur.gif",
        f"/gifs/{UNKNOWN}/..%2f..%2fphotos/blur.gif",
        "/v1/nothing",
        "/etc/passwd",
        "/..%2f..%2fpyproject.toml",
        "/__init__.py%00",
    ],
)
def test_what_is_not_there_is_404(server: Server, path: str) -> None:
    assert problem(server.client.get(path))["status"] == 404


def test_a_missing_gif_is_not_remembered_by_caches(server: Server) -> None:
    answer = server.client.get(f"/gifs/{UNKNOWN}/default/blur.gif")
    assert answer.headers["Cache-Control"] == "no-store"


def test_another_method_is_405(server: Server) -> None:
    answer = server.client.put("/v1/effects")
    assert problem(answer)["status"] == 405
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("path", ["/", "/v1/effects", "/v1/nothing", "/main.js"])
def test_every_answer_has_the_security_headers(server: Server, path: str) -> None:
    headers = server.client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"


def live(server: Server, photo_id: str) -> Any:
    return connect(f"{server.address.replace('http', 'ws')}v1/live?photo={photo_id}", open_timeout=10)


def test_the_socket_gives_the_status_at_once_and_then_each_change(server: Server, large_photo: bytes) -> None:
    ordered = server.order(large_photo, size=1080)
    with live(server, ordered["id"]) as socket:
        states = {gif["effect"]: gif for gif in json.loads(socket.recv(10))["gifs"]}
        while any(gif["state"] == "pending" for gif in states.values()):
            message = json.loads(socket.recv(30))
            assert message.keys() == {"id", "gif"}
            states[message["gif"]["effect"]] = message["gif"]
    assert list(states.values()) == server.status(ordered["id"])["gifs"]


def test_the_socket_tells_of_another_order(server: Server, photo: bytes) -> None:
    document = server.finished(server.order(photo, effects="blur")["id"])
    with live(server, document["id"]) as socket:
        assert json.loads(socket.recv(10)) == document
        server.client.post(f"/v1/photos/{document['id']}/gifs", json={"effect": "cyclic"})
        heard = [json.loads(socket.recv(10))["gif"] for _ in range(2)]
    assert {gif["effect"] for gif in heard} == {"cyclic"}
    assert heard[-1]["state"] == "ready"


def test_the_socket_tells_of_deletion_and_closes(server: Server, photo: bytes) -> None:
    document = server.finished(server.order(photo, effects="blur")["id"])
    with live(server, document["id"]) as socket:
        socket.recv(10)
        server.client.delete(f"/v1/photos/{document['id']}")
        assert json.loads(socket.recv(10)) == {"id": document["id"], "deleted": True}
        with pytest.raises(ConnectionClosed):
            socket.recv(10)


@pytest.mark.parametrize("photo_id", [UNKNOWN, "", "x", "../.."])
def test_the_socket_of_an_unknown_photo_is_closed(server: Server, photo_id: str) -> None:
    with live(server, photo_id) as socket, pytest.raises(ConnectionClosed) as closed:
        socket.recv(10)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4404
