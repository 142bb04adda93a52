"""What a worker process may use: memory, processor time, wall time, files. The kernel holds it to that.

A codec need not be willing, nor even able to run Python, to be stopped: each limit is a signal that ends the
process, or an allocation that fails.
"""

from __future__ import annotations

import resource
import signal
import time
from contextlib import contextmanager, suppress
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_FILES = 256
"""Pipes, libraries, the store's files or connections: a worker has some twenty open."""

_GRACE_S = 2
"""How much longer than the server a worker waits: as long as there is a server, it comes first."""

ENDED_BY_LIMIT = (signal.SIGXCPU, signal.SIGALRM)
"""Signals that end a process that took too long."""


def confine(memory_mb: int) -> None:
    """Limit this process for good: no core dumps, which would hold photos, few files, and so much memory.

    The memory is address space, which is always more than what is used of it. macOS knows no such limit:
    there only time ends what allocates without end.

    Source: setrlimit(2).
    """
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_NOFILE, _FILES)
    _lower(resource.RLIMIT_AS, memory_mb * 1_000_000)


@contextmanager
def timed(cpu_s: int, wall_s: float) -> Iterator[None]:
    """Let this process work so long and no longer: past either limit a signal ends it.

    Args:
        cpu_s: processor time of all its threads, beyond what it has used before.
        wall_s: for where there is no server any more that would end it.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = ceil(time.process_time()) + cpu_s  # the limit counts from the start of the process
    resource.setrlimit(resource.RLIMIT_CPU, (_least(soft, hard), hard))
    signal.setitimer(signal.ITIMER_REAL, wall_s + _GRACE_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _lower(which: int, limit: int) -> None:
    _, hard = resource.getrlimit(which)
    with suppress(ValueError, OSError):  # macOS refuses some
        resource.setrlimit(which, (_least(limit, hard), _least(limit, hard)))


def _least(limit: int, hard: int) -> int:
    return limit if hard == resource.RLIM_INFINITY else min(limit, hard)
