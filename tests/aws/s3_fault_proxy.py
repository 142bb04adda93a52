"""A proxy in front of the emulator's S3 that rejects or interrupts writes on demand."""

from __future__ import annotations

import http.client
import ssl
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING

from tests.aws.http_servers import NoRequestLog, serving_in_thread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.emulator.process import Emulator

_TIMEOUT_S = 30
_HOP_BY_HOP = {"connection", "transfer-encoding", "keep-alive"}


@dataclass
class Faults:
    """Faults of the next writes.

    Attributes:
        address: URL of the proxy.
        remaining: number of writes that will fail.
        suffix: only writes of object names with this suffix fail; "" for all.
        interrupt: interrupt a write half-way instead of rejecting it with 503.
        count: number of writes that failed.
    """

    address: str = ""
    remaining: int = 0
    suffix: str = ""
    interrupt: bool = False
    count: int = 0

    def applies_to(self, path: str) -> bool:
        """Return whether this write fails, and count it."""
        if self.remaining < 1 or not path.partition("?")[0].endswith(self.suffix):
            return False
        self.remaining -= 1
        self.count += 1
        return True


@contextmanager
def fault_proxy(emulator: Emulator) -> Iterator[Faults]:
    """Run a proxy that forwards all requests, except writes with a fault."""
    faults = Faults()
    context = ssl.create_default_context(cafile=emulator.authority)

    class Handler(NoRequestLog, BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._forward(b"")

        do_HEAD = do_DELETE = do_GET  # noqa: N815  # the base class's names

        def do_POST(self) -> None:
            self._forward(self._body())

        def do_PUT(self) -> None:
            body = self._body()
            if not faults.applies_to(self.path):
                self._forward(body)
            elif faults.interrupt:
                self._interrupt(body)
            else:
                self.send_response(HTTPStatus.SERVICE_UNAVAILABLE)
                self.send_header("Content-Length", "0")
                self.end_headers()

        def _body(self) -> bytes:
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))

        def _forward(self, body: bytes) -> None:
            upstream = self._upstream()
            upstream.request(self.command, self.path, body, dict(self.headers))
            answer = upstream.getresponse()
            data = answer.read()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in _HOP_BY_HOP | {"content-length"}:
                    self.send_header(name, value)
            length = answer.getheader("Content-Length") if self.command == "HEAD" else str(len(data))
            self.send_header("Content-Length", length or "0")
            self.end_headers()
            self.wfile.write(data)
            upstream.close()

        def _interrupt(self, body: bytes) -> None:
            upstream = self._upstream()
            upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                upstream.putheader(name, value)
            upstream.endheaders(body[: len(body) // 2])
            upstream.close()
            self.close_connection = True

        def _upstream(self) -> http.client.HTTPSConnection:
            return http.client.HTTPSConnection(
                "127.0.0.1", emulator.port, timeout=_TIMEOUT_S, context=context
            )

    with serving_in_thread(Handler) as faults.address:
        yield faults
