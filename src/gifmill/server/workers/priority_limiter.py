"""A concurrency limit with a high-priority and a low-priority queue."""

from __future__ import annotations

from collections import deque
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import anyio

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


_MAX_HIGH_IN_A_ROW = 3
"""After this many high-priority calls in a row a low-priority one runs, so that uploads never starve GIFs."""


class PriorityLimiter:
    """A fixed number of slots; high-priority callers go first, as a person waits for their response.

    Used from one event loop only.

    Attributes:
        free: number of free slots.
    """

    def __init__(self, count: int) -> None:
        self.free = count
        self._in_a_row = 0
        self._high: deque[anyio.Event] = deque()
        self._low: deque[anyio.Event] = deque()

    @asynccontextmanager
    async def acquire(self, high_priority: bool) -> AsyncIterator[bool]:
        """Hold a slot during the block; yields whether it had to wait for one."""
        waited = not self.free
        if not waited:
            self.free -= 1
        else:
            queue = self._high if high_priority else self._low
            queue.append(turn := anyio.Event())
            try:
                await turn.wait()
            except BaseException:
                if turn.is_set():  # the slot was handed over already
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
