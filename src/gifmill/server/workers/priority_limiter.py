"""A number of places, and two queues before them."""

from __future__ import annotations

from collections import deque
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import anyio

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


_MAX_HIGH_IN_A_ROW = 3
"""So many who are urgent may go before one who is patient: with enough of them no GIF would ever be made."""


class PriorityLimiter:
    """A number of places. Who is urgent mostly gets the next one: a person waits for the answer.

    Used from one event loop only.

    Attributes:
        free: how many places nobody has.
    """

    def __init__(self, count: int) -> None:
        self.free = count
        self._in_a_row = 0
        self._high: deque[anyio.Event] = deque()
        self._low: deque[anyio.Event] = deque()

    @asynccontextmanager
    async def acquire(self, high_priority: bool) -> AsyncIterator[bool]:
        """Wait for a place and keep it for the time of the block; whether there was none at first."""
        waited = not self.free
        if not waited:
            self.free -= 1
        else:
            queue = self._high if high_priority else self._low
            queue.append(turn := anyio.Event())
            try:
                await turn.wait()
            except BaseException:
                if turn.is_set():  # the place had been handed over already
                    self._hand_over()
                else:
                    queue.remove(turn)
                raise
        try:
            yield waited
        finally:
            self._hand_over()

    def _hand_over(self) -> None:
        if self._low and (not self._high or self._in_a_row >= _MAX_HIGH_IN_A_ROW):
            self._in_a_row = 0
            self._low.popleft().set()
        elif self._high:
            self._in_a_row += 1
            self._high.popleft().set()
        else:
            self.free += 1
