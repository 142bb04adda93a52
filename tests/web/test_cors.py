"""CORS: pages of configured origins may use the API, and pages of others may not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest
from tests.http_contract.api_client import JPEG, UNKNOWN_ID, read_problem
from tests.servers import serving
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from gifmill.settings import Settings
from gifmill.store.store import open_store
from gifmill.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers import Server

PAGE = "https://blog.example.com"
OTHER = "https://evil.example"
BROWSER = {"Origin": PAGE, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}


@pytest.fixture(scope="module")
def open_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Yield a server for pages of another origin, with a small limit of orders."""
    environ = {"GIFMILL_CORS_ORIGINS": f"http://localhost:3000,{PAGE}", "GIFMILL_MAX_ORDERS": "1"}
    with serving(tmp_path_factory.mktemp("data"), workers=1, environ=environ) as running:
        yield running


def cors_of(response: httpx.Response) -> dict[str, str]:
    """Return the CORS headers of a response."""
    return {name: each for name, each in response.headers.items() if name.startswith("access-control-")}


def assert_readable(response: httpx.Response) -> None:
    """Assert that a browser lets the page read the response, without credentials."""
    headers = cors_of(response)
    assert headers.pop("access-control-allow-origin") == PAGE
    exposed = headers.pop("access-control-expose-headers").split(", ")
    assert {"Location", "ETag", "Retry-After", "Link", "Preference-Applied"} <= set(exposed)
    assert headers == {}
    assert "Origin" in response.headers["Vary"]


def test_a_page_of_a_configured_origin_uses_every_call(open_server: Server, photo: bytes) -> None:
    client = open_server.client
    created = client.post("/v1/photos?effects=blur", content=photo, headers={**JPEG, **BROWSER})
    assert created.status_code == 202
    photo_id = created.json()["id"]
    [gif] = open_server.finished(photo_id)["gifs"]
    body = {"size": len(photo), "type": "image/jpeg"}
    form = client.post("/v1/uploads", json=body, headers=BROWSER)
    fields, files = form.json()["fields"], {"file": photo}
    for response in (
        created,
        form,
        client.post(form.json()["url"], data=fields, files=files, headers=BROWSER),
        client.get(f"/v1/photos/{photo_id}", headers=BROWSER),
        client.get(gif["url"], headers=BROWSER),
        client.get(gif["url"], headers={**BROWSER, "Range": "bytes=0-1"}),
        client.get("/v1/effects", headers=BROWSER),
        client.delete(f"/v1/photos/{photo_id}", headers=BROWSER),
    ):
        assert response.is_success, response.text
        assert_readable(response)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", f"/v1/photos/{UNKNOWN_ID}", 404),
        ("GET", f"/gifs/{UNKNOWN_ID}/default/blur.gif", 404),
        ("GET", "/v1/nothing", 404),
        ("GET", "/nothing.js", 404),
        ("GET", "/v1/a%2fb", 404),
        ("PUT", "/v1/effects", 405),
        ("POST", "/v1/photos", 415),
        ("POST", "/v1/photos?effects=nope", 400),
        ("POST", f"/v1/uploads/{UNKNOWN_ID}", 400),
    ],
)
def test_a_page_of_a_configured_origin_reads_errors(
    open_server: Server, method: str, path: str, status: int
) -> None:
    response = open_server.client.request(method, path, headers=BROWSER)
    assert read_problem(response)["status"] == status
    assert_readable(response)


def test_a_page_of_a_configured_origin_reads_errors_of_rate_limits(tmp_path: Any) -> None:
    environ = {"GIFMILL_CORS_ORIGINS": PAGE, "GIFMILL_CLIENT_REQUESTS_BURST": "1"}
    environ["GIFMILL_CLIENT_REQUESTS_PER_MIN"] = "1"
    with serving(tmp_path, workers=1, environ=environ) as server:
        server.client.get("/v1/effects")
        response = server.client.get("/v1/effects", headers=BROWSER)
    assert (response.status_code, read_problem(response)["code"]) == (429, "too_many_requests")
    assert_readable(response)


class _BrokenEngine:
    def form(self, upload: object) -> Any:
        raise RuntimeError(f"bug with {upload}")


def test_a_page_of_a_configured_origin_reads_internal_errors() -> None:
    settings = Settings(cors_origins=PAGE)
    app = create_app(open_store("memory://"), _BrokenEngine(), settings)  # type: ignore[arg-type]

    async def request_form() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://gif.example.com") as client:
            body = {"size": 1, "type": "image/png"}
            return await client.post("/v1/uploads", json=body, headers={"Origin": PAGE})

    response = anyio.run(request_form)
    assert response.status_code == 500
    assert response.headers["Access-Control-Allow-Origin"] == PAGE


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/v1/photos", "OPTIONS, POST"),
        (f"/v1/photos/{UNKNOWN_ID}", "DELETE, GET, HEAD, OPTIONS"),
        (f"/gifs/{UNKNOWN_ID}/default/blur.gif", "GET, HEAD, OPTIONS"),
    ],
)
def test_a_preflight_request_is_answered_with_the_methods_of_the_path(
    open_server: Server, path: str, methods: str
) -> None:
    question = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    response = open_server.client.options(path, headers={**BROWSER, **question})
    assert response.status_code == 204
    assert response.headers["Access-Control-Allow-Origin"] == PAGE
    assert response.headers["Access-Control-Allow-Methods"] == methods
    assert response.headers["Access-Control-Max-Age"] == "600"
    allowed = response.headers["Access-Control-Allow-Headers"].split(", ")
    assert {"Content-Type", "If-None-Match", "Range", "Prefer"} <= set(allowed)
    assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize("origin", [OTHER, "null", f"{PAGE}.evil.example", PAGE.upper(), f"{PAGE}:8443", "*"])
def test_pages_of_other_origins_read_nothing(open_server: Server, origin: str) -> None:
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    for method, path in (("OPTIONS", "/v1/photos"), ("GET", "/v1/effects"), ("GET", "/v1/nothing")):
        response = open_server.client.request(method, path, headers=headers)
        assert cors_of(response) == {}
        assert "Origin" in response.headers["Vary"]
    refused = open_server.client.post("/v1/photos", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "cross_site")


def test_a_cached_gif_varies_by_origin_for_programs_too(open_server: Server, photo: bytes) -> None:
    """A browser keeps a GIF for a day: one that it got for an <img> would lack the headers for a script."""
    [gif] = open_server.finished(open_server.order(photo, effects="blur")["id"])["gifs"]
    for headers in ({}, {"If-None-Match": "*"}, {"Range": "bytes=0-1"}):
        response = open_server.client.get(gif["url"], headers=headers)
        assert response.headers["Vary"] == "Origin"
        assert cors_of(response) == {}


def test_without_the_setting_responses_do_not_vary_by_origin(server: Server) -> None:
    response = server.client.get("/v1/effects", headers=BROWSER)
    assert cors_of(response) == {}
    assert "Origin" not in response.headers.get("Vary", "")


@pytest.mark.parametrize("origin", [PAGE, None, "own"])
def test_a_websocket_of_an_allowed_page_or_a_program_opens(
    open_server: Server, photo: bytes, origin: str | None
) -> None:
    photo_id = open_server.order(photo, effects="blur")["id"]
    origin = open_server.address.rstrip("/") if origin == "own" else origin
    address = f"{open_server.live_address}?photo={photo_id}"
    with connect(address, origin=Origin(origin) if origin else None) as socket:
        assert photo_id in str(socket.recv(60))


@pytest.mark.parametrize("origin", [OTHER, "null"])
def test_a_websocket_of_another_page_is_rejected(open_server: Server, origin: str) -> None:
    address = f"{open_server.live_address}?photo={UNKNOWN_ID}"
    with pytest.raises(InvalidStatus) as refused, connect(address, origin=Origin(origin)):
        pass
    assert refused.value.response.status_code == 403
    assert b"cross_site" in (refused.value.response.body or b"")


def test_a_websocket_of_another_page_is_rejected_without_the_setting(server: Server) -> None:
    address = f"{server.live_address}?photo={UNKNOWN_ID}"
    with pytest.raises(InvalidStatus) as refused, connect(address, origin=Origin(PAGE)):
        pass
    assert refused.value.response.status_code == 403
