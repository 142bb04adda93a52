"""Codecs that fail in every possible way, for tests of worker processes.

In a module of its own that imports next to nothing, as each worker imports it.
"""

from __future__ import annotations

import ctypes
import os
import resource
import time
from pathlib import Path


def die(log: str) -> None:
    """A codec that crashes."""
    with Path(log).open("a") as file:
        file.write("died\n")
    os.abort()


def die_once(log: str) -> str:
    """Return a codec that crashes the first time."""
    if Path(log).exists():
        return "made"
    die(log)
    return "not reached"


def babble(*_: object) -> str:
    """Return a codec that took over its worker and sends unrequested messages."""
    return 'made",nothing="of the kind'


def read_nowhere() -> None:
    """A codec that follows a pointer to nothing."""
    ctypes.string_at(0)


def hang(log: str) -> None:
    """A codec that never comes back."""
    with Path(log).open("a") as file:
        file.write(f"{os.getpid()}\n")
    time.sleep(60)


def spin() -> None:
    """A codec that goes round and round."""
    while True:
        pass


def work(seconds: float) -> None:
    """A codec that is busy for a while."""
    while time.process_time() < seconds:
        pass


def swell() -> None:
    """A codec that allocates without end."""
    hold = []
    while True:
        hold.append(bytearray(50_000_000))


def stumble(log: str) -> None:
    """A bug."""
    with Path(log).open("a") as file:
        file.write("stumbled\n")
    raise KeyError("a bug")


def gossip() -> str:
    """Return a codec that prints."""
    os.write(1, b'{"value": "what the codec printed"}\n')
    return "what was returned"


def lie() -> None:
    """A codec that was taken over by its photo and writes invalid messages into every pipe."""
    for each in range(3, 20):
        try:
            os.write(each, b"cos\nsystem\n(S'touch fallen'\ntR.\n")
        except OSError:
            continue


def pid_of_the_worker() -> int:
    return os.getpid()


def limits_of_the_worker() -> dict[str, int]:
    return {name: resource.getrlimit(getattr(resource, name))[1] for name in ("RLIMIT_CORE", "RLIMIT_NOFILE")}
