"""Colour conversions: sRGB levels to linear light, and light to perceived colour (CIELAB after a blur)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import gaussian_filter1d
from skimage.color import deltaE_ciede2000

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.animation import Pixels

type Lab = NDArray[np.float32]
"""CIELAB under D65, the last axis."""

EYE_SIGMA_PX = 1.0
"""The eye's blur. A pixel of a 110 dpi screen at 60 cm is 1.3 minutes of arc, about the eye's resolution."""

_XYZ_FROM_LINEAR = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
"""Linear sRGB to XYZ under D65. Source: IEC 61966-2-1."""

_WHITE = np.array([0.95047, 1.0, 1.08883])
_RELATIVE_XYZ = (_XYZ_FROM_LINEAR / _WHITE[:, None]).astype(np.float32)

_LEVELS = np.arange(256) / 255
_LIGHT = np.where(_LEVELS <= 0.04045, _LEVELS / 12.92, ((_LEVELS + 0.055) / 1.055) ** 2.4).astype(np.float32)


def linear_light(pixels: Pixels) -> NDArray[np.float32]:
    """Convert sRGB levels to linear light, 0 to 1.

    Source: IEC 61966-2-1.
    """
    return _LIGHT[pixels]


def perceived(pixels: Pixels) -> Lab:
    """Convert sRGB pixels to perceived colour: a blur in linear light, then CIELAB.

    Shape (height, width, 3).
    """
    light = linear_light(pixels)
    for axis in (0, 1):
        light = gaussian_filter1d(light, EYE_SIGMA_PX, axis=axis)
    relative = light @ _RELATIVE_XYZ.T
    # CIE 15: a cube root, and a line near black.
    roots = np.where(
        relative > 0.008856, relative ** np.float32(1 / 3), 7.787 * relative + np.float32(16 / 116)
    )
    x, y, z = roots[..., 0], roots[..., 1], roots[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def colour_difference(before: Lab, after: Lab) -> NDArray[np.float32]:
    """Return CIEDE2000 between CIELAB colours, along the last axis."""
    distance: NDArray[np.float32] = deltaE_ciede2000(before, after)
    return distance
