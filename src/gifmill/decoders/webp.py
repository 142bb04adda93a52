"""WebP, decoded at a fraction of its size where less is wanted; of an animation the first frame."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from PIL.WebPImagePlugin import WebPImageFile

from gifmill.decoders import Decoded
from gifmill.decoders.with_pillow import decoded_whole, opened, orientation
from gifmill.frames import Size
from gifmill.screening import check_riff_chunks
from gifmill.shrink import averaged, fitted, shrunk
from gifmill.vp8 import decoded, first_picture

if TYPE_CHECKING:
    from gifmill.settings import Settings


def decode(data: bytes, max_side_px: int, settings: Settings) -> Decoded:
    """Decode a WebP, as `gifmill.decoders.Decoder` says."""
    check_riff_chunks(data)
    with opened(WebPImageFile, data, settings) as image:
        whole = Size(*image.size)
        picture = first_picture(data, whole)
        if picture is None:
            return decoded_whole(image, max_side_px)
        size = fitted(whole, max_side_px)
        across, down = averaged(whole, size) if picture.shrinks else (1, 1)
        larger = Size(ceil(whole.width / across), ceil(whole.height / down))
        small = shrunk(decoded(picture, larger), size)
        return Decoded(small, whole, image.info.get("icc_profile"), orientation(image.info.get("exif")))
