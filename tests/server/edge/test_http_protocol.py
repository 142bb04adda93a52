"""Connection limits of real servers, with misbehaving clients."""

from __future__ import annotations

import json
import os
import socket
import struct
import time
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

import httpx
import psutil
import pytest
from tests.servers import serving
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.servers import Server

pytestmark = pytest.mark.slow

HEAD = b"GET /v1/effects HTTP/1.1\r\nHost: x\r\n"
REQUEST = HEAD + b"\r\n"


@pytest.fixture(scope="module")
def strict_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Yield a server with short timeouts."""
    environ = {
        "GIFMILL_HEADER_TIMEOUT_S": "2",
        "GIFMILL_KEEP_ALIVE_S": "2",
        "GIFMILL_SEND_IDLE_S": "5",
        "GIFMILL_UPLOAD_IDLE_S": "2",
        "GIFMILL_SOCKET_PING_S": "2",
    }
    with serving(tmp_path_factory.mktemp("strict_server"), workers=1, environ=environ) as running:
        yield running


@pytest.fixture(scope="module")
def limited_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Yield a server with low connection limits."""
    environ = {
        "GIFMILL_MAX_CONNECTIONS": "24",
        "GIFMILL_CLIENT_CONNECTIONS": "16",
        "GIFMILL_MAX_SOCKETS": "6",
        "GIFMILL_CLIENT_SOCKETS": "4",
        "GIFMILL_PHOTO_SOCKETS": "2",
    }
    with serving(tmp_path_factory.mktemp("limited_server"), workers=1, environ=environ) as running:
        yield running


def connect_raw(server: Server, source: str = "127.0.0.1", receive_bytes: int | None = None) -> socket.socket:
    """Open a TCP connection from a given address: all of 127.0.0.0/8 is this machine."""
    address = httpx.URL(server.address)
    client = socket.socket()
    if receive_bytes is not None:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    client.settimeout(30)
    client.bind((source, 0))
    client.connect((address.host, address.port))
    return client


def read_to_end(client: socket.socket) -> bytes:
    """Read until the server closes the connection."""
    received = b""
    with suppress(ConnectionError):
        while part := client.recv(65_536):
            received += part
    return received


def send_slowly(client: socket.socket, data: bytes, every_s: float, most: int = 200) -> bytes:
    """Send byte by byte until the server responds; return the response."""
    client.settimeout(every_s)
    with suppress(ConnectionError):
        for each in (data * most)[:most]:
            client.sendall(bytes([each]))
            with suppress(TimeoutError):
                if received := client.recv(65_536):
                    client.settimeout(30)
                    return received + read_to_end(client)
                return b""
    client.settimeout(30)
    return read_to_end(client)


def problem_in(answer: bytes) -> tuple[int, str]:
    """Return status and code of a problem document, which must close its connection."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head.lower()
    assert b"connection: close" in head.lower()
    assert b"x-content-type-options: nosniff" in head.lower()
    document = json.loads(body)
    status = int(head.split()[1])
    assert document["status"] == status
    return status, document["code"]


def is_served(server: Server) -> bool:
    return httpx.get(f"{server.address}v1/effects", timeout=20).status_code == 200


def memory_bytes(server: Server) -> int:
    used: int = psutil.Process(server.process.pid).memory_info().rss
    return used


def test_a_silent_connection_gives_408(strict_server: Server) -> None:
    with connect_raw(strict_server) as client:
        assert problem_in(read_to_end(client)) == (408, "too_slow")


def test_slow_headers_give_408_and_do_not_block_other_clients(strict_server: Server) -> None:
    with ExitStack() as stack:
        slow = [stack.enter_context(connect_raw(strict_server)) for _ in range(30)]
        for client in slow:
            client.sendall(HEAD)
        assert is_served(strict_server)
        assert problem_in(send_slowly(slow[0], b"X: y\r\n", 0.2)) == (408, "too_slow")
        for client in slow[1:]:
            assert problem_in(read_to_end(client)) == (408, "too_slow")


def test_the_header_deadline_applies_to_each_request_of_a_connection(strict_server: Server) -> None:
    with connect_raw(strict_server) as client:
        client.sendall(REQUEST)
        answer = b""
        while not answer.endswith(b"}"):
            answer += client.recv(65_536)
        assert b"200 OK" in answer
        assert problem_in(send_slowly(client, HEAD + b"X: y\r\n", 0.2)) == (408, "too_slow")


def test_an_idle_keep_alive_connection_is_closed(strict_server: Server) -> None:
    with connect_raw(strict_server) as client:
        client.sendall(REQUEST)
        assert read_to_end(client).count(b"HTTP/1.1") == 1


def test_the_header_deadline_does_not_apply_to_bodies(strict_server: Server, photo: bytes) -> None:
    with connect_raw(strict_server) as client:
        head = f"POST /v1/photos?effects=blur HTTP/1.1\r\nHost: x\r\nContent-Length: {len(photo)}\r\n"
        client.sendall(head.encode() + b"Connection: close\r\n\r\n")
        for at in range(0, len(photo), len(photo) // 8):
            client.sendall(photo[at : at + len(photo) // 8])
            time.sleep(0.5)
        assert b"202 Accepted" in read_to_end(client)


def test_a_slow_json_body_gives_408(strict_server: Server, photo: bytes) -> None:
    photo_id = strict_server.order(photo, effects="blur")["id"]
    with connect_raw(strict_server) as client:
        head = f"POST /v1/photos/{photo_id}/gifs HTTP/1.1\r\nHost: x\r\nContent-Length: 16000\r\n\r\n"
        client.sendall(head.encode())
        # The server continues to read for a while after a response.
        answer = send_slowly(client, b" ", 0.2, most=15)
        assert b"408 Request Timeout" in answer
        assert b"too_slow" in answer


@pytest.mark.parametrize("length", ["Content-Length: 1000000", "Transfer-Encoding: chunked"])
def test_a_stalled_body_gives_408(strict_server: Server, length: str) -> None:
    with connect_raw(strict_server) as client:
        client.sendall(f"POST /v1/photos HTTP/1.1\r\nHost: x\r\n{length}\r\n\r\n".encode())
        client.sendall(b"10\r\n0123456789abcdef\r\n" if "chunked" in length else bytes(1_000))
        assert b"408 Request Timeout" in read_to_end(client)
        assert is_served(strict_server)


@pytest.mark.parametrize("header", [b"X: " + b"x" * 2_000_000, b"X: y\r\n" * 300_000], ids=["one", "many"])
def test_endless_headers_give_431_and_use_little_memory(strict_server: Server, header: bytes) -> None:
    before = memory_bytes(strict_server)
    with connect_raw(strict_server) as client:
        answer = b""
        with suppress(ConnectionError):
            client.sendall(HEAD)
            for at in range(0, len(header), 8_000):
                client.sendall(header[at : at + 8_000])
        with suppress(ConnectionError):
            answer = client.recv(65_536)
        assert not answer or problem_in(answer) == (431, "invalid_request")
    assert memory_bytes(strict_server) - before < 20_000_000
    assert is_served(strict_server)


def test_headers_just_over_the_limit_give_431(strict_server: Server) -> None:
    with connect_raw(strict_server) as client:
        client.sendall(HEAD + b"X: " + b"x" * 16_400)
        answer = read_to_end(client)
    assert problem_in(answer) == (431, "invalid_request")
    assert b"The headers are longer than 16,384 bytes. Send fewer or shorter ones" in answer


@pytest.mark.parametrize(
    "nonsense",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(80),  # a TLS client's hello
        b"GET\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",  # no Host
        HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
        HEAD + b"Content-Length: -1\r\n\r\n",
        HEAD + b"X y\r\n\r\n",
        HEAD + b"X: \x00\r\n\r\n",
        b"POST /v1/photos HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n",
    ],
)
def test_malformed_requests_give_a_problem_document(strict_server: Server, nonsense: bytes) -> None:
    with connect_raw(strict_server) as client:
        client.sendall(nonsense)
        status, code = problem_in(read_to_end(client))
        assert status in (400, 501)
        assert code == "invalid_request"


def test_malformed_chunks_give_400(strict_server: Server) -> None:
    with connect_raw(strict_server) as client:
        client.sendall(b"POST /v1/photos HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
        assert problem_in(read_to_end(client)) == (400, "invalid_request")
    assert is_served(strict_server)


def test_pipelined_requests_are_answered_in_order(strict_server: Server) -> None:
    with connect_raw(strict_server) as client:
        client.sendall(REQUEST * 20)
        assert read_to_end(client).count(b"HTTP/1.1 200") == 20


@pytest.fixture(scope="module")
def gif(strict_server: Server, large_photo: bytes) -> str:
    """Return the path of a GIF of some megabytes."""
    document = strict_server.finished(strict_server.order(large_photo, effects="cyclic", size=1080)["id"])
    url: str = document["gifs"][0]["url"]
    assert document["gifs"][0]["bytes"] > 2_000_000
    return url


def test_clients_that_do_not_read_are_disconnected_and_use_little_memory(
    strict_server: Server, gif: str
) -> None:
    request = f"GET {gif} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    before = memory_bytes(strict_server)
    with ExitStack() as stack:
        clients = [stack.enter_context(connect_raw(strict_server, receive_bytes=4_096)) for _ in range(50)]
        for client in clients:
            client.sendall(request)
        most = before
        end = time.monotonic() + 60
        assert is_served(strict_server)
        while len(connections_of(strict_server)) > 1:  # connections of httpx's pool
            assert time.monotonic() < end, "the connections are still open"
            most = max(most, memory_bytes(strict_server))
            time.sleep(0.05)
        assert is_served(strict_server)
    assert most - before < 50 * 1_000_000


def test_a_client_that_reads_byte_by_byte_is_disconnected(strict_server: Server, gif: str) -> None:
    with connect_raw(strict_server, receive_bytes=4_096) as client:
        client.sendall(f"GET {gif} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        end = time.monotonic() + 60
        while is_open(client, strict_server):
            assert time.monotonic() < end, "the connection is still open"
            client.recv(1)
            time.sleep(0.1)


def test_a_slow_reader_gets_the_whole_response(strict_server: Server, gif: str) -> None:
    whole = strict_server.client.get(gif).content
    with connect_raw(strict_server, receive_bytes=65_536) as client:
        client.sendall(f"GET {gif} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer, begun = b"", time.monotonic()
        while time.monotonic() - begun < 12:  # longer than a client may pause, and too slow to empty a queue
            answer += client.recv(4_096)
            time.sleep(0.1)
        answer += read_to_end(client)
        assert answer.endswith(whole)


def connections_of(server: Server) -> list[object]:
    found = psutil.Process(server.process.pid).net_connections("tcp4")
    return [each for each in found if each.status == psutil.CONN_ESTABLISHED]


def is_open(client: socket.socket, server: Server) -> bool:
    """Return whether the server's end of a connection is open."""
    found = psutil.Process(server.process.pid).net_connections("tcp4")
    return any(each.raddr == client.getsockname() for each in found)


def test_connections_of_a_client_are_limited(limited_server: Server) -> None:
    with ExitStack() as stack:
        for _ in range(16):
            stack.enter_context(connect_raw(limited_server, "127.0.0.2"))
        with connect_raw(limited_server, "127.0.0.2") as one_more:
            answer = read_to_end(one_more)
            assert problem_in(answer) == (429, "too_many_requests")
            assert b"retry-after: 5" in answer.lower()
        assert is_served(limited_server)


def test_the_total_of_connections_is_limited_until_one_closes(limited_server: Server) -> None:
    limited_server.client.close()
    with ExitStack() as stack:
        connections = [
            stack.enter_context(connect_raw(limited_server, f"127.0.0.{2 + each % 8}")) for each in range(24)
        ]
        with connect_raw(limited_server) as one_more:
            answer = read_to_end(one_more)
            assert problem_in(answer) == (503, "busy")
            assert b"retry-after: 5" in answer.lower()
        connections[0].close()
        end = time.monotonic() + 20
        while True:
            with connect_raw(limited_server) as client, suppress(ConnectionError):
                client.sendall(REQUEST)
                if b"200 OK" in client.recv(65_536):
                    break
            assert time.monotonic() < end


def test_a_body_in_tiny_chunks_gives_400(strict_server: Server) -> None:
    with connect_raw(strict_server) as client:
        client.sendall(b"POST /v1/photos HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        with suppress(ConnectionError):
            client.sendall(b"1\r\nx\r\n" * 20_000)
        assert problem_in(read_to_end(client)) == (400, "invalid_request")


def test_a_body_in_small_chunks_is_accepted(strict_server: Server, large_photo: bytes) -> None:
    pieces = [large_photo[at : at + 80] for at in range(0, len(large_photo), 80)]
    assert len(pieces) > 1_000
    answer = strict_server.client.post("/v1/photos", params={"effects": "blur"}, content=iter(pieces))
    assert answer.status_code == 202


def test_a_malformed_head_request_gets_no_body(strict_server: Server) -> None:
    with connect_raw(strict_server) as client:
        client.sendall(b"HEAD / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n")
        received = read_to_end(client)
    assert received.startswith(b"HTTP/1.1 400 ")
    assert received.endswith(b"\r\n\r\n")


@contextmanager
def open_websocket(server: Server, photo: str) -> Iterator[int | None]:
    """Open a WebSocket; yields the code with which the server closed it at once, or None."""
    with connect(f"{server.live_address}?photo={photo}", open_timeout=20) as live:
        with suppress(ConnectionClosed):
            live.recv(20)
        yield live.close_code


@pytest.fixture
def server_with_websocket_limits(tmp_path: Path) -> Iterator[Server]:
    environ = {"GIFMILL_CLIENT_SOCKETS": "4", "GIFMILL_PHOTO_SOCKETS": "2"}
    with serving(tmp_path, workers=1, environ=environ) as running:
        yield running


def test_websockets_of_a_photo_and_of_a_client_are_limited(
    server_with_websocket_limits: Server, photo: bytes
) -> None:
    first, second, third = (server_with_websocket_limits.order(photo, effects="blur")["id"] for _ in range(3))
    with ExitStack() as stack:
        for each in (first, first, second):
            assert stack.enter_context(open_websocket(server_with_websocket_limits, each)) is None
        assert (
            stack.enter_context(open_websocket(server_with_websocket_limits, first)) == 1013
        )  # of its photo
        assert stack.enter_context(open_websocket(server_with_websocket_limits, third)) is None
        assert (
            stack.enter_context(open_websocket(server_with_websocket_limits, second)) == 1013
        )  # of its client
        assert server_with_websocket_limits.client.get("/healthz").status_code == 200
    end = time.monotonic() + 20
    while "gifmill_sockets 0.0" not in server_with_websocket_limits.client.get("/metrics").text:
        assert time.monotonic() < end
        time.sleep(0.05)
    with open_websocket(server_with_websocket_limits, first) as code:
        assert code is None


def test_a_websocket_that_sends_messages_is_closed(strict_server: Server, photo: bytes) -> None:
    with strict_server.live(strict_server.order(photo, effects="blur")["id"]) as live:
        with suppress(ConnectionClosed):
            for _ in range(1_000):
                live.send("hello?")
                time.sleep(0.005)
        assert live.close_code == 1008


def test_an_oversized_websocket_message_closes_the_connection(strict_server: Server, photo: bytes) -> None:
    with strict_server.live(strict_server.order(photo, effects="blur")["id"]) as live:
        live.send("x" * 1_025)
        with suppress(ConnectionClosed):
            while True:
                live.recv(20)
        assert live.close_code == 1009


def raw_websocket(server: Server, photo: bytes) -> socket.socket:
    """Open a WebSocket as a plain TCP connection."""
    photo_id = server.order(photo, effects="blur")["id"]
    client = connect_raw(server, receive_bytes=4_096)
    client.sendall(
        f"GET /v1/live?photo={photo_id} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n".encode()
    )
    assert b"101 Switching Protocols" in client.recv(1_024)
    return client


def frame(opcode: int, payload: bytes, *, last: bool = True) -> bytes:
    """Return a WebSocket frame. Source: RFC 6455, section 5.2."""
    head = struct.pack("!BB", opcode | (0x80 if last else 0), 0x80 | len(payload))
    return head + bytes(4) + payload  # a mask of zeros


def test_a_websocket_that_does_not_pong_is_closed(strict_server: Server, photo: bytes) -> None:
    with raw_websocket(strict_server, photo) as client:
        assert read_to_end(client)
    assert is_served(strict_server)


def test_unread_pongs_use_little_memory(strict_server: Server, photo: bytes) -> None:
    before = memory_bytes(strict_server)
    with raw_websocket(strict_server, photo) as client:
        client.settimeout(0.5)
        pings = frame(9, os.urandom(120)) * 500
        sent, end = 0, time.monotonic() + 60
        with suppress(ConnectionError):
            while time.monotonic() < end and sent < 300_000_000:
                with suppress(TimeoutError):
                    sent += client.send(pings)
        assert time.monotonic() < end, "the connection was not closed"
        assert sent < 300_000_000
    assert memory_bytes(strict_server) - before < 20_000_000


@pytest.mark.parametrize("opcode", [9, 10], ids=["pings", "pongs"])
def test_ping_and_pong_floods_are_closed(strict_server: Server, photo: bytes, opcode: int) -> None:
    with raw_websocket(strict_server, photo) as client:
        end = time.monotonic() + 30
        with suppress(ConnectionError):
            while time.monotonic() < end:
                client.sendall(frame(opcode, b"") * 10)
                time.sleep(0.01)
        assert time.monotonic() < end, "the connection was not closed"
    with strict_server.live(strict_server.order(photo, effects="blur")["id"]) as live:
        for _ in range(60):
            live.ping().wait(20)
        assert live.close_code is None


def test_endless_fragments_are_closed(strict_server: Server, photo: bytes) -> None:
    with raw_websocket(strict_server, photo) as client:
        client.sendall(frame(1, b"", last=False))
        end = time.monotonic() + 30
        with suppress(ConnectionError):
            while time.monotonic() < end:
                client.sendall(frame(0, b"", last=False))
        assert time.monotonic() < end, "the connection was not closed"


def test_rejected_connections_are_counted(strict_server: Server) -> None:
    def counted() -> float:
        lines = strict_server.client.get("/metrics").text.splitlines()
        known = [each for each in lines if each.startswith('gifmill_refusals_total{code="invalid_request"}')]
        return float(known[0].split()[-1]) if known else 0

    before = counted()
    with connect_raw(strict_server) as client:
        client.sendall(b"nonsense\r\n\r\n")
        assert problem_in(read_to_end(client)) == (400, "invalid_request")
    assert counted() == before + 1
