from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from bench.process_measurement import PYTHON, run

if TYPE_CHECKING:
    from pathlib import Path


def test_memory_is_counted_in_bytes() -> None:
    ended = run([PYTHON, "-c", "held = b'x' * 300_000_000"])

    assert 300_000_000 < ended.max_rss_bytes < 3_000_000_000


def test_a_process_that_fails_is_an_error() -> None:
    with pytest.raises(subprocess.CalledProcessError, match="exit status 3"):
        run([PYTHON, "-c", "raise SystemExit(3)"])


def test_python_may_keep_compiled_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    (tmp_path / "module.py").write_text("")

    run([PYTHON, "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import module"])

    assert list(tmp_path.rglob("*.pyc"))
