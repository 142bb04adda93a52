from __future__ import annotations

import json
import select
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest
from starlette.datastructures import Headers
from tests.servers import serving
from websockets.exceptions import InvalidStatus

from gifmill.errors import CrossSite
from gifmill.server.edge.request_limits import RequestLimits, check_origin
from gifmill.settings import Settings, variable
from gifmill.web import RELEASE_UPLOAD

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from starlette.types import Receive, Scope, Send
    from tests.servers import Server

LOW_LIMITS = {
    "GIFMILL_CLIENT_REQUESTS_PER_MIN": "60",
    "GIFMILL_CLIENT_REQUESTS_BURST": "20",
    "GIFMILL_CLIENT_ORDERS_PER_MIN": "1",
    "GIFMILL_CLIENT_ORDERS_BURST": "3",
}

HOST = {"Host": "127.0.0.1:8000"}


@pytest.mark.parametrize(
    "headers",
    [
        {},  # a program
        {"Sec-Fetch-Site": "same-origin"},
        {
            "Sec-Fetch-Site": "same-origin",
            "Origin": "https://gifs.example",
        },  # behind a proxy with other names
        {"Sec-Fetch-Site": "none"},  # a user who enters the address
        {"Origin": "http://127.0.0.1:8000"},  # an older browser, or a connection without TLS
    ],
)
def test_same_origin_requests_and_programs_pass(headers: Mapping[str, str]) -> None:
    check_origin(Headers({**HOST, **headers}))


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},  # another port of this machine
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8000"},
        {"Sec-Fetch-Site": "anything else"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:9000"},
        {"Origin": "http://127.0.0.1:8000.evil.example"},
        {"Origin": "null"},  # a sandboxed frame, or a file
        {"Origin": ""},
    ],
)
def test_cross_site_requests_are_rejected(headers: Mapping[str, str]) -> None:
    with pytest.raises(CrossSite):
        check_origin(Headers({**HOST, **headers}))


CROSS_SITE = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}


@pytest.mark.slow
def test_cross_site_requests_cannot_upload_order_or_delete(server: Server, photo: bytes) -> None:
    photo_id = server.order(photo, effects="blur")["id"]
    for method, path in [
        ("POST", "/v1/photos"),
        ("POST", "/v1/gifs?effect=blur"),
        ("POST", "/v1/uploads"),
        ("POST", f"/v1/uploads/{photo_id}"),
        ("POST", f"/v1/photos/{photo_id}/gifs"),
        ("DELETE", f"/v1/photos/{photo_id}"),
    ]:
        answer = server.client.request(method, path, headers=CROSS_SITE, content=b"{}")
        assert (answer.status_code, answer.json()["code"]) == (403, "cross_site"), path
    assert server.client.get(f"/v1/photos/{photo_id}", headers=CROSS_SITE).status_code == 200
    assert server.client.delete(f"/v1/photos/{photo_id}").status_code == 204


@pytest.mark.parametrize("times", [0, 1, 2])
def test_an_upload_slot_is_given_back_once(times: int) -> None:
    """A handler may give it back before the response, while others still hold theirs."""
    slots_during: list[int] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
        for _ in range(times):
            scope[RELEASE_UPLOAD]()
        slots_during.append(len(limits._uploads))

    async def nothing(*_: object) -> Any:
        raise AssertionError("no message is sent or received")

    limits = RequestLimits(app, Settings())
    assert limits._uploads.acquire("127.0.0.1")  # of another request
    scope = {"type": "http", "method": "POST", "headers": [], "client": ("127.0.0.1", 1), "scheme": "http"}
    anyio.run(limits, scope, nothing, nothing)
    assert slots_during == [1 if times else 2]
    assert len(limits._uploads) == 1


@pytest.fixture
def limited_server(tmp_path: Path) -> Iterator[Server]:
    """Yield a server with low rate limits."""
    with serving(tmp_path, workers=1, environ=LOW_LIMITS) as running:
        yield running


def client_from(server: Server, address: str, headers: Mapping[str, str] | None = None) -> httpx.Client:
    """Return a client with a given address: all of 127.0.0.0/8 is this machine."""
    transport = httpx.HTTPTransport(local_address=address)
    return httpx.Client(base_url=server.address, transport=transport, timeout=30, headers=headers or {})


@pytest.mark.slow
def test_requests_over_the_rate_limit_give_429_until_retry_after(limited_server: Server) -> None:
    with (
        client_from(limited_server, "127.0.0.2") as eager,
        client_from(limited_server, "127.0.0.3") as patient,
    ):
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: eager.get("/v1/effects"), range(60)))
        rejected = [answer for answer in answers if answer.status_code != 200]
        assert 20 <= 60 - len(rejected) < 60
        assert patient.get("/v1/effects").status_code == 200
        for answer in rejected:
            assert answer.status_code == 429
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.json()["code"] == "too_many_requests"
        time.sleep(int(rejected[-1].headers["Retry-After"]))
        assert eager.get("/v1/effects").status_code == 200


@pytest.mark.slow
def test_orders_have_a_rate_limit_of_their_own(limited_server: Server, photo: bytes) -> None:
    with client_from(limited_server, "127.0.0.4") as client:
        answers = [client.post("/v1/photos?effects=blur", content=photo) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [202] * 3
        rejected = client.post("/v1/photos?effects=blur", content=photo)
        assert (rejected.status_code, rejected.json()["code"]) == (429, "too_many_requests")
        assert int(rejected.headers["Retry-After"]) >= 1
        assert client.get(answers[0].headers["Location"]).status_code == 200


@pytest.mark.slow
def test_a_large_body_over_the_rate_limit_is_not_read_to_its_end(limited_server: Server) -> None:
    address = httpx.URL(limited_server.address)
    head = b"POST /v1/photos HTTP/1.1\r\nHost: x\r\nContent-Length: 20000000\r\n\r\n"
    with client_from(limited_server, "127.0.0.9") as client:
        for _ in range(3):
            client.post("/v1/photos", content=b"no photo")
    with socket.create_connection((address.host, address.port), 30, ("127.0.0.9", 0)) as client:
        client.sendall(head)
        sent = 0
        with suppress(ConnectionError):  # the connection may be reset before the client reads the response
            while sent < 200 and not select.select([client], [], [], 0)[0]:
                client.sendall(bytes(100_000))
                sent += 1
    assert sent < 200


@pytest.mark.slow
def test_a_small_body_over_the_rate_limit_is_read_so_that_the_page_gets_the_error(
    limited_server: Server,
) -> None:
    with client_from(limited_server, "127.0.0.10") as client:
        for _ in range(3):
            client.post("/v1/photos", content=b"no photo")
        answer = client.post("/v1/photos", content=bytes(5_000_000))
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
    assert "Connection" not in answer.headers


@pytest.mark.slow
def test_rate_limited_requests_are_logged_once_per_second(tmp_path: Path) -> None:
    with (
        (tmp_path / "log").open("w+") as log,
        serving(tmp_path / "data", workers=1, environ=LOW_LIMITS, log=log) as server,
        client_from(server, "127.0.0.8") as client,
    ):
        rejected = [client.get("/v1/effects").status_code for _ in range(300)].count(429)
        time.sleep(1)
        rejected += [client.get("/v1/effects").status_code for _ in range(30)].count(429)
    lines = (tmp_path / "log").read_text().splitlines()
    logged = [json.loads(line) for line in lines if "too_many_requests" in line]
    assert rejected > 200
    assert 0 < len(logged) < 20
    assert sum(line.get("others", 0) for line in logged) > 0


@pytest.mark.slow
def test_websockets_count_towards_the_rate_limit(limited_server: Server, photo: bytes) -> None:
    photo_id = limited_server.order(photo, effects="blur")["id"]
    with ExitStack() as stack:

        def open_many() -> None:
            for _ in range(100):
                stack.enter_context(limited_server.live(photo_id))

        with pytest.raises(InvalidStatus) as rejected:
            open_many()
    response = rejected.value.response
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) >= 1
    assert json.loads(response.body)["code"] == "too_many_requests"


@pytest.mark.slow
def test_forwarded_headers_are_ignored_by_default(limited_server: Server) -> None:
    with client_from(limited_server, "127.0.0.5") as client:
        codes = [
            client.get("/v1/effects", headers={"X-Forwarded-For": f"203.0.113.{each}"}).status_code
            for each in range(40)
        ]
    assert codes.count(429) >= 1


@pytest.mark.slow
def test_behind_a_proxy_clients_have_separate_rate_limits(tmp_path: Path) -> None:
    environ = {**LOW_LIMITS, "GIFMILL_CLIENT_HEADER": "X-Forwarded-For"}
    with serving(tmp_path, workers=1, environ=environ) as server:
        first = {"X-Forwarded-For": "192.0.2.66, 203.0.113.1"}
        codes = [server.client.get("/v1/effects", headers=first).status_code for _ in range(40)]
        assert codes.count(429) >= 1
        for lie in ("192.0.2.66", "192.0.2.67"):
            second = {"X-Forwarded-For": f"{lie}, 203.0.113.2"}
            assert server.client.get("/v1/effects", headers=second).status_code == 200


@pytest.mark.slow
def test_form_urls_use_the_scheme_of_the_proxy(tmp_path: Path) -> None:
    environ = {"GIFMILL_CLIENT_HEADER": "X-Forwarded-For"}
    body = {"size": 1_000, "type": "image/jpeg"}
    headers = {"X-Forwarded-For": "203.0.113.1", "X-Forwarded-Proto": "https", "Host": "gifs.example"}
    with serving(tmp_path, workers=1, environ=environ) as server:
        form = server.client.post("/v1/uploads", json=body, headers=headers).json()
        assert form["url"].startswith("https://gifs.example/v1/uploads/")


@pytest.mark.slow
def test_concurrent_uploads_of_a_client_are_limited(tmp_path: Path, photo: bytes) -> None:
    with (
        serving(tmp_path, workers=1, environ={"GIFMILL_CLIENT_UPLOADS": "2"}) as server,
        ExitStack() as stack,
    ):
        slow = [stack.enter_context(client_from(server, "127.0.0.6")) for _ in range(2)]
        pool = stack.enter_context(ThreadPoolExecutor(2))

        def slow_body() -> Iterator[bytes]:
            for at in range(0, len(photo), 500):
                yield photo[at : at + 500]
                time.sleep(0.3)

        uploads = [
            pool.submit(client.post, "/v1/photos?effects=blur", content=slow_body()) for client in slow
        ]
        with client_from(server, "127.0.0.6") as third, client_from(server, "127.0.0.7") as other:
            end = time.monotonic() + 30
            while (rejected := third.post("/v1/photos?effects=blur", content=photo)).status_code != 429:
                assert time.monotonic() < end
                assert not any(each.done() for each in uploads)
            assert "Too many concurrent uploads, orders and deletions" in rejected.json()["detail"]
            assert other.post("/v1/photos?effects=blur", content=photo).status_code == 202
            assert [each.result().status_code for each in uploads] == [202, 202]
            assert third.post("/v1/photos?effects=blur", content=photo).status_code == 202


@pytest.mark.slow
def test_three_people_behind_one_address_stay_under_the_limits(tmp_path: Path, photo: bytes) -> None:
    """Three people open the page and order all effects, with the default limits."""
    default_limits = {
        variable(field.name): str(field.default)
        for field in Settings.__dataclass_fields__.values()
        if field.name.startswith("client_") and field.name != "client_header"
    }
    with serving(tmp_path, environ=default_limits) as server, ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(3))

        def person(_: int) -> list[int]:
            codes = [
                server.client.get(path).status_code for path in ["/", "/config.json", "/v1/effects"] * 15
            ]
            photo_id = server.order(photo, effects="all", size=64, preset="fast")["id"]
            with server.live(photo_id):
                for turns in range(12):  # a slider that is dragged for three seconds
                    order = {"effect": "spin", "size": 16 + turns}
                    codes.append(server.client.post(f"/v1/photos/{photo_id}/gifs", json=order).status_code)
                    codes.append(server.client.get(f"/v1/photos/{photo_id}").status_code)
            return codes

        codes = [code for codes in pool.map(person, range(3)) for code in codes]
    assert set(codes) <= {200, 202}
