"""Encoder presets. Importing this module does not import numpy."""

from __future__ import annotations

from dataclasses import dataclass

_SMALL_PX = 2048
"""Sources of up to this many pixels keep all of up to 256 colours: their pixels appear enlarged."""


@dataclass(frozen=True, slots=True)
class Preset:
    """Encoder parameters.

    Attributes:
        name: the preset's name in options and on the command line.
        colours: palette entries for a photo, 3 to 256.
        exact: small sources, such as mosaics, keep up to 256 colours even where `colours` is lower. If False,
            no picture has more than `colours`.
        k_means_steps: k-means steps that refine a palette.
        sample_px: pixels of all frames together by which a common palette is chosen.
        dither: share of the quantisation error that is diffused to neighbours, 0 (no dither) to 1; of that,
            three quarters are diffused, because the search for the nearest entry is exact.
        lossiness: largest increase in squared colour distance at which a pixel takes another entry than its
            nearest, because LZW then needs fewer codes, at medium activity. 0 turns it off.
        beam: paths through the LZW dictionary that the search for a string follows, 1 to 16: fewer bytes at
            equal quality, in more time.
    """

    name: str
    colours: int = 256
    exact: bool = True
    k_means_steps: int = 3
    sample_px: int = 98_304
    dither: float = 0.0
    lossiness: float = 0.0
    beam: int = 2

    def max_exact_colours(self, area_px: int) -> int:
        """Return the number of colours up to which a source of `area_px` pixels is kept exactly."""
        return 256 if self.exact and area_px <= _SMALL_PX else self.colours


PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset("fast", colours=128, k_means_steps=1, sample_px=24_576, beam=1),
        Preset("small", colours=128, lossiness=7e-4, beam=4),
        Preset("balanced", dither=0.8, lossiness=4e-4),
        Preset("crisp", beam=1),
        Preset("smooth", dither=1.0, lossiness=1e-4),
    )
}
