from __future__ import annotations

import io
import resource
import struct
import subprocess
import sys
import zlib
from time import process_time
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.hostile.file_builders import (
    BLUE,
    BOMBS,
    GREEN,
    RED,
    WHITE,
    chunk,
    corners,
    encoded,
    png,
    quadrants,
    valid,
)

from gifmill.errors import DamagedPhoto, NotAPhoto, PhotoError, TooManyPixels
from gifmill.photo import Photo, open_photo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore:::PIL")
"""Warnings of decoders about broken metadata are not under test here."""

FILES = valid()


def open_or_reject(data: bytes) -> None:
    """Open a photo; any result but a photo or a photo error fails the test."""
    try:
        photo = open_photo(data, max_side_px=64)
    except PhotoError as error:
        assert error.message.endswith(".")  # noqa: PT017
    else:
        assert isinstance(photo, Photo)
        assert max(photo.size) <= 64


@given(st.binary(max_size=2_000))
def test_any_bytes_give_a_photo_or_a_photo_error(data: bytes) -> None:
    open_or_reject(data)


@given(st.sampled_from(sorted(FILES)), st.binary(max_size=500))
def test_any_bytes_after_a_signature_give_a_photo_or_a_photo_error(name: str, data: bytes) -> None:
    open_or_reject(FILES[name][:16] + data)


@settings(max_examples=400)
@given(
    st.sampled_from(sorted(FILES)),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=12),
)
def test_a_mutated_file_gives_a_photo_or_a_photo_error(name: str, changes: list[tuple[float, int]]) -> None:
    data = bytearray(FILES[name])
    for position, value in changes:
        data[int(position * len(data))] = value

    open_or_reject(bytes(data))


@pytest.mark.parametrize("name", sorted(FILES))
def test_an_intact_file_is_read(name: str) -> None:
    assert open_photo(FILES[name]).size in {(64, 48), (48, 64)}


@pytest.mark.parametrize("share", [0.0, 0.1, 0.3, 0.5, 0.7])
@pytest.mark.parametrize("name", sorted(FILES))
def test_a_truncated_file_is_damaged(name: str, share: float) -> None:
    data = FILES[name]
    with pytest.raises(DamagedPhoto, match=r"incomplete(: .*)?\. Try the original file"):
        open_photo(data[: max(32, int(len(data) * share))])


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_a_decompression_bomb_is_rejected_by_its_header(name: str) -> None:
    data = BOMBS[name]()

    assert len(data) < 13_000
    with pytest.raises(TooManyPixels, match=r"limit.*Use a smaller version"):
        open_photo(data)


_MEASURE_PEAK = """
import resource, sys
from pathlib import Path
from gifmill.photo.opening import PhotoError, open_photo

def peak_kb():
    # The kernel's other figure, ru_maxrss, begins with the memory of the parent process.
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return next(int(line.split()[1]) for line in status.open() if line.startswith("VmHWM"))

data = sys.stdin.buffer.read()
before = peak_kb()
try:
    open_photo(data, max_side_px=50)
except PhotoError:
    pass
print(peak_kb() - before)
"""


def added_kb(data: bytes) -> int:
    """Return the peak memory of a process while it opens a photo, minus that before."""
    done = subprocess.run([sys.executable, "-c", _MEASURE_PEAK], input=data, capture_output=True, check=True)
    return int(done.stdout)


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_a_decompression_bomb_uses_little_memory(name: str) -> None:
    assert added_kb(BOMBS[name]()) < 60_000


@pytest.mark.parametrize("content", [b"", b"x"], ids=["empty", "one byte"])
def test_a_png_of_800000_chunks_uses_little_memory(content: bytes) -> None:
    chunks = chunk(b"IDAT", zlib.compress(bytes(301 * 100))) + chunk(b"IDAT", content) * 800_000

    added = added_kb(png(100, 100, 8, 2, b"", chunks))

    assert added < 60_000


def test_data_after_the_end_of_png_pixels_is_skipped_quickly() -> None:
    pixels = zlib.compress(bytes(301 * 10)) + bytes(24_000_000)
    data = png(100, 100, 8, 2, b"", chunk(b"IDAT", pixels))

    start = process_time()
    open_or_reject(data)

    assert process_time() - start < 0.5


ANY_FORMAT = "Use a JPEG, PNG"

OTHER_FILES = {
    "empty": (b"", "This file is empty", ANY_FORMAT),
    "a null byte": (b"\x00", "not an image that gifmill reads", ANY_FORMAT),
    "half a signature": (b"GIF", "not an image that gifmill reads", ANY_FORMAT),
    "short text": (b"just some text", "not an image that gifmill reads", ANY_FORMAT),
    "text like a BMP": (
        b"BM, a letter to somebody about nothing in particular",
        "a text file",
        "Use a photo",
    ),
    "svg": (
        b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
        "an SVG drawing",
        "Export it as a PNG",
    ),
    "pdf": (b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj", "a PDF", "Export the page as a PNG"),
    "video": (
        b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(200),
        "an MP4 video",
        "Save one frame as a PNG",
    ),
    "sound": (b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(40), "a WAV audio file", "Use a photo"),
    "gzip": (b"\x1f\x8b\x08\x00" + bytes(40), "a gzip archive", "Unpack it"),
    "script": (b"#!/bin/sh\nrm -rf /\n", "a script", "Use a photo"),
}
"""Content of each file, its type in the message, and the beginning of the advice."""


@pytest.mark.parametrize("name", OTHER_FILES)
def test_a_file_that_is_not_a_photo_is_rejected(name: str) -> None:
    data, name_in_message, advice = OTHER_FILES[name]
    with pytest.raises(NotAPhoto, match=rf"{name_in_message}.*\. {advice}"):
        open_photo(data)


def test_the_file_name_does_not_affect_the_format(tmp_path: Path) -> None:
    disguised = tmp_path / "really.jpg"
    disguised.write_bytes(FILES["png"])

    assert np.array_equal(open_photo(disguised).pixels, open_photo(FILES["png"]).pixels)


def test_a_photo_of_one_pixel_is_read() -> None:
    photo = open_photo(encoded(Image.new("RGB", (1, 1), RED), "PNG"), max_side_px=300)

    assert photo.pixels.tolist() == [[list(RED)]]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_a_photo_of_30000_by_10_pixels_downscales_to_a_line(kind: str) -> None:
    strip = Image.new("RGB", (30_000, 10), GREEN)

    photo = open_photo(encoded(strip, kind), max_side_px=480)

    assert photo.size == (480, 1)
    assert abs(photo.pixels.astype(int) - GREEN).max() <= 2


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF", "AVIF"])
def test_the_first_frame_of_an_animation_is_read(kind: str) -> None:
    frames = [Image.new("RGB", (40, 30), colour) for colour in (BLUE, RED, GREEN)]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:])

    assert abs(open_photo(data).pixels.astype(int) - BLUE).max() <= 6


def test_later_frames_of_an_animation_are_not_decoded() -> None:
    frames = [quadrants().rotate(angle) for angle in range(0, 360, 10)]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    first = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:2])
    end = next(at for at in range(400, len(first)) if data[at] != first[at])

    intact, cut = open_photo(data), open_photo(data[: end + 20])

    assert np.array_equal(intact.pixels, cut.pixels)


def test_the_first_image_of_a_multi_picture_jpeg_is_read() -> None:
    main, other = quadrants(), Image.new("RGB", (64, 48))
    data = encoded(main, "MPO", save_all=True, append_images=[other], quality=95)

    assert np.abs(np.subtract(corners(open_photo(data).pixels), [RED, GREEN, BLUE, WHITE])).max() <= 6


def test_corrupt_metadata_does_not_make_the_photo_unreadable() -> None:
    exif = b"Exif\x00\x00II*\x00\x08\x00\x00\x00\xff\xff" + bytes(range(200))
    data = encoded(quadrants(), "JPEG", exif=exif, icc_profile=b"no profile at all" * 20)

    assert open_photo(data).size == (64, 48)


def test_large_compressed_text_chunks_use_little_memory() -> None:
    compressed = zlib.compress(bytes(20_000_000))

    def text(number: int) -> bytes:
        data = b"k%d\x00\x00" % number + compressed
        return struct.pack(">I", len(data)) + b"zTXt" + data + struct.pack(">I", zlib.crc32(b"zTXt" + data))

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    open_or_reject(png(4, 4, 8, 2, bytes(52), *(text(number) for number in range(10))))

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150_000


@pytest.mark.parametrize("source_type", [io.BytesIO, bytes])
def test_a_damaged_photo_keeps_the_decoders_error_as_its_cause(
    source_type: Callable[[bytes], object],
) -> None:
    with pytest.raises(DamagedPhoto) as caught:
        open_photo(source_type(FILES["png"][:60]))  # type: ignore[arg-type]

    assert caught.value.__cause__ is not None
