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
"""The unit of `ru_maxrss`. Source: getrusage(2) of macOS and of Linux."""


@dataclass(frozen=True, slots=True)
class ProcessMeasurement:
    """The measurements of one process from start to end.

    Attributes:
        seconds: wall time.
        max_rss_bytes: peak memory. Linux includes the memory of the parent at the start, so the measuring
            process must be small.
    """

    seconds: float
    max_rss_bytes: int


def run(command: Sequence[str]) -> ProcessMeasurement:
    """Run a command to its end and discard its output.

    Python may write compiled modules, as it does for users: the time of a process that compiles every
    imported module is not representative. The first run of a command compiles and must not count.

    Raises:
        subprocess.CalledProcessError: the command failed.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return ProcessMeasurement(seconds, usage.ru_maxrss * _RSS_UNIT_BYTES)
