"""Palettes for the frames of a clip: one common palette where the error allows it, else one per frame."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, cast

import numpy as np
from PIL import Image

from gifmill.animation import Plain
from gifmill.gif.colour_distance import nearest_centres, to_lab
from gifmill.gif.palette import (
    colour_histogram,
    distinct_colours,
    fit_palette,
    has_few_colours,
    has_narrow_range,
    octree_palette,
    sample_pixels,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gifmill.animation import Animation, Pixels
    from gifmill.gif.colour_distance import Floats
    from gifmill.gif.indexed_image import Palette
    from gifmill.gif.presets import Preset

_MIN_FRAMES = 3
"""Minimum frames of a clip: with two, a second palette costs little."""

_MAX_SHORT_CLIP_FRAMES = 8
"""Up to this many frames, with lengthened runs, a palette per frame gains more quality than bytes."""

_SAMPLE_PX = 98_304
"""Pixels sampled from all frames together to select the palette."""

_FAST_SAMPLE_DIVISOR = 4
"""Divisor of the sample for the fast preset."""

_MAX_SAMPLE_SPACING = 6
"""Over all frames at least one pixel in this many is sampled, which finds details 3 px wide."""

_EVALUATED_FRAMES, _FAST_EVALUATED_FRAMES = 3, 2
"""Frames on which a common palette is evaluated; fewer for the fast preset."""

_EVALUATED_PX = 4_096
"""Pixels sampled from each evaluated frame."""

_MAX_ERROR_FACTOR, _ERROR_ALLOWANCE = 1.5, 0.003
"""Largest error of the common palette, on average over the evaluated frames, relative to palettes per frame:
a factor, and an allowance in colour distance. Measured on all effects, the distances are
up to 0.02 and 0.015 where a photo moves, 0.013 to 0.043 and 0.003 to 0.019 where hues rotate."""

_COMMON_STEPS_FACTOR = 3
"""Factor for k-means steps of a common palette: it is selected only once."""

_BACKGROUND_SHARE = 0.01
"""Colours with at least this share are backgrounds: an error there is a large patch, so they are exact."""


@dataclass(frozen=True, slots=True, eq=False)
class ClipPalettes:
    """Palettes of a clip's frames. Palettes that are not full leave one entry free for transparency.

    Attributes:
        each: one per frame; the same object for all frames if it is common.
        exact: the common palette holds every colour of the clip.
    """

    each: tuple[Palette, ...]
    exact: bool = False

    @property
    def common(self) -> Palette | None:
        """The common palette of all frames, if any."""
        return self.each[0] if self.each[0] is self.each[-1] else None


def clip_palettes(animation: Animation, preset: Preset) -> ClipPalettes | None:
    """Select the palettes of a clip; return None if its frames are better encoded one by one."""
    frames = animation.frames
    if len(frames) < _MIN_FRAMES or not all(isinstance(frame.layout, Plain) for frame in frames):
        return None
    sources = [animation.canvas(number) for number in range(len(frames))]
    area_px = animation.size.width * animation.size.height
    max_exact_colours = preset.max_exact_colours(area_px)
    if (exact := _all_colours(sources, max_exact_colours)) is not None:
        return ClipPalettes((exact,) * len(sources), exact=True)
    if 2 * sum(has_few_colours(source, max_exact_colours) for source in sources) > len(sources):
        return None  # most frames are exact with a palette of their own
    sample_px = max(_SAMPLE_PX, area_px // _MAX_SAMPLE_SPACING) // len(sources)
    if preset.common_palette:
        sample_px //= _FAST_SAMPLE_DIVISOR
    sample = np.concatenate([sample_pixels(source, sample_px) for source in sources], axis=1)
    if has_narrow_range(sample):
        return None
    if preset.common_palette or not preset.lossiness or len(frames) > _MAX_SHORT_CLIP_FRAMES:
        palette = _common_palette(sample, preset)
        if _is_accurate_enough(palette, sources, preset):
            return ClipPalettes((palette,) * len(sources))
    if preset.common_palette:
        return None
    return ClipPalettes(tuple(_own_palette(source, preset) for source in sources))


def _common_palette(sample: Pixels, preset: Preset) -> Palette:
    """Select a palette for pixels of all frames."""
    entries = preset.colours - 1
    backgrounds = _background_colours(sample, entries // 4)
    others = entries - len(backgrounds)
    steps = preset.k_means_steps * (_COMMON_STEPS_FACTOR if preset.dither else 1)
    palette = _fit(sample, others, steps, preset)
    return np.concatenate([palette, backgrounds])  # added: other entries represent similar colours


def _own_palette(source: Pixels, preset: Preset) -> Palette:
    """Select a palette for one frame."""
    return _fit(sample_pixels(source), preset.colours - 1, preset.k_means_steps, preset)


def _fit(sample: Pixels, entries: int, steps: int, preset: Preset) -> Palette:
    """Select a palette for these pixels, with a faster first guess for the fast preset."""
    guess = octree_palette(sample, entries) if preset.common_palette else None
    return fit_palette(*colour_histogram(sample), entries, steps, guess)


def _all_colours(sources: Sequence[Pixels], max_colours: int) -> Palette | None:
    """Return the sorted colours of all frames, or None if there are more than `max_colours`."""
    found: set[tuple[int, ...]] = set()
    for source in sources:
        colours = Image.fromarray(source).getcolors(max_colours)
        found.update(cast("tuple[int, ...]", colour) for _, colour in colours or ())
        if colours is None or len(found) > max_colours:
            return None
    return np.array(sorted(found), np.uint8)


def _background_colours(sample: Pixels, max_colours: int) -> Palette:
    """Return the background colours, most frequent first."""
    colours, _, counts = distinct_colours(sample)
    order = np.argsort(-counts, kind="stable")[:max_colours]
    backgrounds: Palette = colours[order[counts[order] >= _BACKGROUND_SHARE * counts.sum()]]
    return backgrounds


def _is_accurate_enough(palette: Palette, sources: Sequence[Pixels], preset: Preset) -> bool:
    """Return whether the palette is nearly as accurate as one palette per frame, measured on some frames."""
    centres, entries = to_lab(palette), preset.colours - 1
    evaluated = _FAST_EVALUATED_FRAMES if preset.common_palette else _EVALUATED_FRAMES
    common, own = 0.0, 0.0
    for number in range(evaluated):
        sample = sample_pixels(sources[number * len(sources) // evaluated], _EVALUATED_PX)
        colours, counts = colour_histogram(sample)
        points = to_lab(colours)
        common += _rms_distance(points, counts, centres) / evaluated
        own += _rms_distance(points, counts, to_lab(_fit(sample, entries, 1, preset))) / evaluated
    return common <= _MAX_ERROR_FACTOR * own + _ERROR_ALLOWANCE


def _rms_distance(points: Floats, counts: NDArray[np.intp], centres: Floats) -> float:
    """Return the root mean squared distance of points from their nearest centres."""
    squares = np.square(points - centres[nearest_centres(points, centres)]).sum(axis=1)
    return sqrt(np.average(squares, weights=counts))
