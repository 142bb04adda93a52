"""How PNG packs pixels in rows, and the modes of Pillow that read them."""

from typing import NamedTuple

from gifmill.photo.png.chunks import GREY, GREY_WITH_ALPHA, INDEXED, TRUECOLOUR, TRUECOLOUR_WITH_ALPHA


class Packing(NamedTuple):
    """How pixels are packed in a row.

    Attributes:
        bits: per pixel.
        mode: an 8-bit mode with as many bytes a pixel as the filters look back, so that a decoded row can
            be passed to the decoder again as the row above.
        unpacked: mode and raw mode, for rows that are first decoded as pixels of another size.
        is_halved: high and low bytes are decoded as two images of `mode`. Filters never mix the two.

    Source: PNG, sections 7.2 (scanlines) and 9.2 (filters).
    """

    bits: int
    mode: str
    unpacked: tuple[str, str] | None = None
    is_halved: bool = False

    def row_bytes(self, width: int) -> int:
        """Return the size of a row of `width` pixels, including the byte that names its filter."""
        return 1 + (self.bits * width + 7) // 8


PACKINGS = {
    (GREY, 1): Packing(1, "L", ("1", "1")),
    (GREY, 2): Packing(2, "L", ("L", "L;2")),
    (GREY, 4): Packing(4, "L", ("L", "L;4")),
    (GREY, 8): Packing(8, "L"),
    (GREY, 16): Packing(16, "LA", ("I;16", "I;16B")),
    (TRUECOLOUR, 8): Packing(24, "RGB"),
    (TRUECOLOUR, 16): Packing(48, "RGB", is_halved=True),
    (INDEXED, 1): Packing(1, "L", ("P", "P;1")),
    (INDEXED, 2): Packing(2, "L", ("P", "P;2")),
    (INDEXED, 4): Packing(4, "L", ("P", "P;4")),
    (INDEXED, 8): Packing(8, "P"),
    (GREY_WITH_ALPHA, 8): Packing(16, "LA"),
    (GREY_WITH_ALPHA, 16): Packing(32, "LA", is_halved=True),
    (TRUECOLOUR_WITH_ALPHA, 8): Packing(32, "RGBA"),
    (TRUECOLOUR_WITH_ALPHA, 16): Packing(64, "RGBA", is_halved=True),
}
"""By colour type and depth."""
