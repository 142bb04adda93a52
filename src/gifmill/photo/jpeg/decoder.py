"""JPEG, decoded at a fraction of its size where less is wanted."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from PIL.JpegImagePlugin import JpegImageFile

from gifmill.animation import Size
from gifmill.errors import DamagedPhoto, PhotoError, UnsupportedPhoto
from gifmill.photo.decoder_protocol import DecodedPhoto
from gifmill.photo.jpeg.segments import is_arithmetic_coded, is_single_scan, unsupported_kind
from gifmill.photo.jpeg.truncation import complete_variants, has_all_scans, strip_zero_padding
from gifmill.photo.orientation import exif_orientation
from gifmill.photo.pillow_plugins import open_with_plugin
from gifmill.photo.resize import downscale, fit_within

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

    from gifmill.photo.limits import PixelLimit
    from gifmill.settings import Settings

_DRAFT_FACTOR = 1.75
"""How much larger than wanted a JPEG is decoded at least, before the last step by Lanczos."""

type _Box = tuple[float, float, float, float]


def decode(data: bytes, max_side_px: int, settings: Settings) -> DecodedPhoto:
    """Decode a JPEG, as `Decoder` says. One that lacks only its end marker is read, too."""
    data = strip_zero_padding(data)
    limit: PixelLimit = "max_jpeg_pixels" if is_single_scan(data) else "max_photo_pixels"
    try:
        with open_with_plugin(JpegImageFile, data, settings, limit) as image:
            decoded = _decode_pixels(data, image, max_side_px)
        if decoded:
            return decoded
    except (PhotoError, MemoryError):
        raise
    except Exception as error:
        if kind := unsupported_kind(data):
            said = f"This is a kind of JPEG that cannot be read ({kind})."
            raise UnsupportedPhoto(f"{said} Save it as an ordinary JPEG or a PNG.") from error
        raise
    completed, *others = complete_variants(data)
    _check_complete(completed, others, max_side_px, settings, limit)
    with open_with_plugin(JpegImageFile, completed, settings, limit) as image:
        if decoded := _decode_pixels(completed, image, max_side_px):
            return decoded
    raise DamagedPhoto("This JPEG breaks off. Try the original file.")


def _decode_pixels(data: bytes, image: ImageFile, max_side_px: int) -> DecodedPhoto | None:
    """The photo; None where the data ends before the picture does."""
    whole = Size(*image.size)
    try:
        box = _load_pixels(data, image, max_side_px)
    except OSError as error:
        if "truncated" in str(error):  # Pillow's word for that, which is no want of memory
            return None
        raise
    small = downscale(image, fit_within(whole, max_side_px), box)
    return DecodedPhoto(small, whole, image.info.get("icc_profile"), exif_orientation(image.info.get("exif")))


def _load_pixels(data: bytes, image: ImageFile, max_side_px: int) -> _Box | None:
    """Decode the pixels; the result is the box of them that is the photo, where they are fewer than all."""
    size = fit_within(Size(*image.size), max_side_px)
    drafted = image.draft(None, (ceil(size.width * _DRAFT_FACTOR), ceil(size.height * _DRAFT_FACTOR)))
    if is_arithmetic_coded(data):  # whose decoder cannot wait for more than it is first given
        image.decodermaxblock = len(data)
    image.load()
    return drafted[1] if drafted else None


def _check_complete(
    completed: bytes, others: list[bytes], max_side_px: int, settings: Settings, limit: PixelLimit
) -> None:
    """Refuse a JPEG whose pixels are not all there: they differ with what is put in place of the rest.

    Raises:
        DamagedPhoto: with how much of it there is.
    """
    if not has_all_scans(completed):
        raise DamagedPhoto("This JPEG breaks off: not all of its scans are there. Try the original file.")
    first: np.ndarray[tuple[int, ...], np.dtype[np.uint8]] | None = None
    rows = there = 0
    for each in (completed, *others):
        with open_with_plugin(JpegImageFile, each, settings, limit) as image:
            _load_pixels(each, image, max_side_px)
            pixels = np.asarray(image)
        if first is None:
            first, rows, there = pixels, len(pixels), len(pixels)
        differs = (first != pixels).reshape(rows, -1).any(axis=1)
        there = min(there, int(differs.argmax())) if differs.any() else there
    if there < rows:
        said = f"This JPEG breaks off: {100 * there // rows} % of its rows are there."
        raise DamagedPhoto(f"{said} Try the original file.")
