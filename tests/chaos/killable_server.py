"""A server that is killed and restarted on the same store, and whose workers are killed or frozen."""

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

    from tests.chaos.invariants import InvariantChecker
    from tests.servers import Server

_PATIENCE_S = 60
"""Maximum time to a response."""

_AGAIN_S = 0.3
"""Pause between two attempts to start, as an init system makes."""

_LAST_WORK_S = 0.5
"""Pause between kill and restart, in which a worker can finish its last GIF."""


class KillableServer:
    """A server on one folder, in one process after another."""

    def __init__(self, folder: Path, environ: dict[str, str], checker: InvariantChecker, seed: int) -> None:
        self.kills = 0
        self.restarts = 0
        self.failed_starts = 0
        self.frozen = 0
        self._folder = folder
        self._environ = environ
        self._checker = checker
        self._random = random.Random(f"server {seed}")
        self._stack = ExitStack()
        self._server: Server | None = None
        self._client: httpx.Client | None = None

    def start(self, **environ: str) -> None:
        """Start, and retry until the server is up: with a full disk it reports an error and exits."""
        server: Server | None = None
        while server is None:
            try:
                server = self._stack.enter_context(serving(self._folder, environ=self._environ | environ))
            except AssertionError as error:  # it did not start
                if "Traceback" in str(error):
                    self._checker.report_violation(f"a start failed unexpectedly: {error}")
                self.failed_starts += 1
                time.sleep(_AGAIN_S)
        # No connection is reused: the server may close an idle one just when a request begins.
        limits = httpx.Limits(max_keepalive_connections=0)
        self._client = httpx.Client(base_url=server.address, timeout=_PATIENCE_S, limits=limits, verify=False)
        self._server = server

    def kill(self) -> None:
        """Kill the server with SIGKILL."""
        server, self._server = self._server, None
        assert server is not None
        self.restarts += 1
        server.kill()
        time.sleep(self._random.choice((0, 0, _LAST_WORK_S)))
        self._close()

    def stop(self) -> None:
        """Stop the server with SIGTERM."""
        server, self._server = self._server, None
        assert server is not None
        if (code := server.stop()) != 0:
            self._checker.report_violation(f"the server exited with {code} at SIGTERM")
        self._close()

    def kill_or_freeze_worker(self) -> None:
        """Kill a random worker, or sometimes stop it with SIGSTOP, so that it hangs."""
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

    def request(self, method: str, path: str, **request: object) -> httpx.Response | None:
        """Return the response, or None if the server was killed. Other failures are violations."""
        while (server := self._server) is None:
            time.sleep(0.02)
        client = self._client
        assert client is not None
        begun = time.monotonic()
        try:
            answer = client.request(method, path, **request)  # type: ignore[arg-type]
        except (httpx.TransportError, httpx.InvalidURL) as error:
            if self._server is server:
                self._checker.report_violation(f"{method} {path[:12]}: {type(error).__name__}: {error}")
            return None
        if (took := time.monotonic() - begun) > _PATIENCE_S:
            self._checker.report_violation(f"{method} {path[:12]} took {took:.0f} s")
        if answer.status_code == httpx.codes.INTERNAL_SERVER_ERROR:
            self._checker.report_violation(f"{method} {path[:12]} got a 500")
        if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE and "Retry-After" not in answer.headers:
            self._checker.report_violation(f"{method} {path[:12]}: a 503 without Retry-After")
        return answer

    @property
    def address(self) -> str | None:
        """Return the address of the running server, or None."""
        server = self._server
        return server.address if server else None

    def _close(self) -> None:
        """Close the server's context, which checks its log."""
        try:
            self._stack.close()
        except AssertionError as error:
            lines = [line for line in str(error).splitlines() if "Traceback" in line]
            self._checker.report_violation(f"a traceback in the server's log: {lines[:3]}")
