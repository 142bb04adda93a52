"""The Lambda functions with each file of the corpus."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from tests.hostile.resource_usage import MOST_CPU_S, MOST_SMALL_CPU_S

if TYPE_CHECKING:
    from tests.hostile.conftest import Files

pytestmark = pytest.mark.timeout(300)


def handed_in(files: Files) -> list[dict[str, Any]]:
    """What one process made of all of them."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.hostile.lambda_process", *map(str, files)]
    environ = {**os.environ, "MALLOC_ARENA_MAX": "1"}  # which is read as a process starts: infra.functions
    ran = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[-2_000:]
    return [json.loads(line) for line in ran.stdout.splitlines() if line.startswith('{"name"')]


def test_each_file_gives_its_error_code_or_a_gif(small_corpus: Files) -> None:
    outcomes = {path.name: file.outcome for path, file in small_corpus.items()}

    said = handed_in(small_corpus)

    assert {each["name"]: each["upload"] for each in said} == outcomes
    assert {each["name"]: each["direct"] or outcomes[each["name"]] for each in said} == outcomes
    # 236 MB on a quiet machine; on a busy one more uploads wait in obstore's threads.
    assert max(each["peak_bytes"] for each in said) < 350_000_000, said[-1]
    assert sum(each["cpu_s"] for each in said) < len(said), "more than a second each"
    assert [each for each in said if each["cpu_s"] > MOST_SMALL_CPU_S] == []


def test_a_large_file_stays_within_the_memory_of_a_lambda_function(large_corpus: Files) -> None:
    for path, file in large_corpus.items():
        [said] = handed_in({path: file})

        assert said["upload"] == file.outcome, said
        assert said["peak_bytes"] < file.most_bytes, said
        assert said["cpu_s"] < MOST_CPU_S, said
