"""What the encoder can favour. Importing this imports no numpy."""

from __future__ import annotations

from dataclasses import dataclass

SMALL_PX = 2048
"""Up to here each colour of a picture is weighed by itself: cheaper than a histogram, and nothing is lost."""


@dataclass(frozen=True, slots=True)
class Preset:
    """Constants of one way to encode.

    Attributes:
        name: what it is called everywhere.
        colours: entries of the palette of a photo, 3 to 256.
        exact: small sources, such as mosaics, keep up to 256 colours, however few `colours` are. Off, nothing
            has more than these.
        steps: k-means steps that refine a palette; three times as many where one serves all frames of a clip.
        table_bits: bits of red, green and blue that tell colours apart where pixels take their nearest entry.
        diffuse: part of the quantisation error that is spread over neighbours, 0 (no dither) to 1; in clips,
            where the search is exact, three quarters of it.
        flat_px: stills up to this many pixels are not dithered: the palette is near to all their colours, and
            in a tile dither repeats as a pattern. Both quality figures are better for it.
        snap: how much worse than its own entry (squared distance in the metric) a pixel's left neighbour's
            entry may be and still take its place: longer runs, fewer bytes. 0 turns it off.
        shared: time counts most: one palette for stills as well, where one can serve them, chosen by fewer
            looks.
    """

    name: str
    colours: int = 256
    exact: bool = True
    steps: int = 4
    table_bits: tuple[int, int, int] = (6, 7, 6)
    diffuse: float = 0.0
    flat_px: int = 0
    snap: float = 0.0
    shared: bool = False

    def most_exact(self, area_px: int) -> int:
        """Sources of so many pixels with at most so many colours keep them."""
        return 256 if self.exact and area_px <= SMALL_PX else self.colours


PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset("fast", colours=128, steps=1, table_bits=(6, 6, 6), shared=True),
        Preset("small", colours=128, snap=7e-4),
        Preset("balanced", steps=3, diffuse=0.65, flat_px=100_000),
        Preset("crisp", steps=2, table_bits=(7, 7, 7)),
        Preset("smooth", diffuse=1.0, flat_px=6_000),
    )
}
