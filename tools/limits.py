#!/usr/bin/env python3
"""Writes the table of settings into docs/limits.md: `.venv/bin/python tools/limits.py`."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from gifmill.settings import Settings, variable

PAGE = Path(__file__).parents[1] / "docs/limits.md"
_MARKS = ("<!-- settings: what `tools/limits.py` writes -->\n", "<!-- /settings -->")


def table() -> str:
    """Return the table, a row for each setting."""
    rows = (
        f"| `{variable(each.name)}` | {each.default} | {each.metadata['summary']} |\n"
        for each in fields(Settings)
    )
    return "".join(("| variable | default | meaning |\n", "|---|---|---|\n", *rows))


def written(page: str) -> str:
    """Return the page with the current table."""
    begin, end = _MARKS
    before, _, rest = page.partition(begin)
    _, _, after = rest.partition(end)
    return f"{before}{begin}{table()}{end}{after}"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text()))
