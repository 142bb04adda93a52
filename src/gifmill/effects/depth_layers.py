"""Two layers of a photo at different depths: the subject, and the background, which continues behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image, ImageFilter

from gifmill.animation import Pixels, Size
from gifmill.effects.background_fill import filled_background
from gifmill.effects.nearness import estimate_nearness
from gifmill.photo import subject_mask

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.effects.texture_sampling import Field

_ANALYSIS_PX = 96
"""Longest side of depth maps before they are enlarged: depth is smooth within a layer."""

_EDGE = 0.006
"""Width of the subject's soft edge, which the background must not show, as a fraction of the mean side."""

_SOLID, _HIDING = 240, 127
"""Alpha above which pixels have only colours of the subject, and above which they hide the background."""

_BESIDE_SOLID = 60
"""Alpha of the blurred subject above which a soft pixel gets its colour."""

_BACKGROUND_DEPTH = 0.7
"""Range of nearness of the background, which begins at 0."""

_SUBJECT_NEARNESS, _ROUNDNESS, _LOWER_PART = 0.7, 0.35, 0.1
"""Nearness of the subject at its rim, and what is added in its middle and towards the bottom of the photo."""

_ROUND = (0.03, 0.07, 0.12)
"""Radii of the subject's roundness, as fractions of the mean side; others are measured so, too."""

_BACKGROUND_SMOOTHNESS, _CONTACT, _BESIDE = 0.05, 0.06, 0.015
_WEAK_DIFFERENCE, _STRONG_DIFFERENCE = 12.0, 45.0
"""Differences of colour across a contour, in levels: a weak one does not part the layers, a strong one does.
"""

_NO_SUBJECT, _ONLY_SUBJECT = 0.005, 0.985
"""Fractions of the photo that the subject covers."""


class DepthLayers(NamedTuple):
    """The two layers of a photo. Nearness is 0 for the farthest point; near parts have about 1.

    Attributes:
        subject: straight RGBA, uint8, shape (height, width, 4).
        background: sRGB, uint8, shape (height, width, 3).
        subject_nearness, background_nearness: shape (height, width). They are equal along contours where
            both layers have similar colours: there the estimate may be wrong, or both touch each other.
    """

    subject: Pixels
    background: Pixels
    subject_nearness: Field
    background_nearness: Field


def depth_layers(pixels: Pixels, focus: str = "found") -> DepthLayers | None:
    """Divide a photo into two layers, or return None if there is no subject.

    Args:
        pixels: sRGB, uint8, shape (height, width, 3).
        focus: where the subject is, as for `focal_point`.
    """
    mask = subject_mask(pixels, focus)
    if not _NO_SUBJECT < float(mask.mean()) / 255 < _ONLY_SUBJECT:
        return None
    mean_side = mask.size**0.5
    opaque = Image.fromarray((mask > _HIDING).astype(np.uint8) * np.uint8(255))
    hidden = np.asarray(opaque.filter(ImageFilter.BoxBlur(max(1, round(_EDGE * mean_side))))) > 0
    if hidden.all():
        return None
    background = filled_background(pixels, hidden)
    subject = np.dstack([_without_background(pixels, mask, _EDGE * mean_side), mask])
    opacity = _reduced(mask)
    opacity /= 255
    hidden_share = _reduced(hidden * np.uint8(255))
    hidden_share /= 255
    far = _background_nearness(estimate_nearness(pixels, 1, focus), hidden_share)
    near = _subject_nearness(opacity)
    contact = _contact(_reduced(pixels), opacity)
    near += contact * (far - near)
    size = Size.of(pixels)
    return DepthLayers(subject, background, _enlarged(near, size), _enlarged(far, size))


def _without_background(pixels: Pixels, mask: NDArray[np.uint8], edge_px: float) -> Pixels:
    """Return the photo, at soft edges of the mask with the colours of the subject beside them."""
    solid = np.dstack([pixels, np.where(mask > _SOLID, np.uint8(255), np.uint8(0))])
    spread = Image.fromarray(solid).convert("RGBa").filter(ImageFilter.GaussianBlur(edge_px))
    colours = np.asarray(spread.convert("RGBA"))
    known = (mask <= _SOLID) & (colours[..., 3] > _BESIDE_SOLID)
    return np.where(known[..., None], colours[..., :3], pixels)


def _background_nearness(near: Field, hidden: Field) -> Field:
    """Return the smooth nearness of the background, also behind the subject."""
    near = np.asarray(Image.fromarray(near).resize(hidden.shape[::-1], Image.Resampling.BOX))
    visible: Field = (1 - hidden) ** 2 + np.float32(1e-4)
    radius = _BACKGROUND_SMOOTHNESS * hidden.size**0.5
    smooth = _smoothed(near * visible, radius) / _smoothed(visible, radius)
    nearness: Field = (smooth - smooth.min()) * np.float32(_BACKGROUND_DEPTH)
    return nearness


def _subject_nearness(mask: Field) -> Field:
    """Return the nearness of a subject that is round and stands upright."""
    roundness = np.mean([_smoothed(mask, radius * mask.size**0.5) for radius in _ROUND], axis=0)
    down = (np.arange(len(mask), dtype=np.float32) + np.float32(0.5)) / len(mask)
    nearness = _SUBJECT_NEARNESS + _ROUNDNESS * roundness + _LOWER_PART * down[:, None]
    return np.asarray(nearness, np.float32)


def _contact(colours: Field, mask: Field) -> Field:
    """Return how much the layers have a common depth: 1 where both sides of the contour have one colour."""
    inside, outside = (_colours_beside(colours, weights) for weights in (mask, 1 - mask))
    difference = np.sqrt(((inside - outside) ** 2).sum(axis=2))
    parted = ((difference - _WEAK_DIFFERENCE) / (_STRONG_DIFFERENCE - _WEAK_DIFFERENCE)).clip(0, 1)
    padded = np.pad(mask, 1, "edge")
    contour = np.hypot(padded[1:-1, 2:] - padded[1:-1, :-2], padded[2:, 1:-1] - padded[:-2, 1:-1])
    radius = _CONTACT * mask.size**0.5
    contact = _smoothed(contour * (1 - parted), radius) / (_smoothed(contour, radius) + np.float32(0.02))
    return np.asarray((1.3 * contact).clip(0, 1), np.float32)


def _colours_beside(colours: Field, weights: Field) -> Field:
    """Return the mean colour of the weighted pixels around each."""
    radius = _BESIDE * weights.size**0.5
    weights = weights**2 + np.float32(1e-6)
    sums = [_smoothed(channel * weights, radius) for channel in np.moveaxis(colours, 2, 0)]
    return np.stack(sums, axis=2) / _smoothed(weights, radius)[..., None]


def _reduced(picture: NDArray[np.uint8]) -> Field:
    """Return a picture at the size of depth maps, in levels."""
    image = Image.fromarray(picture)
    image.thumbnail((_ANALYSIS_PX, _ANALYSIS_PX), Image.Resampling.BOX)
    return np.array(image, np.float32)


def _enlarged(field: Field, size: Size) -> Field:
    image = Image.fromarray(np.asarray(field, np.float32)).resize(size, Image.Resampling.BICUBIC)
    return np.array(image, np.float32)


def _smoothed(field: Field, radius: float) -> Field:
    """Return a field blurred with a Gaussian, which is cut at the edges.

    Args:
        field: shape (height, width).
        radius: standard deviation, in pixels.
    """
    down, across = (_gaussian_weights(side, radius) for side in field.shape)
    smooth: Field = down @ np.asarray(field, np.float32) @ across.T
    return smooth


def _gaussian_weights(side: int, radius: float) -> Field:
    """Return the weight of each pixel of a row for each, shape (side, side)."""
    at = np.arange(side, dtype=np.float32)
    weights = np.exp((at[:, None] - at) ** 2 * np.float32(-0.5 / radius**2))
    weights /= weights.sum(axis=1, keepdims=True)
    return np.asarray(weights, np.float32)
