"""Floyd-Steinberg error diffusion in our metric, by Pillow's C loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from gifmill.gif.metric import LINEAR_MAP

if TYPE_CHECKING:
    from gifmill.frames import Indices, Pixels
    from gifmill.gif.indexed import Palette

_SPAN = 235
"""Levels of 256 that the palette fills after the map: room for colours that lie outside it."""


def diffuse(pixels: Pixels, palette: Palette) -> Indices:
    """Indices whose errors are spread over the neighbours to the right and below.

    Pillow searches and diffuses in whatever three byte channels it is given, so picture and palette both go
    through the linear map that stands in for the metric, scaled to bytes.

    Args:
        pixels: uint8, shape (height, width, 3).
        palette: 1 to 256 colours.
    """
    points = palette @ LINEAR_MAP
    low, high = points.min(axis=0), points.max(axis=0)
    scale = np.float32(_SPAN) / max((high - low).max(), np.float32(1e-6))
    offset = 127.5 - (low + high) / 2 * scale
    matrix = np.concatenate([LINEAR_MAP.T * scale, offset[:, None]], axis=1)

    entries = np.clip(points * scale + offset + 0.5, 0, 255).astype(np.uint8)
    table = Image.new("P", (1, 1))
    table.putpalette(np.pad(entries, ((0, 256 - len(entries)), (0, 0)), "edge").tobytes())

    mapped = Image.fromarray(pixels).convert("RGB", tuple(matrix.ravel().tolist()))
    indices = np.asarray(mapped.quantize(palette=table, dither=Image.Dither.FLOYDSTEINBERG))
    found: Indices = np.minimum(
        indices, np.uint8(len(palette) - 1)
    )  # the table ends in copies of the last entry
    return found


def pulled(pixels: Pixels, nearest: Pixels, strength: float) -> Pixels:
    """Pixels pulled towards their nearest entries, so that less error is there to be spread.

    Args:
        pixels: uint8, shape (height, width, 3).
        nearest: each pixel's nearest palette colour, same shape.
        strength: what remains of the difference, 0 to 1.
    """
    rest = pixels.astype(np.int16)
    rest -= nearest
    rest *= round(strength * 128)  # 255 x 128 fits 16 bits; 256 would not
    rest += 64
    rest >>= 7
    rest += nearest
    nearer: Pixels = rest.astype(np.uint8)
    return nearer
