"""GIF's variant of LZW compression."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gifmill.gif.native import library

if TYPE_CHECKING:
    from gifmill.animation import Indices


def compress(indices: Indices, code_size: int) -> bytes:
    """Compress indices to LZW code in sub-blocks of at most 255 bytes, without the closing empty sub-block.

    Args:
        indices: uint8, shape (height, width), each under `1 << code_size`.
        code_size: bits of the smallest code, 2 to 8.

    Raises:
        ValueError: the code size is not supported, or an index needs more bits.

    Source: GIF89a specification, section 22 and appendix F.
    """
    if not 2 <= code_size <= 8:
        raise ValueError(f"The code size {code_size} is not between 2 and 8")
    code = np.empty(max_code_bytes(indices.size), np.uint8)
    rows = np.ascontiguousarray(indices)
    length: int = library().gifmill_lzw(rows, rows.size, code_size, code, code.size)
    if length < 0:
        raise ValueError(f"The largest index, {indices.max()}, needs more than {code_size} bits")
    return bytes(code[:length])


def max_code_bytes(count: int) -> int:
    """Return an upper bound for the code of `count` indices.

    Each index costs one code of 12 bits at most. The rest of its second byte pays for clear codes and the
    lengths of sub-blocks, and the constant pays for the first and last code.
    """
    return 2 * count + 16
