"""PNG decoder; inflates and downscales some rows at a time. Only interlaced files are whole in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gifmill.photo.decoder_protocol import DecodedPhoto
from gifmill.photo.limits import check_pixels
from gifmill.photo.orientation import exif_orientation
from gifmill.photo.png.chunks import read_chunks
from gifmill.photo.png.colour_chunks import expand_to_full_range, has_narrow_range, read_colour_space
from gifmill.photo.png.rows import decode_strips
from gifmill.photo.resize import downscale_strips, fit_within, reduction_factors

if TYPE_CHECKING:
    from gifmill.settings import Settings


def decode(data: bytes, max_side_px: int, settings: Settings) -> DecodedPhoto:
    """Decode a PNG, of an animation the default image; see `Decoder`."""
    file = read_chunks(data)
    whole = file.header.size
    check_pixels(whole, settings)
    size = fit_within(whole, max_side_px)
    small = downscale_strips(decode_strips(file, reduction_factors(whole, size)[1]), whole, size)
    if has_narrow_range(file.by_type):
        small = expand_to_full_range(small)
    return DecodedPhoto(small, whole, read_colour_space(file.by_type), exif_orientation(file.exif))
