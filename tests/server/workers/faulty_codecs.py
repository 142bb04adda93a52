"""Replacements of a codec that fail in different ways, for tests of worker processes.

The module imports only the standard library, since each worker imports it.
"""

from __future__ import annotations

import ctypes
import os
import resource
import time
from pathlib import Path


def crash(log: str) -> None:
    """Crash the process."""
    with Path(log).open("a") as file:
        file.write("died\n")
    os.abort()


def crash_once(log: str) -> str:
    """Crash the process in the first call, and return in the second."""
    if Path(log).exists():
        return "made"
    crash(log)
    return "not reached"


def return_invalid_outcome(*_: object) -> str:
    """Return an invalid outcome, as a codec that an attacker controls could."""
    return 'made",nothing="of the kind'


def read_null_pointer() -> None:
    """Read from a null pointer."""
    ctypes.string_at(0)


def hang(log: str) -> None:
    """Sleep for longer than any time limit of the tests."""
    with Path(log).open("a") as file:
        file.write(f"{os.getpid()}\n")
    time.sleep(60)


def loop_endlessly() -> None:
    """Loop endlessly."""
    while True:
        pass


def use_cpu(seconds: float) -> None:
    """Use processor time until the process has used this much."""
    while time.process_time() < seconds:
        pass


def allocate_endlessly() -> None:
    """Allocate memory endlessly."""
    blocks = []
    while True:
        blocks.append(bytearray(50_000_000))


def raise_bug(log: str) -> None:
    """Log the call, and raise an unexpected error."""
    with Path(log).open("a") as file:
        file.write("stumbled\n")
    raise KeyError("a bug")


def print_and_return() -> str:
    """Print to standard output, and return a text."""
    os.write(1, b'{"value": "printed by the codec"}\n')
    return "the result"


def write_invalid_messages() -> None:
    """Write invalid messages into every pipe, as a codec that an attacker controls could."""
    for each in range(3, 20):
        try:
            os.write(each, b"cos\nsystem\n(S'touch fallen'\ntR.\n")
        except OSError:
            continue


def worker_pid() -> int:
    return os.getpid()


def worker_limits() -> dict[str, int]:
    return {name: resource.getrlimit(getattr(resource, name))[1] for name in ("RLIMIT_CORE", "RLIMIT_NOFILE")}
