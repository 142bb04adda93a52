"""The GIF89a container: header, colour tables, image blocks.

Source: GIF89a specification (CompuServe, 1990); section numbers below refer to it.
"""

from __future__ import annotations

import struct
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gifmill.animation import Size
    from gifmill.gif.frame_encoder import EncodedFrame
    from gifmill.gif.palettes import FramePalette

MAX_DELAY_CS = 0xFFFF
"""Largest delay, a field of 16 bits (section 23)."""

_LOOP_EXTENSION = b"\x21\xff\x0bNETSCAPE2.0\x03\x01"
"""Start of the application extension (section 26) whose number is that of repetitions, 0 = for ever. Source:
Netscape Navigator 2.0."""

MAX_LOOPS = 0xFFFF
"""Largest number of loops; one less is written, into a field of 16 bits."""

_TRAILER = b"\x3b"

_DISPOSAL_KEEP, _DISPOSAL_CLEAR = 1 << 2, 2 << 2
"""Disposal methods 1 and 2 (section 23): the frame remains, and the next one is drawn over it; or its window
becomes transparent."""


def gif_file(
    size: Size, images: Iterable[bytes], palette: FramePalette | None = None, loop: int = 0
) -> bytes:
    """Assemble a file.

    Args:
        size: the canvas, at most 65,535 px wide and high.
        images: one `image_block` per frame, written as they come.
        palette: the palette of all frames, if there is one.
        loop: how often the animation plays, at most 65,535 times; 0 = for ever.

    Source: sections 17 and 18 (header, logical screen descriptor).
    """
    screen = struct.pack("<HH", size.width, size.height)
    flags, table = (0x70, b"") if palette is None else (0xF0 | palette.table_bits - 1, _colour_table(palette))
    file = BytesIO()  # joining all blocks in the end would take their memory twice
    file.writelines((b"GIF89a", screen, bytes([flags, 0, 0]), table, _loop_extension(loop)))
    file.writelines(images)
    file.write(_TRAILER)
    return file.getvalue()


def _loop_extension(loop: int) -> bytes:
    """Write how often the animation is repeated. Without the extension it plays once."""
    return b"" if loop == 1 else _LOOP_EXTENSION + struct.pack("<HB", max(loop - 1, 0), 0)


def image_block(frame: EncodedFrame, palette: FramePalette, delay_cs: int) -> bytes:
    """Write one frame: graphic control extension, image descriptor, colour table, LZW code.

    Args:
        frame: its window and code.
        palette: its colours; the table is omitted if it is the file's.
        delay_cs: display time, at most 65,535 centiseconds.

    Source: sections 20 to 23.
    """
    left, top, right, bottom = frame.window
    clear = frame.clear
    disposal = _DISPOSAL_CLEAR if frame.cleared else _DISPOSAL_KEEP
    control = struct.pack("<BHB", disposal | (clear is not None), delay_cs, clear or 0)
    flags = 0 if palette.shared else 0x80 | palette.table_bits - 1
    return b"".join(
        [
            b"\x21\xf9\x04" + control + b"\x00",
            b"\x2c" + struct.pack("<HHHHB", left, top, right - left, bottom - top, flags),
            b"" if palette.shared else _colour_table(palette),
            bytes([frame.code_size]) + frame.code + b"\x00",
        ]
    )


def _colour_table(palette: FramePalette) -> bytes:
    """Write the palette as a colour table, padded with black."""
    return palette.colours.tobytes().ljust(3 << palette.table_bits, b"\x00")
