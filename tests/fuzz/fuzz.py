"""Fuzz one target with atheris: `python -m tests.fuzz.fuzz photo|keys SECONDS`.

The corpus is kept in .cache/fuzz for the next run. The exit code is 0 if no input failed; failing inputs are
written to .cache/fuzz/found, to be made a test.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import atheris

CACHE = Path(__file__).parents[2] / ".cache/fuzz"
_TIMEOUT_S = 10
"""Timeout for one input."""

_MAX_MEMORY_MB = 1_000
_MAX_INPUT_BYTES = 65_536


def main() -> None:
    """Fuzz until the time is up; libFuzzer ends the process."""
    name, seconds = sys.argv[1:]
    with atheris.instrument_imports(include=["gifmill", "PIL"]):
        from tests.fuzz import targets

        from gifmill.photo import unsupported_files  # noqa: F401
        from gifmill.photo.formats import FORMATS

        for file_format in FORMATS:
            file_format.decoder()  # an import after the instrumentation would give no coverage
    corpus, found = CACHE / name, CACHE / "found"
    corpus.mkdir(parents=True, exist_ok=True)
    found.mkdir(exist_ok=True)
    # In a separate process: its memory would count as that of the fuzzed code.
    subprocess.run([sys.executable, "-m", "tests.fuzz.seeds", name, corpus], check=True)
    options = [
        f"-max_total_time={seconds}",
        f"-timeout={_TIMEOUT_S}",
        f"-rss_limit_mb={_MAX_MEMORY_MB}",
        f"-max_len={_MAX_INPUT_BYTES}",
        f"-artifact_prefix={found}/{name}-",
        "-print_final_stats=1",
        "-close_fd_mask=0",
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], targets.TARGETS_BY_NAME[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
