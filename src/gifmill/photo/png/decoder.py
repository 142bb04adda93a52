"""PNG, inflated and shrunk some rows at a time, never whole in memory unless it is interlaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gifmill.photo.decoder_protocol import Decoded
from gifmill.photo.limits import check_pixels
from gifmill.photo.pillow_plugins import orientation
from gifmill.photo.png.chunks import read
from gifmill.photo.png.colour_chunks import colour_space, has_narrow_range, in_full_range
from gifmill.photo.png.rows import strips
from gifmill.photo.resize import averaged, fitted, shrunk_strips

if TYPE_CHECKING:
    from gifmill.settings import Settings


def decode(data: bytes, max_side_px: int, settings: Settings) -> Decoded:
    """Decode a PNG, as `Decoder` says; of an animation the default image is taken."""
    file = read(data)
    whole = file.header.size
    check_pixels(whole, settings)
    size = fitted(whole, max_side_px)
    small = shrunk_strips(strips(file, averaged(whole, size)[1]), whole, size)
    if has_narrow_range(file.known):
        small = in_full_range(small)
    return Decoded(small, whole, colour_space(file.known), orientation(file.exif))
