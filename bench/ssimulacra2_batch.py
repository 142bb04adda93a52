"""SSIMULACRA2 for many images against one: structure at six scales, tuned on ratings of compressed images.

The package `ssimulacra2` compares two files in 160 ms at 300 x 300 px. This implementation has the same
arithmetic and constants, in single precision, and computes the original's part once: 30 ms. A test compares
the scores of both.

Source: https://github.com/cloudinary/ssimulacra2
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import gaussian_filter1d
from ssimulacra2.ssimulacra2 import kC2, kNumScales, kOpsinAbsorbanceBias, kOpsinAbsorbanceMatrix, weights

from bench.perceived_colour import linear_light

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gifmill.animation import Pixels

type Planes = NDArray[np.float32]
"""Shape (3, height, width)."""

_OPSIN = kOpsinAbsorbanceMatrix.reshape(3, 3).astype(np.float32)
_BIAS = kOpsinAbsorbanceBias.astype(np.float32)[:, None, None]
_SMALLEST_PX = 8
"""A scale with fewer rows or columns does not count."""


@dataclass(frozen=True, slots=True, eq=False)
class _Scale:
    """An original at one scale, with its blurred planes and their blurred squares."""

    planes: Planes
    mean: Planes
    square: Planes


class Original:
    """The original picture that others are compared with."""

    def __init__(self, pixels: Pixels) -> None:
        self._scales = [_Scale(planes, _blur(planes), _blur(planes**2)) for planes in _pyramid(pixels)]

    def score(self, pixels: Pixels) -> float:
        """Score a picture of the same size: 100 is identical, 90 is visually lossless, 70 is high quality."""
        features = [
            _features(scale, planes) for scale, planes in zip(self._scales, _pyramid(pixels), strict=True)
        ]
        if not features:
            return 100.0
        # The order of the weights: channel, scale, norm, kind.
        ordered = np.stack(features).transpose(1, 0, 3, 2).ravel()
        error = 0.9562382616834844 * float(weights[: ordered.size] @ ordered)
        error = 2.326765642916932 * error - 0.020884521182843837 * error**2 + 6.248496625763138e-05 * error**3
        return 100 - 10 * float(max(error, 0) ** 0.6276336467831387)


def _pyramid(pixels: Pixels) -> Iterator[Planes]:
    """Yield a picture in XYB at full size, then each time at half the size."""
    light = np.ascontiguousarray(linear_light(pixels).transpose(2, 0, 1))
    for _ in range(kNumScales):
        if min(light.shape[1:]) < _SMALLEST_PX:
            return
        yield _xyb(light)
        light = _halved(light)


def _xyb(light: Planes) -> Planes:
    """Convert linear light to XYB, JPEG XL's opponent colours, offset to be positive."""
    mixed = np.einsum("ij,jhw->ihw", _OPSIN, light) + _BIAS
    cones = np.maximum(mixed, 0) ** np.float32(1 / 3) - np.cbrt(_BIAS)
    x, y, b = (cones[0] - cones[1]) / 2, (cones[0] + cones[1]) / 2, cones[2]
    return np.stack([x * 14 + np.float32(0.42), y + np.float32(0.01), b - y + np.float32(0.55)])


def _halved(light: Planes) -> Planes:
    """Average blocks of 2 x 2 pixels; at an odd edge, of the remaining pixels."""
    even = np.pad(light, ((0, 0), (0, light.shape[1] % 2), (0, light.shape[2] % 2)), mode="edge")
    return (even[:, ::2, ::2] + even[:, 1::2, ::2] + even[:, ::2, 1::2] + even[:, 1::2, 1::2]) / np.float32(4)


def _blur(planes: Planes) -> Planes:
    """Blur planes as the package does: transposed, with black outside the left and right edges."""
    rows = gaussian_filter1d(planes, 1.5, axis=1, mode="reflect", truncate=3.33)
    blurred: Planes = gaussian_filter1d(rows, 1.5, axis=2, mode="constant", truncate=3.33)
    return blurred


def _features(original: _Scale, planes: Planes) -> NDArray[np.float32]:
    """Return means and fourth norms of three error maps per channel, shape (channel, map, norm)."""
    mean, square = _blur(planes), _blur(planes**2)
    product = _blur(original.planes * planes)
    c2 = np.float32(kC2)
    structure = 2 * (product - original.mean * mean) + c2
    structure /= (original.square - original.mean**2) + (square - mean**2) + c2
    structure *= 1 - (original.mean - mean) ** 2
    edges = (1 + np.abs(planes - mean)) / (1 + np.abs(original.planes - original.mean)) - 1
    maps = np.stack([np.maximum(1 - structure, 0), np.maximum(edges, 0), np.maximum(-edges, 0)], axis=1)
    return np.stack([maps.mean(axis=(2, 3)), ((maps**2) ** 2).mean(axis=(2, 3)) ** 0.25], axis=2)
