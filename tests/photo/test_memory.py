"""Memory use, measured in separate processes."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from bench.benchmark_photos import PHOTOS, large_photo

if TYPE_CHECKING:
    from pathlib import Path

PHONE_48_MP = (8064, 6048)
pytestmark = pytest.mark.slow

MAX_PEAK_BYTES = 250_000_000

# The kernel's peak memory of this process: ru_maxrss would include the memory of the test process when it
# started the child.
WORKER = """
import sys
import gifmill
gifmill.render(gifmill.open_photo(sys.argv[1]), "cyclic", size=1080)
with open("/proc/self/status") as status:
    print(next(line for line in status if line.startswith("VmHWM")).split()[1])
"""


@pytest.mark.parametrize("progressive", [False, True], ids=["baseline", "progressive"])
def test_a_photo_of_48_megapixels_takes_less_than_250_mb(tmp_path: Path, progressive: bool) -> None:
    photo = large_photo(tmp_path / "48mp.jpg", PHONE_48_MP, progressive=progressive)

    assert peak_bytes(photo) < MAX_PEAK_BYTES


def test_a_png_is_decoded_in_strips(tmp_path: Path) -> None:
    photo = tmp_path / "48mp.png"
    with Image.open(PHOTOS["coffee"]) as small:
        small.resize(PHONE_48_MP).save(photo, compress_level=1)

    assert peak_bytes(photo) < MAX_PEAK_BYTES - photo.stat().st_size


def peak_bytes(photo: Path) -> int:
    worker = subprocess.run([sys.executable, "-c", WORKER, photo], capture_output=True, text=True, check=True)
    return int(worker.stdout) * 1024
