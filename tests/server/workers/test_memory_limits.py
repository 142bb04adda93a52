"""Each decoder rejects a photo that takes more memory than its process may use."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from tests.hostile.decompression_bombs import flat, flat_png, flat_tiff
from tests.hostile.file_builders import encoded
from tests.hostile.heic_builder import heic

from gifmill.errors import DamagedPhoto
from gifmill.photo.memory import detect_out_of_memory, trim_heap

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE = (7_000, 5_000)
LIMITED = pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits address space")

_OPEN = """
import re, resource, sys
from pathlib import Path
from gifmill.errors import PhotoError
from gifmill.photo.formats import sniff
from gifmill.photo import open_photo

data = sys.stdin.buffer.read()
sniff(data).decoder()  # imported before the limit, as in a worker that has been at work
status = Path("/proc/self/status").read_text()
used = 1024 * int(re.search(r"VmSize:\\s+(\\d+)", status)[1])
resource.setrlimit(resource.RLIMIT_AS, (used + int(sys.argv[1]),) * 2)
try:
    print(*open_photo(data, max_side_px=100).size)
except PhotoError as error:
    print(error.code, error.message)
"""

FILES: dict[str, Callable[[], bytes]] = {
    "progressive JPEG": lambda: flat("RGB", SIZE, "JPEG", progressive=True, subsampling=0),
    "interlaced PNG": lambda: flat_png(SIZE, 8, 2, interlaced=True),
    "AVIF": lambda: flat("RGB", SIZE, "AVIF", speed=10),
    "HEIC": lambda: heic(*SIZE),
    "TIFF": lambda: flat_tiff(SIZE, [8, 8, 8], rows=5_000),
    "lossless WebP": lambda: flat("RGB", SIZE, "WEBP", lossless=True, quality=0, method=0),
    "GIF": lambda: flat("P", SIZE, "GIF"),
}


def open_with_memory(data: bytes, max_bytes: int) -> str:
    command = [sys.executable, "-W", "ignore", "-c", _OPEN, str(max_bytes)]
    ran = subprocess.run(command, input=data, capture_output=True, check=True)
    return ran.stdout.decode().strip()


@pytest.mark.slow
@LIMITED
@pytest.mark.parametrize("name", sorted(FILES))
def test_photos_over_the_memory_limit_are_rejected_with_advice(name: str) -> None:
    data = FILES[name]()

    output = open_with_memory(data, len(data) + 4_000_000)

    assert output.startswith("too_many_pixels Decoding this photo takes more memory than is available. Use a")


@pytest.mark.slow
@LIMITED
@pytest.mark.parametrize("name", sorted(FILES))
def test_the_same_photos_decode_with_enough_memory(name: str) -> None:
    assert open_with_memory(FILES[name](), 900_000_000) == "100 71"


@pytest.mark.slow
@LIMITED
def test_a_truncated_large_jpeg_decodes_within_300_mb() -> None:
    data = flat("RGB", (12_000, 9_000), "JPEG")

    assert open_with_memory(data[:-2], 300_000_000) == "100 75"
    assert "incomplete: " in open_with_memory(data[: len(data) // 2], 300_000_000)


@pytest.mark.slow
@LIMITED
def test_a_damaged_photo_with_enough_memory_is_reported_as_damaged() -> None:
    data = encoded(Image.new("RGB", (300, 200)), "PNG")

    assert open_with_memory(data[: len(data) // 2], 900_000_000).startswith("damaged_photo")


def test_errors_of_gifmill_pass_through() -> None:
    with pytest.raises(DamagedPhoto), detect_out_of_memory(10**12):
        raise DamagedPhoto("This photo is damaged.")


def test_without_a_memory_limit_decoder_errors_pass_through() -> None:
    with pytest.raises(ValueError, match="broken"), detect_out_of_memory(10**9):
        raise ValueError("broken")


def test_trim_heap_works_on_this_platform() -> None:
    trim_heap()
