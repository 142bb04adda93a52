"""WebP decoder; decodes at a fraction of the size where possible, and the first frame of animations."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from gifmill.animation import Size
from gifmill.photo.decoder_protocol import DecodedPhoto
from gifmill.photo.frame_on_canvas import Offset, compose_on_canvas
from gifmill.photo.limits import check_pixels
from gifmill.photo.memory import detect_out_of_memory
from gifmill.photo.orientation import exif_orientation
from gifmill.photo.pillow_plugins import decode_with_plugin, open_with_plugin
from gifmill.photo.resize import downscale, fit_within, reduction_factors
from gifmill.photo.webp.container import read_container
from gifmill.photo.webp.libwebp import decode_picture, read_picture

if TYPE_CHECKING:
    from gifmill.settings import Settings


def decode(data: bytes, max_side_px: int, settings: Settings) -> DecodedPhoto:
    """Decode a WebP; see `Decoder`.

    The canvas around a first frame is transparent: the background colour is a hint, which browsers ignore.
    """
    file = read_container(data)
    if file.canvas:
        check_pixels(file.canvas, settings)
    picture = read_picture(file.bitstream)
    if picture is None:
        return _decode_with_pillow(data, max_side_px, settings)
    if file.frame and file.frame != picture.size:
        raise ValueError(f"a frame of {file.frame} with a picture of {picture.size}")
    whole = file.canvas or picture.size
    check_pixels(whole, settings)
    size = fit_within(whole, max_side_px)
    with detect_out_of_memory(whole.width * whole.height):
        if picture.size != whole:
            small = compose_on_canvas(
                decode_picture(picture, picture.size), Offset(file.left, file.top), whole, size
            )
        else:
            across, down = reduction_factors(whole, size) if picture.can_downscale else (1, 1)
            larger = Size(ceil(whole.width / across), ceil(whole.height / down))
            small = downscale(decode_picture(picture, larger), size)
    return DecodedPhoto(small, whole, file.icc, exif_orientation(file.exif))


def _decode_with_pillow(data: bytes, max_side_px: int, settings: Settings) -> DecodedPhoto:
    """Decode with Pillow's plugin, which takes 16 bytes a pixel; the fallback without libwebp."""
    from PIL.WebPImagePlugin import WebPImageFile

    with open_with_plugin(WebPImageFile, data, settings) as image:
        return decode_with_plugin(image, max_side_px)
