"""The contract of rejected requests: statuses and problem documents."""

from __future__ import annotations

import json
import struct
import zlib
from typing import TYPE_CHECKING, Any

import pytest
from tests.http_contract.api_client import JPEG, UNKNOWN_ID, read_problem

if TYPE_CHECKING:
    from tests.servers import Service


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
        ("duration=0.55", "invalid_option", "0.2 to 10"),
        ("format=png", "invalid_option", "gif, webp"),
        ("max_bytes=-1", "invalid_option", "100000000 bytes"),
        ("for=myspace", "invalid_option", "slack-emoji"),
        ("for=slack-emoji&size=480", "invalid_option", "at most 128 px"),
        ("size=300&size=301", "invalid_request", "Option 'size' is given twice. Give it once."),
    ],
)
def test_an_invalid_order_is_rejected_with_valid_values(
    service: Service, photo: bytes, query: str, code: str, names: str
) -> None:
    document = read_problem(service.client.post(f"/v1/photos?{query}", content=photo))
    assert (document["status"], document["code"]) == (400, code)
    assert names in document["detail"]


def test_a_file_that_is_not_a_photo_gives_415(service: Service) -> None:
    document = read_problem(service.client.post("/v1/photos", content=b"%PDF-1.7", headers=JPEG))
    assert (document["status"], document["code"]) == (415, "not_a_photo")


def test_an_empty_body_gives_415(service: Service) -> None:
    assert read_problem(service.client.post("/v1/photos", content=b""))["status"] == 415


def test_a_truncated_photo_gives_422(service: Service, photo: bytes) -> None:
    document = read_problem(service.client.post("/v1/photos", content=photo[:-500]))
    assert (document["status"], document["code"]) == (422, "damaged_photo")


def test_too_many_pixels_give_422(service: Service) -> None:
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", 64250, 64250, 8, 2, 0, 0, 0)), (b"IDAT", bytes(5000))]
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    document = read_problem(service.client.post("/v1/photos", content=png))
    assert (document["status"], document["code"]) == (422, "too_many_pixels")


def test_too_many_bytes_give_413(service: Service) -> None:
    document = read_problem(service.client.post("/v1/photos", content=bytes(service.max_direct_bytes + 1)))
    assert (document["status"], document["code"]) == (413, "photo_too_large")
    assert "25 MB" in document["detail"]


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
def test_a_form_without_exactly_one_photo_gives_400(service: Service, form: dict[str, Any]) -> None:
    document = read_problem(service.client.post("/v1/photos", **form))
    assert (document["status"], document["code"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("form", "detail"),
    [
        ({"files": {"image": b"x"}}, "curl -F photo=@cat.jpg"),
        ({"files": [("photo", b"x"), ("photo", b"y")]}, "The form has 2 fields. Send only one file"),
    ],
)
def test_a_form_is_rejected_with_the_reason(service: Service, form: dict[str, Any], detail: str) -> None:
    assert detail in read_problem(service.client.post("/v1/photos", **form))["detail"]


@pytest.mark.parametrize(
    "body", [b"", b"[1]", b"{", b"{}", b'{"effect": 3}', b"\xff", b"[" * 9000, b" " * 20_000]
)
def test_an_invalid_order_of_another_gif_gives_400(service: Service, photo: bytes, body: bytes) -> None:
    photo_id = service.order(photo, effects="blur")["id"]
    document = read_problem(service.client.post(f"/v1/photos/{photo_id}/gifs", content=body))
    assert (document["status"], document["code"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b'{"size": 64}', 'The effect is missing. Send for example {"effect": "blur"}'),
        (b'{"effect": 3}', 'effect=3 is not valid. Use the name of an effect, such as "blur".'),
        (b'{"effect": null}', "effect=null is not valid."),
        (
            b'{"effect": "classic"}',
            "'classic' is a pack. Use its effects one by one: blur, rec",
        ),
        (b'{"effect": "blur", "max_bytes": 1e400}', "max_bytes=Infinity is not valid."),
        (b'{"effect": "blurr"}', "Unknown effect 'blurr'. Did you mean 'blur'? Effects: blur, "),
        (b'{"effect": "blur", "durration": 2}', "Unknown option 'durration'. Did you mean 'duration'?"),
        (b'{"effect": "blur", "for": "slack"}', "for=slack is not valid. Did you mean 'slack-emoji'?"),
        (b'{"effect": "blur", "format": "wepb"}', "format=wepb is not valid. Did you mean 'webp'?"),
        (b'{"effect": "blur", "max_bytes": "1MB"}', "max_bytes=1MB is not valid."),
    ],
)
def test_an_invalid_order_is_rejected_with_the_reason_and_an_example(
    service: Service, photo: bytes, body: bytes, detail: str
) -> None:
    photo_id = service.order(photo, effects="blur")["id"]
    document = read_problem(service.client.post(f"/v1/photos/{photo_id}/gifs", content=body))
    assert detail in document["detail"]


@pytest.mark.parametrize("value", [True, None, 64.5, "64 ", [64], {"px": 64}, -64, 1e300, 10**400, "\ud800"])
def test_an_option_value_of_the_wrong_type_gives_400(service: Service, photo: bytes, value: object) -> None:
    photo_id = service.order(photo, effects="blur")["id"]
    body = json.dumps({"effect": "blur", "size": value})
    response = service.client.post(f"/v1/photos/{photo_id}/gifs", content=body)
    assert read_problem(response)["code"] == "invalid_option"


@pytest.mark.parametrize(
    "path",
    [
        f"/v1/photos/{UNKNOWN_ID}",
        "/v1/photos/x",
        "/v1/photos/..%2f..%2fetc",
        f"/gifs/{UNKNOWN_ID}/default/blur.gif",
        f"/gifs/{UNKNOWN_ID}/default/blur.failed.json",
        f"/gifs/{UNKNOWN_ID}/default/blur.note.json",
        f"/gifs/{UNKNOWN_ID}/default/blur.webp",
        f"/gifs/{UNKNOWN_ID}/default/nope.gif",
        f"/gifs/{UNKNOWN_ID}/size=0300/blur.gif",
        f"/gifs/{UNKNOWN_ID}/..%2f..%2fphotos/blur.gif",
        "/v1/nothing",
        "/etc/passwd",
        "/..%2f..%2fpyproject.toml",
        "/__init__.py%00",
    ],
)
def test_an_unknown_object_gives_404(service: Service, path: str) -> None:
    assert read_problem(service.client.get(path))["status"] == 404


def test_an_unknown_path_is_named(service: Service) -> None:
    document = read_problem(service.client.get("/v1/nothing"))
    assert (document["code"], document["title"]) == ("not_found", "Not found")
    assert document["detail"] == "/v1/nothing does not exist. See /v1/openapi.json."


@pytest.mark.parametrize("method", ["DELETE", "OPTIONS", "POST", "PUT"])
def test_an_unknown_call_gives_404_for_every_method(service: Service, method: str) -> None:
    response = service.client.request(method, "/v1/gif")
    document = read_problem(response)
    assert (document["status"], document["code"]) == (404, "not_found")
    assert document["detail"] == "/v1/gif does not exist. See /v1/openapi.json."
    assert "Allow" not in response.headers


def test_an_unsupported_method_gives_405(service: Service) -> None:
    response = service.client.put("/v1/effects")
    document = read_problem(response)
    assert (document["status"], document["code"]) == (405, "method_not_allowed")
    assert document["detail"].startswith("PUT is not allowed for /v1/effects. Use GET")
    assert "GET" in response.headers["Allow"]
