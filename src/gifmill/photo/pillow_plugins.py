"""Opening and decoding of files with Pillow's plugins, within the limits."""

from __future__ import annotations

from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING

from gifmill.animation import Size
from gifmill.photo.decoder_protocol import DecodedPhoto
from gifmill.photo.limits import check_pixels
from gifmill.photo.memory import detect_out_of_memory
from gifmill.photo.orientation import exif_orientation
from gifmill.photo.resize import downscale, fit_within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PIL.ImageFile import ImageFile

    from gifmill.photo.limits import PixelLimit
    from gifmill.settings import Settings


@contextmanager
def open_with_plugin(
    plugin: Callable[[BytesIO], ImageFile],
    data: bytes,
    settings: Settings,
    limit: PixelLimit = "max_photo_pixels",
) -> Iterator[ImageFile]:
    """Open a file with one plugin: read the header and check the size, without decoding pixels.

    The plugin is called directly: `PIL.Image.open` would import five of them and try them in turn.
    An error in the block that comes from too little memory becomes a MemoryError.

    Raises:
        DamagedPhoto, TooManyPixels: it has no pixels, or too many.
        Exception: the plugin cannot read the header.
    """
    with plugin(BytesIO(data)) as image:
        whole = Size(*image.size)
        check_pixels(whole, settings, limit)
        with detect_out_of_memory(whole.width * whole.height):
            yield image


def decode_with_plugin(image: ImageFile, max_side_px: int) -> DecodedPhoto:
    """Decode an opened file as a whole, then downscale it; the colour space is its ICC profile."""
    whole = Size(*image.size)
    image.load()
    small = downscale(image, fit_within(whole, max_side_px))
    return DecodedPhoto(small, whole, image.info.get("icc_profile"), exif_orientation(image.info.get("exif")))
