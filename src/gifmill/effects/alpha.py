"""Alpha: pixels are averaged and resampled with premultiplied colours, or transparent ones would count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from gifmill.animation import Pixels

MIN_VISIBLE_ALPHA = 128
"""Alpha from which a pixel of a GIF is visible."""


def premultiplied(pixels: Pixels) -> Pixels:
    """Return pixels whose colours are multiplied by alpha; pixels of three channels are returned as they are.

    Args:
        pixels: uint8, shape (height, width, 3), or (height, width, 4) with straight alpha.
    """
    if pixels.shape[2] == 3:
        return pixels
    made = np.array(pixels, order="C")
    levels = pixels[..., :3].astype(np.uint16) * pixels[..., 3:]
    made[..., :3] = (levels + 127) // 255
    return made


def straight(pixels: Pixels) -> Pixels:
    """Return the inverse of `premultiplied`; colours of transparent pixels are black."""
    if pixels.shape[2] == 3:
        return pixels
    made = np.array(pixels, order="C")
    alpha = pixels[..., 3:].astype(np.uint16)
    levels = (pixels[..., :3] * np.uint16(255) + alpha // 2) // np.maximum(alpha, 1)
    made[..., :3] = np.minimum(levels, 255)
    return made
