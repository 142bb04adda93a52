"""Resource limits of a worker process: memory, processor time, wall time, files. The kernel enforces them.

That stops a codec even while it is stuck in native code: each limit is a signal that ends the process, or an
allocation that fails.
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
"""Maximum open files; a worker has some twenty: pipes, libraries, the store."""

_GRACE_S = 2
"""How much longer a worker waits than the server, so that the server's timeout comes first."""

ENDED_BY_LIMIT = (signal.SIGXCPU, signal.SIGALRM)
"""Signals that end a process that took too long."""


def limit_process(memory_mb: int) -> None:
    """Limit this process permanently: no core dumps (they would contain photos), few files, limited memory.

    The memory limit is on address space, which always exceeds what is used. macOS has no such limit: there
    only the time limits end a runaway allocation.

    Source: setrlimit(2).
    """
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_NOFILE, _FILES)
    _lower(resource.RLIMIT_AS, memory_mb * 1_000_000)


@contextmanager
def time_limits(cpu_s: int, wall_s: float) -> Iterator[None]:
    """Limit the time of the block: past either limit a signal ends the process.

    Args:
        cpu_s: processor time of all threads, in addition to what the process has used before.
        wall_s: wall time, for the case that no server is left to end the process.
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
