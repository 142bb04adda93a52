"""The GIFs that were ordered and are not made: how many, since when, and whether there is room for more."""

from __future__ import annotations

import math
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gifmill.errors import Busy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gifmill.orders import GifKey

_FIRST_GUESS_S = 0.05
"""From one GIF to the next, before any has been made."""

_MEMORY = 16
"""Over about so many GIFs their pace is averaged."""

_MOST_SLOWER = 4
"""A GIF that hangs says little of the others: none counts for more than so many times the pace."""

_LONGEST_RETRY_S = 60


class RenderQueue:
    """What is being made or waits for it, and what was put off. Used from one event loop only.

    Args:
        most: how many GIFs may wait.
        longest_s: how long those that wait may take, as fast as the last ones were made. Who would wait for
            longer is better told so: a queue that is always full makes everybody wait and nothing faster.
        workers: how many are made at once.
    """

    def __init__(self, most: int, longest_s: float, workers: int) -> None:
        self._most = most
        self._longest_s = longest_s
        self._workers = workers
        self._pending: set[GifKey] = set()
        self._wanted_again: set[GifKey] = set()
        self._postponed: set[GifKey] = set()
        self._since: dict[GifKey, float] = {}
        self._reserved = 0
        self._pace_s = _FIRST_GUESS_S
        self._last = 0.0

    def __len__(self) -> int:
        return len(self._pending) + len(self._postponed)

    @property
    def oldest_s(self) -> float:
        """How long the oldest of them has waited."""
        now = time.monotonic()
        return now - min(self._since.values(), default=now)

    def __contains__(self, gif: GifKey) -> bool:
        """Whether it is being made or about to be."""
        return gif in self._pending

    @property
    def idle(self) -> bool:
        """Whether none is being made or about to be."""
        return not self._pending

    @property
    def postponed(self) -> frozenset[GifKey]:
        """Those that were put off."""
        return frozenset(self._postponed)

    @contextmanager
    def reserve(self, gifs: int) -> Iterator[None]:
        """Keep places for the time of the block.

        Raises:
            Busy: there are not that many.
        """
        waiting = len(self) + self._reserved
        too_many, too_long_s = waiting + gifs - self._most, waiting * self._pace_s - self._longest_s
        if too_many > 0 or too_long_s > 0:
            seconds = math.ceil(max(too_many * self._pace_s, too_long_s))
            raise Busy(
                f"{waiting} GIFs are waiting to be made. Nothing was kept: send the photo again in a moment.",
                retry_after_s=min(max(seconds, 1), _LONGEST_RETRY_S),
            )
        self._reserved += gifs
        try:
            yield
        finally:
            self._reserved -= gifs

    def start(self, gif: GifKey) -> bool:
        """Note that a GIF is to be made; whether that is news. If not, it is looked at once more then."""
        if gif in self._pending:
            self._wanted_again.add(gif)  # it may have failed by now, with the news still on its way here
            return False
        self._postponed.discard(gif)
        self._pending.add(gif)
        self._since.setdefault(gif, time.monotonic())
        if len(self._pending) == self._workers:
            self._last = time.monotonic()
        return True

    def take_reorder(self, gif: GifKey) -> bool:
        """Whether it has been ordered again since it was begun, or since this was last asked."""
        wanted = gif in self._wanted_again
        self._wanted_again.discard(gif)
        return wanted

    def finish(self, gif: GifKey, outcome: str) -> float:
        """Note that nobody works on a GIF any more; how many seconds ago it was ordered.

        The pace is what passes from one end to the next while all workers have something to do: whatever else
        they do meanwhile is in it.

        Args:
            gif: which one.
            outcome: as `metrics.OUTCOMES`.
        """
        now = time.monotonic()
        postponed = outcome == "postponed"
        if len(self._pending) >= self._workers and not postponed:
            took_s = min(now - self._last, _MOST_SLOWER * self._pace_s)
            self._pace_s += (took_s - self._pace_s) / _MEMORY
            self._last = now
        elif outcome == "made":  # with workers to spare: together they are no slower than this one alone
            alone_s = max(_FIRST_GUESS_S, self._pace_s / 2, now - self._since[gif])
            self._pace_s = min(self._pace_s, alone_s)
        self._pending.discard(gif)
        self._wanted_again.discard(gif)
        since = self._since[gif]
        if postponed:
            self._postponed.add(gif)
        else:
            del self._since[gif]
        return now - since

    def drop_postponed(self, gifs: Iterable[GifKey]) -> None:
        """These are not put off any more. Those of them that are not begun are not waited for either."""
        for gif in gifs:
            self._postponed.discard(gif)
            if gif not in self._pending:
                self._since.pop(gif, None)
