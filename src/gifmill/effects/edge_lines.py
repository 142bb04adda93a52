"""Edge lines: the contours of a photo as thin lines, without the texture between them."""

from __future__ import annotations

from math import ceil, exp
from typing import TYPE_CHECKING

import numpy as np

from gifmill.effects.native import library

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.animation import Pixels

    type Picture = NDArray[np.float32]
    """A number for each pixel, shape (height, width)."""

_MEAN_SIDE_PX = 400
"""Mean side of the photo for which lengths are stated, in pixels."""

_FINE, _COARSE = 1.4, 3.5
"""Standard deviations of the blurs before the two detections, in pixels.

Contours are edges at both scales; hair, grass and grain at the fine one only.
"""

_SURROUNDINGS = 30
"""Standard deviation of the surroundings in which an edge has to stand out, in pixels."""

_FLOOR = 0.003
"""Contrast that is added to that of the surroundings: the grain of a plain area is no edge."""

_MIN_CONTRAST, _MAX_CONTRAST = 0.07, 0.22
"""Range of the contrast that starts a line: a plain photo has none, and in a drawing every edge is one."""

_CONTINUED = 0.45
"""Contrast down to which a line continues, relative to the threshold for its start."""

_MIN_LENGTH = 14
"""Pixels of the shortest line."""

_STRICTEST, _RANGE = 0.9, 0.25
"""Fraction of edge points that are too faint to start a line: at a detail of 0, and its decrease to 1."""

_FAINTEST = 0.35
"""Strength of the faintest lines."""


def edge_lines(pixels: Pixels, detail: float) -> Picture:
    """Return the strength of the contour at each pixel: 0 beside the lines, which are one pixel wide, to 1.

    Args:
        pixels: sRGB, uint8, shape (height, width, 3), or (height, width, 4) with straight alpha, whose
            outline is a contour too.
        detail: number of lines, 0 to 1.
    """
    height, width = pixels.shape[:2]
    scale = (height * width) ** 0.5 / _MEAN_SIDE_PX
    channels = _opponent_channels(pixels)
    fine, right, down = _gradient([blurred(channel, _FINE * scale) for channel in channels])
    coarse, *_ = _gradient([blurred(channel, _COARSE * scale) for channel in channels])
    contrast = np.sqrt(2 * fine * coarse) * np.float32(scale)
    around = blurred(contrast, _SURROUNDINGS * scale) + contrast.mean() + np.float32(_FLOOR)
    contrast /= np.sqrt(around)
    return _traced(contrast, right, down, _STRICTEST - _RANGE * detail, ceil(_MIN_LENGTH * scale))


def _traced(contrast: Picture, right: Picture, down: Picture, quantile: float, least_px: int) -> Picture:
    """Return the strength of the lines of edges, and 0 beside them.

    Args:
        contrast: of the edge at each pixel.
        right: direction across the edge, together with `down` of length 1.
        down: likewise.
        quantile: fraction of the points of edges that are too faint to start a line.
        least_px: pixels of the shortest line.
    """
    height, width = contrast.shape
    thin = np.empty_like(contrast)
    library().gifmill_thin_edges(contrast, width, height, right, down, thin)
    points = thin[thin > 0]
    found = float(np.quantile(points, quantile)) if points.size else _MAX_CONTRAST
    high = min(max(found, _MIN_CONTRAST), _MAX_CONTRAST)
    lines, memory = np.empty(contrast.shape, np.uint8), np.empty(contrast.size, np.int32)
    library().gifmill_trace_edges(thin, width, height, _CONTINUED * high, high, least_px, memory, lines)
    return np.where(lines == 1, np.clip(thin / np.float32(high), _FAINTEST, 1), np.float32(0))


def blurred(picture: Picture, deviation: float) -> Picture:
    """Return a picture blurred by a Gaussian.

    Args:
        picture: any numbers, float32, shape (height, width).
        deviation: standard deviation, in pixels; from 0.
    """
    height, width = picture.shape
    radius = ceil(3 * deviation)
    weights = [exp(-0.5 * (at / max(deviation, 1e-3)) ** 2) for at in range(radius + 1)]
    kernel = np.array(weights, np.float32) / np.float32(weights[0] + 2 * sum(weights[1:]))
    row, between, out = (
        np.empty(width + 2 * radius, np.float32),
        np.empty_like(picture),
        np.empty_like(picture),
    )
    library().gifmill_blur(np.ascontiguousarray(picture), width, height, kernel, radius, row, between, out)
    return out


def _opponent_channels(pixels: Pixels) -> list[Picture]:
    """Return lightness, red against green, blue against lightness, and alpha if there is one.

    Colours are premultiplied by alpha: those of transparent pixels do not count.
    """
    colours = pixels.astype(np.float32) / np.float32(255)
    alpha = [colours[..., 3]] if colours.shape[2] == 4 else []
    outline = [np.maximum(2 * part - 1, 0) for part in alpha]  # a soft shadow, below one half, has none
    red, green, blue = (colours[..., channel] * (alpha[0] if alpha else 1) for channel in range(3))
    light = np.float32(0.3) * red + np.float32(0.59) * green + np.float32(0.11) * blue
    return [light, (red - green) / 2, (blue - light) / 2, *outline]


def _gradient(channels: list[Picture]) -> tuple[Picture, Picture, Picture]:
    """Return the steepest change of all channels together, and its direction: right and down, of length 1.

    Source: S. Di Zenzo, "A note on the gradient of a multi-image", Computer Vision, Graphics, and Image
    Processing 33(1), 1986.
    """
    across, down, both = (np.zeros_like(channels[0]) for _ in range(3))
    for channel in channels:
        padded = np.pad(channel, 1, "edge")
        right = (padded[1:-1, 2:] - padded[1:-1, :-2]) / 2
        below = (padded[2:, 1:-1] - padded[:-2, 1:-1]) / 2
        across += right * right
        down += below * below
        both += right * below
    spread = np.sqrt((across - down) ** 2 + 4 * both**2)
    angle = np.arctan2(2 * both, across - down) / 2
    return np.sqrt((across + down + spread) / 2), np.cos(angle), np.sin(angle)
