from __future__ import annotations

import sys

import pytest

from bench.external_programs import Command, ffmpeg, gifsicle


def test_the_programs_from_pypi_are_found_with_their_versions() -> None:
    found = [ffmpeg(), gifsicle()]

    assert all(command and command.version for command in found)


def test_a_command_returns_its_output() -> None:
    assert Command(sys.executable, "").run("-c", "print('done')").strip() == b"done"


def test_a_failure_has_the_error_output() -> None:
    with pytest.raises(RuntimeError, match="no such thing"):
        Command(sys.executable, "").run("-c", "raise SystemExit('no such thing')")
