"""TIFF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL.TiffImagePlugin import TiffImageFile

from gifmill.decoders.with_pillow import decoded_whole, opened
from gifmill.screening import check_parts

if TYPE_CHECKING:
    from gifmill.decoders import Decoded
    from gifmill.settings import Settings


def decode(data: bytes, max_side_px: int, settings: Settings) -> Decoded:
    """Decode a TIFF, as `gifmill.decoders.Decoder` says."""
    check_parts(data)
    with opened(TiffImageFile, data, settings) as image:
        tags = image.getexif()  # its own directory
        return decoded_whole(image, max_side_px)._replace(orientation=tags.get(0x0112))
