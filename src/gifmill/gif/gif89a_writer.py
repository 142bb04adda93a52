"""The GIF89a container: header, colour tables, image blocks.

Source: GIF89a specification (CompuServe, 1990); section numbers below refer to it.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np

from gifmill.gif.lzw import compress

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gifmill.animation import Size
    from gifmill.gif.indexed_image import IndexedImage, Palette

MAX_DELAY_CS = 0xFFFF
"""Largest delay, a field of 16 bits (section 23)."""

_LOOP_FOR_EVER = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"
"""Application extension (section 26) with the loop count 0. Source: Netscape Navigator 2.0."""

_TRAILER = b"\x3b"

_DISPOSAL_KEEP = 1 << 2
"""Disposal method 1 (section 23): the frame remains, and the next one is drawn over it."""


def gif_file(size: Size, images: Iterable[bytes], palette: Palette | None = None) -> bytes:
    """Assemble a file that loops for ever.

    Args:
        size: the canvas, at most 65,535 px wide and high.
        images: one `image_block` per frame.
        palette: the global colour table, if any.

    Source: sections 17 and 18 (header, logical screen descriptor).
    """
    screen = struct.pack("<HH", size.width, size.height)
    flags, table = (
        (0x70, b"") if palette is None else (0xF0 | _table_bits(palette) - 1, _colour_table(palette))
    )
    return b"".join([b"GIF89a", screen, bytes([flags, 0, 0]), table, _LOOP_FOR_EVER, *images, _TRAILER])


def image_block(
    picture: IndexedImage, delay_cs: int, left: int = 0, top: int = 0, clear: int | None = None
) -> bytes:
    """Write one frame: graphic control extension, image descriptor, colour table, LZW code.

    Args:
        picture: its colour table is omitted if its palette is the global one.
        delay_cs: display time, at most 65,535 centiseconds.
        left: left edge on the canvas, in pixels.
        top: top edge on the canvas, in pixels.
        clear: the transparent index, if any.

    Source: sections 20 to 23.
    """
    indices, last = picture.indices, len(picture.palette) - 1
    if _is_grey_ramp(picture.palette):  # its table is written in reverse
        indices = np.uint8(last) - indices
        clear = None if clear is None else last - clear
    height, width = indices.shape
    bits = _table_bits(picture.palette)
    control = struct.pack("<BHB", _DISPOSAL_KEEP | (clear is not None), delay_cs, clear or 0)
    descriptor = struct.pack("<HHHHB", left, top, width, height, 0 if picture.shared else 0x80 | bits - 1)
    code_size = max(2, bits)  # section 22: one-bit pictures start with 2, too
    return b"".join(
        [
            b"\x21\xf9\x04" + control + b"\x00",
            b"\x2c" + descriptor,
            b"" if picture.shared else _colour_table(picture.palette),
            bytes([code_size]) + compress(indices, code_size) + b"\x00",
        ]
    )


def _table_bits(palette: Palette) -> int:
    """Return the bits of the smallest table for the palette: 1 << bits entries, at least 2 (section 18)."""
    return max(1, (len(palette) - 1).bit_length())


def _colour_table(palette: Palette) -> bytes:
    """Write the palette as a colour table, padded with black; reversed where Pillow would ignore it."""
    entries = palette[::-1] if _is_grey_ramp(palette) else palette
    return entries.tobytes().ljust(3 << _table_bits(palette), b"\x00")


def _is_grey_ramp(palette: Palette) -> bool:
    """Return whether the table would be the greys 0, 1, 2 and so on in order.

    Pillow ignores such a table and reads a greyscale picture; when the next frame is drawn over it, that
    frame's indices become greys. Every black-and-white photo of full range would have this table.
    Source: `GifImageFile._is_palette_needed` of Pillow 13.
    """
    return len(palette) == 1 << _table_bits(palette) and bool(
        (palette == np.arange(len(palette))[:, None]).all()
    )
