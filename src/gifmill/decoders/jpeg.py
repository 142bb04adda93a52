"""JPEG, decoded at a fraction of its size where less is wanted."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from PIL.JpegImagePlugin import JpegImageFile

from gifmill.decoders import Decoded
from gifmill.decoders.with_pillow import opened, orientation
from gifmill.frames import Size
from gifmill.jpeg import has_one_scan
from gifmill.shrink import fitted, shrunk

if TYPE_CHECKING:
    from gifmill.limits import PixelLimit
    from gifmill.settings import Settings

_DRAFT_GAP = 1.75
"""How much larger than wanted a JPEG is decoded at least, before the last step by Lanczos."""


def decode(data: bytes, max_side_px: int, settings: Settings) -> Decoded:
    """Decode a JPEG, as `gifmill.decoders.Decoder` says."""
    limit: PixelLimit = "max_jpeg_pixels" if has_one_scan(data) else "max_photo_pixels"
    with opened(JpegImageFile, data, settings, limit) as image:
        whole = Size(*image.size)
        size = fitted(whole, max_side_px)
        drafted = image.draft(None, (ceil(size.width * _DRAFT_GAP), ceil(size.height * _DRAFT_GAP)))
        image.load()
        small = shrunk(image, size, drafted[1] if drafted else None)
        return Decoded(small, whole, image.info.get("icc_profile"), orientation(image.info.get("exif")))
