"""Colour distance: squared distance in Oklab with both chroma axes stretched.

In this package, "distance" means the squared distance in this space.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gifmill.oklab import TO_CONES, TO_LAB

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.gif.indexed_image import Palette

type Floats = NDArray[np.float32]

CHROMA_STRETCH = 1.5
"""Factor of a and b. Oklab undervalues chroma against CIEDE2000: with this factor the mean CIEDE2000 over the
test set falls by a ninth. No other single change gained as much."""


def _srgb_to_linear() -> Floats:
    """Return the linear light of each sRGB byte, 0 to 1. Source: IEC 61966-2-1."""
    level = np.arange(256) / 255
    return np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4).astype(np.float32)


SRGB_TO_LINEAR = _srgb_to_linear()
"""Linear light, 0 to 1, of each sRGB byte."""

_TO_METRIC = TO_LAB * np.array([1, CHROMA_STRETCH, CHROMA_STRETCH], np.float32)
_FROM_METRIC = np.linalg.inv(_TO_METRIC)
_FROM_CONES = np.linalg.inv(TO_CONES)

LINEAR_MAP = np.array(
    [[0.00104, -0.00102, -0.00164], [0.00212, 0.00279, 0.00048], [0.00029, -0.00178, 0.00116]], np.float32
)
"""Linear approximation of the metric, for code that needs a bytewise or very fast one. It maps sRGB bytes
(rows) to a space whose Euclidean distance follows the metric on average; the first axis is grey. Source: the
metric tensor averaged over palettes of photos; its Cholesky factor, rotated so that grey is the
first axis."""


def to_lab(colours: Palette) -> Floats:
    """Convert sRGB bytes, shape (n, 3), to stretched Oklab: float32, lightness 0 to 1."""
    return transform(np.cbrt(transform(SRGB_TO_LINEAR[colours], TO_CONES)), _TO_METRIC)


def from_lab(points: Floats) -> Palette:
    """Convert stretched Oklab to the nearest sRGB bytes, shape (n, 3); colours outside sRGB are clipped."""
    linear = np.clip((points @ _FROM_METRIC) ** 3 @ _FROM_CONES, 0, 1)
    level = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** np.float32(1 / 2.4) - 0.055)
    colours: Palette = (level * 255 + 0.5).astype(np.uint8)
    return colours


_MAX_PRODUCTS = 1 << 18
"""Maximum multiplications in one matrix product. For more, OpenBLAS starts threads. They gain nothing here,
and they spin after their work, which takes a processor from the next step."""


def transform(points: Floats, matrix: Floats) -> Floats:
    """Multiply points, shape (n, 3), by a 3 x 3 matrix."""
    out = np.empty_like(points)
    step = _MAX_PRODUCTS // matrix.size
    for start in range(0, len(points), step):
        np.matmul(points[start : start + step], matrix, out=out[start : start + step])
    return out


_CHUNK_POINTS = _MAX_PRODUCTS // (256 * 4)
"""Points per search: 256 x 256 distances are 256 KB, which fit in the cache."""


def nearest_centres(points: Floats, centres: Floats) -> NDArray[np.intp]:
    """Return for each point, shape (n, 3), the index of its nearest centre.

    One matrix product compares all centres: |x - c|^2 - |x|^2 = [x 1] . [-2c |c|^2].
    """
    extended = np.concatenate([points, np.ones((len(points), 1), np.float32)], axis=1)
    squares = np.einsum("ij,ij->i", centres, centres)[None]
    factors = np.concatenate([centres.T * np.float32(-2), squares])
    distances = np.empty((_CHUNK_POINTS, len(centres)), np.float32)
    found = np.empty(len(points), np.intp)
    for start in range(0, len(points), _CHUNK_POINTS):
        chunk = extended[start : start + _CHUNK_POINTS]
        np.matmul(chunk, factors, out=distances[: len(chunk)])
        distances[: len(chunk)].argmin(axis=1, out=found[start : start + _CHUNK_POINTS])
    return found
