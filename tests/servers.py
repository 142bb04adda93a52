"""Real servers for tests: each is a process on a free port, which is always stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, nullcontext, suppress
from typing import IO, TYPE_CHECKING, Any

import httpx
from websockets.sync.client import connect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from websockets.sync.client import ClientConnection


class Service:
    """A running gifmill, local or on AWS.

    Attributes:
        address: such as http://127.0.0.1:41237/.
        live_address: of its WebSockets, without the query.
        max_direct_bytes: maximum size of a photo sent to the API directly.
        client: for requests to it.
    """

    max_direct_bytes = 25_000_000

    def __init__(self, address: str, live_address: str, client: httpx.Client) -> None:
        self.address = address
        self.live_address = live_address
        self.client = client

    def live(self, photo_id: str) -> ClientConnection:
        """Open a WebSocket that receives the updates of a photo."""
        return connect(f"{self.live_address}?photo={photo_id}", open_timeout=60)

    def order(self, photo: bytes, **query: str | float) -> dict[str, Any]:
        """Upload a photo, which must be accepted; return its status."""
        answer = self.client.post("/v1/photos", content=photo, params=query)
        assert answer.status_code == 202, answer.text
        document: dict[str, Any] = answer.json()
        return document

    def status(self, photo_id: str) -> dict[str, Any]:
        """Return the status of a photo, which must exist."""
        answer = self.client.get(f"/v1/photos/{photo_id}")
        assert answer.status_code == 200, answer.text
        document: dict[str, Any] = answer.json()
        return document

    def finished(self, photo_id: str, timeout_s: float = 60) -> dict[str, Any]:
        """Wait until no GIF is pending; return the status."""
        end = time.monotonic() + timeout_s
        while True:
            document = self.status(photo_id)
            if all(gif["state"] != "pending" for gif in document["gifs"]):
                return document
            assert time.monotonic() < end, document
            time.sleep(0.05)


def _client(address: str) -> httpx.Client:
    """Return a client that closes idle connections before the server does: a request could meet its close."""
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=1)
    return httpx.Client(base_url=address, timeout=60, limits=limits)


class Server(Service):
    """A running `gifmill serve`."""

    def __init__(self, process: subprocess.Popen[str], address: str) -> None:
        live_address = f"{address.replace('http', 'ws')}v1/live"
        super().__init__(address, live_address, _client(address))
        self.process = process

    def kill(self) -> None:
        """Kill the server without warning, as a power failure would."""
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> int:
        """Stop the server; return its exit code."""
        self.process.terminate()
        return self.process.wait(20)


UNLIMITED_RATES = {
    "GIFMILL_MAX_WAIT_S": "600",  # the speed of the machine must not matter
    "GIFMILL_CLIENT_REQUESTS_PER_MIN": "1000000",
    "GIFMILL_CLIENT_REQUESTS_BURST": "1000000",
    "GIFMILL_CLIENT_ORDERS_PER_MIN": "1000000",
    "GIFMILL_CLIENT_ORDERS_BURST": "1000000",
}
"""Settings without rate limits: tests send many requests from one address."""


@contextmanager
def serving(
    data: Path,
    *,
    workers: int = 2,
    environ: Mapping[str, str] | None = None,
    log: IO[str] | None = None,
    python: str = sys.executable,
) -> Iterator[Server]:
    """Run a server on a free port, in a process group that is always killed at the end.

    A traceback in its log fails the test: the server must handle everything that a test does to it.

    Args:
        data: folder of the store.
        workers: number of workers.
        environ: further environment variables.
        log: readable file for its standard error.
        python: the interpreter.
    """
    command = [python, "-m", "gifmill", "serve"]
    command += ["--port", "0", "--data", str(data), "--workers", str(workers)]
    with nullcontext(log) if log else tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env={**os.environ, **UNLIMITED_RATES, **(environ or {})},
            start_new_session=True,
        )
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert " is at http://" in line, line + _text(log)
            server = Server(process, line.split(" is at ")[1].split()[0])
            with server.client:
                yield server
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)
            process.stdout.close()
        assert "Traceback" not in _text(log), _text(log)


def _text(log: IO[str]) -> str:
    log.seek(0)
    return log.read()
