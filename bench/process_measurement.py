"""Wall time and peak memory of whole processes."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

PYTHON = sys.executable
GIFMILL = str(Path(sys.executable).with_name("gifmill"))

_RSS_UNIT_BYTES = 1 if sys.platform == "darwin" else 1024
"""What `ru_maxrss` counts in. Source: getrusage(2) of macOS and of Linux."""


@dataclass(frozen=True, slots=True)
class Ended:
    """One process from start to end.

    Attributes:
        seconds: the clock on the wall.
        max_rss_bytes: the most memory it held. Linux counts what the parent held before the start as well,
            so whoever measures must be small itself.
    """

    seconds: float
    max_rss_bytes: int


def run(command: Sequence[str]) -> Ended:
    """Run a command to its end, with its output thrown away.

    Python may keep compiled modules, as it does for users: a process that compiles every module that it
    imports tells nothing. The first run of a command compiles; it must not count.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Ended(seconds, usage.ru_maxrss * _RSS_UNIT_BYTES)
