"""Fuzz one target with atheris: `python -m tests.fuzz.fuzz photo|keys SECONDS`.

What it learns is kept in .cache/fuzz for the next run. Ends with 0 where nothing was found; else the bytes
that did it are in .cache/fuzz/found, to be made a test.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import atheris

CACHE = Path(__file__).parents[2] / ".cache/fuzz"
_MAX_RETRY_DELAY_S = 10
"""For one input."""

_MOST_MB = 1_000
_MOST_BYTES = 65_536


def main() -> None:
    """Fuzz until the time is over; libFuzzer ends the process."""
    name, seconds = sys.argv[1:]
    with atheris.instrument_imports(include=["gifmill", "PIL"]):
        from tests.fuzz import targets

        from gifmill.photo import unsupported_files  # noqa: F401
        from gifmill.photo.formats import FORMATS

        for known in FORMATS:
            known.decoder()  # each is imported by its first file otherwise, and guides nothing
    learnt, found = CACHE / name, CACHE / "found"
    learnt.mkdir(parents=True, exist_ok=True)
    found.mkdir(exist_ok=True)
    # In a process of its own: what making them takes would count as what the fuzzed code takes.
    subprocess.run([sys.executable, "-m", "tests.fuzz.seeds", name, learnt], check=True)
    options = [
        f"-max_total_time={seconds}",
        f"-timeout={_MAX_RETRY_DELAY_S}",
        f"-rss_limit_mb={_MOST_MB}",
        f"-max_len={_MOST_BYTES}",
        f"-artifact_prefix={found}/{name}-",
        "-print_final_stats=1",
        "-close_fd_mask=0",
    ]
    atheris.Setup([sys.argv[0], *options, str(learnt)], targets.TARGETS_BY_NAME[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
