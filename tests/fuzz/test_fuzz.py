"""A short run of each fuzzer; `make fuzz` runs them longer."""

from __future__ import annotations

import subprocess
import sys

import pytest

SECONDS = "10"

_BETWEEN = ("sh", "-c", '"$@"; exit $?', "sh")
"""A small process between pytest and a fuzzer: the peak memory of a process starts with that of its
parent."""

pytestmark = pytest.mark.timeout(300)

needs_atheris = pytest.mark.skipif(
    sys.platform != "linux" or sys.version_info >= (3, 14), reason="there is no wheel of atheris"
)


def run(*arguments: str) -> str:
    """Run a module to its end and return its output; fail if it found anything."""
    command = [*_BETWEEN, sys.executable, "-m", *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout[-4_000:] + ran.stderr[-4_000:]
    return ran.stdout + ran.stderr


@needs_atheris
@pytest.mark.parametrize("target", ["photo", "keys"])
def test_fuzzing_finds_nothing(target: str) -> None:
    said = run("tests.fuzz.fuzz", target, SECONDS)

    executed = int(said.split("stat::number_of_executed_units:")[1].split()[0])
    assert executed > 100, "the fuzzer worked at all"


def test_every_response_matches_the_openapi_document() -> None:
    said = run("tests.fuzz.openapi_fuzzer", SECONDS)

    assert "Tested: 8" in said
