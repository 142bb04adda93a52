"""The server in the storm: killed and started again on the same store, its workers killed one by one."""

from __future__ import annotations

import random
import signal
import time
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

import httpx
import psutil
from tests.servers import serving

if TYPE_CHECKING:
    from pathlib import Path

    from tests.chaos.invariants import Ledger
    from tests.servers import Server

_PATIENCE_S = 60
"""Within this every request is answered, whatever goes on."""

_AGAIN_S = 0.3
"""Between two attempts to start, as an init system would pause."""

_LAST_WORK_S = 0.5
"""Workers outlive their server for as long as their last GIF takes; sometimes they are left that time."""


class Fort:
    """A server on one folder, now one process, now another."""

    def __init__(self, folder: Path, environ: dict[str, str], ledger: Ledger, seed: int) -> None:
        self.kills = 0
        self.restarts = 0
        self.failed_starts = 0
        self.frozen = 0
        self._folder = folder
        self._environ = environ
        self._ledger = ledger
        self._random = random.Random(f"fort {seed}")
        self._stack = ExitStack()
        self._server: Server | None = None
        self._client: httpx.Client | None = None

    def start(self, **environ: str) -> None:
        """Start, again and again until it is up: where the disk is full it says so and ends."""
        server: Server | None = None
        while server is None:
            try:
                server = self._stack.enter_context(serving(self._folder, environ=self._environ | environ))
            except AssertionError as error:  # it did not come up
                if "Traceback" in str(error):
                    self._ledger.violated(f"a start failed in an unexpected way: {error}")
                self.failed_starts += 1
                time.sleep(_AGAIN_S)
        # No connection is used twice: the server may close an idle one just when a request begins.
        limits = httpx.Limits(max_keepalive_connections=0)
        self._client = httpx.Client(base_url=server.address, timeout=_PATIENCE_S, limits=limits, verify=False)
        self._server = server

    def kill(self) -> None:
        """kill -9."""
        server, self._server = self._server, None
        assert server is not None
        self.restarts += 1
        server.kill()
        time.sleep(self._random.choice((0, 0, _LAST_WORK_S)))
        self._close()

    def stop(self) -> None:
        """Ask it to end."""
        server, self._server = self._server, None
        assert server is not None
        if (code := server.stop()) != 0:
            self._ledger.violated(f"a server that was told to stop ended with {code}")
        self._close()

    def hurt_a_worker(self) -> None:
        """Kill one at random; now and then freeze it, so that it hangs."""
        server = self._server
        if server is None:
            return
        with suppress(psutil.NoSuchProcess, IndexError):
            worker = self._random.choice(psutil.Process(server.process.pid).children(recursive=True))
            if self._random.random() < 0.1:
                worker.send_signal(signal.SIGSTOP)
                self.frozen += 1
            else:
                worker.kill()
                self.kills += 1

    def ask(self, method: str, path: str, **request: object) -> httpx.Response | None:
        """An answer, or None where the server was killed meanwhile. Anything else is a violation."""
        while (server := self._server) is None:
            time.sleep(0.02)
        client = self._client
        assert client is not None
        begun = time.monotonic()
        try:
            answer = client.request(method, path, **request)  # type: ignore[arg-type]
        except (httpx.TransportError, httpx.InvalidURL) as error:
            if self._server is server:
                self._ledger.violated(f"{method} {path[:12]}: {type(error).__name__}: {error}")
            return None
        if (took := time.monotonic() - begun) > _PATIENCE_S:
            self._ledger.violated(f"{method} {path[:12]} took {took:.0f} s")
        if answer.status_code == httpx.codes.INTERNAL_SERVER_ERROR:
            self._ledger.violated(f"{method} {path[:12]} was answered with 500")
        if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE and "Retry-After" not in answer.headers:
            self._ledger.violated(f"{method} {path[:12]}: a 503 without Retry-After")
        return answer

    @property
    def address(self) -> str | None:
        """Of the server that is up."""
        server = self._server
        return server.address if server else None

    def _close(self) -> None:
        """End all that is left of the server."""
        try:
            self._stack.close()
        except AssertionError as error:
            lines = [line for line in str(error).splitlines() if "Traceback" in line]
            self._ledger.violated(f"a surprise in the server's log: {lines[:3]}")
