"""Markdown tables, and the machine facts needed to interpret every measurement."""

from __future__ import annotations

import platform
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


def table(header: Sequence[str], rows: Sequence[Sequence[str]], words: Collection[str] = ()) -> str:
    """Format a Markdown table, padded to be readable as text: words left-aligned, numbers right-aligned.

    Args:
        header: names of the columns.
        rows: one cell for each column.
        words: names of the columns with words, besides the first. A last column of words is not padded.
    """
    left = [index == 0 or name in words for index, name in enumerate(header)]
    widths = [max(len(row[column]) for row in (header, *rows)) for column in range(len(header))]
    if left[-1]:
        widths[-1] = len(header[-1])
    rule = [
        "-" * width if to_left else "-" * (width - 1) + ":"
        for width, to_left in zip(widths, left, strict=True)
    ]
    return "\n".join(
        "| " + " | ".join(map(_padded, row, widths, left)) + " |" for row in (header, rule, *rows)
    )


def _padded(cell: str, width: int, to_left: bool) -> str:
    return cell.ljust(width) if to_left else cell.rjust(width)


def machine(*packages: str) -> str:
    """Return one line with the processor, the system, and the versions of Python and of packages."""
    versions = ", ".join(f"{package} {version(package)}" for package in packages)
    return f"{_processor()}, {platform.system()}, Python {platform.python_version()}, {versions}"


def _processor() -> str:
    """Return the processor's name from /proc/cpuinfo, or from Python on systems other than Linux."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return f"{len(names)} x {names[0]}" if names else platform.machine()
