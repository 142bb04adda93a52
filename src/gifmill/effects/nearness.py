"""Nearness of each part of a photo, from cues in the photo alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageFilter

from gifmill.animation import Size
from gifmill.effects.alpha import premultiplied
from gifmill.effects.native import library
from gifmill.photo import focal_point

if TYPE_CHECKING:
    from gifmill.animation import Pixels
    from gifmill.effects.texture_sampling import Field
    from gifmill.photo import Point

_ANALYSIS_PX = 80
"""Longest side of the copy from which depth is estimated."""

_LOWER_PART_WEIGHT, _SUBJECT_WEIGHT, _DISSIMILARITY_WEIGHT = 0.25, 0.45, 0.45
"""Weights of the three depth cues."""

_SUBJECT_WIDTH, _SUBJECT_HEIGHT = 0.28, 0.24
"""Extent of the subject around the focal point, as fractions of the photo."""

_DISSIMILARITY_QUANTILE = 0.9
"""Quantile of dissimilarity that counts as fully dissimilar."""

_OWN_WEIGHT = 0.02
"""Weight of a pixel's own cues, relative to that of a neighbour of the same colour."""

_MIN_NEIGHBOUR_WEIGHT = 0.01
"""Weight of a neighbour across a sharp edge."""

_CONTOUR_SHARPNESS = 3.0
"""Rate at which the weight falls with the colour difference."""

_DIFFUSION_STEPS = 160


def estimate_nearness(pixels: Pixels, soft_px: float, focus: str = "found") -> Field:
    """Estimate how near each part of a photo is, from cues in the photo alone.

    Three cues are weighted: the lower part of a photo is near; so are the area around and below the focal
    point, and colours unlike the upper rim, which is usually background. Diffusion then equalises the
    nearness of neighbours of similar colour, as heat spreads in a plate that is cut along the contours.

    Args:
        pixels: sRGB, uint8, shape (height, width, 3), or (height, width, 4) with straight alpha: transparent
            pixels count as black.
        soft_px: softening of depth edges to either side, in pixels.
        focus: the focal point, as for `focal_point`.

    Returns:
        0 (far) to 1 (near), shape (height, width). Neighbours differ by hardly more than 1 / (2 soft_px).

    Sources: Y. Wei and others, "Geodesic Saliency Using Background Priors", ECCV 2012, for the rim cue;
    L. Grady, "Random Walks for Image Segmentation", IEEE PAMI 28(11), 2006, for the diffusion.
    """
    image = Image.fromarray(pixels)
    image.thumbnail((_ANALYSIS_PX, _ANALYSIS_PX), Image.Resampling.BOX)
    colours = np.ascontiguousarray(premultiplied(np.asarray(image))[..., :3])
    small = np.asarray(Image.fromarray(colours).convert("YCbCr"), np.float32) * np.float32(1 / 255)
    small *= np.array([1, 2, 2], np.float32)  # in photos, chroma varies less than luma
    near = _nearness_from_cues(_depth_cues(small, focal_point(pixels, focus)), small)
    near -= near.min()
    near *= 255 / max(float(near.max()), 1e-6)
    # Dilate the foreground a little, so that softening its edge distorts the background, not the foreground.
    levels = Image.fromarray(near.astype(np.uint8)).filter(ImageFilter.MaxFilter(3))
    levels = levels.resize(Size.of(pixels), Image.Resampling.BICUBIC).filter(ImageFilter.BoxBlur(soft_px))
    return np.asarray(levels, np.float32) * np.float32(1 / 255)


def _depth_cues(small: Field, at: Point) -> Field:
    """Return the weighted depth cues of each pixel, shape (height, width)."""
    height, width = small.shape[:2]
    x = ((np.arange(width, dtype=np.float32) + np.float32(0.5)) / width)[None, :]
    y = ((np.arange(height, dtype=np.float32) + np.float32(0.5)) / height)[:, None]
    subject = np.exp(-(((x - at.x) / _SUBJECT_WIDTH) ** 2) - (np.minimum(y - at.y, 0) / _SUBJECT_HEIGHT) ** 2)
    sides = -(-2 * height // 3)
    rim = np.concatenate([small[0], small[:sides, 0], small[:sides, -1]])
    similar_count = len(rim) // 12  # number of similar pixels of the rim for a background pixel
    dissimilarity = rank_distances(small, rim, similar_count)
    full = max(float(np.quantile(dissimilarity, _DISSIMILARITY_QUANTILE)), 1e-6)
    dissimilarity = np.minimum(dissimilarity / full, 1)
    cues: Field = (
        _LOWER_PART_WEIGHT * y + _SUBJECT_WEIGHT * subject + _DISSIMILARITY_WEIGHT * dissimilarity
    ).astype(np.float32)
    return cues


def rank_distances(colours: Field, rim: Field, rank: int) -> Field:
    """Return the distance of each colour from the rim's colour that has this rank among its distances.

    Args:
        colours: shape (height, width, 3).
        rim: shape (count, 3).
        rank: 0 for the nearest colour; below the count.
    """
    if colours.shape[2:] != (3,) or rim.shape != (len(rim), 3) or not 0 <= rank < len(rim):
        raise ValueError(f"rank {rank} of colours of {colours.shape} and {rim.shape}")
    found, nearest = np.empty(colours.shape[:2], np.float32), np.empty(rank + 1, np.float32)
    library().gifmill_dissimilarity(colours, found.size, rim, len(rim), rank, nearest, found)
    return found


def _nearness_from_cues(cues: Field, small: Field) -> Field:
    """Return a nearness that follows the cues and differs little between neighbours of similar colour."""
    across = ((small[:, 1:] - small[:, :-1]) ** 2).sum(axis=2)
    down = ((small[1:] - small[:-1]) ** 2).sum(axis=2)
    mean_difference = (float(across.sum() + down.sum()) / max(across.size + down.size, 1)) or 1.0
    falloff = np.float32(-_CONTOUR_SHARPNESS / mean_difference)
    across = np.exp(across * falloff) + np.float32(_MIN_NEIGHBOUR_WEIGHT)
    down = np.exp(down * falloff) + np.float32(_MIN_NEIGHBOUR_WEIGHT)
    return diffused(cues, across, down, _OWN_WEIGHT, _DIFFUSION_STEPS)


def diffused(cues: Field, across: Field, down: Field, own_weight: float, steps: int) -> Field:
    """Return values that are weighted means of their own cues and their four neighbours' values.

    Args:
        cues: the values before the first step, shape (height, width).
        across: weights between neighbours in a row, shape (height, width - 1).
        down: weights between neighbours in a column, shape (height - 1, width).
        own_weight: of a pixel's own cue.
        steps: number of times that all means are taken.
    """
    height, width = cues.shape
    if across.shape != (height, width - 1) or down.shape != (height - 1, width) or not cues.size:
        raise ValueError(f"weights of {across.shape} and {down.shape} for cues of {cues.shape}")
    weights = np.full_like(cues, own_weight)
    weights[:, 1:] += across
    weights[:, :-1] += across
    weights[1:] += down
    weights[:-1] += down
    values, spare = cues.copy(), np.empty_like(cues)
    own = cues * np.float32(own_weight)
    library().gifmill_diffuse(across, down, own, weights, width, height, steps, values, spare)
    return values
