"""A short chaos run, and the checks of its report."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

PHOTOS = 150


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path: Path = tmp_path_factory.mktemp("chaos") / "report.json"
    command = [sys.executable, "-m", "tests.chaos", "--photos", str(PHOTOS), "--report", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=580, check=False)
    assert path.exists(), done.stdout + done.stderr
    return json.loads(path.read_text())


def test_there_are_no_violations(report: Any) -> None:
    assert report["violations"] == [], f"python -m tests.chaos --photos {PHOTOS} --seed {report['seed']}"


def test_all_kinds_of_faults_were_injected(report: Any) -> None:
    assert report["workers_killed"] > 0
    assert report["servers_killed"] >= 3


def test_the_disk_was_full_for_a_while(report: Any) -> None:
    if report["disk"]:
        assert os.environ.get("CI") != "true", report["disk"]
        pytest.skip(report["disk"])
    assert report["times_full"] >= 2
    assert report["refusals"]["store_failed"] > 0


def test_photos_were_accepted_and_their_gifs_compared(report: Any) -> None:
    assert report["photos"] >= PHOTOS
    assert report["gifs"] > PHOTOS
    assert report["reads"] > report["gifs"]
    assert report["compared"] > 0
