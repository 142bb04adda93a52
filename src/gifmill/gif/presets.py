"""Encoder presets. Importing this module does not import numpy."""

from __future__ import annotations

from dataclasses import dataclass

SMALL_PX = 2048
"""Pictures of up to this many pixels are quantised colour by colour: faster than a histogram, no loss."""


@dataclass(frozen=True, slots=True)
class Preset:
    """Encoder parameters.

    Attributes:
        name: the preset's name in options and on the command line.
        colours: palette entries for a photo, 3 to 256.
        exact: small sources, such as mosaics, keep up to 256 colours even where `colours` is lower. If False,
            no picture has more than `colours`.
        k_means_steps: k-means steps that refine a palette; three times as many for a palette that all frames
            of a clip share.
        table_bits: bits of red, green and blue that distinguish colours in the nearest-colour
            table.
        dither: share of the quantisation error that is diffused to neighbours, 0 (no dither) to 1; in clips,
            where the search is exact, three quarters of it.
        undithered_px: stills of up to this many pixels are not dithered: their palette is close to all their
            colours, and in a tile the dither repeats as a pattern. Both quality figures improve without it.
        lossiness: largest increase in squared colour distance at which a pixel takes the entry of its left
            neighbour instead of its own: longer runs, fewer bytes. 0 turns it off.
        common_palette: favour speed: stills share one palette too, where the error allows it, and fewer
            samples choose it.
    """

    name: str
    colours: int = 256
    exact: bool = True
    k_means_steps: int = 4
    table_bits: tuple[int, int, int] = (6, 7, 6)
    dither: float = 0.0
    undithered_px: int = 0
    lossiness: float = 0.0
    common_palette: bool = False

    def max_exact_colours(self, area_px: int) -> int:
        """Return the number of colours up to which a source of `area_px` pixels is kept exactly."""
        return 256 if self.exact and area_px <= SMALL_PX else self.colours


PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset("fast", colours=128, k_means_steps=1, table_bits=(6, 6, 6), common_palette=True),
        Preset("small", colours=128, lossiness=7e-4),
        Preset("balanced", k_means_steps=3, dither=0.65, undithered_px=100_000),
        Preset("crisp", k_means_steps=2, table_bits=(7, 7, 7)),
        Preset("smooth", dither=1.0, undithered_px=6_000),
    )
}
