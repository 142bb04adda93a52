"""Memory growth of a real `gifmill serve` while it makes hundreds of GIFs.

The metric is USS, the memory that would be free if a process ended. Shared pages count for no process, so
nothing is counted twice in the sum.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import socket
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import httpx
import psutil

from bench.argument_types import at_least_one
from bench.benchmark_photos import PHOTOS
from bench.markdown_tables import machine, table
from bench.process_measurement import PYTHON

if TYPE_CHECKING:
    from collections.abc import Iterator

WORKERS = 2
WARM_UP_GIFS = 60
"""GIFs before the baseline: after them every worker has handled every photo and effect."""

GOAL_GROWTH = 0.10
_TIMEOUT_S = 30


@dataclass(frozen=True, slots=True)
class Server:
    """A running server.

    Attributes:
        process: the server process; its workers are its descendants.
        client: HTTP client for it.
    """

    process: psutil.Process
    client: httpx.Client

    def make(self, gifs: int) -> int:
        """Order the classic pack of all photos at once, repeatedly, until at least `gifs` GIFs are ready.

        Returns:
            Number of GIFs made.

        Raises:
            RuntimeError: a GIF failed or was not ready in time.
        """
        made = 0
        while made < gifs:
            orders = [self._order(path.read_bytes()) for path in PHOTOS.values()]
            made += sum(map(self._await_gifs, orders))
        return made

    def _order(self, photo: bytes) -> str:
        """Upload a photo and return the URL of its status."""
        answer = self.client.post(
            "/v1/photos",
            params={"effects": "classic", "preset": "fast", "size": 300},
            content=photo,
            headers={"content-type": "image/jpeg"},
        )
        location: str = answer.raise_for_status().headers["location"]
        return location

    def _await_gifs(self, location: str) -> int:
        """Wait for all GIFs of one photo and return their number."""
        deadline = time.monotonic() + _TIMEOUT_S
        while time.monotonic() < deadline:
            states = [gif["state"] for gif in self.client.get(location).raise_for_status().json()["gifs"]]
            if all(state == "ready" for state in states):
                return len(states)
            if "failed" in states:
                raise RuntimeError(f"a GIF of {location} failed")
            time.sleep(0.03)
        raise RuntimeError(f"the GIFs of {location} were not ready within {_TIMEOUT_S} s")

    def memory_bytes(self) -> tuple[int, int]:
        """Return the present memory (USS) of the server process, and of all its descendants together."""
        workers = self.process.children(recursive=True)
        return _uss_bytes(self.process), sum(_uss_bytes(worker) for worker in workers)


def _uss_bytes(process: psutil.Process) -> int:
    uss: int = process.memory_full_info().uss
    return uss


@contextmanager
def running_server(data: Path) -> Iterator[Server]:
    """Start a server on a free port, and stop it after the block.

    Raises:
        RuntimeError: the server did not start.
    """
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [PYTHON, "-m", "gifmill", "serve", "--port", str(port), "--data", str(data)]
    command += ["--workers", str(WORKERS)]
    environ = {**os.environ, "GIFMILL_CLIENT_REQUESTS_PER_MIN": "1000000"}  # polled without a pause
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL) as process:
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=_TIMEOUT_S) as client:
                _await_health(client)
                yield Server(psutil.Process(process.pid), client)
        finally:
            process.terminate()


def _await_health(client: httpx.Client) -> None:
    deadline = time.monotonic() + _TIMEOUT_S
    while time.monotonic() < deadline:
        try:
            if client.get("/healthz").is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise RuntimeError(f"the server did not start within {_TIMEOUT_S} s")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.server_memory", description=__doc__)
    parser.add_argument(
        "--gifs", type=at_least_one, default=300, metavar="N", help="number of GIFs (default: 300)"
    )
    gifs = parser.parse_args().gifs

    rows, totals = [], []
    with TemporaryDirectory() as folder, running_server(Path(folder)) as server:
        made = server.make(WARM_UP_GIFS)
        while True:
            own, workers = server.memory_bytes()
            totals.append(own + workers)
            growth = f"{totals[-1] / totals[0] - 1:+.1%}"
            rows.append((str(made), *(f"{held / 1e6:.1f}" for held in (own, workers, own + workers)), growth))
            print(f"\r{made} GIFs made ", end="", file=sys.stderr, flush=True)
            if made >= WARM_UP_GIFS + gifs:
                break
            made += server.make(min(gifs // 3, WARM_UP_GIFS + gifs - made))
    print(file=sys.stderr)

    growth_now = totals[-1] / totals[0] - 1
    print(f"A server with {WORKERS} workers makes GIFs of 300 px, preset fast; USS in MB.")
    print(machine("numpy", "pillow", "uvicorn"))
    print("\n" + table(("GIFs made", "server", "workers", "sum", "growth"), rows))
    met = "met" if growth_now <= GOAL_GROWTH else "NOT MET"
    print(f"\nGoal: at most {GOAL_GROWTH:.0%} growth: {met} ({growth_now:+.1%}).")


if __name__ == "__main__":
    main()
