"""Calculations with levels on processors without SSE2: they must give the same files."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

import hatch_build

pytestmark = pytest.mark.slow

ENCODER = Path("gifmill/gif/native")
CASES = 60

ENCODES = f"""
import sys
from hashlib import sha256
from pathlib import Path
import numpy as np
from gifmill.gif import encode, native
from tests.fuzz.animations import random_animation, random_preset
native.LIBRARY = Path(sys.argv[1])
for case in range({CASES}):
    random = np.random.default_rng(case)
    print(sha256(encode(random_animation(random), random_preset(random))).hexdigest())
"""


def digests_of_encodes(library: Path) -> list[str]:
    """Encode random animations with a library, in a process of its own."""
    path = os.pathsep.join(map(str, (hatch_build.SOURCES, hatch_build.ROOT)))
    command = [sys.executable, "-c", ENCODES, str(library)]
    environ = {**os.environ, "PYTHONPATH": path}
    ended = subprocess.run(command, env=environ, check=True, stdout=subprocess.PIPE, text=True)
    return ended.stdout.split()


def test_files_are_the_same_without_sse2(tmp_path: Path) -> None:
    """Processors such as arm64 run the other branch of levels.h."""
    libraries = []
    for name, flags in (("normal", ()), ("portable", ("-U__SSE2__",))):
        folder = tmp_path / name
        folder.mkdir()
        libraries.append(hatch_build.compile_library(ENCODER, folder, flags=flags))
    if platform.machine() in {"x86_64", "AMD64"}:
        assert libraries[0].read_bytes() != libraries[1].read_bytes()
    normal, portable = map(digests_of_encodes, libraries)
    assert len(normal) == CASES
    assert portable == normal
