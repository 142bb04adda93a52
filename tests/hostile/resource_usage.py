"""Memory and processor time of a command, as measured by the kernel."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import NamedTuple

MOST_CPU_S = 10.0
"""Per file, on any machine: the aim is a second, and hostile files aim at hours."""

MOST_SMALL_CPU_S = 3.0
"""For one of the small files, of which the worst takes 1.7 s in a worker that does nothing else."""

# A process of its own between us and the command: the kernel's peak begins with what the parent held.
_BETWEEN = """
import json, os, sys
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
_, status, used = os.wait4(child, 0)
figures = [os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss]
sys.stderr.write("\\n" + json.dumps(figures))
"""


class Measured(NamedTuple):
    """What became of a command.

    Attributes:
        code: its exit code.
        lines: of its standard error.
        cpu_s: the processor time that it took.
        peak_bytes: the most memory that it held.
    """

    code: int
    lines: list[str]
    cpu_s: float
    peak_bytes: int


def measured(*command: str) -> Measured:
    """Run a command to its end."""
    between = [sys.executable, "-S", "-E", "-c", _BETWEEN, *command]
    ran = subprocess.run(between, capture_output=True, text=True, check=True)
    *lines, figures = ran.stderr.rstrip("\n").split("\n")
    code, cpu_s, peak_kb = json.loads(figures)
    return Measured(code, [line for line in lines if line], cpu_s, peak_kb * 1_024)
