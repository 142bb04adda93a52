"""Background behind a subject, invented from what is beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageFilter

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.animation import Pixels

_BLUR = 0.012
"""Blur far behind the subject, as a fraction of the photo's mean side: it hides that rows do not match."""

_FULL_BLUR = 4
"""Depth behind the subject at which the blur is full, in radii of the blur."""

_MAX_BLUR_SHARE = 0.85

_BAND_ROWS = 64
"""Rows that are filled at a time."""


def filled_background(pixels: Pixels, hidden: NDArray[np.bool_]) -> Pixels:
    """Return a photo whose hidden parts continue what is to their left and right, mirrored at their edges.

    Rows that are hidden as a whole repeat the nearest other row above, or below.

    Args:
        pixels: sRGB, uint8, shape (height, width, 3).
        hidden: shape (height, width); not all of it.
    """
    radius = _BLUR * hidden.size**0.5
    filled, shares = np.empty_like(pixels), np.empty(hidden.shape, np.uint8)
    for top in range(0, len(hidden), _BAND_ROWS):  # so that only results are of the photo's size
        rows = slice(top, top + _BAND_ROWS)
        filled[rows], depth_px = _filled_rows(pixels[rows], hidden[rows])
        shares[rows] = (depth_px * (255 * _MAX_BLUR_SHARE / (_FULL_BLUR * radius))).clip(
            0, 255 * _MAX_BLUR_SHARE
        )
    filled = filled[_nearest_row_with_content(hidden)]
    image = Image.fromarray(filled)
    blurred = image.filter(ImageFilter.GaussianBlur(radius))
    return np.asarray(Image.composite(blurred, image, Image.fromarray(shares)))


def _filled_rows(pixels: Pixels, hidden: NDArray[np.bool_]) -> tuple[Pixels, NDArray[np.int32]]:
    """Return some rows with their hidden parts filled, and how far each pixel is inside a hidden part.

    Args:
        pixels: as for `filled_background`.
        hidden: likewise. A row that is all hidden gets any colours.
    """
    width = hidden.shape[1]
    x = np.arange(width, dtype=np.int32)
    left = np.maximum.accumulate(np.where(hidden, np.int32(-1), x), axis=1)
    right = np.minimum.accumulate(np.where(hidden, np.int32(width), x)[:, ::-1], axis=1)[:, ::-1]
    to_left = np.where(left >= 0, x - left, np.int32(4 * width))
    to_right = np.where(right < width, right - x, np.int32(4 * width))
    # What is mirrored may itself be hidden: then it is the next visible pixel in its direction.
    from_left = np.take_along_axis(left, (left - to_left + 1).clip(0, width - 1), 1)
    from_right = np.take_along_axis(right, (right + to_right - 1).clip(0, width - 1), 1)
    from_left = np.where(from_left >= 0, from_left, left.clip(0))
    from_right = np.where(from_right < width, from_right, right.clip(0, width - 1))
    right_share = to_left.astype(np.float32) ** 2
    right_share /= (right_share + to_right.astype(np.float32) ** 2).clip(1)
    rows = np.arange(len(hidden))[:, None]
    mixed = pixels[rows, from_left] * (1 - right_share[..., None])
    mixed += pixels[rows, from_right] * right_share[..., None]
    return np.where(hidden[..., None], mixed, pixels).astype(np.uint8), np.minimum(to_left, to_right)


def _nearest_row_with_content(hidden: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return for each row the number of the nearest row above that is not all hidden, or else below."""
    visible = ~hidden.all(axis=1)
    above = np.maximum.accumulate(np.where(visible, np.arange(len(hidden)), -1))
    return np.where(above >= 0, above, int(visible.argmax()))
