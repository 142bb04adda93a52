"""Headers of all responses, also of errors: security headers, and none that identify the server."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest
from tests.security.raw_http import UPGRADE, raw_request
from tests.servers import serving

from gifmill.orders.capabilities import new_photo_id
from gifmill.settings import Settings
from gifmill.store.store import open_store
from gifmill.web.app import create_app
from gifmill.web.security_headers import SECURITY_HEADERS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.servers import Server

IDENTIFYING_HEADERS = ("Server", "X-Powered-By", "Set-Cookie", "Via")
UNKNOWN = new_photo_id()


def assert_security_headers(headers: Mapping[str, str] | Any) -> None:
    """Assert the security headers, no CORS headers, and none that identify the server."""
    assert {name: headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert [name for name in headers if name.lower().startswith("access-control-")] == []
    assert [name for name in IDENTIFYING_HEADERS if name in headers] == []


RESPONSES = {
    "the page": ("GET", "/", 200),
    "a script": ("GET", "/main.js", 200),
    "a picture": ("GET", "/icon.svg", 200),
    "the service worker": ("GET", "/sw.js", 200),
    "the configuration": ("GET", "/config.json", 200),
    "the registry": ("GET", "/v1/effects", 200),
    "its head": ("HEAD", "/v1/effects", 200),
    "health": ("GET", "/healthz", 200),
    "metrics": ("GET", "/metrics", 200),
    "no such call": ("GET", "/v1/nothing", 404),
    "no such file": ("GET", "/nothing.js", 404),
    "no such photo": ("GET", f"/v1/photos/{UNKNOWN}", 404),
    "no id": ("GET", "/v1/photos/x", 404),
    "no such GIF": ("GET", f"/gifs/{UNKNOWN}/default/blur.gif", 404),
    "an odd path": ("GET", "/x/../main.js", 404),
    "a wrong method": ("PUT", "/v1/effects", 405),
    "a wrong method for a file": ("POST", "/main.js", 405),
    "a trace": ("TRACE", "/", 405),
    "a trace of a call": ("TRACE", "/v1/effects", 405),
    "an invented method": ("BREW", "/v1/effects", 405),
    "a tunnel": ("CONNECT", "example.com:443", 404),
    "a question of what there is": ("OPTIONS", "/v1/photos", 204),
    "the same of the server": ("OPTIONS", "*", 404),
    "a folder's properties": ("PROPFIND", "/", 405),
    "an empty photo": ("POST", "/v1/photos", 415),
    "a wrong order": ("POST", "/v1/photos?effects=nope", 400),
    "a wrong wish for a form": ("POST", "/v1/uploads", 400),
    "a form of one's own": ("POST", f"/v1/uploads/{UNKNOWN}", 400),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", RESPONSES)
def test_all_responses_have_the_security_headers(server: Server, name: str) -> None:
    method, target, status = RESPONSES[name]
    body = "Content-Length: 0\r\n" if method in ("POST", "PUT") else ""
    answer = raw_request(
        server, target, method, f"Connection: close\r\nOrigin: http://gif.example.com\r\n{body}"
    )
    assert answer.status == status
    assert_security_headers(answer.headers)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("target", "headers"),
    [
        (b"/\xff", "Connection: close\r\n"),
        (b"/a b", "Connection: close\r\n"),
        (b"/", "Connection: close\r\nbroken\r\n"),
        (b"/", "Connection: close\r\nContent-Length: -1\r\n"),
        (b"/", "Connection: close\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n"),
    ],
    ids=["bytes", "space", "no colon", "length", "two lengths"],
)
def test_errors_of_malformed_requests_have_the_security_headers(
    server: Server, target: bytes, headers: str
) -> None:
    answer = raw_request(server, target, headers=headers)
    assert 400 <= answer.status < 500
    assert_security_headers(answer.headers)


@pytest.mark.slow
def test_request_smuggling_gets_one_response(server: Server) -> None:
    """Source: RFC 9112, section 11.2 (request smuggling)."""
    lengths = "Content-Length: 40\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    answer = raw_request(server, "/v1/nothing", "POST", f"{lengths}GET /v1/effects HTTP/1.1\r\nHost: x\r\n")
    assert answer.status == 400
    assert b"HTTP/1.1" not in answer.body


@pytest.mark.slow
def test_a_rejected_websocket_does_not_identify_the_server(server: Server) -> None:
    answer = raw_request(server, "/nothing", headers=UPGRADE)
    assert answer.status in (403, 404)
    assert [name for name in IDENTIFYING_HEADERS if name in answer.headers] == []


@pytest.mark.slow
def test_gifs_have_an_image_content_type_and_nosniff(server: Server, photo: bytes) -> None:
    for options, kind in ({}, "image/gif"), ({"format": "webp"}, "image/webp"):
        [gif] = server.finished(server.order(photo, effects="blur", size=16, **options)["id"])["gifs"]
        for prefix in ("", "/v1"):
            answer = raw_request(server, prefix + gif["url"])
            assert_security_headers(answer.headers)
            assert answer.headers["Content-Type"] == kind
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.slow
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1"])
def test_no_cors_headers_are_sent(server: Server, photo: bytes, origin: str) -> None:
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    photo_id = server.order(photo, effects="blur", size=16)["id"]
    for method, path in (
        ("OPTIONS", "/v1/photos"),
        ("OPTIONS", f"/v1/photos/{photo_id}"),
        ("GET", f"/v1/photos/{photo_id}"),
        ("GET", "/v1/effects"),
        ("POST", "/v1/uploads"),
    ):
        assert_security_headers(server.client.request(method, path, headers=headers).headers)


@pytest.mark.slow
def test_store_errors_have_the_security_headers(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(data) as server:
        shutil.rmtree(data)
        data.write_text("a file where a folder must be")
        answer = raw_request(server, f"/v1/photos/{UNKNOWN}")
        assert answer.status == 503
        assert_security_headers(answer.headers)
        assert str(tmp_path).encode() not in answer.body


class _BrokenEngine:
    """An engine with a bug."""

    forms = None

    def form(self, upload: object) -> Any:
        raise RuntimeError(f"bug with {upload}")


def test_internal_errors_reveal_nothing_and_have_the_security_headers() -> None:
    app = create_app(open_store("memory://"), _BrokenEngine(), Settings())  # type: ignore[arg-type]

    async def ask_for_a_form() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://gif.example.com") as client:
            return await client.post("/v1/uploads", json={"size": 1, "type": "image/png"})

    answer = anyio.run(ask_for_a_form)
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal"
    assert "bug with" not in answer.text
    assert_security_headers(answer.headers)
