"""GIF's variant of LZW compression, through Pillow's C encoder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from gifmill.animation import Indices

_BUFFER_BYTES = 1 << 20
"""Maximum bytes per call: nearly every picture's code fits into one piece."""


def compress(indices: Indices, code_size: int) -> bytes:
    """Compress indices to LZW code in sub-blocks of at most 255 bytes, without the closing empty sub-block.

    Pillow's public interface cannot write a bare picture with a code size of our choice, so this uses
    the internal encoder of its GIF plugin. A test pins that behaviour. Its end code never has the
    additional bit that the last index may have caused; by then decoders have all pixels.

    Args:
        indices: uint8, shape (height, width), each under `1 << code_size`.
        code_size: bits of the smallest code, 2 to 8.

    Raises:
        OSError: the encoder fails.

    Source: GIF89a specification, section 22 and appendix F.
    """
    height, width = indices.shape
    picture = Image.frombuffer("L", (width, height), np.ascontiguousarray(indices), "raw", "L", 0, 1)
    encoder = Image._getencoder("L", "gif", ("L", code_size, 0), ())
    pieces = []
    try:
        encoder.setimage(picture.im, (0, 0, width, height))
        status = 0
        while status == 0:
            _, status, piece = encoder.encode(_BUFFER_BYTES)
            pieces.append(piece)
    finally:
        encoder.cleanup()
    if status < 0:
        raise OSError(f"Pillow's GIF encoder failed with status {status}")
    return b"".join(pieces)
