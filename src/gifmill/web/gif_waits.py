"""Requests that wait for a GIF until it is finished, the time is over or the client has disconnected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request


class GifWaits:
    """All requests that wait for a GIF. Used from one event loop only."""

    def __init__(self) -> None:
        self._pending: set[anyio.CancelScope] = set()
        self._closed = False

    def __len__(self) -> int:
        return len(self._pending)

    def close(self) -> None:
        """End all waits, also later ones, so that a shutdown does not wait for GIFs."""
        self._closed = True
        for scope in self._pending:
            scope.cancel()

    async def wait(self, request: Request, finished: Callable[[], Awaitable[None]], end_s: float) -> bool:
        """Wait for a GIF.

        Args:
            request: the request, whose body must be read to its end.
            finished: returns once the GIF is finished.
            end_s: when to stop waiting, in the event loop's time.

        Returns:
            Whether the client is still connected.
        """
        connected = True

        async def watch_client(scope: anyio.CancelScope) -> None:
            nonlocal connected
            while (await request.receive())["type"] != "http.disconnect":
                pass
            connected = False
            scope.cancel()

        async with anyio.create_task_group() as tasks:
            scope = tasks.cancel_scope
            scope.deadline = end_s
            if self._closed:
                scope.cancel()
            self._pending.add(scope)
            try:
                tasks.start_soon(watch_client, scope)
                await finished()
            finally:
                self._pending.discard(scope)
            scope.cancel()
        return connected
