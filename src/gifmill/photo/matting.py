"""Contours of a mask: as short as possible, along the edges of the photo, and refined at its full size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from gifmill.animation import Pixels, Size

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.photo.superpixels import Values

_STEPS = 150
_STEP_SIZE = 0.35
"""Of both variables; the product must be below an eighth."""

_CONTOUR_COST, _COST_ON_EDGES = 0.84, 0.04
"""Cost of a contour per pixel of its length: in an even area, and on a strong edge of the photo."""

_WINDOW_PX = 2
"""Half the width of the guided filter's window, in pixels of the analysed copy."""

_REGULARISATION = 20.0
"""Variance of colours that counts as flat, in levels squared."""

_AROUND_PX, _MAX_PART_PX = 8, 6
"""Half the width of the window in which the background is averaged, and the extent of small parts."""

_DIFFERENT = 14.0
"""Distance from the mean colour of the background from which on a pixel is none of it, in units of CIELAB."""

_MAX_GAP, _MAX_STREAK = 0.008, 0.003
"""Half the widths of gaps that are closed and of streaks that are removed, as fractions of the longest side:
the filter takes highlights on rims for background, and edges beside the subject for a part of it.
"""

_SHARPENING = 2.0
"""Contrast added to the opacity: the filter blurs it."""


def shortest_contour(evidence: Values, colours: Values) -> Values:
    """Divide a photo into background and foreground with a contour that is short or on edges of the photo.

    This minimises the sum of evidence against the division and the cost of the contour.

    Args:
        evidence: for the foreground where positive, for the background where negative, shape (height, width).
        colours: shape (height, width, 3), as of `cielab`.

    Returns:
        0 to 1, nearly everywhere 0 or 1, shape (height, width).

    Sources: T. Chan, S. Esedoglu, M. Nikolova, "Algorithms for Finding Global Minimizers of Image
    Segmentation and Denoising Models", SIAM J. Appl. Math. 66(5), 2006; A. Chambolle, T. Pock, "A First-Order
    Primal-Dual Algorithm for Convex Problems", J. Math. Imaging Vis. 40, 2011.
    """
    across = ((colours[:, 1:] - colours[:, :-1]) ** 2).sum(axis=2)
    down = ((colours[1:] - colours[:-1]) ** 2).sum(axis=2)
    mean = (float(across.sum() + down.sum()) / max(across.size + down.size, 1)) or 1.0
    limit_x, limit_y = (
        (_CONTOUR_COST - _COST_ON_EDGES) * np.exp(each * np.float32(-0.5 / mean)) + np.float32(_COST_ON_EDGES)
        for each in (across, down)
    )
    pull = evidence * np.float32(_STEP_SIZE)
    inside = (evidence > 0).astype(np.float32)
    ahead = inside
    flow_x, flow_y = np.zeros_like(limit_x), np.zeros_like(limit_y)
    step = np.float32(_STEP_SIZE)
    for _ in range(_STEPS):
        flow_x += step * (ahead[:, 1:] - ahead[:, :-1])
        flow_y += step * (ahead[1:] - ahead[:-1])
        flow_x.clip(-limit_x, limit_x, out=flow_x)
        flow_y.clip(-limit_y, limit_y, out=flow_y)
        moved = inside + pull
        moved[:, :-1] += step * flow_x
        moved[:, 1:] -= step * flow_x
        moved[:-1] += step * flow_y
        moved[1:] -= step * flow_y
        moved.clip(0, 1, out=moved)
        ahead = 2 * moved - inside
        inside = moved
    return inside


def connected(mask: NDArray[np.bool_], start: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the pixels of a mask that are reached from some pixels through neighbours in the mask.

    Args:
        mask: shape (height, width).
        start: the pixels of the mask among these are the first ones, shape (height, width).
    """
    reached, count = mask & start, -1
    while count < (count := int(reached.sum())):
        wider = reached.copy()
        wider[1:] |= reached[:-1]
        wider[:-1] |= reached[1:]
        wider[:, 1:] |= reached[:, :-1]
        wider[:, :-1] |= reached[:, 1:]
        reached = wider & mask
    return reached


def with_small_parts(mask: NDArray[np.bool_], colours: Values) -> NDArray[np.bool_]:
    """Add the small parts beside a mask that differ from the background, such as the tip of a tower.

    Args:
        mask: of the foreground, shape (height, width).
        colours: shape (height, width, 3), as of `cielab`.
    """
    background = (~mask).astype(np.float32)[..., None]
    mean = _window_mean(colours * background, _AROUND_PX) / (_window_mean(background, _AROUND_PX) + 1e-6)
    different = (((colours - mean) ** 2).sum(axis=2) > _DIFFERENT**2) & ~mask
    near = _extremes(mask.astype(np.uint8), _MAX_PART_PX, np.maximum) > 0
    small = different & ~connected(different, different & ~near)
    return connected(mask | small, mask)


def upsampled(opacity: Values, copy: Pixels, pixels: Pixels) -> NDArray[np.uint8]:
    """Enlarge a mask to the size of the photo, so that its edges follow the photo's.

    Args:
        opacity: 0 to 1, shape (height, width).
        copy: the photo at this size, sRGB, shape (height, width, 3).
        pixels: the photo, sRGB, shape (full height, full width, 3).

    Returns:
        0 to 255, uint8, shape (full height, full width).

    Source: K. He, J. Sun, "Fast Guided Filter", arXiv:1505.00996, 2015.
    """
    guide = copy.astype(np.float32)
    mean, mean_opacity = _window_mean(guide), _window_mean(opacity)
    covariance = _window_mean(guide * opacity[..., None]) - mean * mean_opacity[..., None]
    variance = (
        _window_mean(guide[..., :, None] * guide[..., None, :]) - mean[..., :, None] * mean[..., None, :]
    )
    variance += _REGULARISATION * np.eye(3, dtype=np.float32)
    slopes = np.linalg.solve(variance, covariance[..., None])[..., 0]
    offset = mean_opacity - (slopes * mean).sum(axis=2)
    *factors, total = np.moveaxis(_window_mean(np.dstack([slopes, offset])), 2, 0)
    found = _resized(total, Size.of(pixels))
    for channel, factor in enumerate(factors):
        found += _resized(factor, Size.of(pixels)) * pixels[..., channel]
    found -= np.float32(0.5)
    found *= np.float32(255 * _SHARPENING)
    mask = (found + np.float32(128)).clip(0, 255).astype(np.uint8)
    gap, streak = (round(part * max(mask.shape)) for part in (_MAX_GAP, _MAX_STREAK))
    closed = _extremes(_extremes(mask, gap, np.maximum), gap, np.minimum)
    return _extremes(_extremes(closed, streak, np.minimum), streak, np.maximum)


def _extremes(mask: NDArray[np.uint8], reach_px: int, choose: np.ufunc) -> NDArray[np.uint8]:
    """Return the maximum or the minimum of a square around each pixel.

    Args:
        mask: shape (height, width).
        reach_px: half the width of the square.
        choose: the ufunc `maximum` or `minimum`.
    """
    for _ in range(2):  # rows, then columns
        padded = np.pad(mask, ((reach_px, reach_px), (0, 0)), "edge")
        mask = choose.reduce([padded[at : at + len(mask)] for at in range(2 * reach_px + 1)]).T
    return np.ascontiguousarray(mask)


def _window_mean(values: Values, reach_px: int = _WINDOW_PX) -> Values:
    """Average over a square window, which is cut at the edges.

    Args:
        values: shape (height, width, ...).
        reach_px: half the width of the window.
    """
    means = values.astype(np.float64)  # differences of sums need the precision
    for axis in (0, 1):
        length = values.shape[axis]
        sums = np.concatenate([np.zeros_like(means.take([0], axis)), means.cumsum(axis)], axis)
        last = np.minimum(np.arange(length) + reach_px + 1, length)
        first = np.maximum(np.arange(length) - reach_px, 0)
        counts = np.expand_dims(last - first, [each for each in range(values.ndim) if each != axis])
        means = (sums.take(last, axis) - sums.take(first, axis)) / counts
    return means.astype(np.float32)


def _resized(values: Values, size: Size) -> Values:
    image = Image.fromarray(np.ascontiguousarray(values)).resize(size, Image.Resampling.BILINEAR)
    return np.array(image, np.float32)
