"""A third dimension: how near the parts of a photo may be, and a camera that sways before it."""

from __future__ import annotations

from math import cos, sin, tau
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageFilter

from gifmill.animation import Size
from gifmill.effects.seamless_loop import loop, phases
from gifmill.effects.texture_sampling import Texture, pixel_centres, render_in_bands
from gifmill.photo import CENTRE, focal_point

if TYPE_CHECKING:
    from gifmill.animation import Animation, Pixels
    from gifmill.effects.texture_sampling import Field
    from gifmill.photo import Photo, Point

_SWAY = 0.08
"""How far near and far are moved against each other at most, either way, as part of the photo's side."""

_RISE = 0.25
"""How much of that up and down: the camera goes round a flat ellipse, and never stands still."""

_SOFT = 0.7
"""By how much of the sway the edges of what is near are softened to either side.

It is more than a half, so that over an edge no two places of the canvas show the same place of the photo.
"""

_ANALYSIS_PX = 80
"""Of a photo's longest side, to tell near from far."""

_LOW, _BODY, _STRANGE = 0.25, 0.45, 0.45
"""What each of the three signs of estimate_nearness counts."""

_BODY_WIDTH, _BODY_HEIGHT = 0.28, 0.24
"""How far from the focal point things belong to what is in focus, as parts of the photo."""

_STRANGER = 0.9
"""Of all places the part that is less strange than those that count as wholly so."""

_HOLD = 0.02
"""How strongly each place keeps to its own signs, against the pull of a neighbour that looks the same."""

_LOOSE = 0.01
"""The pull of a neighbour across a sharp edge."""

_CONTOUR = 3.0
"""How quickly the pull falls with the difference in colour."""

_ROUNDS = 160


def wiggle(photo: Photo, *, strength: int, duration: float) -> Animation:
    """The photo before a camera that sways, so that what is near moves before what is far.

    Args:
        photo: of the size that the GIF is to have.
        strength: in per cent.
        duration: of one turn, in seconds.
    """
    width, height = photo.size
    sway = _SWAY * strength / 100 * (width * height) ** 0.5
    texture = Texture(photo.pixels)
    near = estimate_nearness(photo.pixels, _SOFT * sway) - np.float32(0.5)
    closer = np.float32(1 - sway / max(width, height))  # so that hardly anything beyond the edges is seen
    x, y = (centre * closer for centre in pixel_centres(photo.size, CENTRE))
    x, y = x + np.float32(width / 2), y + np.float32(height / 2)

    def band(rows: slice, phase: float) -> Pixels:
        right, down = np.float32(sway * cos(tau * phase)), np.float32(_RISE * sway * sin(tau * phase))
        return texture.sample(x + right * near[rows], y[rows] + down * near[rows])

    return loop((render_in_bands(photo.size, band, float(phase)) for phase in phases(duration)), duration)


def estimate_nearness(pixels: Pixels, soft_px: float) -> Field:
    """How near each part of a photo may be, without any model of the world: a guess that follows contours.

    Three signs are weighed: what is low is near, what is about and below the focal point is, and so is what
    looks strange beside the upper rim, which most often is background. Then places that look alike take on
    the same estimate_nearness, as heat spreads in a plate that is cut along the contours.

    Args:
        pixels: sRGB, uint8, shape (height, width, 3).
        soft_px: by how much edges are softened, to either side.

    Returns:
        0 (far) to 1 (near), shape (height, width). Neighbours hardly differ by more than 1 / (2 soft_px).

    Sources: Y. Wei and others, "Geodesic Saliency Using Background Priors", ECCV 2012, for the rim; L. Grady,
    "Random Walks for Image Segmentation", IEEE PAMI 28(11), 2006, for the spreading.
    """
    image = Image.fromarray(pixels)
    image.thumbnail((_ANALYSIS_PX, _ANALYSIS_PX), Image.Resampling.BOX)
    small = np.asarray(image.convert("YCbCr"), np.float32) * np.float32(1 / 255)
    small *= np.array([1, 2, 2], np.float32)  # colours of photos differ less than their light does
    near = _diffuse(_depth_cues(small, focal_point(pixels)), small)
    near -= near.min()
    near *= 255 / max(float(near.max()), 1e-6)
    # What is near grows by a little, so that softening its edge bends what is behind, and not itself.
    levels = Image.fromarray(near.astype(np.uint8)).filter(ImageFilter.MaxFilter(3))
    levels = levels.resize(Size.of(pixels), Image.Resampling.BICUBIC).filter(ImageFilter.BoxBlur(soft_px))
    return np.asarray(levels, np.float32) * np.float32(1 / 255)


def _depth_cues(small: Field, at: Point) -> Field:
    """The signs of estimate_nearness at each place, weighed; shape (height, width)."""
    height, width = small.shape[:2]
    x = ((np.arange(width, dtype=np.float32) + np.float32(0.5)) / width)[None, :]
    y = ((np.arange(height, dtype=np.float32) + np.float32(0.5)) / height)[:, None]
    body = np.exp(-(((x - at.x) / _BODY_WIDTH) ** 2) - (np.minimum(y - at.y, 0) / _BODY_HEIGHT) ** 2)
    sides = -(-2 * height // 3)
    rim = np.concatenate([small[0], small[:sides, 0], small[:sides, -1]])
    strange = np.sqrt(((small[:, :, None] - rim) ** 2).sum(axis=3))
    alike = len(rim) // 12  # so many places of the rim are alike, if it is background
    strange = np.partition(strange, alike, axis=2)[:, :, alike]
    strange = np.minimum(strange / max(float(np.quantile(strange, _STRANGER)), 1e-6), 1)
    signs: Field = (_LOW * y + _BODY * body + _STRANGE * strange).astype(np.float32)
    return signs


def _diffuse(signs: Field, small: Field) -> Field:
    """Return a nearness that follows the cues and differs little between neighbours of similar colour."""
    across = ((small[:, 1:] - small[:, :-1]) ** 2).sum(axis=2)
    down = ((small[1:] - small[:-1]) ** 2).sum(axis=2)
    usual = (float(across.sum() + down.sum()) / max(across.size + down.size, 1)) or 1.0
    across = np.exp(across * np.float32(-_CONTOUR / usual)) + np.float32(_LOOSE)
    down = np.exp(down * np.float32(-_CONTOUR / usual)) + np.float32(_LOOSE)
    held = signs * np.float32(_HOLD)
    pulls = np.full_like(signs, _HOLD)
    _add_neighbours(pulls, across, down, np.ones_like(signs))
    near = signs
    for _ in range(_ROUNDS):
        sums = held.copy()
        _add_neighbours(sums, across, down, near)
        near = sums / pulls
    return near


def _add_neighbours(sums: Field, across: Field, down: Field, values: Field) -> None:
    """Add to each place the values of its four neighbours, each times the pull between the two."""
    sums[:, 1:] += across * values[:, :-1]
    sums[:, :-1] += across * values[:, 1:]
    sums[1:] += down * values[:-1]
    sums[:-1] += down * values[1:]
