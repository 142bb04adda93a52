"""Fuzz the encoder with sanitizers: `python -m tests.fuzz.encoder_fuzzer SECONDS [FIRST [CASES]]`.

A case is a number: the seed of a random animation, or of random arguments for functions of the native core.
The first one is random. A case fails if a sanitizer finds an error, if memory leaks, if decoders show other
pixels than the encoder reports, or if a function raises an unexpected error.

The exit code is 0 if no case failed. The report of a failed case is written to .cache/fuzz/found, to be made
a test; its first line is the command that repeats the case.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.fuzz.encoder_cases import report
from tests.sanitizers.sanitized_libraries import ROOT, NoSanitizers, sanitized_library, sanitized_python

FOUND = ROOT / ".cache/fuzz/found"
_MAX_FIRST = 1_000_000_000


def main() -> int:
    """Fuzz until the time is up, and return the exit code."""
    seconds, *chosen = map(int, sys.argv[1:])
    first, cases = [*chosen, *(random.randrange(_MAX_FIRST), sys.maxsize)[len(chosen) :]]
    with tempfile.TemporaryDirectory() as folder:
        try:
            library = sanitized_library(Path(folder))
        except NoSanitizers as error:
            sys.exit(f"The encoder cannot be fuzzed: {error}.")
        report(f"Fuzzing the encoder from case {first}")
        return fuzz(library, FOUND, seconds, first, cases)


def fuzz(library: Path, found: Path, seconds: int, first: int, cases: int) -> int:
    """Run cases in a process of their own; return 0, or 1 after the report of a failed case is written."""
    python, environ = sanitized_python()
    arguments = map(str, (library, first, cases, seconds))
    command = [*python, "-m", "tests.fuzz.encoder_cases", *arguments]
    case = first
    with (
        tempfile.TemporaryFile("w+", errors="replace") as errors,
        subprocess.Popen(
            command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as process,
    ):
        assert process.stdout
        for line in process.stdout:
            if line.startswith("case "):
                case = int(line.split()[1])
            else:
                report(line.rstrip())
        if process.wait() == 0:
            return 0
        errors.seek(0)
        details = errors.read()
    found.mkdir(parents=True, exist_ok=True)
    path = found / f"encoder-{case}.txt"
    path.write_text(f"python -m tests.fuzz.encoder_fuzzer {seconds} {case} 1\n\n{details}")
    report(f"{details}\nCase {case} failed with exit code {process.returncode}. Its report is {path}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
