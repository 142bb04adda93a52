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
        k_means_steps: k-means steps that refine a palette, 0 to 1000: more would change nothing.
        sample_px: pixels of all frames together by which a common palette is chosen, 1 to 8,388,608.
        dither: share of the quantisation error that is diffused to neighbours, 0 (no dither) to 1; of that,
            three quarters are diffused, because the search for the nearest entry is exact.
        lossiness: largest increase in squared colour distance at which a pixel takes another entry than its
            nearest, because LZW then needs fewer codes, at medium activity: 0 (off) to 10. The distance
            of two colours is at most 3.
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

    def __post_init__(self) -> None:
        """Reject values out of range.

        Raises:
            ValueError: a value is out of the range that is given above.
        """
        ranges = {
            "colours": (3, 256),
            "k_means_steps": (0, 1000),
            "sample_px": (1, 1 << 23),
            "dither": (0, 1),
            "lossiness": (0, 10),
            "beam": (1, 16),
        }
        for name, (low, high) in ranges.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise ValueError(f"The preset {self.name!r} has {name}={value}. Use {low} to {high}.")

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
