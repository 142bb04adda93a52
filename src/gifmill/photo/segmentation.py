"""Subject mask: the opacity of a photo's foreground, estimated without a trained model.

Each region of the photo gets a score from cues. Neighbours of similar colour then agree on a score, islands
and holes are removed, and a short contour divides the photo.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from gifmill.animation import Pixels, Size
from gifmill.photo.colour.cielab import cielab
from gifmill.photo.matting import connected, shortest_contour, upsampled, with_small_parts
from gifmill.photo.region_cues import (
    SIMILAR_COLOUR,
    Regions,
    bell,
    contrast,
    focus_proximity,
    pixel_places,
    rim_connection,
    sharpness,
)
from gifmill.photo.saliency import focal_point, skin_mask

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.photo.superpixels import Superpixels, Values

_ANALYSIS_PX = 112
"""Longest side of the analysed copy."""

_REFINED_PX = 480
"""Longest side of the copy at which the contour is refined: any further detail would be noise."""

_CONTRAST_WEIGHT, _FOCUS_WEIGHT, _SHARPNESS_WEIGHT, _SKIN_WEIGHT = 1.2, 1.8, 1.4, 0.8
_RIM_WEIGHTS = (0.6, 2.4)
"""Weights of the cues. That of the rim is between two: the higher one where the cue finds the focal point
to be foreground.
"""

_MIDDLING_SHARPNESS = 0.65
_STEEPNESS = 3.0
"""Of the logistic function from the sum of all cues to a score."""

_OWN_WEIGHT, _STRANGER_WEIGHT, _BEYOND_WEIGHT = 1.0, 0.02, 0.5
"""Weights when regions agree on a score: of the own one, of a neighbour of another colour, and of a
neighbour's neighbour; that of a neighbour of the same colour is 1.
"""

_AGREEING_STEPS = 80

_DIVIDING_SCORES = (0.35, 0.5)
"""Range of the score that divides the foreground from the background."""

_MIN_SEPARATION = 0.35
"""Difference of the mean scores of foreground and background below which a photo has no subject."""

_SECOND_SUBJECT = 0.3
"""Weight of a separate part of the foreground, relative to the main one, from which on it is kept."""

_INSIDE, _OUTSIDE = 0.15, -0.1
"""Scores above the dividing one for holes in the foreground, and for dropped parts of it."""

_MODEL_REACH = 0.2
"""Distance over which a region's score holds for pixels of its colour, as a fraction of the mean side."""


def subject_mask(pixels: Pixels, focus: str = "found") -> NDArray[np.uint8]:
    """Estimate which pixels belong to the subject in the foreground.

    A photo without a clear subject has an empty mask.

    Args:
        pixels: sRGB, uint8, shape (height, width, 3), or (height, width, 4) with straight alpha.
        focus: where the subject is, as for `focal_point`.

    Returns:
        Opacity of the subject, from 0 in the background to 255: uint8, shape (height, width), soft at edges.
        It is the alpha channel where that has any transparency.
    """
    if pixels.shape[2] == 4:
        if pixels[..., 3].min() < 255:
            return pixels[..., 3].copy()
        pixels = np.ascontiguousarray(pixels[..., :3])
    copy = _reduced(pixels, _ANALYSIS_PX)
    colours = cielab(copy)
    regions = Regions.of(colours)
    parts = regions.parts
    near = focus_proximity(regions, focal_point(pixels, focus))
    skin = parts.mean(skin_mask(np.asarray(Image.fromarray(copy).convert("YCbCr"), np.float32)))
    scores = _agreed(_scores(regions, near, sharpness(regions, pixels), skin), regions)
    limit = min(max(_dividing_score(scores, parts.areas), _DIVIDING_SCORES[0]), _DIVIDING_SCORES[1])
    cleaned = _main_subject(scores, limit, near, parts)
    if _separation(scores, cleaned > limit, parts.areas) < _MIN_SEPARATION:
        return np.zeros(pixels.shape[:2], np.uint8)
    evidence = _pixel_scores(cleaned, limit, regions, colours) - np.float32(limit)
    inside = shortest_contour(2 * evidence, colours)
    subject = connected(inside > 0.5, (cleaned > limit)[parts.labels])
    subject = with_small_parts(subject, colours)
    refined = upsampled(subject.astype(np.float32), copy, _reduced(pixels, _REFINED_PX))
    return np.asarray(Image.fromarray(refined).resize(Size.of(pixels), Image.Resampling.BICUBIC))


def _reduced(pixels: Pixels, longest_px: int) -> Pixels:
    image = Image.fromarray(pixels)
    image.thumbnail((longest_px, longest_px), Image.Resampling.BOX)
    return np.asarray(image)


def _scores(regions: Regions, near: Values, sharp: Values, skin: Values) -> Values:
    """Return how likely each region is foreground, 0 to 1, from all cues."""
    background = rim_connection(regions)
    at_focus = near * regions.parts.areas
    least, most = _RIM_WEIGHTS
    rim_weight = least + most * (1 - float(background @ at_focus) / max(float(at_focus.sum()), 1e-9))
    total = _CONTRAST_WEIGHT * (contrast(regions, background) - 0.5) + _FOCUS_WEIGHT * (near - 0.5)
    total += _SHARPNESS_WEIGHT * (sharp - _MIDDLING_SHARPNESS) + _SKIN_WEIGHT * skin * near
    total -= rim_weight * (background - 0.5)
    return (1 / (1 + np.exp(-_STEEPNESS * total))).astype(np.float32)


def _agreed(scores: Values, regions: Regions) -> Values:
    """Return scores that differ little between neighbours of similar colour."""
    touching = regions.parts.touching
    usual = float(np.median(regions.difference[touching])) if touching.any() else 0.0
    alike = bell(regions.difference, max(usual, 3))
    links = np.where(touching, alike + np.float32(_STRANGER_WEIGHT), 0)
    beyond = (touching.astype(np.float32) @ touching.astype(np.float32) > 0) & ~touching
    links += np.where(beyond, _BEYOND_WEIGHT * alike, 0)
    np.fill_diagonal(links, 0)
    totals = links.sum(axis=1) + _OWN_WEIGHT
    agreed = scores
    for _ in range(_AGREEING_STEPS):
        agreed = (links @ agreed + _OWN_WEIGHT * scores) / totals
    return agreed.astype(np.float32)


def _dividing_score(scores: Values, areas: Values) -> float:
    """Return the score that divides the regions into two groups that differ the most.

    Source: N. Otsu, "A Threshold Selection Method from Gray-Level Histograms", IEEE Trans. SMC 9(1), 1979.
    """
    order = np.argsort(scores, kind="stable")
    scores, counts = scores[order].astype(float), np.cumsum(areas[order].astype(float))
    if len(scores) < 2:
        return 0.5
    sums = np.cumsum(scores * areas[order])
    below, above = counts[:-1], counts[-1] - counts[:-1]
    spread = (sums[-1] * below / counts[-1] - sums[:-1]) ** 2 / (below * above)
    best = int(spread.argmax())
    return float(scores[best] + scores[best + 1]) / 2


def _separation(scores: Values, foreground: NDArray[np.bool_], areas: Values) -> float:
    """Return the difference of mean scores, or 0 without foreground or background."""
    inside, outside = areas * foreground, areas * ~foreground
    if not inside.any() or not outside.any():
        return 0.0
    return float(scores @ inside / inside.sum() - scores @ outside / outside.sum())


def _main_subject(scores: Values, limit: float, near: Values, parts: Superpixels) -> Values:
    """Return scores without small islands of foreground, and without holes in it."""
    left, groups = scores > limit, []
    while left.any():
        start = np.zeros_like(left)
        start[int(np.argmax(np.where(left, scores, -1)))] = True
        groups.append(_reached(start, left, parts))
        left = left & ~groups[-1]
    importance = near * parts.areas * scores
    least = _SECOND_SUBJECT * max((float(importance[group].sum()) for group in groups), default=0.0)
    kept = np.zeros_like(left)
    for group in groups:
        kept |= group & (float(importance[group].sum()) >= least)
    edge = np.zeros(parts.labels.shape, np.float32)
    edge[[0, -1]] = edge[:, [0, -1]] = 1
    outside = _reached(~kept & (parts.mean(edge) > 0), ~kept, parts)
    return np.where(outside, np.minimum(scores, limit + _OUTSIDE), np.maximum(scores, limit + _INSIDE))


def _reached(start: NDArray[np.bool_], within: NDArray[np.bool_], parts: Superpixels) -> NDArray[np.bool_]:
    """Return the regions that are reached from some regions through touching ones within a set."""
    links = parts.touching & within & within[:, None]
    reached = start
    while (more := reached | links[reached].any(axis=0)).sum() > reached.sum():
        reached = more
    return reached


def _pixel_scores(scores: Values, limit: float, regions: Regions, colours: Values) -> Values:
    """Return a score for each pixel: half that of its region, half that of regions of its colour nearby."""
    pixels = np.dstack([colours / SIMILAR_COLOUR, pixel_places(colours) / _MODEL_REACH]).reshape(-1, 5)
    models = np.hstack([regions.colours / SIMILAR_COLOUR, regions.places / _MODEL_REACH])
    squares = (pixels**2).sum(axis=1)[:, None] + (models**2).sum(axis=1) - 2 * pixels @ models.T
    weights = np.exp(-0.5 * squares.clip(0)) * (regions.parts.areas * (np.abs(scores - limit) + 0.05))
    totals = weights.sum(axis=1)
    own = scores[regions.parts.labels]
    modelled = ((weights @ scores) / totals.clip(1e-12)).reshape(own.shape)
    known = totals.reshape(own.shape) > 1e-6
    return np.where(known, (own + modelled) / 2, own).astype(np.float32)
