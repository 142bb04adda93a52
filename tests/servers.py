"""Real servers for tests: a process of their own on a free port, always ended."""

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
    """A place where gifmill runs.

    Attributes:
        address: such as http://127.0.0.1:41237/.
        live_address: of its WebSockets, without the query.
        max_direct_bytes: what a photo may have that is sent to the API itself.
        client: for requests to it.
    """

    max_direct_bytes = 25_000_000

    def __init__(self, address: str, live_address: str, client: httpx.Client) -> None:
        self.address = address
        self.live_address = live_address
        self.client = client

    def live(self, photo_id: str) -> ClientConnection:
        """An open socket that listens to a photo."""
        return connect(f"{self.live_address}?photo={photo_id}", open_timeout=10)

    def order(self, photo: bytes, **query: str | float) -> dict[str, Any]:
        """Hand in a photo that must be accepted; returns its status."""
        answer = self.client.post("/v1/photos", content=photo, params=query)
        assert answer.status_code == 202, answer.text
        document: dict[str, Any] = answer.json()
        return document

    def status(self, photo_id: str) -> dict[str, Any]:
        """The status of a photo that must be there."""
        answer = self.client.get(f"/v1/photos/{photo_id}")
        assert answer.status_code == 200, answer.text
        document: dict[str, Any] = answer.json()
        return document

    def finished(self, photo_id: str, timeout_s: float = 60) -> dict[str, Any]:
        """The status once nothing is pending any more."""
        end = time.monotonic() + timeout_s
        while True:
            document = self.status(photo_id)
            if all(gif["state"] != "pending" for gif in document["gifs"]):
                return document
            assert time.monotonic() < end, document
            time.sleep(0.05)


class Server(Service):
    """A running `gifmill serve`."""

    def __init__(self, process: subprocess.Popen[str], address: str) -> None:
        live_address = f"{address.replace('http', 'ws')}v1/live"
        super().__init__(address, live_address, httpx.Client(base_url=address, timeout=30))
        self.process = process

    def kill(self) -> None:
        """End the server without any warning, as a power failure would."""
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> int:
        """Ask it to stop, and return its exit code."""
        self.process.terminate()
        return self.process.wait(20)


UNLIMITED_RATES = {
    "GIFMILL_MAX_WAIT_S": "600",  # how fast the machine is decides nothing
    "GIFMILL_CLIENT_REQUESTS_PER_MIN": "1000000",
    "GIFMILL_CLIENT_REQUESTS_BURST": "1000000",
    "GIFMILL_CLIENT_ORDERS_PER_MIN": "1000000",
    "GIFMILL_CLIENT_ORDERS_BURST": "1000000",
}
"""For tests: they ask for more than a household does, and from one address."""


@contextmanager
def serving(
    data: Path,
    *,
    workers: int = 2,
    environ: Mapping[str, str] | None = None,
    log: IO[str] | None = None,
    python: str = sys.executable,
) -> Iterator[Server]:
    """A server on a free port, in a process group that is ended whatever happens.

    A traceback in its log fails the test: nothing that a test does to a server may be a surprise to it.

    Args:
        data: its store.
        workers: how many it has.
        environ: what is set besides what is set here.
        log: a file for what it writes to standard error; it must be readable.
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
