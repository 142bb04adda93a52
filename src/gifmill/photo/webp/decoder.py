"""WebP, decoded at a fraction of its size where less is wanted; of an animation the first frame."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from gifmill.animation import Size
from gifmill.photo.decoder_protocol import Decoded
from gifmill.photo.frame_canvas import Place, on_canvas
from gifmill.photo.limits import check_pixels
from gifmill.photo.memory import naming_memory_errors
from gifmill.photo.pillow_plugins import decoded_whole, opened, orientation
from gifmill.photo.resize import averaged, fitted, shrunk
from gifmill.photo.webp.container import webp_file
from gifmill.photo.webp.libwebp import decoded, picture_of

if TYPE_CHECKING:
    from gifmill.settings import Settings


def decode(data: bytes, max_side_px: int, settings: Settings) -> Decoded:
    """Decode a WebP, as `Decoder` says.

    The canvas around a first frame is transparent: the background colour is a hint that browsers ignore.
    """
    file = webp_file(data)
    if file.canvas:
        check_pixels(file.canvas, settings)
    picture = picture_of(file.bitstream)
    if picture is None:
        return _by_pillow(data, max_side_px, settings)
    if file.frame and file.frame != picture.size:
        raise ValueError(f"a frame of {file.frame} with a picture of {picture.size}")
    whole = file.canvas or picture.size
    check_pixels(whole, settings)
    size = fitted(whole, max_side_px)
    with naming_memory_errors(whole.width * whole.height):
        if picture.size != whole:
            small = on_canvas(decoded(picture, picture.size), Place(file.left, file.top), whole, size)
        else:
            across, down = averaged(whole, size) if picture.shrinks else (1, 1)
            larger = Size(ceil(whole.width / across), ceil(whole.height / down))
            small = shrunk(decoded(picture, larger), size)
    return Decoded(small, whole, file.icc, orientation(file.exif))


def _by_pillow(data: bytes, max_side_px: int, settings: Settings) -> Decoded:
    """Decode it with Pillow's plugin, which takes 16 bytes a pixel: where libwebp is not found otherwise."""
    from PIL.WebPImagePlugin import WebPImageFile

    with opened(WebPImageFile, data, settings) as image:
        return decoded_whole(image, max_side_px)
