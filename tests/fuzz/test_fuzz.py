"""A short run of each fuzzer; `make fuzz` runs them longer."""

from __future__ import annotations

import subprocess
import sys

import pytest

SECONDS = "10"

_SMALL_PARENT = ("sh", "-c", '"$@"; exit $?', "sh")
"""A small process between pytest and a fuzzer: the peak memory of a process starts with that of its
parent."""

needs_atheris = pytest.mark.skipif(
    sys.platform != "linux" or sys.version_info >= (3, 14), reason="atheris has no wheel for this Python"
)


def run(*arguments: str) -> str:
    """Run a fuzzer to its end and return its output; fail the test if an input failed."""
    command = [*_SMALL_PARENT, sys.executable, "-m", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4_000:] + done.stderr[-4_000:]
    return done.stdout + done.stderr


@needs_atheris
@pytest.mark.parametrize("target", ["photo", "keys"])
def test_no_fuzzed_input_fails(target: str) -> None:
    output = run("tests.fuzz.fuzz", target, SECONDS)

    executed = int(output.split("stat::number_of_executed_units:")[1].split()[0])
    assert executed > 100, "the fuzzer executed too few inputs"


def test_every_response_matches_the_openapi_document() -> None:
    output = run("tests.fuzz.openapi_fuzzer", SECONDS)

    assert "Tested: 10" in output
