"""The palettes of an animation: one common palette where the error allows it, else one per frame."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gifmill.animation import Plain
from gifmill.gif.argument_checks import MAX_SAMPLE_PX
from gifmill.gif.core import (
    MAX_COLOURS,
    background_colours,
    palette_error,
    select_palette,
)
from gifmill.gif.palette_survey import Survey, all_colours, survey
from gifmill.gif.sampling import colours_outside_sample, sample_pixels
from gifmill.gif.transparency import picture_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gifmill.animation import Animation, Layout, Pixels
    from gifmill.gif.core import Palette
    from gifmill.gif.presets import Preset
    from gifmill.gif.transparency import Colour

_MIN_FRAMES = 3
"""Minimum frames for a common palette: with two, a second palette costs little."""

_OWN_SAMPLE_PX = 16_384
"""Pixels sampled from a frame to select its own palette: more change quality by less than one part in 100."""

_MAX_SAMPLE_SPACING = 6
"""Over all frames at least one pixel in this many is sampled, which finds details 3 px wide."""

_EVALUATED_FRAMES = 3
"""Frames on which a common palette is evaluated."""

_MAX_ERROR_FACTOR, _ERROR_ALLOWANCE = 1.5, 0.003
"""Largest error of the common palette, on average over the evaluated frames, relative to palettes per frame:
a factor, and an allowance in colour distance. Measured on all effects, common
and own: up to 0.02 and 0.015 where a photo moves; 0.013 to 0.043 and 0.003 to 0.019 where hues rotate."""

_BACKGROUND_SHARE = 0.01
"""Colours with at least this share are backgrounds: an error there is a large patch, so they are exact."""

_DITHER_SHARE = 0.75
"""Share of the preset's dither that is used. The search is exact, so less dither gives equal colours,
better structure and fewer bytes."""


@dataclass(frozen=True, slots=True, eq=False)
class FramePalette:
    """The palette of a frame, and how the frame is mapped to it.

    Attributes:
        colours: sRGB, shape (entries, 3), 1 to 256 entries.
        exact: the palette holds every colour of the frame.
        dither: share of the error that is diffused, 0 to 1.
        shared: it is the palette of all frames, so the file's global colour table.
        transparent: the table has room for a transparent index in any case.
    """

    colours: Palette
    exact: bool = False
    dither: float = 0.0
    shared: bool = False
    transparent: bool = False

    @property
    def table_bits(self) -> int:
        """Bits of the smallest table: 1 << bits entries, at least 2 (GIF89a specification, section 18)."""
        return max(1, (len(self.colours) - 1 + self.transparent).bit_length())

    @property
    def clear(self) -> int | None:
        """The transparent index: the first free entry of the table, if there is one."""
        return len(self.colours) if len(self.colours) < 1 << self.table_bits else None

    def with_transparency(self) -> FramePalette | None:
        """Return the same palette with a transparent index; None if it has no room for one."""
        return replace(self, transparent=True) if len(self.colours) < MAX_COLOURS else None


@dataclass(frozen=True, slots=True, eq=False)
class Palettes:
    """The palettes of an animation's frames.

    Attributes:
        common: the palette of all frames, if there is one.
        exact: of each frame, if its colours fit a palette.
        preset: the encoder preset.
        transparent: whether any frame has transparent pixels.
        matte: the colour that half-transparent pixels are mixed with, if any.
    """

    common: FramePalette | None
    exact: tuple[FramePalette | None, ...]
    preset: Preset
    transparent: bool = False
    matte: Colour | None = None

    def of(self, number: int, source: Pixels, layout: Layout) -> FramePalette:
        """Return the palette of a frame; choose it if the frame has its own and many colours.

        Args:
            number: of the frame, from 0.
            source: its pixels, with or without alpha.
            layout: its layout.
        """
        found = self.common or self.exact[number]
        if found is None:
            own = _own_palette(picture_of(source, self.matte).visible_pixels(), layout, self.preset)
            found = replace(own, transparent=self.transparent)
        return found


def choose_palettes(animation: Animation, preset: Preset, matte: Colour | None = None) -> Palettes:
    """Draw each source once, and choose the common palette, or decide that each frame has its own.

    Args:
        animation: frames with or without alpha.
        preset: the encoder preset.
        matte: the colour that half-transparent pixels are mixed with, if any.
    """
    frames = animation.frames
    area_px = animation.size.width * animation.size.height
    may_share = len(frames) >= _MIN_FRAMES and all(isinstance(frame.layout, Plain) for frame in frames)
    sample_px = min(max(preset.sample_px, area_px // _MAX_SAMPLE_SPACING), MAX_SAMPLE_PX)
    survey_px = max(sample_px // len(frames), 1) if may_share else 0
    surveys: dict[int, Survey] = {}  # by source: frames may share one, as on the way back of a zoom
    for frame in frames:
        if id(frame.source) not in surveys:
            surveys[id(frame.source)] = survey(picture_of(frame.draw(), matte), survey_px)
    of_frames = [surveys[id(frame.source)] for frame in frames]
    transparent = any(survey.transparent for survey in surveys.values())
    exact = [_exact_palette(survey.colours, survey.area_px, preset) for survey in of_frames]
    if transparent:
        exact = [palette and palette.with_transparency() for palette in exact]
    common = None
    if (colours := all_colours(surveys.values(), preset.max_exact_colours(area_px))) is not None:
        common = FramePalette(_not_a_ramp(colours), exact=preset.exact, shared=True)
    elif may_share and 2 * sum(palette is not None for palette in exact) <= len(frames):
        common = _common_palette(of_frames, preset)
    if transparent and common is not None:
        common = common.with_transparency()
    return Palettes(common, tuple(exact), preset, transparent, matte)


def _common_palette(surveys: Sequence[Survey], preset: Preset) -> FramePalette | None:
    """Choose one palette for all frames; return None if palettes per frame are much better.

    Args:
        surveys: of the source of each frame.
        preset: the encoder preset.
    """
    sample = np.concatenate([survey.sample for survey in surveys], axis=1)
    numbers = [number * len(surveys) // _EVALUATED_FRAMES for number in range(_EVALUATED_FRAMES)]
    evaluation = [surveys[number].evaluation for number in numbers]
    entries = preset.colours - 1
    backgrounds = background_colours(sample, _BACKGROUND_SHARE, entries // 4)
    colours = select_palette(sample, entries, preset.k_means_steps, backgrounds)
    if not _is_accurate_enough(colours, evaluation, preset):
        return None
    return FramePalette(_not_a_ramp(colours), dither=_dither(preset), shared=True)


def _exact_palette(colours: Palette | None, area_px: int, preset: Preset) -> FramePalette | None:
    """Return the palette of a frame of few colours, else None."""
    if colours is None or len(colours) > preset.max_exact_colours(area_px):
        return None
    return FramePalette(_not_a_ramp(colours), exact=preset.exact)


def _own_palette(source: Pixels, layout: Layout, preset: Preset) -> FramePalette:
    """Choose a palette for one frame of many colours."""
    sample = sample_pixels(source, _OWN_SAMPLE_PX)
    if source.size // 3 > _MAX_SAMPLE_SPACING * _OWN_SAMPLE_PX:
        sample = np.concatenate([sample, colours_outside_sample(source, sample)], axis=1)
    colours = select_palette(sample, preset.colours - 1, preset.k_means_steps)
    dither = _dither(preset) if isinstance(layout, Plain) else 0.0
    return FramePalette(_not_a_ramp(colours), dither=dither)


def _dither(preset: Preset) -> float:
    return preset.dither * _DITHER_SHARE


def _not_a_ramp(colours: Palette) -> Palette:
    """Reverse a palette whose table would be the greys 0, 1, 2 and so on in order.

    Pillow ignores such a table and reads a greyscale picture; when the next frame is drawn over it, that
    frame's indices become greys. Every black-and-white photo of full range would have this table.
    Source: `GifImageFile._is_palette_needed` of Pillow 13.
    """
    ramp = np.arange(len(colours))[:, None]
    return np.ascontiguousarray(colours[::-1]) if (colours == ramp).all() else colours


def _is_accurate_enough(palette: Palette, samples: Sequence[Pixels], preset: Preset) -> bool:
    """Return whether the palette is nearly as accurate as one palette per frame, measured on some frames."""
    common, own = 0.0, 0.0
    for sample in samples:
        common += palette_error(sample, palette) / len(samples)
        own += palette_error(sample, select_palette(sample, preset.colours - 1, 1)) / len(samples)
    return common <= _MAX_ERROR_FACTOR * own + _ERROR_ALLOWANCE
