"""AVIF decoder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import AvifImagePlugin

from gifmill.errors import UnsupportedPhoto
from gifmill.photo.heif.avif_repair import repair_boxes
from gifmill.photo.heif.item_properties import declared_size, read_properties
from gifmill.photo.limits import check_pixels
from gifmill.photo.pillow_plugins import decode_with_plugin, open_with_plugin

if TYPE_CHECKING:
    from gifmill.photo.decoder_protocol import DecodedPhoto
    from gifmill.settings import Settings


def decode(data: bytes, max_side_px: int, settings: Settings) -> DecodedPhoto:
    """Decode an AVIF; see `Decoder`.

    Only `irot` and `imir` set the orientation, as in browsers. The Exif and XMP orientation describes the
    photo before it became an AVIF.

    Source: ISO/IEC 23000-22 (MIAF) on Exif, as quoted in AOMediaCodec/libavif, issue 41.
    """
    if size := declared_size(data):  # libavif reports files over its own limit as broken
        check_pixels(size, settings)
    try:
        decoded = _decode_with_libavif(data, max_side_px, settings)
    except SyntaxError:  # from the plugin, for boxes that libavif rejects
        repaired = repair_boxes(data)
        if repaired is None:
            raise
        decoded = _decode_with_libavif(repaired, max_side_px, settings)
    properties = read_properties(data)
    colours = properties.colour_space(decoded.colours)
    return decoded._replace(colours=colours, orientation=properties.orientation)


def _decode_with_libavif(data: bytes, max_side_px: int, settings: Settings) -> DecodedPhoto:
    AvifImagePlugin.DEFAULT_MAX_THREADS = settings.decoder_threads
    with open_with_plugin(AvifImagePlugin.AvifImageFile, data, settings) as image:
        try:
            return decode_with_plugin(image, max_side_px)
        except RuntimeError as error:
            if "Conversion from YUV" not in str(error):
                raise
            problem = "This AVIF uses an unsupported colour matrix."
            raise UnsupportedPhoto(f"{problem} Save it as a PNG or JPEG.") from error
