"""GIF decoder: the first frame."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from PIL.GifImagePlugin import GifImageFile

from gifmill.animation import Size
from gifmill.photo.decoder_protocol import DecodedPhoto
from gifmill.photo.frame_on_canvas import Offset, compose_on_canvas
from gifmill.photo.gif.leading_extensions import skip_to_first_frame
from gifmill.photo.limits import check_pixels
from gifmill.photo.pillow_plugins import decode_with_plugin, open_with_plugin
from gifmill.photo.resize import fit_within

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

    from gifmill.settings import Settings

_SCREEN, _DESCRIPTOR = struct.Struct("<6xHH"), struct.Struct("<xHHHH")
"""Source: GIF89a specification, sections 18 (logical screen) and 20 (image descriptor)."""


def decode(data: bytes, max_side_px: int, settings: Settings) -> DecodedPhoto:
    """Decode the first frame of a GIF; see `Decoder`. The canvas around the frame is transparent.

    A frame that extends over the edges enlarges the canvas.
    """
    data, at = skip_to_first_frame(data)
    left, top, *sides = _DESCRIPTOR.unpack_from(data, at)
    frame, screen = Size(*sides), Size(*_SCREEN.unpack_from(data))
    canvas = Size(max(screen.width, left + frame.width), max(screen.height, top + frame.height))
    if canvas == frame:
        with open_with_plugin(GifImageFile, data, settings) as image:
            _keep_grey_palette(image)
            return decode_with_plugin(image, max_side_px)
    check_pixels(canvas, settings)
    with open_with_plugin(GifImageFile, _crop_to_frame(data, at, frame), settings) as image:
        _keep_grey_palette(image)
        image.load()
        return DecodedPhoto(
            compose_on_canvas(image, Offset(left, top), canvas, fit_within(canvas, max_side_px)), canvas
        )


def _keep_grey_palette(image: ImageFile) -> None:
    """Keep a local palette of 0, 1, 2 ... as grey; Pillow would apply the global palette."""
    if image.mode == "L":
        image.palette = None


def _crop_to_frame(data: bytes, at: int, frame: Size) -> bytes:
    """Return a GIF whose canvas is its first frame: Pillow would fill the rest with a palette colour."""
    screen = data[:6] + struct.pack("<HH", *frame) + data[10:at]
    return screen + struct.pack("<cHHHH", data[at : at + 1], 0, 0, *frame) + data[at + _DESCRIPTOR.size :]
