"""Saliency: the focal point of a photo, for the centre of effects and crops. It uses no trained model."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.animation import Pixels

_THUMBNAIL_PX = 64
"""Longest side of the analysed thumbnail: salient objects are large; hair and leaves are noise."""

_BLUR_RADIUS_PX = 5
"""Half the width of the window of the box blur."""

_DISTANCE_PENALTY = 0.9
"""Loss of weight by distance from where photographers place the subject."""

_SKIN_WEIGHT = 3.0
"""Added weight of skin colours, light or dark: viewers look at faces first.

Source of the range: Chai and Ngan, "Face segmentation using skin-color map in videophone applications",
IEEE Transactions on Circuits and Systems for Video Technology 9(4), 1999.
"""

_GREY = (128, 128, 128)
"""Background of transparent photos: neither light nor dark subjects are lost on it."""

_SKIN_CB = (77, 127)
_SKIN_CR = (133, 173)


class Point(NamedTuple):
    """A point in a photo: 0 is the left or top edge, 1 the right or bottom edge."""

    x: float
    y: float


CENTRE = Point(0.5, 0.5)

_PEAK_RADIUS = 0.2
"""Radius around the maximum whose points are averaged, as a fraction of the sides."""

_EXPECTED_POINT = Point(0.5, 0.42)
"""Faces are above the centre."""

_NAMED_POINTS = {
    "centre": CENTRE,
    "top": Point(0.5, 0.2),
    "bottom": Point(0.5, 0.8),
    "left": Point(0.2, 0.5),
    "right": Point(0.8, 0.5),
}


def focal_point(pixels: Pixels, focus: str = "found") -> Point:
    """Return the focal point for a value of the option `focus`.

    "found" detects the subject: edges of light and colour, blurred over a wide window, with more weight on
    skin colours and less with distance from the centre. A photo without edges has its focal point in the
    centre.

    Args:
        pixels: sRGB, uint8, shape (height, width, 3), or (height, width, 4) with alpha, whose edges count as
            those of light do.
        focus: "found", "centre", "top", "bottom", "left" or "right"; or a point, such as "0.25,0.5".
    """
    if "," in focus:
        x, y = focus.split(",")
        return Point(float(x), float(y))
    if focus != "found":
        return _NAMED_POINTS[focus]
    small = _thumbnail(pixels)
    detail = _box_blur(_gradient_magnitude(small)) * (1 + _SKIN_WEIGHT * _box_blur(skin_mask(small)))
    height, width = detail.shape
    x = (np.arange(width) + 0.5) / width
    y = (np.arange(height) + 0.5) / height
    away = np.hypot((x - _EXPECTED_POINT.x)[None, :], (y - _EXPECTED_POINT.y)[:, None])
    wanted = detail * (1 - _DISTANCE_PENALTY * away)
    if not wanted.any():
        return CENTRE
    # Average the points around the maximum: the maximum alone would jump with each grain, and an average of
    # all points could fall between two faces.
    row, column = np.unravel_index(wanted.argmax(), wanted.shape)
    from_best = np.hypot((x - x[column])[None, :], (y - y[row])[:, None])
    weights = (wanted / wanted.max()) ** 4 * np.exp(-((from_best / _PEAK_RADIUS) ** 2))
    total = weights.sum()
    return Point(float((weights.sum(0) * x).sum() / total), float((weights.sum(1) * y).sum() / total))


def _thumbnail(pixels: Pixels) -> NDArray[np.float32]:
    """Return a thumbnail in YCbCr, float32; with a fourth channel, alpha, if the pixels have it."""
    image = Image.fromarray(pixels)
    image.thumbnail((_THUMBNAIL_PX, _THUMBNAIL_PX), Image.Resampling.BOX)
    if image.mode == "RGB":
        return np.asarray(image.convert("YCbCr"), np.float32)
    alpha = image.getchannel("A")
    image = Image.composite(image.convert("RGB"), Image.new("RGB", image.size, _GREY), alpha)
    return np.dstack([np.asarray(image.convert("YCbCr"), np.float32), np.asarray(alpha, np.float32)])


def skin_mask(small: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return 1 for colours of skin, light or dark, else 0.

    Args:
        small: YCbCr, shape (height, width, 3).
    """
    blue, red = small[..., 1], small[..., 2]
    skin = (blue >= _SKIN_CB[0]) & (blue <= _SKIN_CB[1]) & (red >= _SKIN_CR[0]) & (red <= _SKIN_CR[1])
    return skin.astype(np.float32)


def _gradient_magnitude(small: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the gradient magnitude of light and colour at each pixel."""
    padded = np.pad(small, ((1, 1), (1, 1), (0, 0)), "edge")
    across = padded[1:-1, 2:] - padded[1:-1, :-2]
    down = padded[2:, 1:-1] - padded[:-2, 1:-1]
    contours: NDArray[np.float32] = np.sqrt(across**2 + down**2).sum(axis=2)
    return contours


def _box_blur(detail: NDArray[np.float32]) -> NDArray[np.float32]:
    """Average over a window, which is cut at the edges."""
    for axis in (0, 1):
        length = detail.shape[axis]
        sums = np.concatenate([np.zeros_like(detail.take([0], axis)), detail.cumsum(axis)], axis)
        last = np.minimum(np.arange(length) + _BLUR_RADIUS_PX + 1, length)
        first = np.maximum(np.arange(length) - _BLUR_RADIUS_PX, 0)
        counts = (last - first).reshape((-1, 1) if axis == 0 else (1, -1))
        detail = (sums.take(last, axis) - sums.take(first, axis)) / counts.astype(np.float32)
    return detail
