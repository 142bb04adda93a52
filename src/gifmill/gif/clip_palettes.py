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
"""Frames of a clip: with two, another palette costs little."""

_FEW = 8
"""Up to so many frames, where repeats shorten the code anyway, own palettes gain more quality than bytes."""

_SAMPLE_PX = 98_304
"""Of all frames together, by which the palette is chosen."""

_QUICKER = 4
"""Part of these that does where time counts most."""

_DENSE = 6
"""One pixel in so many of a frame is looked at, at least, over all frames: what is 3 px wide is met."""

_LOOKS, _QUICK_LOOKS = 3, 2
"""Frames that a common palette is tried on; fewer where time counts most."""

_LOOK_PX = 4_096
"""Pixels of each of these."""

_WORSE, _UNSEEN = 1.5, 0.003
"""How much farther colours may be, on average over the frames looked at, from the common palette than from
palettes of their own: so many times, and so much in the metric. Measured on all effects, the distances are
up to 0.02 and 0.015 where a photo moves, 0.013 to 0.043 and 0.003 to 0.019 where hues turn."""

_MORE_STEPS = 3
"""Times as many k-means steps where one palette is chosen for all frames: it is chosen once."""

_FLAT_SHARE = 0.01
"""Colours that fill as much are grounds: an error there is one large patch, so they are put in exactly."""


@dataclass(frozen=True, slots=True, eq=False)
class ClipPalettes:
    """Palettes of a clip's frames. All but full palettes leave one entry free for transparency.

    Attributes:
        each: one a frame; the same object for all where one serves them.
        exact: it holds every colour that there is.
    """

    each: tuple[Palette, ...]
    exact: bool = False

    @property
    def common(self) -> Palette | None:
        """The one that serves all frames, if there is one."""
        return self.each[0] if self.each[0] is self.each[-1] else None


def clip_palettes(animation: Animation, preset: Preset) -> ClipPalettes | None:
    """The palettes of frames in motion, or None where they are better encoded one by one."""
    frames = animation.frames
    if len(frames) < _FEWEST or not all(isinstance(frame.layout, Plain) for frame in frames):
        return None
    sources = [animation.canvas(number) for number in range(len(frames))]
    area_px = animation.size.width * animation.size.height
    max_exact_colours = preset.max_exact_colours(area_px)
    if (exact := _all_colours(sources, max_exact_colours)) is not None:
        return ClipPalettes((exact,) * len(sources), exact=True)
    if 2 * sum(has_few_colours(source, max_exact_colours) for source in sources) > len(sources):
        return None  # by themselves most frames are exact
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
    """A palette for pixels of all frames."""
    entries = preset.colours - 1
    grounds = _grounds(sample, entries // 4)
    others = entries - len(grounds)
    steps = preset.k_means_steps * (_MORE_STEPS if preset.dither else 1)
    palette = _fitted(sample, others, steps, preset)
    return np.concatenate([palette, grounds])  # not in the place of others, which serve what is near


def _own_palette(source: Pixels, preset: Preset) -> Palette:
    """A palette for one frame."""
    return _fitted(sample_pixels(source), preset.colours - 1, preset.k_means_steps, preset)


def _fitted(sample: Pixels, entries: int, steps: int, preset: Preset) -> Palette:
    """A palette for these pixels, with a quicker first guess where time counts most."""
    guess = octree_palette(sample, entries) if preset.common_palette else None
    return fit_palette(*colour_histogram(sample), entries, steps, guess)


def _all_colours(sources: Sequence[Pixels], most: int) -> Palette | None:
    """The colours of all frames, sorted, if there are at most so many."""
    found: set[tuple[int, ...]] = set()
    for source in sources:
        colours = Image.fromarray(source).getcolors(most)
        found.update(cast("tuple[int, ...]", colour) for _, colour in colours or ())
        if colours is None or len(found) > most:
            return None
    return np.array(sorted(found), np.uint8)


def _grounds(sample: Pixels, most: int) -> Palette:
    """Colours of which there is so much that they must be exact, the most frequent first."""
    colours, _, counts = distinct_colours(sample)
    order = np.argsort(-counts, kind="stable")[:most]
    grounds: Palette = colours[order[counts[order] >= _FLAT_SHARE * counts.sum()]]
    return grounds


def _serves(palette: Palette, sources: Sequence[Pixels], preset: Preset) -> bool:
    """Whether the palette is not much worse for some of the frames than palettes of their own would be."""
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
    """The root of the mean distance of points from their nearest centres."""
    squares = np.square(points - centres[nearest_centres(points, centres)]).sum(axis=1)
    return sqrt(np.average(squares, weights=counts))
