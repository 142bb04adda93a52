"""The Lambda functions with each file of the corpus."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from tests.hostile.resource_usage import MAX_CPU_S

if TYPE_CHECKING:
    from tests.hostile.conftest import Files


def reports_of(files: Files) -> list[dict[str, Any]]:
    """Run the handlers on all files in one process, and return its reports."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.hostile.lambda_process", *map(str, files)]
    environ = {**os.environ, "MALLOC_ARENA_MAX": "1"}  # as in infra.functions; read when a process starts
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith('{"name"')]


def test_each_file_gives_its_error_code_or_a_gif(small_corpus: Files) -> None:
    outcomes = {path.name: file.outcome for path, file in small_corpus.items()}

    reports = reports_of(small_corpus)

    assert {report["name"]: report["upload"] for report in reports} == outcomes
    assert {report["name"]: report["direct"] or outcomes[report["name"]] for report in reports} == outcomes
    # 236 MB on an idle machine; on a busy one more uploads wait in obstore's threads.
    assert max(report["peak_bytes"] for report in reports) < 350_000_000, reports[-1]
    assert sum(report["cpu_s"] for report in reports) < len(reports), "more than a second per file"
    assert [report for report in reports if report["cpu_s"] > MAX_CPU_S] == []


def test_a_large_file_stays_within_the_memory_of_a_lambda_function(large_corpus: Files) -> None:
    for path, file in large_corpus.items():
        [report] = reports_of({path: file})

        assert report["upload"] == file.outcome, report
        assert report["peak_bytes"] < file.max_bytes, report
        assert report["cpu_s"] < MAX_CPU_S, report
