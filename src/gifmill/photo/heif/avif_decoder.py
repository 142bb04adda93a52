"""AVIF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import AvifImagePlugin

from gifmill.errors import UnsupportedPhoto
from gifmill.photo.heif.boxes import properties, repaired, stated_size
from gifmill.photo.limits import check_pixels
from gifmill.photo.pillow_plugins import decoded_whole, opened

if TYPE_CHECKING:
    from gifmill.photo.decoder_protocol import Decoded
    from gifmill.settings import Settings


def decode(data: bytes, max_side_px: int, settings: Settings) -> Decoded:
    """Decode an AVIF, as `Decoder` says.

    `irot` and `imir` alone say how it lies, as in browsers: what Exif and XMP say is of the photo before it
    became an AVIF. Source: ISO/IEC 23000-22 (MIAF) on Exif, as quoted in AOMediaCodec/libavif, issue 41.
    """
    if size := stated_size(data):  # libavif has a limit of its own and calls what exceeds it broken
        check_pixels(size, settings)
    try:
        decoded = _decoded(data, max_side_px, settings)
    except SyntaxError:  # of the plugin, for boxes that libavif refuses
        other = repaired(data)
        if other is None:
            raise
        decoded = _decoded(other, max_side_px, settings)
    found = properties(data)
    return decoded._replace(colours=found.preferred_to(decoded.colours), orientation=found.orientation)


def _decoded(data: bytes, max_side_px: int, settings: Settings) -> Decoded:
    AvifImagePlugin.DEFAULT_MAX_THREADS = settings.decoder_threads
    with opened(AvifImagePlugin.AvifImageFile, data, settings) as image:
        try:
            return decoded_whole(image, max_side_px)
        except RuntimeError as error:
            if "Conversion from YUV" not in str(error):
                raise
            said = "This is a kind of AVIF that cannot be read (its colour matrix)."
            raise UnsupportedPhoto(f"{said} Save it as a PNG or JPEG.") from error
