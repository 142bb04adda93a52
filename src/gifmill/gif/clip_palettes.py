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

_FEWEST = 3
"""Minimum frames of a clip: with two, a second palette costs little."""

_FEW = 8
"""Up to this many frames, with lengthened runs, a palette per frame gains more quality than bytes."""

_SAMPLE_PX = 98_304
"""Pixels sampled from all frames together to select the palette."""

_QUICKER = 4
"""Divisor of the sample for the fast preset."""

_DENSE = 6
"""Over all frames at least one pixel in this many is sampled: details 3 px wide are found."""

_LOOKS, _QUICK_LOOKS = 3, 2
"""Frames on which a common palette is evaluated; fewer for the fast preset."""

_LOOK_PX = 4_096
"""Pixels of each of these."""

_WORSE, _UNSEEN = 1.5, 0.003
"""Largest error of the common palette, on average over the evaluated frames, relative to palettes per frame:
a factor, and an allowance in colour distance. Measured on all effects, the distances are
up to 0.02 and 0.015 where a photo moves, 0.013 to 0.043 and 0.003 to 0.019 where hues turn."""

_MORE_STEPS = 3
"""Factor for k-means steps of a common palette: it is selected only once."""

_FLAT_SHARE = 0.01
"""Colours with at least this share are backgrounds: an error there is a large patch, so they are exact."""


@dataclass(frozen=True, slots=True, eq=False)
class ClipPalettes:
    """Palettes of a clip's frames. All but full palettes leave one entry free for transparency.

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
    if len(frames) < _FEWEST or not all(isinstance(frame.layout, Plain) for frame in frames):
        return None
    sources = [animation.canvas(number) for number in range(len(frames))]
    area_px = animation.size.width * animation.size.height
    max_exact_colours = preset.max_exact_colours(area_px)
    if (exact := _all_colours(sources, max_exact_colours)) is not None:
        return ClipPalettes((exact,) * len(sources), exact=True)
    if 2 * sum(has_few_colours(source, max_exact_colours) for source in sources) > len(sources):
        return None  # most frames are exact with a palette of their own
    most = max(_SAMPLE_PX, area_px // _DENSE) // len(sources)
    if preset.common_palette:
        most //= _QUICKER
    sample = np.concatenate([sample_pixels(source, most) for source in sources], axis=1)
    if has_narrow_range(sample):
        return None
    if preset.common_palette or not preset.lossiness or len(frames) > _FEW:
        palette = _common_palette(sample, preset)
        if _serves(palette, sources, preset):
            return ClipPalettes((palette,) * len(sources))
    if preset.common_palette:
        return None
    return ClipPalettes(tuple(_own_palette(source, preset) for source in sources))


def _common_palette(sample: Pixels, preset: Preset) -> Palette:
    """Select a palette for pixels of all frames."""
    entries = preset.colours - 1
    grounds = _grounds(sample, entries // 4)
    others = entries - len(grounds)
    steps = preset.k_means_steps * (_MORE_STEPS if preset.dither else 1)
    palette = _fitted(sample, others, steps, preset)
    return np.concatenate([palette, grounds])  # added: other entries represent similar colours


def _own_palette(source: Pixels, preset: Preset) -> Palette:
    """Select a palette for one frame."""
    return _fitted(sample_pixels(source), preset.colours - 1, preset.k_means_steps, preset)


def _fitted(sample: Pixels, entries: int, steps: int, preset: Preset) -> Palette:
    """Select a palette for these pixels, with a faster first guess for the fast preset."""
    guess = octree_palette(sample, entries) if preset.common_palette else None
    return fit_palette(*colour_histogram(sample), entries, steps, guess)


def _all_colours(sources: Sequence[Pixels], most: int) -> Palette | None:
    """Return the sorted colours of all frames, or None if there are more than `most`."""
    found: set[tuple[int, ...]] = set()
    for source in sources:
        colours = Image.fromarray(source).getcolors(most)
        found.update(cast("tuple[int, ...]", colour) for _, colour in colours or ())
        if colours is None or len(found) > most:
            return None
    return np.array(sorted(found), np.uint8)


def _grounds(sample: Pixels, most: int) -> Palette:
    """Return the background colours, most frequent first."""
    colours, _, counts = distinct_colours(sample)
    order = np.argsort(-counts, kind="stable")[:most]
    grounds: Palette = colours[order[counts[order] >= _FLAT_SHARE * counts.sum()]]
    return grounds


def _serves(palette: Palette, sources: Sequence[Pixels], preset: Preset) -> bool:
    """Return whether the palette is not much worse for some frames than palettes of their own."""
    centres, entries = to_lab(palette), preset.colours - 1
    looks = _QUICK_LOOKS if preset.common_palette else _LOOKS
    common, own = 0.0, 0.0
    for number in range(looks):
        sample = sample_pixels(sources[number * len(sources) // looks], _LOOK_PX)
        colours, counts = colour_histogram(sample)
        points = to_lab(colours)
        common += _error(points, counts, centres) / looks
        own += _error(points, counts, to_lab(_fitted(sample, entries, 1, preset))) / looks
    return common <= _WORSE * own + _UNSEEN


def _error(points: Floats, counts: NDArray[np.intp], centres: Floats) -> float:
    """Return the root mean squared distance of points from their nearest centres."""
    squares = np.square(points - centres[nearest_centres(points, centres)]).sum(axis=1)
    return sqrt(np.average(squares, weights=counts))
