"""The effect slide: the photo moves out of the canvas on one side and comes in again on the other."""

from __future__ import annotations

from functools import partial
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from gifmill.effects.easing import smoothstep
from gifmill.effects.seamless_loop import loop, phases

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.animation import Animation, Pixels
    from gifmill.photo import Photo

    type Floats = NDArray[np.float32]

_OVERLAP = 0.14
"""Length over which the photo's end is blended with its beginning, as a fraction of the sliding side."""

_MIN_OVERLAP_PX = 4
"""A shorter overlap is a hard edge: a photo this small has no blend."""

_GAP = 0.06
"""Gap after a cut-out, whose outline must not run into that of the next one, as such a fraction."""

_CUT_MARGIN = 0.3
"""Distance of the cut from the ends of the overlap, as a fraction of it: the wide blend needs it."""

_WIDE, _NARROW = 0.6, 0.12
"""Width of the blend around the cut, of coarse light and of fine detail, as such fractions."""


def slide(photo: Photo, *, towards: str, duration: float, frames: int = 0) -> Animation:
    """Slide the photo in one direction; it follows itself without an end.

    The frames move by whole pixels, so that the photo stays sharp.

    Args:
        photo: at the size of the GIF.
        towards: "left", "right", "up" or "down".
        duration: of one loop, in seconds.
        frames: number of frames, as for `phases`.
    """
    upright = towards in {"up", "down"}
    pixels = photo.pixels.swapaxes(0, 1) if upright else photo.pixels
    side = pixels.shape[1]
    tile = _with_gap(pixels) if pixels.shape[2] == 4 else _blended(pixels)
    period = tile.shape[1]
    endless = np.tile(tile, (1, 1 + ceil(side / period), 1))

    def draw(shift: int) -> Pixels:
        shown = endless[:, shift : shift + side]
        return np.ascontiguousarray(shown.swapaxes(0, 1) if upright else shown)

    # Rounded up, so that no step is smaller than the one that closes the loop.
    shifts = np.ceil(phases(duration, frames) * period).astype(int)
    if towards in {"right", "down"}:
        shifts = -shifts % period
    return loop([partial(draw, shift) for shift in shifts.tolist()], duration, photo.size)


def _with_gap(pixels: Pixels) -> Pixels:
    """Return a cut-out with a transparent gap at its right."""
    gap = round(_GAP * pixels.shape[1])
    return np.pad(pixels, ((0, 0), (0, gap), (0, 0)))


def _blended(pixels: Pixels) -> Pixels:
    """Return the photo, shortened, so that its right edge continues at its left one.

    The ends of the photo overlap. They are joined along the path where they differ least; around it, coarse
    light is blended widely, and fine detail narrowly, so that neither an edge nor a ghost is visible.

    Sources: Efros and Freeman, "Image quilting for texture synthesis and transfer", SIGGRAPH 2001 (the cut);
    Burt and Adelson, "A multiresolution spline with application to image mosaics", 1983 (the two blends).
    """
    width = pixels.shape[1]
    overlap = round(_OVERLAP * width)
    if overlap < _MIN_OVERLAP_PX:
        return pixels
    end = pixels[:, width - overlap :].astype(np.float32)
    start = pixels[:, :overlap].astype(np.float32)
    margin = round(_CUT_MARGIN * overlap)
    cost = np.square(end - start).sum(axis=2)[:, margin : overlap - margin]
    away = np.arange(overlap) - (_cheapest_path(cost) + margin)[:, None]
    wide, narrow = (_blend_weights(away / (width * overlap)) for width in (_WIDE, _NARROW))
    coarse_end, coarse_start = _coarse(end), _coarse(start)
    joined = coarse_end + (coarse_start - coarse_end) * wide
    joined += (end - coarse_end) * (1 - narrow) + (start - coarse_start) * narrow
    made = pixels[:, : width - overlap].copy()
    made[:, :overlap] = joined.clip(0, 255).round()
    return made


def _cheapest_path(cost: Floats) -> NDArray[np.intp]:
    """Return the column in each row of the path from top to bottom that costs least.

    Its steps go one row down, and at most one column sideways.

    Args:
        cost: of each pixel, shape (height, width).
    """
    total = np.pad(cost, ((0, 0), (1, 1)), constant_values=np.inf)
    for row in range(1, len(cost)):
        above = total[row - 1]
        total[row, 1:-1] += np.minimum(np.minimum(above[:-2], above[1:-1]), above[2:])
    path = np.empty(len(cost), np.intp)
    path[-1] = total[-1].argmin()
    for row in range(len(cost) - 2, -1, -1):
        left = path[row + 1] - 1
        path[row] = left + total[row, left : left + 3].argmin()
    return path - 1


def _blend_weights(away: NDArray[np.float64]) -> Floats:
    """Return weights that rise smoothly from 0 at -0.5 to 1 at 0.5, shape (height, width, 1)."""
    weights: Floats = smoothstep((away + 0.5).clip(0, 1)).astype(np.float32)
    return weights[..., None]


def _coarse(picture: Floats) -> Floats:
    """Return a picture without its fine detail."""
    height, width, channels = picture.shape
    small = [max(1, round(2 * side / width)) for side in (width, height)]
    made = []
    for channel in range(channels):
        plane = Image.fromarray(np.ascontiguousarray(picture[..., channel]))
        plane = plane.resize((small[0], small[1]), Image.Resampling.BOX)
        made.append(np.asarray(plane.resize((width, height), Image.Resampling.BICUBIC)))
    return np.stack(made, axis=2)
