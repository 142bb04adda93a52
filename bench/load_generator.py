"""The simulated clients of `bench.server_load`, in a separate process: scheduled orders and idle sockets.

Reads a plan as JSON from standard input, and writes the results as JSON to standard output.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from bench.arrival_schedule import ACCEPTED, Arrival

if TYPE_CHECKING:
    from collections.abc import Sequence

_TIMEOUT_S = 120
_CONNECTING_AT_ONCE = 50


class LoadGenerator:
    """Simulated clients of one server.

    Args:
        address: URL of the server, such as http://127.0.0.1:8000/.
        query: query parameters of every order.
    """

    def __init__(self, address: str, query: dict[str, str]) -> None:
        self._live = f"{address.replace('http', 'ws')}v1/live"
        self._query = query
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        self._client = httpx.AsyncClient(base_url=address, timeout=_TIMEOUT_S, limits=limits, verify=False)

    async def order(self, times: Sequence[float], photos: Sequence[bytes]) -> list[Arrival]:
        """Send photos in turn at their scheduled times, and wait for the GIFs of the accepted ones.

        Args:
            times: seconds from the start.
            photos: files to send.
        """
        start = time.monotonic()

        async def one(number: int, due: float) -> Arrival:
            await asyncio.sleep(due - (time.monotonic() - start))
            turn = number % len(photos)
            return await self._one(start, due, turn, photos[turn])

        return await asyncio.gather(*(one(number, due) for number, due in enumerate(times)))

    async def _one(self, start: float, due: float, turn: int, photo: bytes) -> Arrival:
        try:
            answer = await self._client.post("/v1/photos", params=self._query, content=photo)
        except httpx.TransportError:
            return Arrival(due, turn, 0)
        if answer.status_code != ACCEPTED:
            retry_after = answer.headers.get("Retry-After")
            return Arrival(due, turn, answer.status_code, None if retry_after is None else int(retry_after))
        done = await self._finished(answer.json()["id"])
        return Arrival(due, turn, ACCEPTED, done=time.monotonic() - start if done else None)

    async def _finished(self, photo_id: str) -> bool:
        """Return whether all GIFs of a photo are reported as ready before the timeout."""
        waiting: set[tuple[str, str]] = set()
        try:
            async with asyncio.timeout(_TIMEOUT_S), connect(f"{self._live}?photo={photo_id}") as socket:
                async for text in socket:
                    message: dict[str, Any] = json.loads(text)
                    for gif in message.get("gifs", [message.get("gif")]):
                        key = gif["effect"], gif["options"]
                        (waiting.discard if gif["state"] == "ready" else waiting.add)(key)
                    if not waiting:
                        return True
        except (TimeoutError, ConnectionClosed, OSError):
            return False
        return False

    async def listen(self, sockets: int, photos: Sequence[bytes]) -> int:
        """Open idle sockets to finished photos, as open pages do, and print "listening".

        They stay open until standard input has a line or ends.

        Returns:
            Number of sockets that are still open then.
        """
        ids = [await self._accepted(photo) for photo in photos]
        gate = asyncio.Semaphore(_CONNECTING_AT_ONCE)

        async def one(number: int) -> Any:  # noqa: ANN401  # the library's connection type
            async with gate:
                socket = await connect(
                    f"{self._live}?photo={ids[number % len(ids)]}", open_timeout=_TIMEOUT_S
                )
                await socket.recv()  # the status message: the socket is subscribed
                return socket

        opened = await asyncio.gather(*(one(number) for number in range(sockets)))
        print("listening", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        still = [socket for socket in opened if socket.close_code is None]
        await asyncio.gather(*(socket.close() for socket in opened))
        return len(still)

    async def _accepted(self, photo: bytes) -> str:
        answer = await self._client.post("/v1/photos", params=self._query, content=photo)
        photo_id: str = answer.raise_for_status().json()["id"]
        if not await self._finished(photo_id):
            raise RuntimeError(f"the GIFs of photo {photo_id} were not ready within {_TIMEOUT_S} s")
        return photo_id

    async def close(self) -> None:
        """Close the HTTP client."""
        await self._client.aclose()


def _read(path: str) -> bytes:
    return Path(path).read_bytes()


async def _main() -> dict[str, Any]:
    _, hard_limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard_limit, hard_limit))
    plan = json.loads(sys.stdin.readline())
    photos = [_read(path) for path in plan["photos"]]
    generator = LoadGenerator(plan["address"], plan["query"])
    try:
        if "sockets" in plan:
            return {"open": await generator.listen(plan["sockets"], photos)}
        arrivals = await generator.order(plan["times"], photos)
    finally:
        await generator.close()
    return {"arrivals": [asdict(each) for each in arrivals], "cpu_s": time.process_time()}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_main())))
