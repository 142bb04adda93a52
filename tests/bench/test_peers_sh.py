"""tools/peers.sh on a machine without node."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "tools" / "peers.sh"


def program(path: Path, text: str) -> None:
    """Write an executable shell script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


@pytest.mark.parametrize("python", ["exit 1", None], ids=["package missing", "environment missing"])
def test_missing_node_skips_gifski_with_a_message(tmp_path: Path, python: str | None) -> None:
    (tmp_path / "tools").mkdir()
    shutil.copy(SCRIPT, tmp_path / "tools")
    program(tmp_path / "bin" / "magick", "echo Version: ImageMagick 7")
    if python:
        program(tmp_path / ".venv" / "bin" / "python", python)

    completed = subprocess.run(
        ["sh", tmp_path / "tools" / "peers.sh"],
        env={"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert completed.returncode == 0
    assert "No gifski: node is missing." in completed.stderr
