from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from bench import lighthouse

if TYPE_CHECKING:
    from pathlib import Path

_REPORT = {
    "lighthouseVersion": "13.5.0",
    "categories": {name: {"score": 1, "auditRefs": []} for name in lighthouse.GOALS},
    "audits": {},
}


@pytest.fixture
def failing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with the number of runs that fail before a program in place of Lighthouse prints its report."""
    count = tmp_path / "failing-runs"
    program = tmp_path / "lighthouse.py"
    program.write_text(
        "import pathlib, sys\n"
        f"count = pathlib.Path({str(count)!r})\n"
        "left = int(count.read_text())\n"
        "count.write_text(str(left - 1))\n"
        f"print({json.dumps(_REPORT)!r})\n"
        "sys.exit('Please run Lighthouse again. (NO_NAVSTART)' if left > 0 else 0)\n"
    )
    monkeypatch.setattr(lighthouse, "PROGRAM", program)
    monkeypatch.setattr(lighthouse, "_node", lambda: sys.executable)
    monkeypatch.setattr(lighthouse, "_chromium", lambda: "chromium")
    return count


def test_a_run_that_lighthouse_lost_is_repeated(failing_runs: Path) -> None:
    failing_runs.write_text("2")

    assert lighthouse.audit("http://127.0.0.1:1/").scores == dict.fromkeys(lighthouse.GOALS, 100)


def test_an_audit_fails_with_the_message_of_the_last_attempt(failing_runs: Path) -> None:
    failing_runs.write_text(str(lighthouse.ATTEMPTS))

    with pytest.raises(RuntimeError, match="NO_NAVSTART"):
        lighthouse.audit("http://127.0.0.1:1/")
    assert failing_runs.read_text() == "0"
