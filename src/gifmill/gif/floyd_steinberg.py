"""Floyd-Steinberg error diffusion in our colour distance, through Pillow's C loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from gifmill.gif.colour_distance import LINEAR_MAP

if TYPE_CHECKING:
    from gifmill.animation import Indices, Pixels
    from gifmill.gif.indexed_image import Palette

_PALETTE_LEVELS = 235
"""Levels of 256 that the palette spans after the map; the others remain for colours outside the palette."""

_CELL_LEVELS = 4
"""Width of the cells by which Pillow finds entries. Source: `ImagingPaletteCacheUpdate`,
libImaging/Palette.c."""


def dither_floyd_steinberg(pixels: Pixels, palette: Palette) -> Indices:
    """Dither a picture; errors go to the neighbours to the right and below.

    Pillow searches and diffuses in three byte channels of any meaning, so picture and palette are both
    transformed with the linear approximation of the metric, scaled to bytes.

    Args:
        pixels: uint8, shape (height, width, 3).
        palette: 1 to 256 colours.
    """
    points = palette @ LINEAR_MAP
    low, high = points.min(axis=0), points.max(axis=0)
    scale = np.float32(_PALETTE_LEVELS) / max((high - low).max(), np.float32(1e-6))
    offset = 127.5 - (low + high) / 2 * scale
    matrix = np.concatenate([LINEAR_MAP.T * scale, offset[:, None]], axis=1)
    mapped = Image.fromarray(pixels).convert("RGB", tuple(matrix.ravel().tolist()))

    entries = np.clip(points * scale + offset + 0.5, 0, 255).astype(np.uint8)
    table = Image.new("P", (1, 1))
    table.putpalette(np.pad(entries, ((0, 256 - len(entries)), (0, 0)), "edge").tobytes())
    indices = np.asarray(mapped.quantize(palette=table, dither=Image.Dither.FLOYDSTEINBERG))
    found: Indices = np.minimum(indices, np.uint8(len(palette) - 1))  # the padding repeats the last entry
    return found


def search_resolution(palette: Palette) -> float:
    """Return the colour distance (its root) below which Pillow's search confuses two colours.

    If a palette is closer than that to its picture, dithering would add errors.
    """
    points = palette @ LINEAR_MAP
    return float(np.ptp(points, axis=0).max()) / _PALETTE_LEVELS * _CELL_LEVELS / 2


def pull_towards_palette(pixels: Pixels, near: Pixels, strength: float) -> Pixels:
    """Move each pixel towards its nearest entry, so that less error is diffused.

    The nearest entries must be right: with those that Pillow finds the gain is lost.

    Args:
        pixels: uint8, shape (height, width, 3).
        near: each pixel's nearest colour of the palette, same shape.
        strength: remaining share of the difference, 0 to 1.
    """
    rest = pixels.astype(np.int16)
    rest -= near
    rest *= round(strength * 128)  # 255 x 128 fits 16 bits; 256 would not
    rest += 64
    rest >>= 7
    rest += near
    moved: Pixels = rest.astype(np.uint8)
    return moved
