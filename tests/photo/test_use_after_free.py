"""Use after free: no pixel of a photo may come from memory that a decoder has freed.

The C library can fill freed and newly allocated memory with a byte. Two processes with different bytes must
decode equal photos; a difference means that a photo contains one of the bytes.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest
from tests.hostile.file_builders import valid

pytestmark = pytest.mark.slow

PHOTOS = Path(__file__).parents[1] / "sample_photos"

_DIGESTS = """
import hashlib, sys
from pathlib import Path
from gifmill.photo import open_photo

for path in sorted(Path(sys.argv[1]).iterdir()):
    for side_px in (1080, 40):
        photo = open_photo(path, max_side_px=side_px)
        print(path.name, side_px, hashlib.sha256(photo.pixels).hexdigest())
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    for name, data in valid().items():
        (folder / name).write_bytes(data)
    for path in PHOTOS.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def digests(folder: Path, fill: int) -> list[str]:
    """Return digests of all photos, decoded by a process whose C library fills memory with a byte.

    PYTHONMALLOC=malloc includes Python's own objects. Source: mallopt(3), M_PERTURB.
    """
    environment = os.environ | {"MALLOC_PERTURB_": str(fill), "PYTHONMALLOC": "malloc"}
    command = [sys.executable, "-W", "ignore", "-c", _DIGESTS, str(folder)]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return ran.stdout.splitlines()


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc fills freed memory")
def test_freed_memory_never_appears_in_a_photo(folder: Path) -> None:
    first, second = digests(folder, 0x55), digests(folder, 0xA3)

    assert len(first) == 2 * len(list(folder.iterdir()))
    assert first == second
