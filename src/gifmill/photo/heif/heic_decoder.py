"""HEIC decoder: downscales the output of libheif strip by strip, so that the photo is in memory only once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pi_heif import HeifImageFile, open_heif, options
from PIL import Image

from gifmill.animation import Size
from gifmill.errors import UnsupportedPhoto
from gifmill.photo.decoder_protocol import DecodedPhoto
from gifmill.photo.heif.item_properties import has_only_sequence, read_properties
from gifmill.photo.image_modes import to_8_bit
from gifmill.photo.memory import check_address_space
from gifmill.photo.pillow_plugins import open_with_plugin
from gifmill.photo.resize import STRIP_PX, downscale_strips, fit_within, rows_per_strip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gifmill.settings import Settings


_PIXEL_BYTES = 7
"""Memory that libheif needs for a pixel, measured: 4.4 bytes at 8 bits, 6.6 at more. With less, libde265 ends
the process."""


def decode(data: bytes, max_side_px: int, settings: Settings) -> DecodedPhoto:
    """Decode a HEIC; see `Decoder`.

    libheif applies `irot` and `imir`. The Exif and XMP orientation is ignored.
    """
    if has_only_sequence(data):
        raise UnsupportedPhoto(
            "This HEIC has an image sequence but no still photo. Save one image of it as a JPEG."
        )
    with open_with_plugin(HeifImageFile, data, settings) as image:
        profile = image.info.get("icc_profile")
        check_address_space(image.width * image.height * _PIXEL_BYTES)
        options.DECODE_THREADS = settings.decoder_threads
        file = open_heif(data, remove_stride=False)
        picture = file[file.primary_index]
        pixels, stride, mode = np.frombuffer(picture.data, np.uint8), picture.stride, picture.mode
        whole = Size(*picture.size)  # known only now: libheif may have rotated it

        def strips(rows: int) -> Iterator[Image.Image]:
            for top in range(0, whole.height, rows):
                size = (whole.width, min(rows, whole.height - top))
                # A copy: libheif frees its pixels with `file`, and `frombuffer` would share them.
                yield Image.frombytes(mode, size, pixels[top * stride :], "raw", mode, stride, 1)

        size = fit_within(whole, max_side_px)
        if size == whole:
            small = to_8_bit(next(strips(whole.height)), premultiplied=False)
        else:
            small = downscale_strips(
                strips(rows_per_strip(whole, size, STRIP_PX // whole.width)), whole, size
            )
        return DecodedPhoto(small, whole, read_properties(data).colour_space(profile))
