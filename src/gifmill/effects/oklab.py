"""Matrices of the Oklab colour space: linear sRGB to cone responses, then, after a cube root, to L, a, b."""

from __future__ import annotations

import numpy as np

# Source: Bjoern Ottosson, "A perceptual color space for image processing" (2020), matrices M1 (from linear
# sRGB) and M2; transposed because colours are rows here.
TO_CONES = np.array(
    [
        [0.4122214708, 0.2119034982, 0.0883024619],
        [0.5363325363, 0.6806995451, 0.2817188376],
        [0.0514459929, 0.1073969566, 0.6299787005],
    ],
    np.float32,
)
TO_LAB = np.array(
    [
        [0.2104542553, 1.9779984951, 0.0259040371],
        [0.7936177850, -2.4285922050, 0.7827717662],
        [-0.0040720468, 0.4505937099, -0.8086757660],
    ],
    np.float32,
)
