"""AVIF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL.AvifImagePlugin import AvifImageFile

from gifmill.decoders.with_pillow import decoded_whole, opened
from gifmill.isobmff import properties, repaired

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

    from gifmill.decoders import Decoded
    from gifmill.settings import Settings


def decode(data: bytes, max_side_px: int, settings: Settings) -> Decoded:
    """Decode an AVIF, as `gifmill.decoders.Decoder` says.

    `irot` and `imir` alone say how it lies, as in browsers: what Exif and XMP say is of the photo before it
    became an AVIF. Source: ISO/IEC 23000-22 (MIAF) on Exif, as quoted in AOMediaCodec/libavif, issue 41.
    """
    with _opened(data, settings) as image:
        decoded = decoded_whole(image, max_side_px)
    found = properties(data)
    return decoded._replace(colours=found.preferred_to(decoded.colours), orientation=found.orientation)


def _opened(data: bytes, settings: Settings) -> ImageFile:
    try:
        return opened(AvifImageFile, data, settings)
    except SyntaxError:  # of the plugin, for boxes that libavif refuses
        other = repaired(data)
        if other is None:
            raise
    return opened(AvifImageFile, other, settings)
