"""AVIF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import AvifImagePlugin

from gifmill.errors import UnsupportedPhoto
from gifmill.photo.heif.boxes import declared_size, read_properties, repair_boxes
from gifmill.photo.limits import check_pixels
from gifmill.photo.pillow_plugins import decode_with_plugin, open_with_plugin

if TYPE_CHECKING:
    from gifmill.photo.decoder_protocol import DecodedPhoto
    from gifmill.settings import Settings


def decode(data: bytes, max_side_px: int, settings: Settings) -> DecodedPhoto:
    """Decode an AVIF, as `Decoder` says.

    `irot` and `imir` alone say how it lies, as in browsers: what Exif and XMP say is of the photo before it
    became an AVIF. Source: ISO/IEC 23000-22 (MIAF) on Exif, as quoted in AOMediaCodec/libavif, issue 41.
    """
    if size := declared_size(data):  # libavif has a limit of its own and calls what exceeds it broken
        check_pixels(size, settings)
    try:
        decoded = _decode_with_libavif(data, max_side_px, settings)
    except SyntaxError:  # of the plugin, for boxes that libavif refuses
        other = repair_boxes(data)
        if other is None:
            raise
        decoded = _decode_with_libavif(other, max_side_px, settings)
    found = read_properties(data)
    return decoded._replace(colours=found.colour_space(decoded.colours), orientation=found.orientation)


def _decode_with_libavif(data: bytes, max_side_px: int, settings: Settings) -> DecodedPhoto:
    AvifImagePlugin.DEFAULT_MAX_THREADS = settings.decoder_threads
    with open_with_plugin(AvifImagePlugin.AvifImageFile, data, settings) as image:
        try:
            return decode_with_plugin(image, max_side_px)
        except RuntimeError as error:
            if "Conversion from YUV" not in str(error):
                raise
            said = "This is a kind of AVIF that cannot be read (its colour matrix)."
            raise UnsupportedPhoto(f"{said} Save it as a PNG or JPEG.") from error
