"""BMP decoder; downscales strip by strip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL.BmpImagePlugin import BmpImageFile

from gifmill.photo.bmp.header import JPEG, PNG, RLE4, RLE8, check_rle_size, read_header
from gifmill.photo.bmp.pixels import has_alpha, read_strips
from gifmill.photo.decoder_protocol import DecodedPhoto
from gifmill.photo.limits import check_pixels
from gifmill.photo.pillow_plugins import decode_with_plugin, open_with_plugin
from gifmill.photo.resize import STRIP_PX, downscale_strips, fit_within, rows_per_strip

if TYPE_CHECKING:
    from gifmill.settings import Settings


def decode(data: bytes, max_side_px: int, settings: Settings) -> DecodedPhoto:
    """Decode a BMP: RLE-compressed files with Pillow, others with `bmp.pixels`; see `Decoder`."""
    bmp = read_header(data)
    check_pixels(bmp.size, settings)
    if bmp.compression in {JPEG, PNG}:
        # Only files for printers embed a JPEG or PNG.
        from gifmill.photo.jpeg import decoder as jpeg_decoder
        from gifmill.photo.png import decoder as png_decoder

        decode_embedded = jpeg_decoder.decode if bmp.compression == JPEG else png_decoder.decode
        return decode_embedded(data[bmp.pixels_at :], max_side_px, settings)
    if bmp.compression in {RLE8, RLE4}:
        check_rle_size(data)
        with open_with_plugin(BmpImageFile, data, settings) as image:
            return decode_with_plugin(image, max_side_px)
    size = fit_within(bmp.size, max_side_px)
    rows = rows_per_strip(bmp.size, size, STRIP_PX // bmp.size.width)
    parts = read_strips(data, bmp, rows, alpha=has_alpha(data, bmp))
    return DecodedPhoto(downscale_strips(parts, bmp.size, size), bmp.size, bmp.profile)
