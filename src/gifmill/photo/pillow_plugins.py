"""What the decoders that use Pillow's plugins share."""

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
    """Open a file: its header is read, its size checked, and no pixel decoded.

    The plugin is called by itself: `PIL.Image.open` would import five of them and try one after another.
    What fails in the block for want of memory is a MemoryError.

    Raises:
        DamagedPhoto, TooManyPixels: it has no pixels, or too many.
        Exception: whatever the plugin raises for a header that it cannot read.
    """
    with plugin(BytesIO(data)) as image:
        whole = Size(*image.size)
        check_pixels(whole, settings, limit)
        with detect_out_of_memory(whole.width * whole.height):
            yield image


def decode_with_plugin(image: ImageFile, max_side_px: int) -> DecodedPhoto:
    """A file that Pillow opened, decoded whole and then shrunk; its colours are those of its ICC profile."""
    whole = Size(*image.size)
    image.load()
    small = downscale(image, fit_within(whole, max_side_px))
    return DecodedPhoto(small, whole, image.info.get("icc_profile"), exif_orientation(image.info.get("exif")))
