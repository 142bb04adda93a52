"""The contract of the HTTP API, against a real service."""

from __future__ import annotations

import io
import json
import struct
import zlib
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageSequence
from websockets.exceptions import ConnectionClosed

from gifmill.rendering.catalogue import describe_effects

if TYPE_CHECKING:
    import httpx
    from tests.servers import Service
    from websockets.sync.client import ClientConnection

JPEG = {"Content-Type": "image/jpeg"}


def problem(answer: httpx.Response) -> Any:
    assert answer.headers["Content-Type"] == "application/problem+json"
    document = answer.json()
    assert document["status"] == answer.status_code
    assert document.keys() - {"instance"} == {"type", "title", "detail", "code", "status"}
    return document


def test_a_photo_is_accepted_with_the_place_of_its_status(service: Service, photo: bytes) -> None:
    answer = service.client.post("/v1/photos?effects=blur", content=photo, headers=JPEG)
    document = answer.json()
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/v1/photos/{document['id']}"
    assert document.keys() == {"id", "expires", "photo", "gifs"}
    assert document["photo"] == {"width": 120, "height": 80}
    assert [gif["effect"] for gif in document["gifs"]] == ["blur"]


def test_the_classic_pack_is_the_default(service: Service, photo: bytes) -> None:
    document = service.finished(service.order(photo)["id"])
    assert [(gif["effect"], gif["state"]) for gif in document["gifs"]] == [
        ("blur", "ready"),
        ("recursive", "ready"),
        ("cyclic", "ready"),
    ]


def test_a_form_is_as_good_as_a_raw_body(service: Service, photo: bytes) -> None:
    answer = service.client.post(
        "/v1/photos?effects=blur", files={"photo": ("../..\\x.txt", photo, "text/x")}
    )
    assert answer.status_code == 202


@pytest.mark.parametrize("prefix", ["", "/v1"])
def test_a_ready_gif_is_served_for_ever(service: Service, photo: bytes, prefix: str) -> None:
    [gif] = service.finished(service.order(photo, effects="blur")["id"])["gifs"]
    answer = service.client.get(prefix + gif["url"])
    assert answer.headers["Content-Type"] == "image/gif"
    assert "immutable" in answer.headers["Cache-Control"]
    assert len(answer.content) == gif["bytes"]
    with Image.open(io.BytesIO(answer.content)) as image:
        assert (image.format, image.size) == ("GIF", (120, 80))


def test_options_reach_the_gif(service: Service, photo: bytes) -> None:
    document = service.finished(
        service.order(photo, effects="cyclic", size=64, duration=1, preset="fast")["id"]
    )
    [gif] = document["gifs"]
    assert gif["options"] == "duration=1,preset=fast,size=64"
    with Image.open(io.BytesIO(service.client.get(gif["url"]).content)) as image:
        assert image.size[0] == 64
        durations = [frame.info["duration"] for frame in ImageSequence.Iterator(image)]
    assert sum(durations) == 1000


def test_a_webp_is_one_in_name_type_and_content(service: Service, photo: bytes) -> None:
    [gif] = service.finished(service.order(photo, effects="spin", format="webp", size=64)["id"])["gifs"]
    assert gif["options"] == "format=webp,size=64"
    assert gif["url"].endswith("/format=webp,size=64/spin.webp")
    for prefix in ("", "/v1"):
        answer = service.client.get(prefix + gif["url"])
        assert answer.headers["Content-Type"] == "image/webp"
        assert "immutable" in answer.headers["Cache-Control"]
        assert len(answer.content) == gif["bytes"]
        with Image.open(io.BytesIO(answer.content)) as image:
            assert (image.format, image.is_animated) == ("WEBP", True)  # type: ignore[attr-defined]
    other = gif["url"].removesuffix("webp") + "gif"
    assert problem(service.client.get(other))["status"] == 404


@pytest.mark.parametrize(
    ("target", "format_", "size", "most_bytes"),
    [("slack-emoji", "GIF", (80, 80), 128_000), ("whatsapp-sticker", "WEBP", (512, 512), 500_000)],
)
def test_a_gif_for_a_platform_keeps_its_limits(
    service: Service, photo: bytes, target: str, format_: str, size: tuple[int, int], most_bytes: int
) -> None:
    [gif] = service.finished(service.order(photo, effects="blur", **{"for": target})["id"])["gifs"]
    assert (gif["options"], gif["state"]) == (f"for={target}", "ready")
    assert gif["bytes"] <= most_bytes
    with Image.open(io.BytesIO(service.client.get(gif["url"]).content)) as image:
        assert (image.format, image.size) == (format_, size)


def test_a_gif_within_a_byte_limit_lists_its_reductions(service: Service, photo: bytes) -> None:
    photo_id = service.order(photo, effects="blur", preset="small")["id"]
    [usual] = service.finished(photo_id)["gifs"]
    assert usual["note"] is None
    most_bytes = usual["bytes"] * 2 // 3
    body = {"effect": "blur", "preset": "small", "max_bytes": most_bytes}
    with service.live(photo_id) as socket:
        receive_message(socket)
        service.client.post(f"/v1/photos/{photo_id}/gifs", json=body)
        while (message := receive_message(socket, "blur")["gif"])["state"] == "pending":
            pass
    assert message in service.status(photo_id)["gifs"]
    assert message["bytes"] <= most_bytes
    assert message["note"]["calmed"] is False
    assert message["note"]["given_up"]


def test_an_unmet_byte_limit_is_reported(service: Service, photo: bytes) -> None:
    [gif] = service.finished(service.order(photo, effects="blur", max_bytes=100)["id"])["gifs"]
    assert (gif["state"], gif["url"], gif["problem"]["code"]) == ("failed", None, "cannot_fit")


def test_a_calmed_gif_is_reported(service: Service, stripes: bytes) -> None:
    order = service.order(stripes, effects="shake", strength=100, duration=0.5)
    [gif] = service.finished(order["id"])["gifs"]
    assert gif["note"] == {"calmed": True, "given_up": []}


def test_an_option_at_its_default_makes_no_new_name(service: Service, photo: bytes) -> None:
    [gif] = service.order(photo, effects="blur", size=480, duration=3)["gifs"]
    assert gif["options"] == "default"


def test_another_gif_of_the_same_photo(service: Service, photo: bytes) -> None:
    photo_id = service.order(photo, effects="blur")["id"]
    answer = service.client.post(f"/v1/photos/{photo_id}/gifs", json={"effect": "cyclic", "size": 64})
    assert answer.status_code == 202
    states = {(gif["effect"], gif["options"]): gif["state"] for gif in service.finished(photo_id)["gifs"]}
    assert states == {("blur", "default"): "ready", ("cyclic", "size=64"): "ready"}


def test_a_deleted_photo_is_gone_with_its_gifs(service: Service, photo: bytes) -> None:
    document = service.finished(service.order(photo, effects="blur")["id"])
    assert service.client.delete(f"/v1/photos/{document['id']}").status_code == 204
    for path in (f"/v1/photos/{document['id']}", document["gifs"][0]["url"]):
        assert problem(service.client.get(path))["code"] == "not_found"
    assert service.client.delete(f"/v1/photos/{document['id']}").status_code == 404


def test_the_registry_is_served_as_it_is(service: Service) -> None:
    assert service.client.get("/v1/effects").json() == json.loads(json.dumps(describe_effects()))


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
        ("preset=best", "invalid_option", "balanced"),
        ("duration=0.55", "invalid_option", "0.5 to 10"),
        ("format=png", "invalid_option", "gif, webp"),
        ("max_bytes=-1", "invalid_option", "100000000 bytes"),
        ("for=myspace", "invalid_option", "slack-emoji"),
        ("for=slack-emoji&size=480", "invalid_option", "at most 128 px"),
        ("size=300&size=301", "invalid_request", "size"),
    ],
)
def test_a_wrong_order_is_refused_with_what_is_valid(
    service: Service, photo: bytes, query: str, code: str, names: str
) -> None:
    document = problem(service.client.post(f"/v1/photos?{query}", content=photo))
    assert (document["status"], document["code"]) == (400, code)
    assert names in document["detail"]


def test_what_is_no_photo_is_415(service: Service) -> None:
    document = problem(service.client.post("/v1/photos", content=b"%PDF-1.7", headers=JPEG))
    assert (document["status"], document["code"]) == (415, "not_a_photo")


def test_an_empty_body_is_415(service: Service) -> None:
    assert problem(service.client.post("/v1/photos", content=b""))["status"] == 415


def test_a_truncated_photo_is_422(service: Service, photo: bytes) -> None:
    document = problem(service.client.post("/v1/photos", content=photo[:-500]))
    assert (document["status"], document["code"]) == (422, "damaged_photo")


def test_too_many_pixels_are_422(service: Service) -> None:
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", 64250, 64250, 8, 2, 0, 0, 0)), (b"IDAT", bytes(5000))]
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    document = problem(service.client.post("/v1/photos", content=png))
    assert (document["status"], document["code"]) == (422, "too_many_pixels")


def test_too_many_bytes_are_413(service: Service) -> None:
    document = problem(service.client.post("/v1/photos", content=bytes(service.max_direct_bytes + 1)))
    assert (document["status"], document["code"]) == (413, "photo_too_large")
    assert "25 MB" in document["detail"]


def test_as_many_bytes_as_may_be_sent_directly_are_read(service: Service, photo: bytes) -> None:
    padded = photo + bytes(
        service.max_direct_bytes - len(photo)
    )  # what follows the end of a JPEG is not read
    answer = service.client.post("/v1/photos?effects=blur&size=16", files={"photo": padded})
    assert answer.status_code == 202


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
def test_a_form_with_anything_but_one_photo_is_400(service: Service, form: dict[str, Any]) -> None:
    document = problem(service.client.post("/v1/photos", **form))
    assert (document["status"], document["code"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    "body", [b"", b"[1]", b"{", b"{}", b'{"effect": 3}', b"\xff", b"[" * 9000, b" " * 20_000]
)
def test_an_invalid_further_order_is_400(service: Service, photo: bytes, body: bytes) -> None:
    photo_id = service.order(photo, effects="blur")["id"]
    document = problem(service.client.post(f"/v1/photos/{photo_id}/gifs", content=body))
    assert (document["status"], document["code"]) == (400, "invalid_request")


@pytest.mark.parametrize("value", [True, None, 64.5, "64 ", [64], {"px": 64}, -64, 1e300, 10**400, "\ud800"])
def test_a_value_of_the_wrong_form_is_400(service: Service, photo: bytes, value: object) -> None:
    photo_id = service.order(photo, effects="blur")["id"]
    body = json.dumps({"effect": "blur", "size": value})
    answer = service.client.post(f"/v1/photos/{photo_id}/gifs", content=body)
    assert problem(answer)["code"] == "invalid_option"


UNKNOWN = "bqfjt5xmszodl4qupy4tklof5a"
"""An id that no photo has. The same in each process: it is part of the names of tests."""


@pytest.mark.parametrize(
    "path",
    [
        f"/v1/photos/{UNKNOWN}",
        "/v1/photos/x",
        "/v1/photos/..%2f..%2fetc",
        f"/gifs/{UNKNOWN}/default/blur.gif",
        f"/gifs/{UNKNOWN}/default/blur.failed.json",
        f"/gifs/{UNKNOWN}/default/blur.note.json",
        f"/gifs/{UNKNOWN}/default/blur.webp",
        f"/gifs/{UNKNOWN}/default/nope.gif",
        f"/gifs/{UNKNOWN}/size=0300/blur.gif",
        f"/gifs/{UNKNOWN}/..%2f..%2fphotos/blur.gif",
        "/v1/nothing",
        "/etc/passwd",
        "/..%2f..%2fpyproject.toml",
        "/__init__.py%00",
    ],
)
def test_an_unknown_object_is_404(service: Service, path: str) -> None:
    assert problem(service.client.get(path))["status"] == 404


def test_a_missing_gif_is_not_remembered_by_caches(service: Service) -> None:
    answer = service.client.get(f"/gifs/{UNKNOWN}/default/blur.gif")
    assert answer.headers["Cache-Control"] == "no-store"


def test_another_method_is_405(service: Service) -> None:
    answer = service.client.put("/v1/effects")
    assert problem(answer)["status"] == 405
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("path", ["/", "/v1/effects", "/v1/nothing", "/main.js"])
def test_every_answer_has_the_security_headers(service: Service, path: str) -> None:
    headers = service.client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    for directive in ("manifest-src 'self'", "worker-src 'self'"):  # the page as an app that works offline
        assert directive in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"


def receive_message(socket: ClientConnection, effect: str | None = None, timeout_s: float = 30) -> Any:
    """Return the next message, or the next one about this effect: on AWS, messages can be reordered."""
    while True:
        message = json.loads(socket.recv(timeout_s))
        if effect is None or message.get("gif", {}).get("effect") == effect:
            return message


def test_the_socket_gives_the_status_and_each_change(service: Service, large_photo: bytes) -> None:
    ordered = service.order(large_photo, size=1080)
    gifs = {gif["effect"]: gif | {"state": "pending"} for gif in ordered["gifs"]}
    with service.live(ordered["id"]) as socket:
        while any(gif["state"] == "pending" for gif in gifs.values()):
            message = receive_message(socket)
            assert message.keys() in ({"id", "gif"}, ordered.keys())
            gifs |= {gif["effect"]: gif for gif in message.get("gifs", [message.get("gif")])}
    assert list(gifs.values()) == service.status(ordered["id"])["gifs"]


def test_the_socket_reports_another_order(service: Service, photo: bytes) -> None:
    document = service.finished(service.order(photo, effects="blur")["id"])
    with service.live(document["id"]) as socket:
        receive_message(socket)
        service.client.post(f"/v1/photos/{document['id']}/gifs", json={"effect": "cyclic"})
        while (message := receive_message(socket, "cyclic"))["gif"]["state"] == "pending":
            pass
    assert message == {"id": document["id"], "gif": service.status(document["id"])["gifs"][1]}


def test_the_socket_reports_the_deletion_and_closes(service: Service, photo: bytes) -> None:
    document = service.finished(service.order(photo, effects="blur")["id"])
    with service.live(document["id"]) as socket:
        receive_message(socket)
        service.client.delete(f"/v1/photos/{document['id']}")
        received = []
        with suppress(ConnectionClosed):
            while True:
                received.append(receive_message(socket))
    assert received[-1] == {"id": document["id"], "deleted": True}


def test_the_socket_of_an_unknown_photo_is_closed(service: Service) -> None:
    received: list[object] = []
    with service.live(UNKNOWN) as socket, suppress(ConnectionClosed):
        while len(received) < 2:
            received.append(json.loads(socket.recv(10)))
    assert received in ([], [{"id": UNKNOWN, "deleted": True}])  # a cloud has no closing code of our own


def form(service: Service, file: bytes, **more: object) -> Any:
    """A form for a file."""
    body = {"size": len(file), "type": "image/jpeg", **more}
    answer = service.client.post("/v1/uploads", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def fill(service: Service, form: Any, file: bytes) -> httpx.Response:
    """Send a form back with a file, as a browser does."""
    return service.client.post(form["url"], data=form["fields"], files={"file": ("cat.jpg", file)})


def test_a_form_is_handed_out_with_the_place_of_the_status(service: Service, photo: bytes) -> None:
    body = {"size": len(photo), "type": "image/jpeg", "effects": "blur", "preset": "fast"}
    answer = service.client.post("/v1/uploads", json=body)
    assert answer.status_code == 201
    document = answer.json()
    assert document.keys() == {"id", "url", "fields", "expires"}
    assert answer.headers["Location"] == f"/v1/photos/{document['id']}"
    assert answer.headers["Cache-Control"] == "no-store"
    left = datetime.fromisoformat(document["expires"]) - datetime.now(UTC)
    assert timedelta(minutes=14) < left <= timedelta(minutes=15)


def test_a_form_that_comes_back_with_its_file_is_an_order(service: Service, photo: bytes) -> None:
    handed_out = form(service, photo, effects="blur,cyclic", preset="fast")
    assert fill(service, handed_out, photo).status_code == 204
    document = service.finished(handed_out["id"])
    assert document["photo"] == {"width": 120, "height": 80}
    assert [(gif["effect"], gif["options"], gif["state"]) for gif in document["gifs"]] == [
        ("blur", "preset=fast", "ready"),
        ("cyclic", "preset=fast", "ready"),
    ]


def test_the_gif_size_is_in_the_query_of_a_form_request(service: Service, photo: bytes) -> None:
    body = {"size": len(photo), "type": "image/jpeg", "effects": "blur"}
    handed_out = service.client.post("/v1/uploads?size=64", json=body).json()
    fill(service, handed_out, photo)
    assert service.finished(handed_out["id"])["gifs"][0]["options"] == "size=64"


def test_a_form_is_for_a_file_of_exactly_its_size(service: Service, photo: bytes) -> None:
    for file in (photo + b"x", photo[:-1]):
        handed_out = form(service, photo)
        assert 400 <= fill(service, handed_out, file).status_code < 500
        assert service.client.get(f"/v1/photos/{handed_out['id']}").status_code == 404


def test_a_form_that_was_changed_is_refused(service: Service, photo: bytes) -> None:
    handed_out = form(service, photo)
    other = form(service, photo)
    for name in ("policy", "key"):
        fields = {**handed_out["fields"], name: other["fields"][name]}
        answer = fill(service, {"url": handed_out["url"], "fields": fields}, photo)
        assert answer.status_code == 403 or name == "key"  # S3 goes by the key, a local server by the address
        assert service.client.get(f"/v1/photos/{other['id']}").status_code == 404


def test_a_file_that_is_not_a_photo_is_reported_at_every_stage(service: Service) -> None:
    file = b"%PDF-1.7 is no photo"
    handed_out = form(service, file, effects="blur,cyclic")
    answer = fill(service, handed_out, file)
    if answer.status_code == 204:  # S3 takes anything
        document = service.finished(handed_out["id"])
        assert document["photo"] is None
        assert {gif["effect"] for gif in document["gifs"]} == {"blur", "cyclic"}
        codes = {gif["problem"]["code"] for gif in document["gifs"]}
    else:
        codes = {problem(answer)["code"]}
    assert codes == {"not_a_photo"}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "invalid_request"),
        ({"size": 100}, 400, "invalid_request"),
        ({"size": 0, "type": "image/png"}, 400, "invalid_request"),
        ({"size": True, "type": "image/png"}, 400, "invalid_request"),
        ({"size": "100", "type": "image/png"}, 400, "invalid_request"),
        ({"size": 100, "type": "image/png\r\nX: y"}, 400, "invalid_request"),
        ({"size": 100, "type": "image/png", "effects": ["blur"]}, 400, "invalid_request"),
        ({"size": 100, "type": "image/png", "effects": "nope"}, 400, "unknown_effect"),
        ({"size": 100, "type": "image/png", "turns": 2}, 400, "unknown_option"),
        ({"size": 100, "type": "image/png", "preset": "best"}, 400, "invalid_option"),
        ({"size": 25_000_001, "type": "image/png"}, 413, "photo_too_large"),
    ],
)
def test_an_invalid_form_request_is_rejected(
    service: Service, body: dict[str, object], status: int, code: str
) -> None:
    document = problem(service.client.post("/v1/uploads", json=body))
    assert (document["status"], document["code"]) == (status, code)


def test_the_page_gets_its_configuration(service: Service) -> None:
    config = service.client.get("/config.json").json()
    assert config["max_photo_bytes"] == 25_000_000
    assert config["max_direct_bytes"] == service.max_direct_bytes
    assert service.live_address.endswith(config["live"])
