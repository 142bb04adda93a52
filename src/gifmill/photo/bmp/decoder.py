"""BMP, shrunk strip by strip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL.BmpImagePlugin import BmpImageFile

from gifmill.photo.bmp.header import JPEG, PNG, RLE4, RLE8, has_alpha, read_header, strips
from gifmill.photo.decoder_protocol import Decoded
from gifmill.photo.gif.blocks import check_runs
from gifmill.photo.limits import check_pixels
from gifmill.photo.pillow_plugins import decoded_whole, opened
from gifmill.photo.resize import STRIP_PX, fitted, rows_of, shrunk_strips

if TYPE_CHECKING:
    from gifmill.settings import Settings


def decode(data: bytes, max_side_px: int, settings: Settings) -> Decoded:
    """Decode a BMP, as `Decoder` says: run lengths with Pillow, else with `bmp.header`."""
    bmp = read_header(data)
    check_pixels(bmp.size, settings)
    if bmp.compression in {JPEG, PNG}:
        from gifmill.photo.jpeg import decoder as jpeg_decoder
        from gifmill.photo.png import decoder as png_decoder  # of printers' files

        decode_embedded = jpeg_decoder.decode if bmp.compression == JPEG else png_decoder.decode
        return decode_embedded(data[bmp.pixels_at :], max_side_px, settings)
    if bmp.compression in {RLE8, RLE4}:
        check_runs(data)
        with opened(BmpImageFile, data, settings) as image:
            return decoded_whole(image, max_side_px)
    size = fitted(bmp.size, max_side_px)
    rows = rows_of(bmp.size, size, STRIP_PX // bmp.size.width)
    parts = strips(data, bmp, rows, alpha=has_alpha(data, bmp))
    return Decoded(shrunk_strips(parts, bmp.size, size), bmp.size, bmp.profile)
