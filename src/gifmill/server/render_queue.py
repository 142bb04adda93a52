"""The queue of ordered GIFs: its length, its age, and admission of new orders."""

from __future__ import annotations

import math
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gifmill.errors import Busy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gifmill.orders import GifKey

_INITIAL_PACE_S = 0.05
"""Assumed interval between finished GIFs before the first one."""

_AVERAGED_GIFS = 16
"""Number of GIFs over which the interval is averaged."""

_MAX_SLOWDOWN = 4
"""A GIF counts for at most this many average intervals: one that hangs says little about the others."""

_MAX_RETRY_S = 60


class RenderQueue:
    """Pending and postponed GIFs, with admission control. Used from one event loop only.

    Args:
        max_gifs: maximum number of waiting GIFs.
        max_wait_s: maximum expected wait, at the pace of the last GIFs. Rejecting early is better than a
            queue that is always full, which makes every client wait and renders nothing faster.
        workers: number of GIFs rendered at once.
    """

    def __init__(self, max_gifs: int, max_wait_s: float, workers: int) -> None:
        self._max_gifs = max_gifs
        self._max_wait_s = max_wait_s
        self._workers = workers
        self._pending: set[GifKey] = set()
        self._reordered: set[GifKey] = set()
        self._postponed: set[GifKey] = set()
        self._since: dict[GifKey, float] = {}
        self._reserved = 0
        self._pace_s = _INITIAL_PACE_S
        self._last = 0.0

    def __len__(self) -> int:
        return len(self._pending) + len(self._postponed)

    @property
    def oldest_s(self) -> float:
        """Age of the oldest GIF in seconds."""
        now = time.monotonic()
        return now - min(self._since.values(), default=now)

    def __contains__(self, gif: GifKey) -> bool:
        """Whether the GIF is pending."""
        return gif in self._pending

    @property
    def idle(self) -> bool:
        """Whether nothing is pending."""
        return not self._pending

    @property
    def postponed(self) -> frozenset[GifKey]:
        """The postponed GIFs."""
        return frozenset(self._postponed)

    @contextmanager
    def reserve(self, gifs: int) -> Iterator[None]:
        """Reserve queue space for GIFs during the block.

        Raises:
            Busy: the queue would be too long, or the expected wait too long.
        """
        waiting = len(self) + self._reserved
        too_many, too_long_s = waiting + gifs - self._max_gifs, waiting * self._pace_s - self._max_wait_s
        if too_many > 0 or too_long_s > 0:
            seconds = math.ceil(max(too_many * self._pace_s, too_long_s))
            raise Busy(
                f"{waiting} GIFs are in the queue. Nothing was stored: send the photo again in a moment.",
                retry_after_s=min(max(seconds, 1), _MAX_RETRY_S),
            )
        self._reserved += gifs
        try:
            yield
        finally:
            self._reserved -= gifs

    def start(self, gif: GifKey) -> bool:
        """Add a GIF; False if it is pending already, in which case it is checked once more at its end."""
        if gif in self._pending:
            self._reordered.add(gif)  # it may have failed just now, and its result not be known here yet
            return False
        self._postponed.discard(gif)
        self._pending.add(gif)
        self._since.setdefault(gif, time.monotonic())
        if len(self._pending) == self._workers:
            self._last = time.monotonic()
        return True

    def take_reorder(self, gif: GifKey) -> bool:
        """Whether the GIF was ordered again since it started; resets the flag."""
        reordered = gif in self._reordered
        self._reordered.discard(gif)
        return reordered

    def finish(self, gif: GifKey, outcome: str) -> float:
        """Remove a finished GIF and return the seconds since it was ordered.

        The pace is the time from one finished GIF to the next while all workers are busy, so it includes
        everything else that the workers do.

        Args:
            gif: the finished GIF.
            outcome: one of `metrics.OUTCOMES`.
        """
        now = time.monotonic()
        postponed = outcome == "postponed"
        if len(self._pending) >= self._workers and not postponed:
            took_s = min(now - self._last, _MAX_SLOWDOWN * self._pace_s)
            self._pace_s += (took_s - self._pace_s) / _AVERAGED_GIFS
            self._last = now
        elif outcome == "made":  # with idle workers: together they are no slower than this one alone
            alone_s = max(_INITIAL_PACE_S, self._pace_s / 2, now - self._since[gif])
            self._pace_s = min(self._pace_s, alone_s)
        self._pending.discard(gif)
        self._reordered.discard(gif)
        since = self._since[gif]
        if postponed:
            self._postponed.add(gif)
        else:
            del self._since[gif]
        return now - since

    def drop_postponed(self, gifs: Iterable[GifKey]) -> None:
        """Remove GIFs from the postponed ones; those not pending leave the queue."""
        for gif in gifs:
            self._postponed.discard(gif)
            if gif not in self._pending:
                self._since.pop(gif, None)
