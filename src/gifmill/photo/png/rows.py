"""Rows of a PNG, decoded in strips from top to bottom: ISA-L inflates them, Pillow removes the filters.

Pillow decodes a PNG only as a whole, and inflates it with the system's zlib, which alone may take as long as
libvips takes for everything. So this module inflates the rows and passes them to Pillow as uncompressed zlib
data, after the row above that the filters refer to.

Only an interlaced PNG is whole in memory, at the depth of its samples.

libvips is as fast and needs less memory, but takes a cold command 23 ms to import and does not fit into the
package for Lambda: docs/background/benchmarks.md, "Intake".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from gifmill.animation import Size
from gifmill.photo.image_modes import to_8_bit
from gifmill.photo.png.packing import PACKINGS
from gifmill.photo.png.zlib_stream import InflateStream, zlib_stored

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gifmill.photo.png.chunks import PngChunks
    from gifmill.photo.png.packing import Packing

_STRIP_BYTES = 1_000_000
"""Approximate size of the rows decoded at a time."""

_ADAM7_PASSES = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)
"""Left, top, and steps across and down of each interlacing pass. Source: section 8.2."""


def decode_strips(file: PngChunks, multiple: int) -> Iterator[Image.Image]:
    """Decode the image in strips.

    Args:
        file: its chunks.
        multiple: the height of every strip but the last is a multiple of this.

    Yields:
        Images of the full width, of mode L, LA, I;16, P, RGB or RGBA. A palette, its alpha, and an 8-bit
        transparent colour are in the form of Pillow; other transparency is an alpha channel.

    Raises:
        ValueError: the pixel data ends too early, or cannot be inflated or unfiltered.
    """
    size, depth, colour_type, is_interlaced = file.header
    packing = PACKINGS[colour_type, depth]
    palette, transparency = file.palette, file.transparency
    sample = transparency if depth == 16 and isinstance(transparency, tuple) else None
    sizes = [_pass_size(size, each) for each in _ADAM7_PASSES] if is_interlaced else [size]
    all_bytes = sum(packing.row_bytes(each.width) * each.height for each in sizes if each.width)
    stream = InflateStream(file.pixels, all_bytes)
    rows = max(1, _STRIP_BYTES // (packing.row_bytes(size.width) * multiple)) * multiple
    parts: Iterator[Image.Image]
    if is_interlaced:
        whole = _deinterlace(stream, size, packing, sample)
        parts = (Image.fromarray(whole[top : top + rows]) for top in range(0, size.height, rows))
    else:
        parts = _decode_rows(stream, size, packing, sample, rows)
    for strip in parts:
        if palette is not None:
            strip.putpalette(palette)
        if transparency is not None and sample is None:
            strip.info["transparency"] = _transparency_8_bit(transparency, depth)
            yield strip.convert("LA") if strip.mode == "L" else strip
        else:
            yield strip


def _transparency_8_bit(transparency: bytes | tuple[int, ...], depth: int) -> bytes | int | tuple[int, ...]:
    """Convert transparency to the form that Pillow takes for 8 bits a sample."""
    if isinstance(transparency, bytes):
        return transparency
    levels = tuple(level * 255 // (2**depth - 1) for level in transparency)
    return levels if len(levels) > 1 else levels[0]


def _pass_size(size: Size, each: tuple[int, int, int, int]) -> Size:
    left, top, across, down = each
    return Size(len(range(left, size.width, across)), len(range(top, size.height, down)))


def _deinterlace(
    stream: InflateStream, size: Size, packing: Packing, sample: tuple[int, ...] | None
) -> NDArray[np.generic]:
    """Decode and combine the seven passes of an interlaced image.

    Args:
        stream: the filtered rows, pass after pass.
        size: of the whole image.
        packing: of its pixels.
        sample: the 16-bit levels of the transparent colour.

    Returns:
        Shape (height, width) or (height, width, channels).
    """
    whole: NDArray[np.generic] | None = None
    for each in _ADAM7_PASSES:
        small = _pass_size(size, each)
        left, top, across, down = each
        if not small.width or not small.height:
            continue
        rows = max(1, _STRIP_BYTES // packing.row_bytes(small.width))
        for strip in _decode_rows(stream, small, packing, sample, rows):
            pixels = np.asarray(strip).reshape(strip.height, strip.width, -1)
            if whole is None:
                whole = np.empty((size.height, size.width, pixels.shape[2]), pixels.dtype)
            # For all channels at once NumPy takes four times as long.
            for channel in range(pixels.shape[2]):
                plane = whole[top : top + down * strip.height : down, left::across, channel]
                plane[:] = pixels[..., channel]
            top += down * strip.height
    assert whole is not None  # the first pass is never empty
    return whole if whole.shape[2] > 1 else whole[..., 0]


def _decode_rows(
    stream: InflateStream, size: Size, packing: Packing, sample: tuple[int, ...] | None, rows: int
) -> Iterator[Image.Image]:
    """Decode an image, or one interlacing pass, in strips of at most `rows` rows.

    Args:
        stream: the filtered rows.
        size: of the image or pass.
        packing: of its pixels.
        sample: the 16-bit levels of the transparent colour.
        rows: the height of each strip but the last.
    """
    above: list[Image.Image | None] = [None, None]
    row_bytes = packing.row_bytes(size.width)
    for top in range(0, size.height, rows):
        added = min(rows, size.height - top)
        filtered = stream.read(added * row_bytes)
        planes = [filtered]
        if packing.is_halved:
            planes = [_split_bytes(filtered, added, half) for half in range(2 if sample else 1)]
        strip, *low = (
            _unfilter(plane, packing.mode, added, over) for plane, over in zip(planes, above, strict=False)
        )
        above = [each.crop((0, added - 1, each.width, added)) for each in (strip, *low)]
        if packing.unpacked:
            mode, raw = packing.unpacked
            strip = Image.frombytes(mode, (size.width, added), strip.tobytes(), "raw", raw)
        if strip.mode == "1":
            strip = strip.convert("L")
        yield _add_colour_key_alpha(strip, low, sample) if sample else strip


def _add_colour_key_alpha(strip: Image.Image, low: list[Image.Image], sample: tuple[int, ...]) -> Image.Image:
    """Add alpha to 16-bit pixels: those of the transparent colour, compared in all bits, get 0.

    Args:
        strip: 16-bit greys, or the high bytes of colours.
        low: the low bytes of colours.
        sample: the levels of the transparent colour.

    Returns:
        An image of mode LA or RGBA.
    """
    levels = np.asarray(strip, np.uint16)
    if low:
        levels = levels << 8 | np.asarray(low[0])
    levels = levels.reshape(strip.height, strip.width, -1)
    differs = np.zeros(levels.shape[:2], np.bool_)
    for channel, level in enumerate(sample):
        differs |= levels[..., channel] != level
    shown = to_8_bit(strip)
    shown.putalpha(Image.fromarray(np.where(differs, np.uint8(255), np.uint8(0))))
    return shown


def _split_bytes(filtered: memoryview, rows: int, half: int) -> memoryview:
    """Return rows with only the high bytes (`half` 0) or the low bytes (1) of two-byte levels."""
    pairs = np.frombuffer(filtered, np.uint8).reshape(rows, -1)
    return np.concatenate([pairs[:, :1], pairs[:, 1 + half :: 2]], axis=1).data.cast("B")


def _unfilter(filtered: memoryview, mode: str, rows: int, above: Image.Image | None) -> Image.Image:
    """Remove the filters of rows of 8 bits a channel.

    Args:
        filtered: the rows, each after the number of its filter.
        mode: of the image.
        rows: their number.
        above: the decoded row above the first one, if any.

    Raises:
        ValueError: a filter is unknown.
    """
    width = (len(filtered) // rows - 1) // len(mode)
    before = b"\x00" + above.tobytes() if above else bytes(len(filtered) // rows)
    both = Image.frombytes(mode, (width, 1 + rows), zlib_stored(before, filtered), "zip", mode)
    return both.crop((0, 1, width, 1 + rows))
