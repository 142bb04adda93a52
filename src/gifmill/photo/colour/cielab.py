"""CIELAB: a colour space whose distances are differences that people see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gifmill.photo.colour.srgb_light import linear_light

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.animation import Pixels

_TO_XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]], np.float32
) / np.array([[0.9505], [1], [1.089]], np.float32)
"""From linear sRGB to CIE XYZ relative to the white point D65. Source: IEC 61966-2-1."""

_DARKEST = 0.008856
"""Below this the cube root is replaced by a straight line."""


def cielab(pixels: Pixels) -> NDArray[np.float32]:
    """Convert sRGB to CIELAB.

    Args:
        pixels: sRGB, uint8, shape (..., 3).

    Returns:
        L from 0 to 100, a and b from about -110 to 110: float32, shape (..., 3). A distance of 2 is barely
        visible.

    Source: CIE 15:2004, "Colorimetry".
    """
    xyz = linear_light()[pixels] @ _TO_XYZ.T
    x, y, z = np.moveaxis(np.where(xyz > _DARKEST, np.cbrt(xyz), xyz * 7.787 + 16 / 116), -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1).astype(np.float32)
