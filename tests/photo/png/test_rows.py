from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from tests.hostile.file_builders import chunk, png
from tests.hostile.malformed_containers import ADAM7_PASSES

from gifmill.errors import DamagedPhoto
from gifmill.photo import open_photo
from gifmill.photo.png.chunks import read_chunks
from gifmill.photo.png.rows import decode_strips

if TYPE_CHECKING:
    from numpy.typing import NDArray

WIDTH, HEIGHT = 70, 110

COLOUR_TYPES = {"L": 0, "RGB": 2, "LA": 4, "RGBA": 6}


@pytest.fixture(autouse=True)
def short_strips(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set strips of a few rows, so that a small photo has many."""
    monkeypatch.setattr("gifmill.photo.png.rows._STRIP_BYTES", 2_000)


def grain(mode: str, width: int = WIDTH, height: int = HEIGHT) -> Image.Image:
    """Return random pixels, the same in each run."""
    levels = np.random.default_rng(7).integers(0, 256, (height, width, len(mode)), np.uint8)
    return Image.frombytes(mode, (width, height), levels.tobytes())


def encoded(image: Image.Image, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=1, **options)
    return file.getvalue()


def streamed(data: bytes, multiple: int = 3) -> list[Image.Image]:
    return list(decode_strips(read_chunks(data), multiple))


def stacked(parts: list[Image.Image]) -> NDArray[np.uint8]:
    return np.concatenate([np.asarray(part) for part in parts])


def loaded(data: bytes) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image)


def filtered(image: Image.Image) -> bytes:
    """Return the rows of an image with each of the five filters in turn.

    Source: PNG specification, section 9.
    """
    step = len(image.mode)
    rows = np.asarray(image).reshape(image.height, -1).astype(np.int64)
    above = np.vstack([np.zeros_like(rows[:1]), rows[:-1]])
    left, corner = (np.pad(each, ((0, 0), (step, 0)))[:, :-step] for each in (rows, above))
    guess = left + above - corner
    distances = np.stack([abs(guess - left), abs(guess - above), abs(guess - corner)])
    paeth = np.choose(distances.argmin(axis=0), [left, above, corner])
    predicted = [np.zeros_like(rows), left, above, (left + above) // 2, paeth]
    lines = [
        bytes([y % 5]) + ((rows[y] - predicted[y % 5][y]) % 256).astype(np.uint8).tobytes()
        for y in range(image.height)
    ]
    return b"".join(lines)


@pytest.mark.parametrize("mode", sorted(COLOUR_TYPES))
def test_every_filter_is_undone_across_the_edges_of_strips(mode: str) -> None:
    image = grain(mode, 41, 83)
    data = png(41, 83, 8, COLOUR_TYPES[mode], filtered(image))
    parts = streamed(data)

    assert len(parts) > 1
    assert np.array_equal(stacked(parts), np.asarray(image))
    assert np.array_equal(loaded(data), np.asarray(image))


@pytest.mark.parametrize("multiple", [1, 7, 40, 500])
def test_every_strip_but_the_last_has_a_multiple_of_the_rows(multiple: int) -> None:
    image = grain("RGB", 70, 230)
    parts = streamed(encoded(image), multiple)

    assert all(part.height % multiple == 0 for part in parts[:-1])
    assert np.array_equal(stacked(parts), np.asarray(image))


@pytest.mark.parametrize("transparency", [None, 7, bytes(range(256))])
def test_a_strip_has_palette_and_transparency_of_the_file(transparency: int | bytes | None) -> None:
    options = {} if transparency is None else {"transparency": transparency}
    data = encoded(grain("RGB").quantize(256), **options)

    with Image.open(io.BytesIO(data)) as image:
        expected = np.asarray(image.convert("RGBA"))
    assert np.array_equal(stacked([part.convert("RGBA") for part in streamed(data)]), expected)


@pytest.mark.parametrize(("mode", "transparency"), [("L", 9), ("RGB", (1, 2, 3))])
def test_a_transparent_colour_is_applied(mode: str, transparency: int | tuple[int, ...]) -> None:
    image = grain(mode)
    image.paste(transparency, (10, 20, 40, 90))
    parts = streamed(encoded(image, transparency=transparency))

    alpha = stacked([part.convert("RGBA").getchannel("A") for part in parts])
    shown = (np.asarray(image).reshape(HEIGHT, WIDTH, -1) != transparency).any(axis=2)
    assert len(parts) > 1
    assert np.array_equal(alpha, np.where(shown, 255, 0))


@pytest.mark.parametrize("each_bytes", [1, 13, 8_192])
def test_pixels_in_any_number_of_chunks_are_read(each_bytes: int) -> None:
    image = grain("RGB", 60, 40)
    packed = zlib.compress(b"".join(b"\x00" + row.tobytes() for row in np.asarray(image)))
    data = png(60, 40, 8, 2, b"")
    at = data.index(b"IDAT") - 4
    chunks = b""
    for start in range(0, len(packed), each_bytes):
        chunks += chunk(b"IDAT", packed[start : start + each_bytes])

    assert np.array_equal(stacked(streamed(data[:at] + chunks + data[-12:])), np.asarray(image))


def animated() -> bytes:
    return encoded(grain("RGB"), save_all=True, append_images=[Image.new("RGB", (WIDTH, HEIGHT))])


EVERY_KIND = [(depth, kind) for depth in (1, 2, 4, 8) for kind in (0, 3)] + [
    (depth, kind) for depth in (8, 16) for kind in (0, 2, 4, 6) if (depth, kind) != (8, 0)
]


def noise(width: int, height: int, depth: int, colour_type: int, *, interlaced: bool) -> bytes:
    """Return a PNG of random bytes, its rows with each filter in turn."""
    levels, rows = np.random.default_rng(7), b""
    for left, top, across, down in ADAM7_PASSES if interlaced else [(0, 0, 1, 1)]:
        columns, lines = len(range(left, width, across)), len(range(top, height, down))
        channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour_type]
        filtered = levels.integers(0, 256, (lines, 1 + (columns * depth * channels + 7) // 8), np.uint8)
        filtered[:, 0] = np.arange(lines) % 5
        rows += filtered.tobytes() if columns else b""
    palette = (
        [chunk(b"PLTE", bytes(level % 256 for level in range(3 * 2**depth)))] if colour_type == 3 else []
    )
    data = bytearray(png(width, height, depth, colour_type, rows, *palette))
    data[28] = interlaced
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    return bytes(data)


def as_comparable_pixels(image: Image.Image, colour_type: int) -> NDArray[np.uint8]:
    """Return pixels for comparison: Pillow reads 16-bit grey with alpha in colour."""
    pixels = np.asarray(image.convert("RGB") if image.mode == "P" else image)
    return pixels[..., [0, 3]] if colour_type == 4 and pixels.shape[2] == 4 else pixels


@pytest.mark.parametrize("interlaced", [False, True], ids=["in rows", "interlaced"])
@pytest.mark.parametrize(("depth", "colour_type"), EVERY_KIND)
def test_pixels_of_any_depth_equal_pillows(depth: int, colour_type: int, interlaced: bool) -> None:
    data = noise(41, 401, depth, colour_type, interlaced=interlaced)
    parts = streamed(data)

    with Image.open(io.BytesIO(data)) as original:
        expected = as_comparable_pixels(
            original.convert("L") if original.mode == "1" else original, colour_type
        )
    assert len(parts) > 1
    assert np.array_equal(
        np.concatenate([as_comparable_pixels(part, colour_type) for part in parts]), expected
    )


@pytest.mark.parametrize("width", [1, 2, 3, 5, 9])
@pytest.mark.parametrize("height", [1, 2, 4, 5, 9])
def test_an_interlaced_png_may_have_passes_without_pixels(width: int, height: int) -> None:
    data = noise(width, height, 8, 2, interlaced=True)

    assert np.array_equal(stacked(streamed(data)), loaded(data))


def test_the_pixels_of_an_animation_are_those_of_its_first_frame() -> None:
    parts = streamed(animated())

    assert len(parts) > 1
    assert np.array_equal(stacked(parts), np.asarray(grain("RGB")))


@pytest.mark.parametrize("part", [0.2, 0.6, 0.99])
def test_a_png_truncated_between_two_strips_is_damaged(part: float) -> None:
    data = encoded(grain("RGB"))
    cut = data[: int(len(data) * part)]

    with pytest.raises(ValueError, match="pixels"):
        streamed(cut)
    with pytest.raises(DamagedPhoto):
        open_photo(cut, max_side_px=100)


@pytest.mark.parametrize("interlaced", [False, True], ids=["in rows", "interlaced"])
def test_a_stream_that_ends_before_the_last_row_is_damage(interlaced: bool) -> None:
    first_row = b"\xff" * 3 * (4 if interlaced else 30)
    data = bytearray(png(30, 40, 8, 2, b"\x00" + first_row))
    data[28] = interlaced
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))

    with pytest.raises(DamagedPhoto):
        open_photo(bytes(data))


def test_the_zlib_checksum_is_ignored() -> None:
    image = grain("RGB")
    packed = zlib.compress(b"".join(b"\x00" + row.tobytes() for row in np.asarray(image)))
    data = png(WIDTH, HEIGHT, 8, 2, b"", chunk(b"IDAT", packed[:-4] + bytes(4)))

    assert np.array_equal(stacked(streamed(data)), np.asarray(image))


@pytest.mark.parametrize(("depth", "level"), [(1, 1), (2, 2), (4, 9), (8, 200)])
def test_a_transparent_grey_of_few_bits_is_applied(depth: int, level: int) -> None:
    """Only as many bits of the two-byte value count as a sample has."""
    row = b"\x00" + bytes([level << 8 - depth])
    data = png(1, 2, depth, 0, row + b"\x00\x00", chunk(b"tRNS", struct.pack(">H", level | 0xF00)))
    (part,) = streamed(data)

    assert part.convert("RGBA").getchannel("A").tobytes() == b"\x00\xff"


def test_a_text_after_the_pixels_is_ignored() -> None:
    data = encoded(grain("RGB"))
    text = encoded(Image.new("L", (1, 1)), pnginfo=_note())
    at = text.index(b"tEXt") - 4
    note = text[at : at + 12 + int.from_bytes(text[at : at + 4])]

    assert len(streamed(data[:-12] + note + data[-12:])) > 1


def _note() -> PngInfo:
    note = PngInfo()
    note.add_text("date:create", "2026-11-23")
    return note
