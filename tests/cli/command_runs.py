"""Runs of `gifmill make` in this process, and its error output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gifmill.cli.command import main

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def make(*arguments: str | Path) -> int:
    """Run `gifmill make`; return its exit code."""
    return main(["make", *map(str, arguments)])


def error_line(capsys: pytest.CaptureFixture[str]) -> str:
    """Return the only line on standard error, and check that standard output is empty."""
    printed = capsys.readouterr()
    assert printed.err.startswith("gifmill: ")
    assert printed.err.count("\n") == 1
    assert "Traceback" not in printed.err
    assert printed.out == ""
    return printed.err
