"""Memory and processor time of a command, as measured by the kernel."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import NamedTuple

MAX_CPU_S = 30.0
"""Limit of processor time per file. The slowest file takes three seconds, and hostile files aim at hours: the
limit tells these apart on any machine, however slow or busy."""

# A small process between the test and the command: the peak memory of a process starts with that of its
# parent.
_SMALL_PARENT = """
import json, os, sys
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
_, status, used = os.wait4(child, 0)
figures = [os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss]
sys.stderr.write("\\n" + json.dumps(figures))
"""


class ResourceUsage(NamedTuple):
    """Exit code, output and resources of a command.

    Attributes:
        code: its exit code.
        lines: lines of its standard error.
        cpu_s: its processor time.
        peak_bytes: its peak memory.
    """

    code: int
    lines: list[str]
    cpu_s: float
    peak_bytes: int


def run_measured(*command: str) -> ResourceUsage:
    """Run a command to its end, and return its resource usage."""
    command_line = [sys.executable, "-S", "-E", "-c", _SMALL_PARENT, *command]
    done = subprocess.run(command_line, capture_output=True, text=True, check=True)
    *lines, figures = done.stderr.rstrip("\n").split("\n")
    code, cpu_s, peak_kb = json.loads(figures)
    return ResourceUsage(code, [line for line in lines if line], cpu_s, peak_kb * 1_024)
