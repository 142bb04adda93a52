"""Raw HTTP requests, as attackers write them: httpx and browsers would normalise them."""

from __future__ import annotations

import socket
from contextlib import suppress
from email import message_from_bytes
from typing import TYPE_CHECKING, NamedTuple

import httpx

if TYPE_CHECKING:
    from email.message import Message
    from io import BufferedReader

    from tests.servers import Server

UPGRADE = (
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


class RawResponse(NamedTuple):
    """A response; header names ignore case."""

    status: int
    headers: Message
    body: bytes


def raw_request(
    server: Server, target: str | bytes, method: str = "GET", headers: str = "Connection: close\r\n"
) -> RawResponse:
    """Send a request for exactly this target, and return the whole response."""
    address = httpx.URL(server.address)
    if isinstance(target, str):
        target = target.encode()
    with socket.create_connection((address.host, address.port or 0), timeout=20) as client:
        client.sendall(
            method.encode() + b" " + target + b" HTTP/1.1\r\nHost: gif.example.com\r\n" + headers.encode()
        )
        client.sendall(b"\r\n")
        with client.makefile("rb") as file:
            status = int(file.readline().split()[1])
            head = b""
            while (line := file.readline()) not in (b"\r\n", b""):
                head += line
            return RawResponse(status, message_from_bytes(head), b"" if status == 101 else _rest(file))


def _rest(file: BufferedReader) -> bytes:
    """Read to the end of the connection.

    A server that closes a connection before it has read the whole request resets it (RFC 9112,
    section 9.6). The reset can arrive before the body of the response was read.
    """
    body = b""
    with suppress(ConnectionResetError):
        while chunk := file.read1():
            body += chunk
    return body
