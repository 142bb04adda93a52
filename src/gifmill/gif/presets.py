"""What the encoder can favour. Importing this imports no numpy."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Preset:
    """Constants of one way to encode.

    Attributes:
        name: what it is called everywhere.
        colours: entries of the palette of a photo, 2 to 256. Sources with at most 256 are exact anyway;
            but large ones that share a palette are so only where the biggest is.
        steps: k-means steps that refine a palette.
        table_bits: bits of red, green and blue that tell colours apart where pixels take their nearest entry.
        diffuse: part of the quantisation error that is spread over neighbours, 0 (no dither) to 1.
        flat_px: pictures up to this many pixels are not dithered: the palette is near to all their colours,
            and in a tile dither repeats as a pattern. Both quality figures are better for it.
        snap: how much worse than its own entry (squared distance in the metric) a pixel's left neighbour's
            entry may be and still take its place: longer runs, fewer bytes. 0 turns it off.
        shared: one palette and one colour table for all pictures of a GIF, where one can serve them all.
    """

    name: str
    colours: int = 256
    steps: int = 4
    table_bits: tuple[int, int, int] = (6, 7, 6)
    diffuse: float = 0.0
    flat_px: int = 0
    snap: float = 0.0
    shared: bool = False


PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset("fast", colours=128, steps=1, table_bits=(6, 6, 6), shared=True),
        Preset("small", snap=5.5e-4),
        Preset("balanced", steps=3, diffuse=0.8, flat_px=24_000),
        Preset("smooth", diffuse=1.0, flat_px=6_000),
    )
}
